package words

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogues
var catalogues embed.FS

// Languages are those that a firm's pages and mails can be read in; the first is
// the default. They are safe for concurrent use.
type Languages struct {
	words   []Words
	tags    []language.Tag
	matcher language.Matcher
}

// New makes the languages of these tags (BCP 47), the default first; none means
// all that are shipped. One named twice counts once. An unknown one is an error
// that names those there are.
func New(tags ...string) (*Languages, error) {
	if len(tags) == 0 {
		tags = Shipped()
	}
	tags, err := Tags(tags...)
	if err != nil {
		return nil, err
	}
	l := &Languages{}
	bundle := i18n.NewBundle(language.English)
	for _, tag := range tags {
		w, err := load(bundle, tag)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", tag, err)
		}
		l.words = append(l.words, w)
		l.tags = append(l.tags, language.Make(tag))
	}
	l.matcher = language.NewMatcher(l.tags)
	return l, nil
}

// load adds a language's catalogue to the bundle.
func load(bundle *i18n.Bundle, tag string) (Words, error) {
	t, file := tongue{}, tag
	if tag == Pseudo {
		file = "en"
	}
	for _, known := range shipped() {
		if known.tag == file {
			t = known
		}
	}
	name := "catalogues/" + file + ".json"
	content, err := catalogues.ReadFile(name)
	if err != nil {
		return Words{}, err
	}
	parsed, err := i18n.ParseMessageFileBytes(content, name, nil)
	if err != nil {
		return Words{}, err
	}
	if tag == Pseudo {
		t.tag, t.name = Pseudo, pseudo(t.name)
		pseudoAll(parsed.Messages)
	}
	if err := bundle.AddMessages(language.Make(tag), parsed.Messages...); err != nil {
		return Words{}, err
	}
	return Words{Tag: t.tag, Name: t.name, Dir: t.dir, localizer: i18n.NewLocalizer(bundle, tag), dates: t.dates}, nil
}

// All are the firm's languages in its order.
func (l *Languages) All() []Words { return slices.Clone(l.words) }

// The most that is read of what a browser says. A stranger may say more.
const (
	maxTag    = 64   // bytes
	maxHeader = 1000 // bytes
)

// Choose picks the language of a page: what was asked for by ?lang, else the best
// of an Accept-Language header, else the default. What can't be read, or what the
// firm lacks, is passed over.
func (l *Languages) Choose(asked, acceptLanguage string) Words {
	if i, ok := l.match(asked); ok {
		return l.words[i]
	}
	for _, tag := range preferred(acceptLanguage) {
		if i, ok := l.match(tag); ok {
			return l.words[i]
		}
	}
	return l.words[0]
}

// Of picks the language for a tag, such as that of a lead: the best match, else
// the default.
func (l *Languages) Of(tag string) Words { return l.Choose(tag, "") }

// match finds the firm's language that is closest to a tag. It must be the same
// language: the matcher would give Spanish to who asks for Galician. The pseudo-locale
// is for whoever asks for it by its name, and is nobody's English.
func (l *Languages) match(written string) (index int, ok bool) {
	if written == "" || len(written) > maxTag {
		return 0, false
	}
	tag, err := language.Parse(written)
	if err != nil {
		return 0, false
	}
	_, i, confidence := l.matcher.Match(tag)
	if confidence == language.No {
		return 0, false
	}
	want, _ := tag.Base()
	have, _ := l.tags[i].Base()
	return i, want == have && (l.words[i].Tag != Pseudo || strings.EqualFold(written, Pseudo))
}

// preferred are the languages of an Accept-Language header, the most wanted first.
// An entry that can't be read doesn't spoil the others.
func preferred(header string) []string {
	type wish struct {
		tag     string
		quality float32
	}
	var wishes []wish
	for entry := range strings.SplitSeq(header[:min(len(header), maxHeader)], ",") {
		tags, qualities, err := language.ParseAcceptLanguage(entry)
		if err == nil && len(tags) == 1 {
			wishes = append(wishes, wish{tags[0].String(), qualities[0]})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int {
		switch {
		case a.quality > b.quality:
			return -1
		case a.quality < b.quality:
			return 1
		}
		return 0
	})
	tags := make([]string, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	return tags
}
