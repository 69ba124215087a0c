package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
)

// Writer writes an archive. Its methods are called in the order of the entries,
// and Close at the end, without which the archive is not a whole one.
type Writer struct {
	out      io.Writer
	hash     hash.Hash
	buffer   *bufio.Writer
	tar      *tar.Writer
	manifest Manifest
	resumes  int
}

// NewWriter begins an archive on out with m, whose Format it sets.
func NewWriter(out io.Writer, m Manifest) (*Writer, error) {
	m.Format = Format
	w := &Writer{out: out, hash: sha256.New(), manifest: m}
	w.buffer = bufio.NewWriterSize(io.MultiWriter(out, w.hash), 256<<10)
	w.tar = tar.NewWriter(w.buffer)
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	text = append(text, '\n')
	return w, w.add(manifestName, int64(len(text)), bytes.NewReader(text))
}

// Key adds the secret key as it stands in its file.
func (w *Writer) Key(text []byte) error {
	return w.add(keyName, int64(len(text)), bytes.NewReader(text))
}

// Resume adds size bytes of content under a storage key.
func (w *Writer) Resume(key string, size int64, content io.Reader) error {
	w.resumes++
	return w.add(resumePrefix+key, size, content)
}

// Database adds the database, which is size bytes of content.
func (w *Writer) Database(size int64, content io.Reader) error {
	return w.add(databaseName, size, content)
}

// Close ends the archive; it fills in the digest and the count of resumes. It
// doesn't close what is written to.
func (w *Writer) Close(end End) error {
	if err := w.tar.Flush(); err != nil { // fails when an entry is short
		return err
	}
	if err := w.buffer.Flush(); err != nil {
		return err
	}
	end.Resumes = w.resumes
	end, err := end.sealed(w.hash)
	if err != nil {
		return err
	}
	last, err := tail(end, w.manifest)
	if err != nil {
		return err
	}
	_, err = w.out.Write(last)
	return err
}

func (w *Writer) add(name string, size int64, content io.Reader) error {
	if err := w.tar.WriteHeader(header(name, size, w.manifest)); err != nil {
		return fmt.Errorf("add %s to the backup: %w", name, err)
	}
	if _, err := io.CopyN(w.tar, content, size); err != nil {
		return fmt.Errorf("add %s to the backup: %w", name, err)
	}
	return nil
}
