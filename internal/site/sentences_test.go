package site

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"
	"time"

	"usher/internal/fault"
	"usher/internal/intake"
	"usher/internal/lead"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/words"
)

func testSite(t *testing.T) *Site {
	t.Helper()
	folder, err := disk.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	shelf := resume.NewShelf(disk.New(folder, new(fault.Latch)), 1<<20, func() string { return "a" })
	return &Site{Intake: intake.Reader{Shelf: shelf}}
}

// zipped is an archive with these names in it.
func zipped(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What the rules say in English is what the form says in English: the API and the
// page tell a mistake in the same words.
func TestSentencesAreThoseOfTheRules(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	languages, err := words.New("en")
	if err != nil {
		t.Fatal(err)
	}
	english := languages.Of("en")
	said := []fault.Violation{intake.Missing()}
	for _, sub := range []lead.Submission{
		{}, {FirstName: strings.Repeat("n", 201), LastName: strings.Repeat("n", 201), Email: "x"}, {FirstName: "\u202e", LastName: "\u202e"},
	} {
		said = append(said, sub.Check()...)
	}
	for name, content := range map[string]string{
		"empty.pdf": "", "large.txt": strings.Repeat("x", 1<<20+1), "program.exe": "MZ\x00", "cv.doc": "%PDF-1.7\n", "cv.docx": zipped(t, "../x"),
	} {
		_, err := s.Intake.Shelf.Receive(t.Context(), name, strings.NewReader(content))
		known, ok := errors.AsType[*fault.Error](err)
		if !ok {
			t.Fatalf("%s: %v", name, err)
		}
		said = append(said, known.Violations...)
	}
	for _, v := range said {
		key := sentences[[2]string{v.Field, v.Code}]
		if key == "" {
			t.Errorf("the form has no sentence for %s %s", v.Field, v.Code)
			continue
		}
		got := s.sentence(english, v, 0)
		if v.Code == "name_mismatch" { // the page doesn't name the kind of file: it would have to in every language
			if !strings.Contains(got, "ends in .pdf and") {
				t.Errorf("%s: %q", v.Code, got)
			}
			continue
		}
		if got != v.Message {
			t.Errorf("%s %s: the form says %q, the rule %q", v.Field, v.Code, got, v.Message)
		}
	}
}

// Every sentence that the form can need is there in every language, and one that only
// a program can bring about is told in general words.
func TestSentencesInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	languages, err := words.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range languages.All() {
		for about := range sentences {
			if got := s.sentence(w, fault.Violation{Field: about[0], Code: about[1], Value: ".pdf"}, 90*time.Second); got == "" || strings.Contains(got, "{{") {
				t.Errorf("%s %v: %q", w.Tag, about, got)
			}
		}
		for _, v := range []fault.Violation{{Field: "last_name", Code: "duplicate"}, {Code: "malformed_multipart"}, {Field: "(unknown)", Code: "too_long"}} {
			if got := s.sentence(w, v, 0); got != w.Text("error.field.damaged") && got != w.Text("error.form.damaged") {
				t.Errorf("%s %v: %q", w.Tag, v, got)
			}
		}
	}
}

// A pause is told in what one would wait by.
func TestPauses(t *testing.T) {
	t.Parallel()
	s := testSite(t)
	languages, err := words.New("en")
	if err != nil {
		t.Fatal(err)
	}
	for pause, want := range map[time.Duration]string{
		time.Second: "Wait 1 second,", 1500 * time.Millisecond: "Wait 2 seconds,", 90 * time.Second: "Wait 90 seconds,",
		91 * time.Second: "Wait 2 minutes,", time.Hour: "Wait 60 minutes,",
	} {
		if got := s.sentence(languages.Of("en"), fault.Violation{Code: "too_many_submissions"}, pause); !strings.Contains(got, want) {
			t.Errorf("%v: %q", pause, got)
		}
	}
}

// The script is optional, and small: 8 KB on the wire at most.
func TestScriptIsSmall(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pages/form.js", "pages/embed.js"} {
		text, err := pages.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(text); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, %d packed", name, len(text), packed.Len())
		if packed.Len() > 8<<10 {
			t.Errorf("%s has %d bytes, packed", name, packed.Len())
		}
	}
}
