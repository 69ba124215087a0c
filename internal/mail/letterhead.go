package mail

import (
	"cmp"
	"html"
	"html/template"
	"strings"
	"time"

	"usher/internal/words"
)

// Letterhead is what the firm puts on its letters.
type Letterhead struct {
	Firm string         // may be empty: letters then name nobody
	Zone *time.Location // nil is UTC
	// Promise is what the firm says happens next, as its page of thanks says it, and Note
	// its own sentence in the confirmation.
	Promise, Note Saying
}

// Saying is what the firm says for a language, and the language that it is in; nil or
// empty when it says nothing.
type Saying func(language string) (text, of string)

// cleaned is a letterhead without what would break a header, and with a zone.
func (l Letterhead) cleaned() Letterhead {
	l.Firm = clean(l.Firm)
	if l.Zone == nil {
		l.Zone = time.UTC
	}
	return l
}

// said is what the firm says, as one paragraph.
func (s Saying) said(language string) (p paragraph) {
	if s == nil {
		return p
	}
	text, of := s(language)
	return paragraph{clean(strings.Join(strings.Fields(text), " ")), cmp.Or(of, language)}
}

type paragraph struct{ Text, Language string }

// view is what the templates may say, and so all that a letter can hold.
type view struct {
	words.Words
	Firm, Name, Email, Reference, Received, Link string

	Until         string // when the link lapses; of an account
	Language      string // of the lead, as its speakers call it; empty when unknown
	Promise, Note paragraph
	Spelled       bool // the name is spelled out, see display.go
	Answerable    bool // a reply reaches the prospect
}

// textView is a view for templates of plain text.
type textView struct{ view }

// T is the sentence of a key.
func (v textView) T(key string, args ...any) string { return v.Text(key, args...) }

// Bare is a link of ours that nothing may stick to.
func (textView) Bare(link string) words.Bare { return words.Bare(link) }

// htmlView is a view for templates of HTML.
type htmlView struct{ view }

// T is the sentence of a key, escaped.
func (v htmlView) T(key string, args ...any) template.HTML { return v.HTML(key, args...) }

// Strong is a value in bold.
func (htmlView) Strong(value string) template.HTML {
	return template.HTML("<strong><bdi>" + html.EscapeString(value) + "</bdi></strong>") //nolint:gosec // the value is escaped
}

// Anchor is a link of ours, an http or https URL, that shows where it goes.
func (htmlView) Anchor(link string) template.HTML {
	escaped := html.EscapeString(link)
	return template.HTML(`<a href="` + escaped + `">` + escaped + `</a>`) //nolint:gosec // likewise
}
