package resume

import (
	"bytes"
	"io"
)

// headBytes is how much of the start is looked at for a signature.
const headBytes = 4 << 10

// verdict is what a file was found to be.
type verdict struct {
	kind      *kind
	protected bool // needs a password to open
}

// decide tells from the content what a draft of size bytes is. buf is scratch
// space of at least headBytes. The error is a rejection, or fault.Unstorable
// when the draft couldn't be read back.
func decide(draft io.ReaderAt, size int64, buf []byte) (verdict, error) {
	p := &probe{draft: draft, size: size}
	found, err := look(p, buf)
	if p.trouble != nil {
		return verdict{}, unstorable(p.trouble)
	}
	return found, err
}

// look goes from the signatures that must be at the very start to the ones that
// are only likely. A PDF may begin anywhere in the first KiB (Adobe's readers
// take it), so it must not hide a program, a page or an archive that begins
// before it.
func look(p *probe, buf []byte) (verdict, error) {
	p.allow(headBytes)
	head, err := p.prefix(buf[:headBytes])
	if err != nil {
		return verdict{}, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return lookArchive(p)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return lookCompound(p)
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return verdict{kind: rtf}, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return verdict{kind: png}, nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return verdict{kind: jpeg}, nil
	case bytes.HasPrefix(head, []byte("MZ")) && bytes.IndexByte(head, 0) >= 0, bytes.HasPrefix(head, []byte("\x7fELF")): // programs
		return verdict{}, unsupportedType(nil)
	case startsLikeCode(opening(head)):
		return verdict{}, unsupportedType(nil)
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		protected, err := pdfProtected(p, buf)
		return verdict{pdf, protected}, err
	}
	return lookText(p, head, buf)
}

// pdfWindow is how much of each end of a PDF is searched for /Encrypt. The
// entry stands in the trailer, which is at the end, or near the start of a file
// made for the web.
const pdfWindow = 1 << 20

// pdfProtected looks for the /Encrypt entry of a trailer as bare bytes: a PDF is
// never parsed in this process. A file that opens freely and only restricts
// printing has the entry too; the difference is only in its cipher.
func pdfProtected(p *probe, buf []byte) (found bool, err error) {
	const word = "/Encrypt"
	p.allow(2*pdfWindow + headBytes)
	search := func(piece []byte) bool {
		for rest := piece; !found; {
			_, after, ok := bytes.Cut(rest, []byte(word))
			if !ok || len(after) == 0 {
				break
			}
			// /EncryptMetadata and the like are other names.
			found = bytes.IndexByte([]byte("\x00\t\n\f\r <[/%("), after[0]) >= 0
			rest = after
		}
		return !found
	}
	if err := p.scan(0, pdfWindow, buf, len(word), search); err != nil || found {
		return found, err
	}
	err = p.scan(max(pdfWindow, p.size-pdfWindow), p.size, buf, len(word), search)
	return found, err
}
