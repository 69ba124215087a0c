package words

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	i18ntemplate "github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/unicode/bidi"
)

// parser reads the placeholders of a sentence. text/template would do, but it costs
// more, and can do more than a translator should be able to ask for.
type parser struct{}

// Cacheable lets each sentence be read once.
func (parser) Cacheable() bool { return true }

// Parse splits a sentence at its placeholders.
func (parser) Parse(sentence, _, _ string) (i18ntemplate.ParsedTemplate, error) {
	var m message
	for {
		before, rest, found := strings.Cut(sentence, "{{.")
		m.literals = append(m.literals, literal{text: before, html: template.HTMLEscapeString(before)})
		if !found {
			return m, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("a placeholder without an end in %q", sentence)
		}
		m.names, sentence = append(m.names, name), after
	}
}

// message is a sentence that was read: a literal, and then by turns the value of a
// name and a literal.
type message struct {
	literals []literal
	names    []string
}

type literal struct{ text, html string }

func (l literal) in(v values) string {
	if v.html {
		return l.html
	}
	return l.text
}

// Execute puts the values in.
func (m message) Execute(data any) (string, error) {
	v, ok := data.(values)
	if !ok {
		return "", fmt.Errorf("values of type %T", data)
	}
	if len(m.names) == 0 {
		return m.literals[0].in(v), nil
	}
	var b strings.Builder
	for i, name := range m.names {
		b.WriteString(m.literals[i].in(v))
		value, ok := v.of(name)
		if !ok {
			return "", fmt.Errorf("no value for %s in %q", name, m.literals[0].text)
		}
		b.WriteString(v.show(value))
	}
	b.WriteString(m.literals[len(m.names)].in(v))
	return b.String(), nil
}

// values are the arguments of a sentence, and how to write them.
type values struct {
	args []any // names and values by turns
	html bool
	rtl  bool
}

// of is the value of a name.
func (v values) of(name string) (any, bool) {
	for i := 0; i < len(v.args); i += 2 {
		if v.args[i] == name {
			return v.args[i+1], true
		}
	}
	return nil, false
}

// count is what picks the plural; nil where nothing is counted.
func (v values) count() any {
	if n, ok := v.of("Count"); ok {
		return n
	}
	return nil
}

func (v values) show(value any) string {
	switch value := value.(type) {
	case int:
		return strconv.Itoa(value)
	case template.HTML:
		return string(value)
	case Bare:
		if v.html {
			return template.HTMLEscapeString(string(value))
		}
		return string(value)
	}
	s := fmt.Sprint(value)
	switch {
	case v.html:
		return "<bdi>" + template.HTMLEscapeString(balanced(s)) + "</bdi>"
	case v.rtl, disturbs(s):
		return string(fsi) + balanced(s) + string(pdi)
	default:
		return s
	}
}

// Marks of the bidirectional algorithm (UAX 9 section 2).
const (
	lri = '\u2066'
	fsi = '\u2068' // what follows has a direction of its own
	pdi = '\u2069' // up to here
)

// disturbs tells whether a text could change the order of what stands around it in
// a language from left to right.
func disturbs(s string) bool {
	for _, r := range s {
		if r < '\u0590' { // the first of those from right to left is Hebrew
			continue
		}
		class, _ := bidi.LookupRune(r)
		switch class.Class() {
		case bidi.R, bidi.AL, bidi.AN, bidi.LRO, bidi.RLO, bidi.LRE, bidi.RLE, bidi.PDF, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI:
			return true
		default:
		}
	}
	return false
}

// balanced makes sure that a text closes what it opened and nothing else: a PDI of
// its own would let the rest of it out of the wrapping.
func balanced(s string) string {
	if !strings.ContainsAny(s, "\u2066\u2067\u2068\u2069") {
		return s
	}
	open := 0
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= lri && r <= fsi:
			open++
		case r == pdi && open == 0:
			return -1
		case r == pdi:
			open--
		}
		return r
	}, s)
	return kept + strings.Repeat(string(pdi), open)
}
