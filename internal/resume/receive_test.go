package resume_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/resume"
)

// Every accepted type, as people have it on their disks.
func TestReceiveAndKeep(t *testing.T) {
	t.Parallel()
	text := "Ann Example\r\nNurse, 2019\u20132025\n\n* Café\tManager\n"
	tests := []struct {
		about, filename string
		body            []byte
		contentType     string
		protected       bool
	}{
		{"a PDF", "cv.pdf", []byte(pdfFile), typePDF, false},
		{"a PDF after junk", "cv.pdf", []byte(strings.Repeat("x", 900) + pdfFile), typePDF, false},
		{"a malformed PDF", "cv.pdf", []byte("%PDF-"), typePDF, false},
		{"a PDF with a password", "cv.pdf", []byte(lockedPDF), typePDF, true},
		{"a PDF made for the web, with a password", "cv.pdf", []byte(lockedPDF + strings.Repeat("x", 5<<20)), typePDF, true},
		{"a long PDF with a password", "cv.pdf", []byte(pdfBody + strings.Repeat("x", 5<<20) + lockedPDF), typePDF, true},
		{"a PDF whose password lies across two reads", "cv.pdf", []byte(pdfBody + strings.Repeat("x", 64<<10-len(pdfBody)-3) + "/Encrypt 9 0 R"), typePDF, true},
		{"a PDF that speaks of /Encryption", "cv.pdf", []byte(pdfFile + "/EncryptionTool /Encrypted"), typePDF, false},
		{"a DOC", "cv.doc", docFile(), typeDOC, false},
		{"a DOC with large sectors", "cv.doc", compoundFile(12, node{name: "WordDocument", data: fib(0)}), typeDOC, false},
		{"a DOC with a password", "cv.doc", compoundFile(9, node{name: "WordDocument", data: fib(0x0100)}), typeDOC, true},
		{"a DOC that needs a DIFAT", "cv.doc", docFile(node{name: "Data", data: make([]byte, 9<<20)}), typeDOC, false},
		{"a DOC with a workbook inside", "cv.doc", docFile(node{name: "ObjectPool", children: []node{{name: "Workbook", data: fib(0)}}}), typeDOC, false},
		{"a DOCX", "cv.docx", docxFile(), typeDOCX, false},
		{"a DOCX under .doc", "cv.doc", docxFile(), typeDOCX, false},
		{"a DOCX in odd order", "cv.docx", zipFile(
			part{name: "customXml/item1.xml", data: strings.Repeat("x", 9000), store: true},
			part{name: "word/document.xml", data: "<w:document/>"},
			part{name: "[Content_Types].xml", data: typesXML(wordMain)}), typeDOCX, false},
		{"a DOCX as .NET packs it", "cv.docx", zipFile(
			part{name: "word/document.xml", data: "<w:document/>"},
			part{name: "[Content_Types].xml", data: `<Types><Default Extension="xml" ContentType="` + wordMain + `"/></Types>`}), typeDOCX, false},
		{"a DOCX with a password", "cv.docx", compoundFile(9, node{name: "EncryptionInfo", data: fib(0)}, node{name: "EncryptedPackage", data: fib(0)}), typeDOCX, true},
		{"an ODT", "cv.odt", odtFile(), typeODT, false},
		{"an ODT packed by a plain zip tool", "cv.odt", zipFile(part{name: "content.xml", data: "<x/>"}, part{name: "mimetype", data: typeODT + "\n"}), typeODT, false},
		{"an ODT with a password", "cv.odt", zipFile(
			part{name: "mimetype", data: typeODT, store: true}, part{name: "content.xml", data: "\x01\x02", store: true},
			part{name: "META-INF/manifest.xml", data: "<x/>"}), typeODT, true},
		{"an ODT with a password, the new way", "cv.odt", zipFile(
			part{name: "mimetype", data: typeODT, store: true}, part{name: "encrypted-package", data: "\x01\x02", store: true}), typeODT, true},
		{"an RTF", "cv.rtf", []byte(rtfFile), typeRTF, false},
		{"an RTF under .doc", "cv.doc", []byte(rtfFile), typeRTF, false},
		{"a JPEG", "cv.jpg", jpegFile(), typeJPEG, false},
		{"a JPEG under .jpeg", "cv.JPEG", jpegFile(), typeJPEG, false},
		{"a PNG", "cv.png", pngFile(), typePNG, false},
		{"text in UTF-8", "cv.txt", []byte(text), typeTXT, false},
		{"text with a byte order mark", "cv.txt", []byte("\ufeff" + text), typeTXT, false},
		{"text in UTF-16, little endian", "cv.txt", utf16File(binary.LittleEndian, text+"🙂"), typeTXT, false},
		{"text in UTF-16, big endian", "cv.txt", utf16File(binary.BigEndian, text+"🙂"), typeTXT, false},
		{"long text in UTF-16", "cv.txt", utf16File(binary.LittleEndian, strings.Repeat("🙂é", 40_000)), typeTXT, false},
		{"text in Latin-1", "cv.txt", latin1("R\u00e9sum\u00e9 de Jos\u00e9 Nu\u00f1ez"), typeTXT, false},
		{"one letter", "cv.txt", []byte("x"), typeTXT, false},
		{"text that looks like CSV", "cv.txt", []byte("a,b,c\n1,2,3\n4,5,6\n"), typeTXT, false},
		{"text that looks like JSON", "cv.txt", []byte(`{"name": "Ann"}`), typeTXT, false},
		{"text that looks like a vCard", "cv.txt", []byte("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"), typeTXT, false},
		{"text that mimetype takes for a font", "cv.txt", []byte("OTTO SCHMIDT\nwelder\n"), typeTXT, false},
		{"text that mimetype takes for a program", "cv.txt", []byte("MZ Khan\nteacher\n"), typeTXT, false},
		{"text that begins with an address", "cv.txt", []byte("<ann@example.com>\nhello"), typeTXT, false},
		{"text that begins with a link", "cv.txt", []byte("<https://example.com/ann>\nhello"), typeTXT, false},
		{"text that speaks of tags", "cv.txt", []byte("I removed every <script> from the site. a < b\n"), typeTXT, false},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			t.Parallel()
			shelf := newStand(t, limit)
			// One byte at a time is how a slow phone sends; half buffers are how multipart does.
			var body io.Reader = iotest.HalfReader(bytes.NewReader(test.body))
			if len(test.body) < 10_000 {
				body = iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(test.body)))
			}
			upload, err := shelf.Receive(t.Context(), test.filename, body)
			if err != nil {
				t.Fatal(err)
			}
			defer upload.Discard()
			want := resume.Ref{
				Key: "00000001", Filename: test.filename, ContentType: test.contentType,
				Size: int64(len(test.body)), SHA256: digest(test.body), Protected: test.protected,
			}
			if diff := cmp.Diff(want, upload.Ref()); diff != "" {
				t.Errorf("ref (-want +got):\n%s", diff)
			}
			if err := upload.Keep(t.Context()); err != nil {
				t.Fatal(err)
			}
			upload.Discard()
			stored, err := os.ReadFile(filepath.Join(shelf.dir, "00000001"))
			if err != nil || !bytes.Equal(stored, test.body) {
				t.Errorf("stored %d bytes, %v; sent %d", len(stored), err, len(test.body))
			}
			if names := shelf.files(t); len(names) != 1 {
				t.Errorf("files: %v", names)
			}
			file, err := shelf.Open(t.Context(), upload.Ref())
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, test.body) {
				t.Errorf("read back %d bytes, %v", len(got), err)
			}
		})
	}
}

// rejected says that err is a fault about the resume field, for people to read.
func rejected(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v, want a fault", err)
	}
	if f.Kind != kind || f.Code != code || len(f.Violations) != 1 {
		t.Fatalf("got kind %d, %v; want kind %d, code %s", f.Kind, f, kind, code)
	}
	v := f.Violations[0]
	if v.Field != "resume" || v.Code != code || v.Message != f.Detail {
		t.Errorf("violation %+v of %+v", v, f)
	}
	lower := strings.ToLower(v.Message)
	if !strings.HasSuffix(v.Message, ".") || strings.ContainsAny(v.Message, "!?%") || strings.Contains(lower, "please") || strings.Contains(lower, "oops") {
		t.Errorf("message %q", v.Message)
	}
}

func TestReceiveRejects(t *testing.T) {
	t.Parallel()
	utf16HTML := utf16File(binary.LittleEndian, "<html><script>1</script>")
	tests := []struct {
		about, filename string
		body            []byte
		kind            fault.Kind
		code            string
	}{
		{"nothing", "cv.pdf", nil, fault.Invalid, "empty"},
		{"too much", "cv.pdf", bytes.Repeat([]byte("x"), limit+1), fault.TooLarge, "too_large"},
		{"another extension", "cv.docx", []byte(pdfFile), fault.Unsupported, "name_mismatch"},
		{"a program's extension", "cv.pdf.exe", []byte(pdfFile), fault.Unsupported, "name_mismatch"},
		{"text under .doc", "cv.doc", []byte("hello"), fault.Unsupported, "name_mismatch"},
		{"a DOC under .docx", "cv.docx", docFile(), fault.Unsupported, "name_mismatch"},
		{"a program that also is a PDF", "cv.pdf", append([]byte("MZ\x90\x00\x03"), pdfFile...), fault.Unsupported, "unsupported_type"},
		{"an ELF that also is a PDF", "cv.pdf", append([]byte("\x7fELF\x02"), pdfFile...), fault.Unsupported, "unsupported_type"},
		{"a program", "cv.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00"), fault.Unsupported, "unsupported_type"},
		{"an ELF program", "cv.txt", []byte("\x7fELF\x02\x01\x01\x00"), fault.Unsupported, "unsupported_type"},
		{"a GIF", "cv.png", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), fault.Unsupported, "unsupported_type"},
		{"text with a NUL near its end", "cv.txt", []byte(strings.Repeat("hello\n", 50_000) + "\x00"), fault.Unsupported, "unsupported_type"},
		{"UTF-16 with a NUL", "cv.txt", utf16File(binary.BigEndian, "hello\x00"), fault.Unsupported, "unsupported_type"},
		{"UTF-16 with half a pair", "cv.txt", append(utf16File(binary.BigEndian, "hello"), 0xd8, 0x00, 0x00, 0x41), fault.Unsupported, "unsupported_type"},
		{"HTML", "cv.txt", []byte("<!DOCTYPE html><title>x</title>"), fault.Unsupported, "unsupported_type"},
		{"HTML with a byte order mark", "cv.txt", []byte("\ufeff \n<HTML>"), fault.Unsupported, "unsupported_type"},
		{"HTML after a comment", "cv.txt", []byte("<!-- hi --><html>"), fault.Unsupported, "unsupported_type"},
		{"HTML after prose", "cv.txt", []byte("hello\n  <html><body>"), fault.Unsupported, "unsupported_type"},
		{"HTML in UTF-16", "cv.txt", utf16HTML, fault.Unsupported, "unsupported_type"},
		{"HTML before a PDF", "cv.pdf", []byte("<html><script>1</script>" + pdfFile), fault.Unsupported, "unsupported_type"},
		{"a script tag", "cv.txt", []byte("<script src=x>"), fault.Unsupported, "unsupported_type"},
		{"SVG", "cv.txt", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>`), fault.Unsupported, "unsupported_type"},
		{"SVG with a slash", "cv.txt", []byte(`<svg/onload=alert(1)>`), fault.Unsupported, "unsupported_type"},
		{"XML", "cv.txt", []byte(`<?xml version="1.0"?><a/>`), fault.Unsupported, "unsupported_type"},
		{"XML without a declaration", "cv.txt", []byte(`<resume><name>x</name></resume>`), fault.Unsupported, "unsupported_type"},
		{"a shell script", "cv.txt", []byte("#!/bin/sh\necho hi\n"), fault.Unsupported, "unsupported_type"},
		{"a shell script before a PDF", "cv.pdf", []byte("#!/bin/sh\n" + pdfFile), fault.Unsupported, "unsupported_type"},
		{"PHP", "cv.txt", []byte("<?php phpinfo();"), fault.Unsupported, "unsupported_type"},
		{"PostScript", "cv.txt", []byte("%!PS-Adobe-3.0\n"), fault.Unsupported, "unsupported_type"},
		{"a workbook", "cv.doc", compoundFile(9, node{name: "Workbook", data: fib(0)}), fault.Unsupported, "unsupported_type"},
		{"a workbook with a document inside", "cv.doc", compoundFile(9, node{name: "Workbook", data: fib(0)},
			node{name: "MBD00", children: []node{{name: "a", data: fib(0)}, {name: "WordDocument", data: fib(0)}}}), fault.Unsupported, "unsupported_type"},
		{"a DOC with macros", "cv.doc", docFile(node{name: "Macros", children: []node{{name: "VBA", data: fib(0)}}}), fault.Unsupported, "macros"},
		{"a DOC with a workbook with macros", "cv.doc", docFile(node{name: "ObjectPool", children: []node{
			{name: "_1", children: []node{{name: "_VBA_PROJECT_CUR", children: []node{}}}}}}), fault.Unsupported, "macros"},
		{"a cut DOC", "cv.doc", docFile()[:700], fault.Unsupported, "unsupported_type"},
		{"a bare zip", "cv.docx", zipFile(part{name: "cv.pdf", data: pdfFile, store: true}), fault.Unsupported, "unsupported_type"},
		{"an empty zip", "cv.docx", zipFile(), fault.Unsupported, "unsupported_type"},
		{"a workbook in XML", "cv.docx", zipFile(part{name: "[Content_Types].xml", data: typesXML(sheetMain)}, part{name: "word/document.xml"}), fault.Unsupported, "unsupported_type"},
		{"an OpenDocument spreadsheet", "cv.odt", zipFile(part{name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet"}, part{name: "content.xml"}), fault.Unsupported, "unsupported_type"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			t.Parallel()
			shelf := newStand(t, limit)
			upload, err := shelf.Receive(t.Context(), test.filename, bytes.NewReader(test.body))
			defer upload.Discard()
			rejected(t, err, test.kind, test.code)
			shelf.wantEmpty(t)
		})
	}
}

// The limit is exact, and a byte past it is all that is read.
func TestReceiveLimit(t *testing.T) {
	t.Parallel()
	for _, most := range []int64{1, 100, 64 << 10, 64<<10 + 1, 200_000} {
		body := strings.NewReader(strings.Repeat("x", int(most)))
		shelf := newStand(t, most)
		upload, err := shelf.Receive(t.Context(), "cv.txt", body)
		if err != nil || upload.Ref().Size != most {
			t.Fatalf("limit %d: %v", most, err)
		}
		upload.Discard()

		endless := &counted{Reader: strings.NewReader(strings.Repeat("x", int(most)+500_000))}
		_, err = shelf.Receive(t.Context(), "cv.txt", endless)
		rejected(t, err, fault.TooLarge, "too_large")
		if endless.n != most+1 {
			t.Errorf("limit %d: %d bytes read", most, endless.n)
		}
		shelf.wantEmpty(t)
	}
}

type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// What goes wrong while reading is the caller's to understand, and never passes
// for the end of a resume.
func TestReceiveBodyFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		about string
		ctx   context.Context
		body  io.Reader
		want  error
	}{
		{"the connection breaks", t.Context(), io.MultiReader(strings.NewReader(pdfFile), iotest.ErrReader(broken)), broken},
		{"the body is cut", t.Context(), io.MultiReader(strings.NewReader(pdfFile), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
		{"the deadline passes", t.Context(), io.MultiReader(strings.NewReader(pdfFile), iotest.ErrReader(os.ErrDeadlineExceeded)), os.ErrDeadlineExceeded},
		{"the reader stalls", t.Context(), stalled{}, io.ErrNoProgress},
		{"the request is cancelled", cancelled, strings.NewReader(pdfFile), context.Canceled},
	}
	for _, test := range tests {
		shelf := newStand(t, limit)
		_, err := shelf.Receive(test.ctx, "cv.pdf", test.body)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.about, err)
		}
		if _, ok := errors.AsType[*fault.Error](err); ok {
			t.Errorf("%s: a fault hides what it was: %v", test.about, err)
		}
		shelf.wantEmpty(t)
	}

	shelf := newStand(t, limit)
	body := http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(pdfFile)), 10)
	_, err := shelf.Receive(t.Context(), "cv.pdf", body)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); !ok || tooLarge.Limit != 10 {
		t.Errorf("the server's own limit: %v", err)
	}
	shelf.wantEmpty(t)
}

type stalled struct{}

func (stalled) Read([]byte) (int, error) { return 0, nil }

func TestDiscard(t *testing.T) {
	t.Parallel()
	shelf := newStand(t, limit)
	upload, err := shelf.Receive(t.Context(), "cv.pdf", strings.NewReader(pdfFile))
	if err != nil {
		t.Fatal(err)
	}
	if names := shelf.files(t); len(names) != 1 || !strings.HasSuffix(names[0], ".tmp") {
		t.Errorf("before: %v", names)
	}
	upload.Discard()
	upload.Discard()
	shelf.wantEmpty(t)
	if err := upload.Keep(t.Context()); err == nil {
		t.Error("kept what was discarded")
	}
	shelf.wantEmpty(t)
}
