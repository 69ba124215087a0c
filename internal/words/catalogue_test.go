package words_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"usher/internal/words"
)

// forms are the plural categories of CLDR for whole numbers, by catalogue.
var forms = map[string][]string{
	"en": {"one", "other"}, "es": {"many", "one", "other"}, "fr": {"many", "one", "other"}, "pt-BR": {"many", "one", "other"},
	"zh-Hans": {"other"}, "vi": {"one", "other"}, "ar": {"few", "many", "one", "other", "two", "zero"},
}

// sentence is a value of a catalogue: its forms, "" for the one of what has no plural.
type sentence map[string]string

func readCatalogue(t *testing.T, tag string) map[string]sentence {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("catalogues", tag+".json"))
	if err != nil {
		t.Fatal(err)
	}
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(content, &raw); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	all := map[string]sentence{}
	for key, value := range raw {
		var one string
		s := sentence{}
		if json.Unmarshal(value, &one) == nil {
			s[""] = one
		} else if err := json.Unmarshal(value, &s); err != nil {
			t.Fatalf("%s: %s: %v", tag, key, err)
		}
		all[key] = s
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Z][a-z]+\}\}`)

// placeholders are those of a sentence, whatever form they stand in.
func placeholders(s sentence) []string {
	found := map[string]bool{}
	for _, text := range s {
		for _, p := range placeholder.FindAllString(text, -1) {
			found[p] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestCatalogues holds every language to English: no key too few or too many, the
// same placeholders, the plural forms of its own, and nothing left in English.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	english := readCatalogue(t, "en")
	same := []string{ // right in both
		"es layout.error_title", "es layout.error", "es layout.time", "pt-BR layout.time",
	}
	files, err := filepath.Glob("catalogues/*.json")
	if err != nil || len(files) != len(words.Shipped()) {
		t.Fatalf("%d catalogues for %d languages, %v", len(files), len(words.Shipped()), err)
	}
	for _, tag := range words.Shipped() {
		catalogue := readCatalogue(t, tag)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(catalogue))); diff != "" {
			t.Errorf("%s: keys: %s", tag, diff)
		}
		for key, s := range catalogue {
			if diff := cmp.Diff(placeholders(english[key]), placeholders(s)); diff != "" {
				t.Errorf("%s %s: placeholders: %s", tag, key, diff)
			}
			want := []string{""}
			if len(english[key]) > 1 {
				want = forms[tag]
			}
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(s))); diff != "" {
				t.Errorf("%s %s: plural forms: %s", tag, key, diff)
			}
			if tag != "en" && cmp.Equal(s, english[key]) != slices.Contains(same, tag+" "+key) {
				t.Errorf("%s %s: is it translated? %q", tag, key, s)
			}
		}
	}
}

// TestVoice holds every sentence to the voice: calm, and without a promise that
// only a firm can make.
func TestVoice(t *testing.T) {
	t.Parallel()
	for _, tag := range words.Shipped() {
		for key, s := range readCatalogue(t, tag) {
			for form, text := range s {
				if strings.ContainsAny(text, "!¡！<>&\n\t") || strings.TrimSpace(text) != text || text == "" ||
					strings.Contains(text, "  ") || strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
					t.Errorf("%s %s %s: %q", tag, key, form, text)
				}
				for _, word := range []string{"confiden", "保密", "机密", "bảo mật", "سري", "oops", "24 h"} {
					if strings.Contains(strings.ToLower(text), word) {
						t.Errorf("%s %s: says %q", tag, key, word)
					}
				}
				if polite := []string{"please", "por favor", "s’il vous plaît", "请", "vui lòng", "يرجى", "من فضلك"}; strings.HasPrefix(key, "error.") {
					for _, word := range polite {
						if strings.Contains(strings.ToLower(text), word) {
							t.Errorf("%s %s: says %q", tag, key, word)
						}
					}
				}
				if strings.Contains(strings.ToLower(text), "lead") && !strings.HasPrefix(key, "mail.notification.") {
					t.Errorf("%s %s: prospects don't know what a lead is", tag, key)
				}
			}
		}
	}
}

// readProgram is every source that can say something: Go, pages, mails, scripts.
func readProgram(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	internal := os.DirFS("..")
	err := fs.WalkDir(internal, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "dist" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !slices.Contains([]string{".go", ".html", ".txt", ".js"}, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go") || d.IsDir() {
			return nil
		}
		content, err := fs.ReadFile(internal, path)
		for line := range strings.Lines(string(content)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "//") { // a comment says nothing to anybody
				all.WriteString(line)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestEveryKeyIsUsed finds each key, in quotes, somewhere in the program: what
// nobody says isn't worth translating.
func TestEveryKeyIsUsed(t *testing.T) {
	t.Parallel()
	program := readProgram(t)
	for _, key := range slices.Sorted(maps.Keys(readCatalogue(t, "en"))) {
		if !strings.Contains(program, `"`+key+`"`) && !strings.Contains(program, "`"+key+"`") && !strings.Contains(program, "'"+key+"'") {
			t.Errorf("nobody says %s", key)
		}
	}
}

// TestEveryUseHasAKey finds no call for a sentence that isn't there.
func TestEveryUseHasAKey(t *testing.T) {
	t.Parallel()
	english := readCatalogue(t, "en")
	uses := regexp.MustCompile("(?:\\.(?:Text|HTML)\\(|\\.(?:T|Text|HTML) )[\"`]([a-z_]+\\.[a-z_.]+)[\"`]").FindAllStringSubmatch(readProgram(t), -1)
	if len(uses) < 10 {
		t.Fatalf("only %d uses were found: does the program still speak by Text, HTML and T?", len(uses))
	}
	for _, use := range uses {
		if english[use[1]] == nil {
			t.Errorf("%s is said and stands in no catalogue", use[1])
		}
	}
}
