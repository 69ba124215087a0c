package e2e

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
)

// randomResume makes a resume of a random type. Sizes go from 1 byte to 300 KB
// and each order of magnitude is as likely as another; a type that needs more
// than that is a little larger.
func randomResume(r *rand.Rand, name string) (filename string, body []byte) {
	size := int(math.Pow(10, r.Float64()*math.Log10(300_000)))
	switch r.IntN(6) {
	case 0:
		return name + ".pdf", around("%PDF-1.7\n", noise(r, size), "\n%%EOF\n")
	case 1:
		return name + ".png", around("\x89PNG\r\n\x1a\n", noise(r, size), "")
	case 2:
		return name + ".jpg", around("\xff\xd8\xff\xe0", noise(r, size), "\xff\xd9")
	case 3:
		return name + ".rtf", around(`{\rtf1 `, letters(r, size), "}")
	case 4:
		return name + ".docx", docx(letters(r, size))
	default:
		return name + ".txt", letters(r, size)
	}
}

func around(head string, middle []byte, tail string) []byte {
	return append(append([]byte(head), middle...), tail...)
}

func noise(r *rand.Rand, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func letters(r *rand.Rand, size int) []byte {
	const alphabet = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789.,\n"
	b := make([]byte, size)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return b
}

// docx is the smallest Word document with a text, stored so that it doesn't shrink.
func docx(text []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, entry := range []struct{ name, content string }{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?>` +
			`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"word/document.xml", fmt.Sprintf(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">`+
			`<w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>`, text)},
	} {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: entry.name, Method: zip.Store}) // a buffer takes everything
		_, _ = f.Write([]byte(entry.content))
	}
	_ = w.Close()
	return b.Bytes()
}
