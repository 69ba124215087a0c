package app_test

import (
	"compress/gzip"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	summaryLink = regexp.MustCompile(`<li><a href="#([a-z_]+)">([^<]+)</a></li>`)
	fieldError  = regexp.MustCompile(`<p class="error" id="([a-z_]+)-error"><span class="hidden">Error: </span>([^<]+)</p>`)
	ownScript   = regexp.MustCompile(`<script src="/form\.[0-9a-f]{16}\.js" defer></script>|<script type="application/json" id="words">[^<]*</script>`)
	reference   = regexp.MustCompile(`dir="ltr">([2-9A-Z]{3}-[2-9A-Z]{3})<`)
)

// wantPage holds a page to what is true of all pages.
func wantPage(t testing.TB, a answer, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("want %d, got %d: %.300s", status, a.status, a.body)
	}
	csp := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the CSP lacks %s: %s", part, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("the CSP: %s", csp)
	}
	if a.header.Get("Content-Type") != "text/html; charset=utf-8" || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Set-Cookie") != "" {
		t.Errorf("header %v", a.header)
	}
	own := strings.ReplaceAll(a.body, "xmlns='http://www.w3.org/2000/svg'", "") // in the icon, which is inline
	own = ownScript.ReplaceAllString(own, "")
	for _, foreign := range []string{"http:", "https:", "src=", "@import", "url(", "<script", "<iframe", "javascript:", "=" + `"//`} {
		if strings.Contains(own, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
	var zipped strings.Builder
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte(a.body)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if zipped.Len() > 14<<10 {
		t.Errorf("the page has %d bytes, packed", zipped.Len())
	}
	if !strings.HasPrefix(a.body, "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">") {
		t.Errorf("the page begins with %.60q", a.body)
	}
}

// problemsOf are the errors of a page, "field message"; every one in the summary
// must stand at its field too, in the same words, and link to it.
func problemsOf(t testing.TB, a answer) []string {
	t.Helper()
	var summary, fields []string
	for _, m := range summaryLink.FindAllStringSubmatch(a.body, -1) {
		summary = append(summary, m[1]+" "+html.UnescapeString(m[2]))
		if !strings.Contains(a.body, ` id="`+m[1]+`" name="`+m[1]+`"`) {
			t.Errorf("the summary links to #%s, which isn't there", m[1])
		}
		if !regexp.MustCompile(` id="` + m[1] + `"[^>]* aria-describedby="[^"]*` + m[1] + `-error"[^>]* aria-invalid="true"`).MatchString(a.body) {
			t.Errorf("the field %s isn't marked", m[1])
		}
	}
	for _, m := range fieldError.FindAllStringSubmatch(a.body, -1) {
		fields = append(fields, m[1]+" "+html.UnescapeString(m[2]))
	}
	same(t, "errors at the fields", fields, summary)
	if !strings.Contains(a.body, "<title>Error: ") || !strings.Contains(a.body, "There is a problem") {
		t.Error("the title or the summary doesn't say that there is a problem")
	}
	return summary
}

func (s *server) page(t testing.TB, path string) answer {
	t.Helper()
	return s.do(t, req{path: path})
}

func (s *server) fill(t testing.TB, pieces ...piece) answer {
	t.Helper()
	return s.do(t, formPost("/", pieces))
}

func TestFormPage(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_FIRM_NAME=Ortiz & <Bauer> {{.}}")
	got := s.page(t, "/?lang=en&x="+marker)
	wantPage(t, got, 200)
	for _, part := range []string{
		`method="post" action="/?lang=en" enctype="multipart/form-data"`, `autocomplete="given-name"`, `autocomplete="family-name"`, `autocomplete="email"`,
		`type="file"`, "10 MB", "Ortiz &amp; &lt;Bauer&gt; {{.}}", `name="viewport"`,
	} {
		if !strings.Contains(got.body, part) {
			t.Errorf("no %s", part)
		}
	}
	for _, name := range []string{"first_name", "last_name", "single_name", "email", "resume"} {
		if !strings.Contains(got.body, `<label for="`+name+`"`) || !strings.Contains(got.body, ` name="`+name+`"`) {
			t.Errorf("no field %s with a label", name)
		}
	}
	if strings.Contains(got.body, marker) || strings.Contains(got.body, "Error: ") {
		t.Errorf("%s", got.body)
	}
}

func TestFormErrors(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.census(t)
	got := s.fill(t)
	wantPage(t, got, 422)
	same(t, "empty", problemsOf(t, got), []string{
		"first_name Enter your first name.", "last_name Enter your last name, or say that you have only one name.",
		"email Enter your e-mail address.", "resume Select a resume.",
	})
	for _, c := range []struct {
		name   string
		pieces []piece
		field  string
	}{
		{"e-mail", good(text("email", marker)), "email"},
		{"a name", good(text("first_name", "\u202e")), "first_name"},
		{"no file chosen", good(file("", "")), "resume"},
		{"an empty file", good(file("cv.pdf", "")), "resume"},
		{"another type", good(file("cv.exe", "MZ\x00")), "resume"},
		{"another name", good(file("cv.doc", pdf)), "resume"},
		{"a field twice", append(good(), text("last_name", "x")), "last_name"},
		{"a long field", good(text("email", strings.Repeat("x", 64<<10+1))), "email"},
		{"resume as text", good(text("resume", pdf)), "resume"},
	} {
		got := s.fill(t, c.pieces...)
		wantPage(t, got, 422)
		if problems := problemsOf(t, got); len(problems) == 0 || !strings.HasPrefix(problems[0], c.field+" ") {
			t.Errorf("%s: %q", c.name, problems)
		}
	}
	same(t, "written", s.census(t), before)
}

// What was typed stands in the form again, and nothing of it is markup or template.
func TestFormKeepsValues(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, value := range []string{
		`"><script>alert(1)</script>`, `' onfocus='x`, "</textarea></style><img src=x>", "{{.}}", "{{template \"head\"}}", "${7*7}", "&lt;b&gt;", "`", "María 😀", "a\u202eb",
		"<!--", "]]>", "\u2028",
	} {
		got := s.fill(t, text("first_name", value), text("last_name", value), text("email", value), text("single_name", "true"))
		if got.status != 422 {
			t.Fatalf("%q: %d", value, got.status)
		}
		for _, name := range []string{"first_name", "last_name", "email"} {
			m := regexp.MustCompile(`name="` + name + `"[^>]* value="([^"]*)">`).FindStringSubmatch(got.body)
			if m == nil || html.UnescapeString(m[1]) != value {
				t.Errorf("%s %q came back as %q", name, value, m)
			}
		}
		if !strings.Contains(got.body, `value="true" checked>`) {
			t.Error("the tick is lost")
		}
		if strings.Contains(ownScript.ReplaceAllString(got.body, ""), "<script") || strings.Contains(got.body, "<img") || strings.Contains(got.body, "onfocus='") {
			t.Errorf("%q is markup: %s", value, got.body)
		}
	}
	got := s.fill(t, text("first_name", "Ann\xff"), text("email", "x"))
	if !strings.Contains(got.body, `value="Ann"`) {
		t.Error("what is no UTF-8 took the rest with it")
	}
}

func TestFormBodies(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_MAX_RESUME_BYTES=4096")
	before := s.census(t)
	many := good()
	for len(many) < 65 {
		many = append(many, text(fmt.Sprintf("x%d", len(many)), ""))
	}
	ctype, body := encodeForm("b", good())
	big := append([]piece{text("single_name", "true"), text("first_name", "Ann-Kathrin")}, file("cv.pdf", pdf+strings.Repeat("x", 4096)))
	for name, c := range map[string]struct {
		req
		status int
	}{
		"urlencoded":   {req{ctype: "application/x-www-form-urlencoded", body: "first_name=Ann"}, 415},
		"JSON":         {req{ctype: "application/json", body: "{}"}, 415},
		"no type":      {req{}, 415},
		"no boundary":  {req{ctype: "multipart/form-data", body: body}, 400},
		"cut":          {req{ctype: ctype, body: body[:len(body)-30]}, 400},
		"no body":      {req{ctype: ctype}, 400},
		"65 parts":     {formPost("/", many), 422},
		"a large file": {formPost("/", big), 413},
		"a large body": {formPost("/", good(file("cv.pdf", strings.Repeat("x", 3<<20)))), 413},
	} {
		c.method, c.path = http.MethodPost, "/"
		got := s.do(t, c.req)
		wantPage(t, got, c.status)
		if !strings.Contains(got.body, "<form ") || !strings.Contains(got.body, "<title>Error: ") {
			t.Errorf("%s: %s", name, got.body)
		}
		if name == "a large file" && (!strings.Contains(got.body, "Ann-Kathrin") || !strings.Contains(got.body, " checked>")) {
			t.Errorf("%s: what was typed is lost: %s", name, got.body)
		}
	}
	same(t, "written", s.census(t), before)
}

func (s *server) received(t testing.TB, pieces ...piece) string {
	t.Helper()
	got := s.fill(t, pieces...)
	path, ok := strings.CutPrefix(got.header.Get("Location"), "/received/")
	if got.status != http.StatusSeeOther || !ok || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %.300s", got.status, got.header, got.body)
	}
	return "/received/" + path
}

func TestFormSubmits(t *testing.T) {
	t.Parallel()
	s := start(t)
	many := good(text("utm_source", marker))
	for len(many) < 64 {
		many = append(many, text("x", strings.Repeat("x", 1000)))
	}
	for _, pieces := range [][]piece{good(), without("last_name", good(text("single_name", "true"))), many} {
		before := s.census(t)
		s.received(t, pieces...)
		same(t, "written", s.census(t).minus(before), oneLead)
	}
	before := s.census(t)
	s.received(t, good(text("fax_extension", "555"))...)
	same(t, "written", s.census(t).minus(before), oneLead)
	newest := s.leads(t, "limit=1").Items[0].ID
	same(t, "the honeypot is a signal", s.timeline(t, newest), []string{`received  {"signal_honeypot":"true"}`})
	same(t, "and no field of the API", s.submit(t, good(text("fax_extension", ""))...).status, 422)
}

func TestConfirmationPage(t *testing.T) {
	t.Parallel()
	mailOn := []string{"USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example", "USHER_FIRM_NAME=Ortiz & Bauer"}
	const email = "q&'x@example.com"
	for _, c := range []struct {
		name     string
		settings []string
		after    time.Duration
		shown    bool
	}{
		{"at once", mailOn, 0, true},
		{"within 30 minutes", mailOn, 30*time.Minute - time.Second, true},
		{"later", mailOn, 30 * time.Minute, false},
		{"without mail", nil, 0, false},
	} {
		s := start(t, c.settings...)
		path := s.received(t, good(text("first_name", "Qfirst"), text("last_name", "Qlast"), text("email", email))...)
		s.clock.Add(c.after)
		got := s.page(t, path)
		wantPage(t, got, 200)
		m := reference.FindStringSubmatch(got.body)
		if m == nil || m[1] != s.leads(t, "").Items[0].Reference {
			t.Errorf("%s: reference %q", c.name, m)
		}
		if strings.Contains(got.body, html.EscapeString(email)) != c.shown || strings.Contains(got.body, "sending") != c.shown {
			t.Errorf("%s: %s", c.name, got.body)
		}
		for _, never := range []string{"Qfirst", "Qlast", email, "confidential", "attorney will", "cv.pdf"} {
			if strings.Contains(got.body, never) {
				t.Errorf("%s: the page has %s", c.name, never)
			}
		}
		for _, always := range []string{`<meta name="robots" content="noindex">`, "We have your information", "You are not yet a client", "Monday, 23 November 2026, 09:00 (UTC)"} {
			if !strings.Contains(got.body, always) {
				t.Errorf("%s: the page lacks %s", c.name, always)
			}
		}
		if strings.Contains(path, s.leads(t, "").Items[0].ID) {
			t.Error("the receipt is the lead's id")
		}
	}
}

func TestForgedReceipts(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := s.received(t, good()...)
	id := s.leads(t, "").Items[0].ID
	cursor := *func() *string { s.submitted(t); return s.leads(t, "limit=1").NextCursor }()
	for _, receipt := range []string{id, "x", path[len("/received/"):len(path)-1] + "A", path[len("/received/"):] + "A", cursor, "%00", strings.Repeat("A", 3000), "A=="} {
		if "/received/"+receipt == path {
			continue
		}
		got := s.page(t, "/received/"+receipt)
		wantPage(t, got, 404)
	}
	wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + id, token: s.admin(t)}), 204)
	wantPage(t, s.page(t, path), 404)
}

func TestOtherPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/none", "/apple", "/received", "/received/", "/received/a/b", "/setup/x", "/index.html", "/.env", "/" + marker} {
		got := s.page(t, path)
		wantPage(t, got, 404)
		if strings.Contains(got.body, marker) {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	got := s.do(t, req{method: http.MethodPut, path: "/"})
	wantPage(t, got, 405)
}
