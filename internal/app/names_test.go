package app_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"usher/internal/mail"
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
	strings.Repeat("𠮷", 200),
}

func TestNamesAreKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range realNames {
		r := s.submitted(t, text("first_name", name), text("last_name", name))
		if r.FirstName != name || r.LastName != name {
			t.Errorf("%+q came back as %+q, %+q", name, r.FirstName, r.LastName)
		}
		if l := s.lead(t, r.ID); l.FirstName != name || l.LastName != name {
			t.Errorf("%+q is shown to staff as %+q, %+q", name, l.FirstName, l.LastName)
		}
	}
}

// shownAgain is what a field of the form is filled in with.
func shownAgain(t testing.TB, a answer, field string) string {
	t.Helper()
	m := regexp.MustCompile(`<input id="` + field + `"[^>]* value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no field %s in %s", field, a.body)
	}
	return html.UnescapeString(m[1])
}

func TestNamesAreShownAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range realNames {
		got := s.fill(t, good(text("first_name", name), text("last_name", name), text("email", "none"))...)
		wantPage(t, got, http.StatusUnprocessableEntity)
		for _, field := range []string{"first_name", "last_name"} {
			if shown := shownAgain(t, got, field); shown != name {
				t.Errorf("%s %+q is shown as %+q", field, name, shown)
			}
		}
	}
}

// spelledOut are the names that a mail program could make a link of, as the firm's
// mail writes them; the prospect's leaves them out.
var spelledOut = map[string]string{"${jndi:ldap://x}": "${jndi [colon] ldap [colon] [slash] [slash] x}"}

var (
	greeted = regexp.MustCompile(`<p>Hello(?: <bdi>([^<]*)</bdi>)?,</p>`)
	nameRow = regexp.MustCompile(`<p>Name: <strong><bdi>([^<]*)</bdi></strong><br>`)
	isolate = strings.NewReplacer("\u2068", "", "\u2069", "") // they keep a name's direction to itself
)

func TestNamesInMails(t *testing.T) {
	t.Parallel()
	s := start(t, mailOn...)
	s.post.answer(nil)
	names := map[string]string{}
	for i, name := range realNames {
		email := fmt.Sprintf("n%d@example.com", i)
		names[email] = name
		s.submitted(t, text("first_name", name), text("last_name", ""), text("single_name", "true"), text("email", email))
	}
	s.deliver(t)
	same(t, "letters", len(s.post.sent), 2*len(realNames))
	for _, letter := range s.post.sent {
		if name, ok := names[letter.To.Typed]; ok {
			wantGreeting(t, letter, name)
		} else {
			wantNamed(t, letter, names[letter.ReplyTo.Typed])
		}
	}
}

func wantGreeting(t testing.TB, letter mail.Letter, name string) {
	t.Helper()
	hello := "Hello " + name + ","
	if _, ok := spelledOut[name]; ok {
		name, hello = "", "Hello,"
	}
	if first, _, _ := strings.Cut(isolate.Replace(letter.Text), "\n"); first != hello {
		t.Errorf("%+q is greeted by %+q", name, first)
	}
	if m := greeted.FindStringSubmatch(letter.HTML); m == nil || html.UnescapeString(m[1]) != name {
		t.Errorf("%+q is greeted by %+q", name, m)
	}
}

func wantNamed(t testing.TB, letter mail.Letter, name string) {
	t.Helper()
	if spelled, ok := spelledOut[name]; ok {
		name = spelled
	}
	if !strings.Contains(isolate.Replace(letter.Text), "\nName: "+name+"\n") {
		t.Errorf("%+q is not in %+q", name, letter.Text)
	}
	if m := nameRow.FindStringSubmatch(letter.HTML); m == nil || html.UnescapeString(m[1]) != name {
		t.Errorf("%+q is named %+q", name, m)
	}
	if !strings.HasPrefix(isolate.Replace(letter.Subject), "New lead: "+name+" (") {
		t.Errorf("%+q is not in the subject %+q", name, letter.Subject)
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
