package mail_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/words"
)

// TestGoldenLanguages shows both mails in each language, to the usual person, the one
// with a long Arabic name and the one with a single name.
func TestGoldenLanguages(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	head := mail.Letterhead{Firm: "Silva & Partners, LLC", Zone: zone}
	for _, language := range append(words.Shipped(), words.Pseudo)[1:] { // TestGolden has English
		r := rendererFor(t, head, language)
		for _, kind := range []mail.Kind{mail.Confirmation, mail.Notification} {
			var all strings.Builder
			for _, who := range []string{"usual", "arabic", "one-name"} {
				facts := people()[who]
				facts.Language = language
				all.WriteString(written(t, r, dueFor(kind, facts)) + "\n")
			}
			golden(t, filepath.Join("testdata", string(kind)+"-"+language+".golden"), all.String())
		}
	}
}

// TestWhoReadsWhat: the prospect is written to in the language of the lead, the firm
// in its own, which tells it what the prospect speaks.
func TestWhoReadsWhat(t *testing.T) {
	t.Parallel()
	r := renderer(t, "es", "en", "ar")
	for _, tt := range []struct{ language, subject, html, line string }{
		{"en", "We have your information (7K4-Q2M)", `<html lang="en" dir="ltr">`, "Idioma: English\n"},
		{"ar-EG", "وصلتنا معلوماتك (\u20687K4-Q2M\u2069)", `<html lang="ar" dir="rtl">`, "Idioma: \u2068العربية\u2069\n"},
		{"es-419", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, "Idioma: Español\n"},
		{"fr", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, "Idioma: Français\n"},
		{"ja", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, "Idioma: 日本語\n"},
		{"ja-x-call-5550100", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, "Idioma: 日本語\n"},
		{"x-call-5550100", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, ""},
		{"", "Tenemos su información (7K4-Q2M)", `<html lang="es" dir="ltr">`, ""},
	} {
		facts := people()["usual"]
		facts.Language = tt.language
		confirmation, err := r.Render(dueFor(mail.Confirmation, facts))
		if err != nil {
			t.Fatal(err)
		}
		if confirmation.Subject != tt.subject || !strings.Contains(confirmation.HTML, tt.html) {
			t.Errorf("%q: %q, %s", tt.language, confirmation.Subject, confirmation.HTML)
		}
		notification, err := r.Render(dueFor(mail.Notification, facts))
		if err != nil {
			t.Fatal(err)
		}
		if notification.Subject != "Nuevo contacto: Ana O'Neill (7K4-Q2M)" || !strings.Contains(notification.Text, "\n"+tt.line) ||
			tt.line == "" && strings.Contains(notification.Text, "Idioma") || strings.Contains(notification.HTML+notification.Text, "5550100") {
			t.Errorf("%q: %q, %s", tt.language, notification.Subject, notification.Text)
		}
	}
}

// confirmation is what a prospect of a language gets.
func confirmation(t *testing.T, r *mail.Renderer, language string) mail.Letter {
	t.Helper()
	facts := people()["usual"]
	facts.Language = language
	letter, err := r.Render(dueFor(mail.Confirmation, facts))
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

// TestNote: the firm's own sentence is a paragraph, in its language, and nothing
// else, whatever the firm typed.
func TestNote(t *testing.T) {
	t.Parallel()
	note := func(language string) (text, of string) {
		switch language {
		case "es":
			return "Le llamamos\r\nel lunes: <b>https://firm.example</b> {{.Firm}}\u202e", "es"
		case "ar":
			return "We call you on Monday.", "en"
		}
		return "", "en"
	}
	r := rendererFor(t, mail.Letterhead{Firm: "Silva & Partners, LLC", Note: note})
	for language, want := range map[string]struct{ text, html string }{
		"es": {
			"la leerá.\n\nLe llamamos el lunes: <b>https://firm.example</b> {{.Firm}}\n\nUsted todavía no",
			"la leerá.</p>\n<p lang=\"es\" dir=\"auto\">Le llamamos el lunes: &lt;b&gt;https://firm.example&lt;/b&gt; {{.Firm}}</p>\n<p>Usted todavía no",
		},
		"ar": {
			"\u2069.\n\nWe call you on Monday.\n\nأنت لست",
			"</bdi>.</p>\n<p lang=\"en\" dir=\"auto\">We call you on Monday.</p>\n<p>أنت لست",
		},
		"en": {"will read it.\n\nYou are not yet", "will read it.</p>\n<p>You are not yet"},
	} {
		letter := confirmation(t, r, language)
		if !strings.Contains(letter.Text, want.text) || !strings.Contains(letter.HTML, want.html) {
			t.Errorf("%s: %s\n%s", language, letter.Text, letter.HTML)
		}
		letter, err := r.Render(dueFor(mail.Notification, people()["usual"]))
		if err != nil || strings.Contains(letter.Text+letter.HTML, "Monday.") {
			t.Errorf("the firm was told its own sentence: %s, %v", letter.Text, err)
		}
	}
}

// TestPromise: what the firm says happens next stands in the place of our own words, as it
// does on the page of thanks.
func TestPromise(t *testing.T) {
	t.Parallel()
	promise := func(language string) (text, of string) {
		if language == "en" {
			return "", ""
		}
		return "We call <you>\non Monday.", "en"
	}
	r := rendererFor(t, mail.Letterhead{Firm: "Silva & Partners, LLC", Promise: promise})
	for language, want := range map[string]struct{ text, html string }{
		"es": {"\n\nWe call <you> on Monday.\n\nUsted todavía no", "</p>\n<p lang=\"en\" dir=\"auto\">We call &lt;you&gt; on Monday.</p>\n<p>Usted todavía no"},
		"en": {"will read it.\n\nYou are not yet", "will read it.</p>\n<p>You are not yet"},
	} {
		letter := confirmation(t, r, language)
		if !strings.Contains(letter.Text, want.text) || !strings.Contains(letter.HTML, want.html) || language == "es" && strings.Contains(letter.Text+letter.HTML, "leerá") {
			t.Errorf("%s: %s\n%s", language, letter.Text, letter.HTML)
		}
	}
}

// TestNoVoiceButTheFirms: no mail promises anything, in any language.
func TestNoVoiceButTheFirms(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, language := range words.Shipped() {
		letter := confirmation(t, r, language)
		for _, mark := range []string{"!", "://", "<a", "{{", "<no value>", "%!"} {
			if strings.Contains(strings.TrimPrefix(letter.HTML, "<!doctype html>")+letter.Text, mark) {
				t.Errorf("%s: the confirmation says %q", language, mark)
			}
		}
	}
}
