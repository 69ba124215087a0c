package words

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/pt_BR"
	"github.com/go-playground/locales/vi"
	"github.com/go-playground/locales/zh_Hans"
)

// Pseudo is a language for tests: English, longer, accented and in brackets, so
// that text which is cut off, or which isn't in a catalogue, shows.
const Pseudo = "en-XA"

// tongue is a language as its readers know it.
type tongue struct {
	tag, name, dir string
	dates          dates
}

// shipped is the one list of languages. Dates of English have the day before the
// month, which nobody misreads.
func shipped() []tongue {
	return []tongue{
		{"en", "English", "ltr", en_GB.New()},
		{"es", "Español", "ltr", es.New()},
		{"zh-Hans", "简体中文", "ltr", zh_Hans.New()},
		{"pt-BR", "Português (Brasil)", "ltr", pt_BR.New()},
		{"fr", "Français", "ltr", fr.New()},
		{"vi", "Tiếng Việt", "ltr", vi.New()},
		{"ar", "العربية", "rtl", ar.New()},
	}
}

// Shipped lists the languages that there are, English first.
func Shipped() []string {
	var tags []string
	for _, t := range shipped() {
		tags = append(tags, t.tag)
	}
	return tags
}

// Tags reads what somebody wrote for languages: each as Shipped spells it, or
// Pseudo, and none twice. An unknown one is an error that names those there are.
func Tags(written ...string) ([]string, error) {
	var tags []string
	known := append(Shipped(), Pseudo)
	for _, item := range written {
		i := slices.IndexFunc(known, func(tag string) bool { return strings.EqualFold(tag, strings.TrimSpace(item)) })
		switch {
		case strings.TrimSpace(item) == "":
			return nil, errors.New("has an empty entry; write languages with commas between them, such as en,es")
		case i < 0:
			return nil, fmt.Errorf("%q is no language that there is; there are %s, and %s for tests", item, strings.Join(Shipped(), ", "), Pseudo)
		case !slices.Contains(tags, known[i]):
			tags = append(tags, known[i])
		}
	}
	return tags, nil
}
