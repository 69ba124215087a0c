package demo

import (
	"bytes"
	"fmt"
	"strings"
)

// writePDF writes a PDF 1.4 of one or more pages in Helvetica, which every viewer
// has. That font knows Western letters only, so other names are spelled as in the
// passport.
func writePDF(s sheet) []byte {
	name := s.name
	if _, ok := western(name); !ok {
		name = s.latin
	}
	const perPage = 52
	lines := s.lines(name)
	var pages []string
	for first := 0; first < len(lines); first += perPage {
		pages = append(pages, pdfPage(lines[first:min(first+perPage, len(lines))], first == 0))
	}
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", pdfFont("Helvetica"), pdfFont("Helvetica-Bold")}
	var kids []string
	for _, content := range pages {
		page := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>", page+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return pdfFile(objects)
}

func pdfFont(name string) string {
	return "<< /Type /Font /Subtype /Type1 /BaseFont /" + name + " /Encoding /WinAnsiEncoding >>"
}

// pdfFile numbers the objects from 1 and says where each begins.
func pdfFile(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// pdfPage sets lines from the top: the name large, titles bold.
func pdfPage(lines []string, first bool) string {
	var b strings.Builder
	b.WriteString("BT\n14 TL\n56 790 Td\n")
	for i, line := range lines {
		font := "/F1 10 Tf"
		switch {
		case first && i == 0:
			font = "/F2 18 Tf"
		case line != "" && line == strings.ToUpper(line) && !strings.ContainsAny(line, "0123456789"):
			font = "/F2 11 Tf"
		}
		text, _ := western(line)
		text = strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(text)
		fmt.Fprintf(&b, "%s\n(%s) Tj\nT*\n", font, text)
		if first && i == 0 {
			b.WriteString("0 -6 Td\n")
		}
	}
	b.WriteString("ET")
	return b.String()
}

// western writes text in the encoding of the font; ok is false when a letter is
// missing there. Latin-1 is the part of it that names use.
func western(s string) (encoded string, ok bool) {
	ok = true
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xff || c > 0x7e && c < 0xa0 {
			c, ok = '?', false
		}
		b = append(b, byte(c))
	}
	return string(b), ok
}
