package demo

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// file is an entry of an archive.
type file struct {
	name, content string
	stored        bool // not packed
}

// writeDOCX writes the three parts that make an Office Open XML document (ECMA-376
// part 1, 11.2).
func writeDOCX(s sheet) []byte {
	var body strings.Builder
	for i, line := range s.lines(s.both()) {
		style := ""
		if i == 0 {
			style = `<w:rPr><w:b/><w:sz w:val="36"/></w:rPr>`
		}
		body.WriteString(`<w:p><w:r>` + style + `<w:t xml:space="preserve">` + escaped(line) + `</w:t></w:r></w:p>`)
	}
	return pack([]file{
		{name: "[Content_Types].xml", content: xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{name: "_rels/.rels", content: xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{name: "word/document.xml", content: xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
			body.String() + `</w:body></w:document>`},
	})
}

// writeODT writes an OpenDocument text (ISO 26300); its type comes first, unpacked.
func writeODT(s sheet) []byte {
	var body strings.Builder
	for _, line := range s.lines(s.both()) {
		body.WriteString(`<text:p>` + escaped(line) + `</text:p>`)
	}
	const contentType = "application/vnd.oasis.opendocument.text"
	return pack([]file{
		{name: "mimetype", content: contentType, stored: true},
		{name: "META-INF/manifest.xml", content: xmlHead + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + contentType + `"/>` +
			`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
		{name: "content.xml", content: xmlHead + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
			`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>` +
			body.String() + `</office:text></office:body></office:document-content>`},
	})
}

// pack makes a zip file. It goes to memory, so nothing can fail.
func pack(files []file) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.stored {
			header.Method = zip.Store
		}
		if w, err := archive.CreateHeader(header); err == nil {
			_, _ = w.Write([]byte(f.content))
		}
	}
	_ = archive.Close()
	return b.Bytes()
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // to memory
	return b.String()
}
