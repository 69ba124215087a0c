package resume_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// Small files of every type, built here so that no binary lies in the tree.

const (
	typePDF  = "application/pdf"
	typeDOC  = "application/msword"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeODT  = "application/vnd.oasis.opendocument.text"
	typeRTF  = "application/rtf"
	typeTXT  = "text/plain"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
)

const (
	pdfBody    = "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
	pdfFile    = pdfBody + "trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"
	lockedPDF  = pdfBody + "trailer<</Root 1 0 R/Size 3/Encrypt 9 0 R>>\nstartxref\n0\n%%EOF\n"
	rtfFile    = `{\rtf1\ansi Ann Example\par}`
	wordMain   = typeDOCX + ".main+xml"
	macroMain  = "application/vnd.ms-word.document.macroEnabled.main+xml"
	sheetMain  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	wordPrefix = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
)

func pngFile() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegFile() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// part is an entry of a zip file. With lie set, the header is written as it
// stands and data is put in raw.
type part struct {
	name, data string
	store      bool
	lie        func(*zip.FileHeader)
}

func zipFile(parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.store {
			h.Method = zip.Store
		}
		create := w.CreateHeader
		if p.lie != nil {
			h.Method, h.CompressedSize64, h.UncompressedSize64 = zip.Store, uint64(len(p.data)), uint64(len(p.data))
			p.lie(h)
			create = w.CreateRaw
		}
		f, err := create(h)
		if err == nil {
			_, err = io.WriteString(f, p.data)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func typesXML(main string) string {
	return wordPrefix + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + main + `"/></Types>`
}

func docxParts(more ...part) []part {
	return append([]part{
		{name: "[Content_Types].xml", data: typesXML(wordMain)},
		{name: "_rels/.rels", data: "<Relationships/>"},
		{name: "word/document.xml", data: "<w:document/>"},
	}, more...)
}

func docxFile(more ...part) []byte { return zipFile(docxParts(more...)...) }

func odtParts(more ...part) []part {
	return append([]part{
		{name: "mimetype", data: typeODT, store: true},
		{name: "content.xml", data: "<office:document-content/>"},
		{name: "META-INF/manifest.xml", data: strings.Repeat("<manifest:file-entry/>", 9)},
	}, more...)
}

func odtFile(more ...part) []byte { return zipFile(odtParts(more...)...) }

// node is a storage (with children) or a stream of a compound file.
type node struct {
	name     string
	data     []byte
	children []node
}

func fib(flags uint16) []byte {
	b := make([]byte, 4096)
	binary.LittleEndian.PutUint16(b, 0xa5ec)
	binary.LittleEndian.PutUint16(b[10:], flags)
	return b
}

func docFile(more ...node) []byte {
	return compoundFile(9, append([]node{{name: "WordDocument", data: fib(0)}, {name: "1Table", data: make([]byte, 4096)}}, more...)...)
}

// compoundFile writes streams, then the directory, then the FAT and the DIFAT,
// so that reading the directory of a large one needs all of them.
func compoundFile(shift uint, children ...node) []byte {
	const end, free = 0xfffffffe, 0xffffffff
	le, size := binary.LittleEndian, 1<<shift
	var sectors bytes.Buffer
	var fat []uint32
	put := func(b []byte) (first uint32) {
		first = uint32(len(fat))
		for ; len(b) > 0; b = b[min(size, len(b)):] {
			sector := make([]byte, size)
			copy(sector, b)
			sectors.Write(sector)
			fat = append(fat, uint32(len(fat)+1))
		}
		if len(fat) > int(first) {
			fat[len(fat)-1] = end
		}
		return first
	}

	var dir []byte
	var add func(name string, kind byte, data []byte, children []node, right uint32)
	add = func(name string, kind byte, data []byte, children []node, right uint32) {
		at := len(dir)
		dir = append(dir, make([]byte, 128)...)
		units := utf16.Encode([]rune(name + "\x00"))
		for i, u := range units {
			le.PutUint16(dir[at+2*i:], u)
		}
		le.PutUint16(dir[at+64:], uint16(2*len(units)))
		dir[at+66] = kind
		le.PutUint32(dir[at+68:], free)
		le.PutUint32(dir[at+72:], right)
		le.PutUint32(dir[at+76:], free)
		le.PutUint32(dir[at+116:], put(data))
		le.PutUint32(dir[at+120:], uint32(len(data)))
		next := uint32(free) // each child is the right sibling of the one after it
		for _, c := range children {
			kind := byte(2)
			if c.children != nil {
				kind = 1
			}
			child := uint32(len(dir) / 128)
			add(c.name, kind, c.data, c.children, next)
			next = child
		}
		le.PutUint32(dir[at+76:], next)
	}
	add("Root Entry", 5, nil, children, free)
	first := put(dir)

	per := size / 4
	fats, difats := 1, 0
	for fats*per < len(fat)+fats+difats {
		fats++
		difats = (max(0, fats-109) + per - 2) / (per - 1)
	}
	firstFAT := uint32(len(fat))
	for range fats + difats {
		fat = append(fat, 0xfffffffd)
	}
	for _, f := range append(fat, make([]uint32, fats*per-len(fat))...) {
		sectors.Write(le.AppendUint32(nil, f))
	}

	header := make([]byte, size)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[28:], 0xfffe)
	le.PutUint16(header[30:], uint16(shift))
	le.PutUint16(header[32:], 6)
	le.PutUint32(header[44:], uint32(fats))
	le.PutUint32(header[48:], first)
	le.PutUint32(header[56:], 4096)
	le.PutUint32(header[60:], end)
	le.PutUint32(header[68:], end)
	le.PutUint32(header[72:], uint32(difats))
	for i := range 109 {
		le.PutUint32(header[76+4*i:], free)
		if i < fats {
			le.PutUint32(header[76+4*i:], firstFAT+uint32(i))
		}
	}
	for x := range difats {
		self := firstFAT + uint32(fats+x)
		if x == 0 {
			le.PutUint32(header[68:], self)
		}
		for i := range per - 1 {
			entry := uint32(free)
			if n := 109 + x*(per-1) + i; n < fats {
				entry = firstFAT + uint32(n)
			}
			sectors.Write(le.AppendUint32(nil, entry))
		}
		next := uint32(end)
		if x+1 < difats {
			next = self + 1
		}
		sectors.Write(le.AppendUint32(nil, next))
	}
	return slices.Concat(header, sectors.Bytes())
}

func utf16File(order binary.AppendByteOrder, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// latin1 encodes a string of characters below U+0100.
func latin1(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}
