package app_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

// A few files of each type; the deep tables are in internal/resume.

const (
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	odtType  = "application/vnd.oasis.opendocument.text"
	rtfFile  = `{\rtf1\ansi Ann Example\par}`
)

func picture(encode func(*bytes.Buffer, image.Image) error) string {
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		panic(err)
	}
	return b.String()
}

// zipped takes names and contents in turn.
func zipped(entries ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for pair := range slices.Chunk(entries, 2) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: pair[0], Method: zip.Store})
		if err == nil {
			_, err = f.Write([]byte(pair[1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func docx(more ...string) string {
	return zipped(append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Override PartName="/word/document.xml" ContentType="` + docxType + `.main+xml"/></Types>`,
		"word/document.xml", "<w:document/>",
	}, more...)...)
}

func odt(more ...string) string {
	return zipped(append([]string{"mimetype", odtType, "content.xml", "<office:document-content/>"}, more...)...)
}

func TestResumesAreTaken(t *testing.T) {
	t.Parallel()
	jpegFile := picture(func(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) })
	pngFile := picture(func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) })
	long := strings.Repeat("ü", 300)
	s := start(t)
	for _, c := range []struct{ filename, content, wantName, wantType string }{
		{"cv.pdf", pdf, "cv.pdf", "application/pdf"},
		{"CV.PDF", pdf, "CV.PDF", "application/pdf"},
		{"cv", pdf, "cv.pdf", "application/pdf"},
		{"cv.docx", docx(), "cv.docx", docxType},
		{"cv.doc", docx(), "cv.doc", docxType},
		{"cv.odt", odt(), "cv.odt", odtType},
		{"cv.rtf", rtfFile, "cv.rtf", "application/rtf"},
		{"cv.doc", rtfFile, "cv.doc", "application/rtf"},
		{"cv.txt", "Ann Example\n", "cv.txt", "text/plain"},
		{"cv.jpg", jpegFile, "cv.jpg", "image/jpeg"},
		{"cv.jpeg", jpegFile, "cv.jpeg", "image/jpeg"},
		{"cv.png", pngFile, "cv.png", "image/png"},
		{"x.exe.pdf", pdf, "x.exe.pdf", "application/pdf"},
		{`C:\Users\Ann\cv.pdf`, pdf, "cv.pdf", "application/pdf"},
		{"../../etc/cv.pdf", pdf, "cv.pdf", "application/pdf"},
		{"履歴書 résumé.pdf", pdf, "履歴書 résumé.pdf", "application/pdf"},
		{"a\u202efdp.pdf", pdf, "afdp.pdf", "application/pdf"},
		{"", pdf, "resume.pdf", "application/pdf"},
		{".pdf", pdf, "resume.pdf", "application/pdf"},
		{long + ".pdf", pdf, strings.Repeat("ü", 125) + ".pdf", "application/pdf"},
	} {
		r := s.submitted(t, file(c.filename, c.content))
		if r.Resume.Filename != c.wantName || r.Resume.ContentType != c.wantType || r.Resume.Size != int64(len(c.content)) {
			t.Errorf("%q came back as %+v", c.filename, r.Resume)
		}
	}
	locked := s.submitted(t, file("cv.pdf", strings.Replace(pdf, "/Root", "/Encrypt 9 0 R/Root", 1)))
	if !s.lead(t, locked.ID).ResumeProtected {
		t.Error("a password-protected file isn't marked")
	}
}

func TestResumesAreRefused(t *testing.T) {
	t.Parallel()
	type file1 struct{ name, filename, content, code string }
	scenarios := []scenario{}
	for _, c := range []file1{
		{"a PDF called .doc", "cv.doc", pdf, "name_mismatch"},
		{"a PDF called .pdf.exe", "x.pdf.exe", pdf, "name_mismatch"},
		{"a text called .pdf", "cv.pdf", "Ann Example\n", "name_mismatch"},
		{"HTML", "cv.txt", "<!doctype html><p>" + marker, "unsupported_type"},
		{"XML", "cv.txt", "<?xml version='1.0'?><a/>", "unsupported_type"},
		{"SVG", "cv.txt", "<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"},
		{"a script", "cv.txt", "#!/bin/sh\nrm -r /\n", "unsupported_type"},
		{"a program", "cv.pdf", "MZ\x90\x00\x03\x00\x00\x00" + strings.Repeat("\x00", 60), "unsupported_type"},
		{"a bare archive", "cv.docx", zipped("a.txt", "a"), ""},
		{"macros in DOCX", "cv.docx", docx("word/vbaProject.bin", "x"), "macros"},
		{"macros in ODT", "cv.odt", odt("Basic/script-lc.xml", "<x/>"), "macros"},
		{"a climbing name", "cv.docx", docx("../evil", "x"), "unsafe_archive"},
		{"an absolute name", "cv.odt", odt("/etc/evil", "x"), "unsafe_archive"},
		{"bytes", "cv.txt", "\x00\x01\x02\x03", "unsupported_type"},
	} {
		s := scenario{name: c.name, req: submission(good(file(marker+c.filename, c.content))...), status: 415, code: c.code}
		if c.code != "" {
			s.bad = []string{"resume " + c.code}
		}
		scenarios = append(scenarios, s)
	}
	all := submission(good(text("email", marker), file("cv.exe", pdf))...)
	start(t).run(t, append(scenarios, scenario{
		name: "and another field", req: all, status: 415, code: "name_mismatch", bad: []string{"email invalid_email", "resume name_mismatch"},
	}))
}
