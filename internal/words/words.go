package words

import (
	"fmt"
	"html/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Words are one language of the firm's: what it is called, which way it runs, and
// every sentence in it. It is a value and cheap to hand around.
type Words struct {
	Tag  string // BCP 47: "pt-BR"
	Name string // what its speakers call it: "Português (Brasil)"
	Dir  string // "ltr" or "rtl"

	localizer *i18n.Localizer
	dates     dates
}

// Bare is a value that text takes as it is, even where another would be wrapped in
// marks that nobody sees: an address of ours, the end of which a mail program has
// to find.
type Bare string

// Text is the sentence of a key, in plain text. args are names and values by turns,
// "Firm", "Ruiz & Co"; "Count", an int, picks the plural. A string that could
// disturb the direction of the sentence, and in a language from right to left every
// string, is wrapped in FSI and PDI (U+2068, U+2069). A key that isn't there, or a
// value that is missing, is a bug of ours: it panics.
func (w Words) Text(key string, args ...any) string {
	return w.say(key, values{args: args, rtl: w.Dir == "rtl"})
}

// HTML is the sentence of a key, for a page: escaped, strings in <bdi>. A value of
// type template.HTML stays as it is.
func (w Words) HTML(key string, args ...any) template.HTML {
	return template.HTML(w.say(key, values{args: args, html: true})) //nolint:gosec // message.Execute escaped what isn't HTML already
}

func (w Words) say(key string, v values) string {
	if len(v.args)%2 != 0 {
		panic(fmt.Sprintf("words: %s: a name without a value", key))
	}
	said, err := w.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: key, TemplateData: v, PluralCount: v.count(), TemplateParser: parser{},
	})
	if err != nil {
		panic("words: " + err.Error())
	}
	return said
}
