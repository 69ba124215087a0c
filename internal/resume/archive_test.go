package resume_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"usher/internal/fault"
	"usher/internal/resume"
)

// declare makes an entry's header say a size that its data doesn't have.
func declare(unpacked uint64) func(*zip.FileHeader) {
	return func(h *zip.FileHeader) { h.UncompressedSize64 = unpacked }
}

// fillers makes n entries.
func fillers(n int) []part {
	parts := make([]part, n)
	for i := range parts {
		parts[i] = part{name: fmt.Sprintf("word/media/a-picture-with-quite-a-long-name-as-some-programs-write-%05d.png", i), store: true}
	}
	return parts
}

// Each rule for archives: the last file that passes and the first that doesn't.
func TestArchiveRules(t *testing.T) {
	t.Parallel()
	const total = 256 << 20
	used := uint64(0) // declared by the parts that every DOCX here has
	for _, p := range docxParts() {
		used += uint64(len(p.data))
	}
	tests := []struct {
		about string
		body  []byte
		code  string // empty: accepted
	}{
		{"5,000 entries", docxFile(fillers(5_000 - 3)...), ""},
		{"5,001 entries", docxFile(fillers(5_001 - 3)...), "unsafe_archive"},
		{"30,000 entries", docxFile(fillers(30_000)...), "unsafe_archive"},
		{"256 MiB declared", docxFile(part{name: "a", lie: declare(total - used)}), ""},
		{"a byte more declared", docxFile(part{name: "a", lie: declare(total - used + 1)}), "unsafe_archive"},
		{"much more declared, in zip64", docxFile(part{name: "a", lie: declare(1 << 60)}), "unsafe_archive"},
		{"sizes that overflow when added", docxFile(part{name: "a", lie: declare(1 << 63)}, part{name: "b", lie: declare(1 << 63)}), "unsafe_archive"},
		{"1 % and 1 KiB larger packed", docxFile(part{name: "a", data: strings.Repeat("x", 10_000+100+1024), lie: declare(10_000)}), ""},
		{"a byte more than that", docxFile(part{name: "a", data: strings.Repeat("x", 10_000+100+1025), lie: declare(10_000)}), "unsafe_archive"},
		{"an absolute name", docxFile(part{name: "/etc/passwd"}), "unsafe_archive"},
		{"a climbing name", docxFile(part{name: "word/../../x"}), "unsafe_archive"},
		{"a name of dots", docxFile(part{name: ".."}), "unsafe_archive"},
		{"a backslash", docxFile(part{name: `word\x`}), "unsafe_archive"},
		{"a drive", docxFile(part{name: "C:x"}), "unsafe_archive"},
		{"dots that don't climb", docxFile(part{name: "word/..x/a..b"}), ""},
		{"a DOCTYPE", zipFile(part{name: "[Content_Types].xml", data: `<!DOCTYPE x [<!ENTITY a "b">]>` + typesXML(wordMain)}, part{name: "word/document.xml"}), "unsafe_archive"},
		{"broken XML", zipFile(part{name: "[Content_Types].xml", data: "<Types"}, part{name: "word/document.xml"}), "unsafe_archive"},
		{"an unknown entity", zipFile(part{name: "[Content_Types].xml", data: "<Types>&a;</Types>"}, part{name: "word/document.xml"}), "unsafe_archive"},
		{"endless content types", zipFile(part{name: "[Content_Types].xml", data: typesXML(wordMain) + strings.Repeat(" ", 1<<20)}, part{name: "word/document.xml"}), "unsafe_archive"},
		{"two content types", docxFile(part{name: "[content_types].xml", data: typesXML(sheetMain)}), "unsafe_archive"},
		{"a false checksum", docxFileWith(part{name: "[Content_Types].xml", data: typesXML(wordMain), lie: func(h *zip.FileHeader) { h.CRC32 = 1 }}), "unsafe_archive"},
		{"no main part", zipFile(part{name: "[Content_Types].xml", data: typesXML(wordMain)}), "unsupported_type"},
		{"a template", docxFileWith(part{name: "[Content_Types].xml", data: typesXML(strings.Replace(wordMain, "document.main", "template.main", 1))}), "unsupported_type"},
		{"macros in a DOCM", docxFileWith(part{name: "[Content_Types].xml", data: typesXML(macroMain)}, part{name: "word/vbaProject.bin"}), "macros"},
		{"macros announced only", docxFileWith(part{name: "[Content_Types].xml", data: typesXML(macroMain)}), "macros"},
		{"macros without a word", docxFile(part{name: "word/VBAPROJECT.bin"}), "macros"},
		{"cut in the middle", docxFile()[:300], "unsafe_archive"},
		{"more headers than the end record counts", moreThanCounted(docxFile()), "unsafe_archive"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) { t.Parallel(); checkArchive(t, "cv.docx", test.body, test.code) })
	}
	for about, body := range map[string][]byte{
		"Basic": odtFile(part{name: "Basic/Standard/Module1.xml"}), "Scripts": odtFile(part{name: "Scripts/python/x.py"}),
	} {
		t.Run("ODT macros in "+about, func(t *testing.T) { t.Parallel(); checkArchive(t, "cv.odt", body, "macros") })
	}
}

func checkArchive(t *testing.T, filename string, body []byte, code string) {
	t.Helper()
	shelf := newStand(t, limit)
	upload, err := shelf.Receive(t.Context(), filename, bytes.NewReader(body))
	defer upload.Discard()
	if code == "" {
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	rejected(t, err, fault.Unsupported, code)
	shelf.wantEmpty(t)
}

// docxFileWith has other content types than a DOCX.
func docxFileWith(types part, more ...part) []byte {
	return zipFile(append([]part{types, {name: "word/document.xml", data: "<w:document/>"}}, more...)...)
}

// moreThanCounted lowers the counts in the end record.
func moreThanCounted(b []byte) []byte {
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint16(b[end+8:], 1)
	binary.LittleEndian.PutUint16(b[end+10:], 1)
	return b
}

// Compound files that run in circles or point nowhere end, and are refused.
func TestCompoundFileLies(t *testing.T) {
	t.Parallel()
	edit := func(offset int, value uint32) []byte {
		b := docFile()
		binary.LittleEndian.PutUint32(b[offset:], value)
		return b
	}
	good := docFile()
	directory := int(binary.LittleEndian.Uint32(good[48:]))
	fat := (int(binary.LittleEndian.Uint32(good[76:])) + 1) * 512
	many := make([]node, 20_000)
	for i := range many {
		many[i].name = "x"
	}
	for about, body := range map[string][]byte{
		"a directory in a circle":      edit(fat+4*directory, uint32(directory)),
		"a directory past the end":     edit(48, 1<<30),
		"a FAT past the end":           edit(76, 1<<30),
		"no FAT":                       edit(76, 0xffffffff),
		"sectors of 2^65535 bytes":     edit(28, 0xfffffffe),
		"more entries than are walked": docFile(many...),
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			shelf := newStand(t, limit)
			_, err := shelf.Receive(t.Context(), "cv.doc", bytes.NewReader(body))
			rejected(t, err, fault.Unsupported, "unsupported_type")
			shelf.wantEmpty(t)
		})
	}
}

// FuzzArchive lets the decision look at anything: it must end, without a panic,
// with a type of the list or a rejection, and with few bytes read.
func FuzzArchive(f *testing.F) {
	for _, seed := range [][]byte{
		[]byte(pdfFile), []byte(lockedPDF), docFile(), compoundFile(12, node{name: "EncryptedPackage", data: fib(0)}),
		docxFile(), odtFile(), docxFile(part{name: "a", lie: declare(1 << 60)}), []byte(rtfFile), jpegFile(), pngFile(),
		[]byte("hello"), utf16File(binary.LittleEndian, "hello"), []byte("<svg/>"),
	} {
		f.Add(seed)
	}
	types := map[string]bool{typePDF: true, typeDOC: true, typeDOCX: true, typeODT: true, typeRTF: true, typeTXT: true, typeJPEG: true, typePNG: true}
	f.Fuzz(func(t *testing.T, body []byte) {
		draft := &countedAt{ReaderAt: bytes.NewReader(body)}
		contentType, _, err := resume.Decide(draft, int64(len(body)))
		switch {
		case err == nil && !types[contentType]:
			t.Errorf("type %q", contentType)
		case err != nil && fault.KindOf(err) != fault.Unsupported:
			t.Errorf("error %v", err)
		}
		if most := 2*int64(len(body)) + 4<<20; draft.n > most {
			t.Errorf("%d bytes read of %d", draft.n, len(body))
		}
	})
}

type countedAt struct {
	io.ReaderAt
	n int64
}

func (c *countedAt) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(b, off)
	c.n += int64(n)
	return n, err
}

// However large its directory, no more than a little of an archive is read.
func TestArchiveReadsLittle(t *testing.T) {
	t.Parallel()
	body := docxFile(fillers(30_000)...)
	draft := &countedAt{ReaderAt: bytes.NewReader(body)}
	_, _, err := resume.Decide(draft, int64(len(body)))
	rejected(t, err, fault.Unsupported, "unsafe_archive")
	if draft.n > 1<<20+200<<10 {
		t.Errorf("%d bytes read of %d", draft.n, len(body))
	}
}
