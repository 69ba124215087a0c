package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var mailOn = []string{"USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example", "USHER_FIRM_NAME=Ortiz & Bauer"}

func (s *server) correct(t testing.TB, path, email string) answer {
	t.Helper()
	return s.do(t, req{
		method: http.MethodPost, path: path + "/address", ctype: "application/x-www-form-urlencoded", body: url.Values{"email": {email}}.Encode(),
	})
}

// A mistyped address can be corrected for half an hour; the note goes to the new one.
func TestCorrectAddress(t *testing.T) {
	t.Parallel()
	s := start(t, mailOn...)
	s.post.answer(nil)
	path := s.received(t, good(text("email", "wrong@mistyped.com"))...)
	id := s.leads(t, "").Items[0].ID
	page := s.page(t, path)
	if !strings.Contains(page.body, `We are sending a note to <bdi dir="ltr">wrong@mistyped.com</bdi>`) || !strings.Contains(page.body, `href="`+path+`/address?lang=en"`) {
		t.Fatalf("%s", page.body)
	}
	form := s.page(t, path+"/address")
	wantPage(t, form, 200)
	if !strings.Contains(form.body, `value="wrong@mistyped.com"`) || !strings.Contains(form.body, "noindex") {
		t.Errorf("%s", form.body)
	}
	got := s.correct(t, path, "not an address")
	wantPage(t, got, 422)
	same(t, "problems", problemsOf(t, got), []string{"email Enter an e-mail address like name@example.com."})
	if !strings.Contains(got.body, `value="not an address"`) {
		t.Errorf("what was typed is lost: %s", got.body)
	}

	got = s.correct(t, path, " Right@Example.com ")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != path || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", got.status, got.header)
	}
	if page := s.page(t, path); !strings.Contains(page.body, "Right@Example.com") || strings.Contains(page.body, "mistyped") {
		t.Errorf("%s", page.body)
	}
	l := s.lead(t, id)
	if l.Email != "Right@Example.com" || l.Version != 2 {
		t.Errorf("%+v", l)
	}
	same(t, "found by", len(s.leads(t, "q=right").Items), 1)
	same(t, "no longer found by", len(s.leads(t, "q=mistyped").Items), 0)
	same(t, "timeline", s.timeline(t, id), []string{"received  {}", "address_corrected  {}"})
	s.clock.Add(time.Minute)
	s.deliver(t)
	var to []string
	for _, letter := range s.post.sent {
		to = append(to, letter.To.Typed)
	}
	if all := strings.Join(to, " "); !strings.Contains(all, "Right@Example.com") || strings.Contains(all, "mistyped") {
		t.Errorf("sent to %s", all)
	}
	// Saying it again changes nothing.
	before := s.census(t)
	wantStatus(t, s.correct(t, path, "right@example.com"), http.StatusSeeOther)
	same(t, "written", s.census(t), before)
}

func TestCorrectAddressEnds(t *testing.T) {
	t.Parallel()
	s := start(t, mailOn...)
	path := s.received(t, good()...)
	for _, email := range []string{"a@example.com", "b@example.com", "c@example.com"} {
		wantStatus(t, s.correct(t, path, email), http.StatusSeeOther)
	}
	got := s.correct(t, path, "d@example.com")
	wantPage(t, got, 409)
	if !strings.Contains(got.body, "several times already") {
		t.Errorf("%s", got.body)
	}
	path = s.received(t, good()...)
	before := s.census(t)
	s.clock.Add(30*time.Minute + time.Second)
	for _, got := range []answer{s.page(t, path+"/address"), s.correct(t, path, "d@example.com")} {
		wantPage(t, got, 404)
		if !strings.Contains(got.body, "The time to correct the address here is over.") || strings.Contains(got.body, "example.com") {
			t.Errorf("%s", got.body)
		}
	}
	wantPage(t, s.correct(t, "/received/forged", "d@example.com"), 404)
	same(t, "written", s.census(t), before)
}

// Whoever has to wait finds what was typed, and when to try again, in the language of
// the page.
func TestCorrectAddressTooSoon(t *testing.T) {
	t.Parallel()
	s := start(t, append(slices.Clone(mailOn), "USHER_PUBLIC_RATE=1/h")...)
	path := s.received(t, good(text("language", "es"))...)
	before := s.census(t)
	got := s.correct(t, path, "right@example.com")
	wantStatus(t, got, http.StatusTooManyRequests)
	for _, part := range []string{`value="right@example.com"`, "Se enviaron demasiados formularios", `<html lang="es"`} {
		if !strings.Contains(got.body, part) {
			t.Errorf("no %s in %s", part, got.body)
		}
	}
	if got.header.Get("Retry-After") == "" {
		t.Errorf("header %v", got.header)
	}
	same(t, "written", s.census(t), before)
}
