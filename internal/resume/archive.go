package resume

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The rules for archives (DOCX and ODT). Nothing but the central directory and
// the one part that tells the type is read.
const (
	maxEntries       = 5_000
	maxDeclaredBytes = 256 << 20
	// maxDirectoryBytes bounds what archive/zip may read: it believes no count
	// and reads headers for as long as there are any, into memory. Enough for
	// 5,000 entries with names of 150 bytes, and for the search of the end
	// record (1 KiB, then 65 KiB).
	maxDirectoryBytes = 1<<20 + 128<<10
	// maxPartBytes bounds the part that is read, packed and unpacked.
	maxPartBytes = 1 << 20
)

// archive is the directory of a zip file that broke no rule.
type archive struct {
	p          *probe
	files      map[string]*zip.File // by lower-case name, as OPC compares them
	twice      map[string]bool      // names that stand there more than once
	extensions map[string]bool      // of the names, with the dot
	macros     bool                 // an entry where macros are kept
}

// lookArchive tells DOCX and ODT from every other zip file by what they say of
// themselves, wherever in the file that stands.
func lookArchive(p *probe) (verdict, error) {
	a, err := openArchive(p)
	if err != nil {
		return verdict{}, err
	}
	types, err := a.contentTypes()
	if err != nil {
		return verdict{}, err
	}
	text, err := a.isOpenDocumentText()
	if err != nil {
		return verdict{}, err
	}
	switch {
	case types.macros, a.macros && (types.document || text):
		return verdict{}, macros()
	case types.document:
		return verdict{docx, false}, nil
	case text:
		return verdict{odt, a.odtProtected()}, nil
	}
	return verdict{}, unsupportedType(nil)
}

// openArchive reads the directory and holds every entry against the rules.
func openArchive(p *probe) (*archive, error) {
	p.allow(maxDirectoryBytes)
	reader, err := zip.NewReader(p, p.size)
	if err != nil {
		return nil, unsafeArchive(err)
	}
	if n := len(reader.File); n > maxEntries {
		return nil, unsafeArchive(fmt.Errorf("%d entries", n))
	}
	a := &archive{
		p: p, files: make(map[string]*zip.File, len(reader.File)),
		twice: map[string]bool{}, extensions: map[string]bool{},
	}
	total := uint64(0)
	for _, f := range reader.File {
		if err := checkEntry(f); err != nil {
			return nil, unsafeArchive(err)
		}
		// No overflow: each size is at most the limit here.
		if total += f.UncompressedSize64; total > maxDeclaredBytes {
			return nil, unsafeArchive(errors.New("declares too many bytes"))
		}
		a.add(f)
	}
	return a, nil
}

func (a *archive) add(f *zip.File) {
	name := strings.ToLower(f.Name)
	a.twice[name] = a.twice[name] || a.files[name] != nil
	a.files[name] = f
	a.macros = a.macros || isMacro(name)
	if name != contentTypesName {
		a.extensions[path.Ext(name)] = true
	}
}

// checkEntry refuses names that lead somewhere else when unpacked, and sizes
// that can't be true: what deflate can't shrink grows by far less than 1 %.
func checkEntry(f *zip.File) error {
	declared, packed := f.UncompressedSize64, f.CompressedSize64
	switch {
	case declared > maxDeclaredBytes:
		return errors.New("declares too many bytes")
	case packed > declared+declared/100+1024:
		return errors.New("an entry is larger packed than unpacked")
	case strings.HasPrefix(f.Name, "/"):
		return errors.New("an absolute name")
	case strings.ContainsAny(f.Name, "\\\x00"):
		return errors.New("a backslash or NUL in a name")
	case len(f.Name) >= 2 && f.Name[1] == ':' && isLetter(f.Name[0]):
		return errors.New("a drive in a name")
	}
	for part := range strings.SplitSeq(f.Name, "/") {
		if part == ".." {
			return errors.New("a climbing name")
		}
	}
	return nil
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isMacro takes a lower-case entry name. Word keeps macros in vbaProject.bin and
// vbaData.xml, OpenDocument in Basic/ and Scripts/.
func isMacro(name string) bool {
	return strings.Contains(name, "vbaproject") || strings.HasSuffix(name, "/vbadata.xml") ||
		strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/")
}

// part reads the one entry of a name. Nil without an error means that there is
// none.
func (a *archive) part(name string) ([]byte, error) {
	f := a.files[name]
	if f == nil {
		return nil, nil
	}
	if a.twice[name] {
		return nil, unsafeArchive(errors.New("two entries of one name"))
	}
	// The local header and the last buffer of the unpacker come on top.
	a.p.allow(maxPartBytes + 8<<10)
	content, err := f.Open()
	if err != nil {
		return nil, unsafeArchive(err)
	}
	defer func() { _ = content.Close() }()
	b, err := io.ReadAll(io.LimitReader(content, maxPartBytes+1))
	if err == nil && len(b) > maxPartBytes {
		err = errors.New("the part that tells the type is too large")
	}
	if err != nil {
		return nil, unsafeArchive(err)
	}
	return b, nil
}

// isOpenDocumentText tells whether the archive is an ODT with its main part, or
// with that part inside an encrypted package.
func (a *archive) isOpenDocumentText() (bool, error) {
	declared, err := a.part("mimetype")
	if err != nil {
		return false, err
	}
	main := a.files["content.xml"] != nil || a.files[encryptedPackage] != nil
	return main && string(bytes.TrimSpace(declared)) == odt.contentType, nil
}

// encryptedPackage is where LibreOffice 24.2 and later put a whole encrypted ODT.
const encryptedPackage = "encrypted-package"

// odtProtected tells a password-protected ODT by its directory. In the older way
// each part is encrypted by itself and then stored, since it shrinks no more,
// while the manifest stays readable and packed.
func (a *archive) odtProtected() bool {
	if a.files[encryptedPackage] != nil {
		return true
	}
	content, manifest := a.files["content.xml"], a.files["meta-inf/manifest.xml"]
	return content != nil && manifest != nil && content.Method == zip.Store && manifest.Method == zip.Deflate
}
