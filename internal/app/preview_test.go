package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const previewPath = "/api/v1/messages/preview"

// thePreview is a letter as clients see it before anybody gets it.
type thePreview struct {
	Kind        string   `json:"kind"`
	Language    string   `json:"language"`
	Direction   string   `json:"direction"`
	FromName    string   `json:"from_name"`
	FromAddress *string  `json:"from_address"`
	Recipients  []string `json:"recipients"`
	Subject     string   `json:"subject"`
	Text        string   `json:"text"`
	HTML        string   `json:"html"`
}

func (s *server) preview(t testing.TB, body string) thePreview {
	t.Helper()
	got := s.do(t, jsonReq(http.MethodPost, previewPath, s.attorney(t), body))
	wantStatus(t, got, http.StatusOK)
	return into[thePreview](t, got)
}

// What is shown before is to the letter what is sent afterwards.
func TestPreviewIsWhatIsSent(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en,es,ar", "USHER_ATTORNEY_EMAIL=one@firm.example,two@firm.example",
		"USHER_SMTP_URL=smtp://127.0.0.1:1", "USHER_MAIL_FROM=Firm <intake@firm.example>")
	s.set(t, members{"name": "Ellison & Okoye", "time_zone": "America/New_York", "texts": members{
		"es": members{"mail_note": "Guarde este mensaje."}, "en": members{"mail_note": "Keep this message."},
	}})
	s.post.answer(nil)
	for _, language := range []string{"en", "es", "ar", "fr"} {
		before := s.census(t)
		confirmation := s.preview(t, `{"kind":"confirmation","language":"`+language+`"}`)
		notification := s.preview(t, `{"kind":"notification","language":"`+language+`"}`)
		same(t, "written", s.census(t), before)
		same(t, "to the prospect", confirmation.Recipients, []string{"maria@example.com"})
		same(t, "to the firm", notification.Recipients, []string{"one@firm.example", "two@firm.example"})

		lead := s.submitted(t, text("first_name", "Maria"), text("last_name", "Ortiz"), text("email", "maria@example.com"), text("language", language))
		s.post.sent = nil
		s.deliver(t)
		its := strings.NewReplacer(lead.Reference, "7K4-Q2M", lead.ID, "00000000-0000-0000-0000-000000000000")
		for _, letter := range s.post.sent {
			shown := notification
			if letter.To.Typed == "maria@example.com" {
				shown = confirmation
			}
			same(t, language+": subject", its.Replace(letter.Subject), shown.Subject)
			same(t, language+": text", its.Replace(letter.Text), shown.Text)
			same(t, language+": HTML", its.Replace(letter.HTML), shown.HTML)
			same(t, language+": from", letter.From.Name+" "+letter.From.Address.Typed, shown.FromName+" "+*shown.FromAddress)
		}
		same(t, "letters", len(s.post.sent), 3)
		s.clock.Add(24 * time.Hour) // the address has its three a day
	}
}

func TestPreviewOfWhatIsNotSaved(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en,es,ar", "USHER_FIRM_NAME=Ruiz")
	s.set(t, members{"texts": members{"en": members{"mail_note": "Saved."}}})
	for _, c := range []struct{ body, language, direction, says string }{
		{`{"kind":"confirmation"}`, "en", "ltr", "Saved."},
		{`{"kind":"confirmation","mail_note":" Unsaved. "}`, "en", "ltr", "\nUnsaved.\n"},
		{`{"kind":"confirmation","mail_note":"Sin guardar.","language":"es"}`, "es", "ltr", "Sin guardar."},
		{`{"kind":"confirmation","mail_note":"","language":"es"}`, "es", "ltr", "Saved."}, // as the real one: that of the default
		{`{"kind":"confirmation","language":"ja"}`, "en", "ltr", "Saved."},
		{`{"kind":"confirmation","language":"es-MX"}`, "es", "ltr", "Saved."},
		{`{"kind":"confirmation","language":"ar","person":"arabic"}`, "ar", "rtl", "عبد الرحمن محمد عبد العزيز بن عبد الله آل سعود الهاشمي القرشي"},
		{`{"kind":"notification","language":"ar","person":"arabic"}`, "en", "ltr", "العربية"},
		{`{"kind":"notification","person":"one_name"}`, "en", "ltr", "Suharto\n"},
	} {
		got := s.preview(t, c.body)
		if got.Language != c.language || got.Direction != c.direction || !strings.Contains(got.Text, c.says) || got.FromAddress != nil || got.FromName != "Ruiz" {
			t.Errorf("%s: %+v", c.body, got)
		}
	}
	if got := s.preview(t, `{"kind":"confirmation","mail_note":""}`); strings.Contains(got.Text, "Saved.") {
		t.Error(got.Text)
	}
	s.set(t, members{"texts": members{"en": members{"promise": "We call within a day."}}})
	if got := s.preview(t, `{"kind":"confirmation"}`).Text; !strings.Contains(got, "\nWe call within a day.\n") || strings.Contains(got, "will read it") {
		t.Errorf("with a promise: %s", got)
	}
	same(t, "who is told", s.preview(t, `{"kind":"notification"}`).Recipients, []string{adminEmail})
	same(t, "the profile", s.firm(t).Texts["en"].MailNote, "Saved.")
}

func TestPreviewRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	send := func(body string) req { return jsonReq(http.MethodPost, previewPath, s.attorney(t), body) }
	s.run(t, []scenario{
		{name: "nothing", req: send(`{}`), status: 422, bad: []string{"kind required"}},
		{name: "others", req: send(`{"kind":"` + marker + `","person":"` + marker + `","mail_note":"a\u202eb","x":1}`), status: 422,
			bad: []string{"kind unknown_kind", "mail_note invalid_characters", "person unknown_person", "x unknown_field"}},
		{name: "a long note", req: send(`{"kind":"confirmation","mail_note":"` + strings.Repeat("ü", 1001) + `"}`), status: 422, bad: []string{"mail_note too_long"}},
		{name: "an invisible note", req: send(`{"kind":"confirmation","mail_note":"\u200b"}`), status: 422, bad: []string{"mail_note invisible"}},
		{name: "wrong types", req: send(`{"kind":1,"person":null,"language":[],"mail_note":{}}`), status: 422,
			bad: []string{"kind wrong_type", "language wrong_type", "mail_note wrong_type", "person wrong_type"}},
		{name: "twice", req: send(`{"kind":"confirmation","kind":"notification"}`), status: 422, bad: []string{"kind duplicate"}},
		{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
		{name: "cut", req: send(`{`), status: 400, code: "malformed_json"},
		{name: "long", req: send(`{}` + strings.Repeat(" ", 128<<10)), status: 413, code: "too_large"},
		{name: "a form", req: req{method: http.MethodPost, path: previewPath, token: s.attorney(t), ctype: "text/plain", body: marker}, status: 415, code: "unsupported_media_type"},
		{name: "encoded", req: send(`{}`).with("Content-Encoding", "gzip"), status: 415, code: "unsupported_encoding"},
		{name: "nobody", req: req{method: http.MethodPost, path: previewPath, ctype: "application/json", body: "{"}, status: 401},
	})
}
