package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (s *server) spoken(t testing.TB, path, accept string) answer {
	t.Helper()
	return s.do(t, req{path: path, header: map[string]string{"Accept-Language": accept}})
}

// The address, then the browser, then the firm decide about the language.
func TestFormSpeaks(t *testing.T) {
	t.Parallel()
	all, some := start(t), start(t, "USHER_LANGUAGES=es,en-XA,ar")
	for _, c := range []struct {
		s            *server
		path, accept string
		lang, dir    string
		words        string
	}{
		{all, "/", "", "en", "ltr", "Given names (first name)"},
		{all, "/", "es-MX,es;q=0.9,en;q=0.5", "es", "ltr", "Nombre"},
		{all, "/?lang=fr", "es", "fr", "ltr", "nom"},
		{all, "/?lang=zh-CN", "", "zh-Hans", "ltr", "简历"},
		{all, "/?lang=pt", "", "pt-BR", "ltr", "Currículo"},
		{all, "/?lang=vi", "", "vi", "ltr", "Tên"},
		{all, "/?lang=ar", "", "ar", "rtl", "السيرة"},
		{all, "/?lang=de", "de,ar;q=0.2", "ar", "rtl", "السيرة"},
		{all, "/?lang=en-XA", "", "en", "ltr", "Given names"}, // for tests only
		{all, "/?lang=" + strings.Repeat("x", 2000), ";;;q=,*", "en", "ltr", "Given names"},
		{some, "/", "en", "es", "ltr", "Nombre"},
		{some, "/?lang=en-XA", "", "en-XA", "ltr", "["},
		{some, "/none?lang=ar", "", "ar", "rtl", ""},
	} {
		got := c.s.spoken(t, c.path, c.accept)
		if !strings.Contains(got.body, fmt.Sprintf(`<html lang="%s" dir="%s">`, c.lang, c.dir)) || !strings.Contains(got.body, c.words) {
			t.Errorf("%s with %.40q: want %s, got %.60s", c.path, c.accept, c.lang, got.body)
		}
		if vary := got.header.Get("Vary"); !strings.Contains(vary, "Accept-Language") {
			t.Errorf("%s: Vary: %q", c.path, vary)
		}
	}
}

// Errors, the confirmation and the mail are in the language of the form.
func TestFormStaysInItsLanguage(t *testing.T) {
	t.Parallel()
	s := start(t, append([]string{"USHER_LANGUAGES=en,es"}, mailOn...)...)
	got := s.do(t, formPost("/?lang=es", s.open(t, "?lang=es").with(good(text("email", "x"))...)))
	wantStatus(t, got, 422)
	for _, part := range []string{`<html lang="es"`, "Hay un problema", `name="language" value="es"`, `href="/?lang=en" lang="en" hreflang="en"`} {
		if !strings.Contains(got.body, part) {
			t.Errorf("no %s in %s", part, got.body)
		}
	}
	path := s.received(t, hidden(got).with(without("resume", good())...)...)
	if page := s.page(t, path); !strings.Contains(page.body, `<html lang="es"`) || !strings.Contains(page.body, "lunes, 23 de noviembre de 2026, 09:00 (UTC)") {
		t.Errorf("%s", page.body)
	}
	if page := s.page(t, path+"?lang=en"); !strings.Contains(page.body, `<html lang="en"`) {
		t.Errorf("%s", page.body)
	}
	same(t, "stored", s.leads(t, "").Items[0].Language, "es")
	s.post.answer(nil)
	s.clock.Add(time.Minute)
	s.deliver(t)
	for _, letter := range s.post.sent {
		spanish := strings.Contains(letter.HTML, `lang="es"`)
		if spanish != (letter.To.Typed == "ann@example.com") {
			t.Errorf("to %s: %s", letter.To.Typed, letter.Subject)
		}
	}
	same(t, "letters", len(s.post.sent), 2)
}

// A form of the firm's own need not say its language, and may say one that we lack.
func TestLanguageOfBareForms(t *testing.T) {
	t.Parallel()
	s := start(t)
	for sent, want := range map[string]string{"": "es", "ko": "ko", "not a language": "es"} {
		got := s.do(t, formPost("/", good(text("language", sent))).with("Accept-Language", "es"))
		wantStatus(t, got, http.StatusSeeOther)
		same(t, fmt.Sprintf("%q", sent), s.leads(t, "limit=1").Items[0].Language, want)
	}
}
