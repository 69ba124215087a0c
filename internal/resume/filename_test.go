package resume_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"usher/internal/fault"
	"usher/internal/resume"
)

// Names as they are sent with a PDF, and as they are kept; empty: refused.
func TestFilenames(t *testing.T) {
	t.Parallel()
	tests := []struct{ sent, want string }{
		{"cv.pdf", "cv.pdf"},
		{"CV Ann.PDF", "CV Ann.PDF"},
		{"Résumé – José Núñez.pdf", "Résumé – José Núñez.pdf"},
		{"履歴書.pdf", "履歴書.pdf"},
		{"سيرة ذاتية.pdf", "سيرة ذاتية.pdf"},
		{"👩‍🏫 cv.pdf", "👩‍🏫 cv.pdf"},
		{"O'Neill \"Null\" cv.pdf", "O'Neill Null cv.pdf"},
		{`C:\Users\ann\cv.pdf`, "cv.pdf"},
		{"../../etc/cv.pdf", "cv.pdf"},
		{"/home/ann/cv.pdf", "cv.pdf"},
		{`a/b\c.pdf`, "c.pdf"},
		{"C:cv.pdf", "Ccv.pdf"},
		{"a<b>c|d?e*f.pdf", "abcdef.pdf"},
		{"cv\r\nSet-Cookie: a=b.pdf", "cvSet-Cookie a=b.pdf"},
		{"cv\x00\x07\x7f\u0085.pdf", "cv.pdf"},
		{"cv\u202efdp.pdf", "cvfdp.pdf"},
		{"\u2066cv\u2069\u200e\u200f\u061c.p\u202edf", "cv.pdf"},
		{"cv\xff\xfe.pdf", "cv.pdf"},
		{"  cv.pdf \t", "cv.pdf"},
		{"cv.pdf. . .", "cv.pdf"},
		{"", "resume.pdf"},
		{".", "resume.pdf"},
		{"..", "resume.pdf"},
		{"/", "resume.pdf"},
		{".pdf", "resume.pdf"},
		{". .pdf", "resume.pdf"},
		{"...PDF", "resume.PDF"},
		{"cv", "cv.pdf"},
		{"cv.", "cv.pdf"},
		{"J. Smith", "J. Smith.pdf"},
		{"mon.été", "mon.été.pdf"},
		{".hidden.pdf", ".hidden.pdf"},
		{"x.exe.pdf", "x.exe.pdf"},
		{"x.pdf.exe", ""},
		{"cv.docx", ""},
		{"cv v1.2", ""},
		{"pdf", "pdf.pdf"},
		{strings.Repeat("a", 300) + ".pdf", strings.Repeat("a", 251) + ".pdf"},
		{strings.Repeat("a", 300), strings.Repeat("a", 251) + ".pdf"},
		{strings.Repeat("é", 200) + ".pdf", strings.Repeat("é", 125) + ".pdf"},
		{strings.Repeat("🙂", 100) + ".pdf", strings.Repeat("🙂", 62) + ".pdf"},
		{strings.Repeat("a", 251) + ".pdf", strings.Repeat("a", 251) + ".pdf"},
	}
	for _, test := range tests {
		shelf := newStand(t, limit)
		upload, err := shelf.Receive(t.Context(), test.sent, strings.NewReader(pdfFile))
		if test.want == "" {
			rejected(t, err, fault.Unsupported, "name_mismatch")
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", test.sent, err)
			continue
		}
		if got := upload.Ref().Filename; got != test.want {
			t.Errorf("%q became %q, want %q", test.sent, got, test.want)
		}
		upload.Discard()
	}
}

// What each type is called when nobody gave it a name.
func TestOwnExtensions(t *testing.T) {
	t.Parallel()
	for extension, body := range map[string]string{
		"pdf": pdfFile, "doc": string(docFile()), "docx": string(docxFile()), "odt": string(odtFile()),
		"rtf": rtfFile, "txt": "hello", "jpg": string(jpegFile()), "png": string(pngFile()),
	} {
		shelf := newStand(t, limit)
		upload, err := shelf.Receive(t.Context(), "", strings.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", extension, err)
			continue
		}
		if got := upload.Ref().Filename; got != "resume."+extension {
			t.Errorf("%s became %q", extension, got)
		}
		upload.Discard()
	}
}

// checkName holds a clean name against everything that is promised of one.
func checkName(t interface{ Errorf(string, ...any) }, sent string) {
	name, err := resume.CleanFilename(sent)
	if err != nil {
		if fault.KindOf(err) != fault.Unsupported {
			t.Errorf("%q: %v", sent, err)
		}
		return
	}
	bad := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`/\<>:"|?*`, r)
	}
	switch again, err := resume.CleanFilename(name); {
	case !utf8.ValidString(name), strings.ContainsFunc(name, bad):
		t.Errorf("%q became %q, which isn't safe", sent, name)
	case len(name) > 255 || len(name) < len("a.pdf"):
		t.Errorf("%q became %q, of %d bytes", sent, name, len(name))
	case !strings.EqualFold(name[len(name)-4:], ".pdf"):
		t.Errorf("%q became %q, without its extension", sent, name)
	case again != name || err != nil:
		t.Errorf("%q became %q and then %q, %v", sent, name, again, err)
	}
}

func TestFilenameProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		extension := rapid.SampledFrom([]string{"", ".pdf", ".PDF", ".", ". ", ".p\u202edf", "/", ".exe"}).Draw(t, "extension")
		checkName(t, rapid.String().Draw(t, "stem")+extension)
	})
}

func FuzzFilename(f *testing.F) {
	for _, seed := range []string{"cv.pdf", `..\..\cv.PDF`, "cv\u202efdp.exe.pdf", "\xff.pdf", ". .pdf", strings.Repeat("é", 200) + ".pdf"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) { checkName(t, sent) })
}
