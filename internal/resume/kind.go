package resume

import "slices"

// kind is one of the types of file that a resume may have.
type kind struct {
	contentType string
	label       string   // how a prospect knows it, with its article
	extensions  []string // lower case, without the dot; the first is its own
}

// The accepted kinds. Word writes RTF and DOCX under .doc too and opens them, so
// that extension fits all three.
var (
	pdf  = &kind{"application/pdf", "a PDF", []string{"pdf"}}
	doc  = &kind{"application/msword", "a Word document (DOC)", []string{"doc"}}
	docx = &kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document (DOCX)", []string{"docx", "doc"}}
	odt  = &kind{"application/vnd.oasis.opendocument.text", "an OpenDocument text", []string{"odt"}}
	rtf  = &kind{"application/rtf", "an RTF document", []string{"rtf", "doc"}}
	txt  = &kind{"text/plain", "plain text", []string{"txt", "text"}}
	jpeg = &kind{"image/jpeg", "a JPEG picture", []string{"jpg", "jpeg", "jpe", "jfif"}}
	png  = &kind{"image/png", "a PNG picture", []string{"png"}}
)

func (k *kind) extension() string { return k.extensions[0] }

func (k *kind) fits(extension string) bool { return slices.Contains(k.extensions, extension) }
