package resume

import "io"

// CleanFilename is cleanFilename for a PDF.
func CleanFilename(sent string) (string, error) { return cleanFilename(sent, pdf) }

// Decide is decide, with what it found as a content type.
func Decide(draft io.ReaderAt, size int64) (contentType string, protected bool, err error) {
	v, err := decide(draft, size, make([]byte, bufferBytes))
	if err != nil {
		return "", false, err
	}
	return v.kind.contentType, v.protected, nil
}
