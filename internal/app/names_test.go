package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// realNames are names of the kinds that the W3C's "Personal names around the
// world" tells of, and others that programs trip over.
var realNames = []string{
	"Björk Guðmundsdóttir", "毛泽东", "María-José Carreño Quiñones", "Борис Николаевич Ельцин", "Μαρία Παπαδοπούλου", "Nguyễn Tấn Dũng",
	"محمد بن سلمان", "יִצְחָק", "สมชาย ใจดี", "김민수", "たなか 太郎", "ዐቢይ አህመድ", "தமிழ்ச்செல்வி", "ශ්\u200dරී", "क्\u200dष", "می\u200cخواهم",
	"O'Brien", "O\u2019Brien", "d’Artagnan-Żółć", "Jean-Luc", "X Æ A-12", "Smith, Jr. (III)", "R2", "7", "Null", "undefined", "FNU",
	"A", "Ï", "I\u0308", "ﬁ", "ß", "İstanbullu", "ǅ", "🙂", "👩\u200d⚕️", "𠮷野", "a\u00a0b", "a  b", "a\u3000b", "Łukasz\u00ad",
	"\u200eAnn", "Ann\u200f", "a\u200db", "a\u200cb", "\ufeffAnn", "a\u200bb", "\u061cAnn", "a\u2060b", "\U000e0001a", "{{.}}", "<b>Ann</b>",
	`"Ann"`, "=1+1", "%s%n", `\`, "Robert'); DROP TABLE leads;--", "${jndi:ldap://x}", "&amp;", "-", ".",
}

func TestNamesAreKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range append(realNames, strings.Repeat("\U0010ffff", 0)+strings.Repeat("𠮷", 200)) {
		r := s.submitted(t, text("first_name", name), text("last_name", name))
		if r.FirstName != name || r.LastName != name {
			t.Errorf("%+q came back as %+q, %+q", name, r.FirstName, r.LastName)
		}
		if l := s.lead(t, r.ID); l.FirstName != name || l.LastName != name {
			t.Errorf("%+q is shown to staff as %+q, %+q", name, l.FirstName, l.LastName)
		}
	}
}

// whiteSpace is Unicode's White_Space property.
const whiteSpace = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

func TestNamesAreTrimmed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, sent := range []struct{ name, want string }{
		{whiteSpace + "Ann" + whiteSpace, "Ann"},
		{" " + strings.Repeat("n", 200) + "\u3000", strings.Repeat("n", 200)},
		{"\u200bAnn\u200b", "\u200bAnn\u200b"}, // a zero-width space is no white space
		{"\ufeffAnn ", "\ufeffAnn"},
		{"\u180eAnn", "\u180eAnn"}, // was white space until Unicode 6.3
		{"\u200e Ann", "\u200e Ann"},
	} {
		if r := s.submitted(t, text("first_name", sent.name)); r.FirstName != sent.want {
			t.Errorf("%+q came back as %+q, want %+q", sent.name, r.FirstName, sent.want)
		}
	}
}

func TestNamesAreRefused(t *testing.T) {
	t.Parallel()
	type refusal struct{ name, code string }
	var cases []refusal
	refused := []rune{'\u2028', '\u2029'}
	for r := rune(0); r <= 0x9f; r++ {
		if r < 0x20 || r >= 0x7f {
			refused = append(refused, r)
		}
	}
	for r := '\u202a'; r <= '\u202e'; r++ {
		refused = append(refused, r)
	}
	for r := '\u2066'; r <= '\u2069'; r++ {
		refused = append(refused, r)
	}
	for _, r := range refused {
		cases = append(cases, refusal{"A" + string(r) + "n", "invalid_characters"})
	}
	for _, r := range refused[2:] {
		if !strings.ContainsRune(whiteSpace, r) { // that is trimmed
			cases = append(cases, refusal{"Ann" + string(r), "invalid_characters"})
		}
	}
	for _, name := range []string{"\xff", "Ann\xc3", "\xed\xa0\x80", "\xc0\x80", "A\xf4\x90\x80\x80"} {
		cases = append(cases, refusal{name, "invalid_characters"})
	}
	for _, name := range []string{
		"", " ", whiteSpace, "\u200b", "\u200d\u200c", "\u200e\u200f", "\ufeff", "\u00ad", "\u2060\u2063", "\u180e", "\u034f",
		"\ufe0f", "\U000e0101", "\U000e0041", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u061c", " \u200d ", "\ufff9",
	} {
		cases = append(cases, refusal{name, "required"})
	}
	cases = append(cases, refusal{strings.Repeat("n", 201), "too_long"}, refusal{strings.Repeat("𠮷", 201), "too_long"})

	s := start(t)
	before := s.census(t)
	for _, c := range cases {
		for _, field := range []string{"first_name", "last_name"} {
			got := s.submit(t, good(text(field, c.name))...)
			if got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s %+q: want 422, got %d", field, c.name, got.status)
				continue
			}
			same(t, fmt.Sprintf("%+q", c.name), got.violations(t), []string{field + " " + c.code})
		}
	}
	same(t, "written", s.census(t), before)
}
