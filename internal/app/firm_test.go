package app_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	firmPath    = "/api/v1/firm"
	logoPath    = firmPath + "/logo"
	noticesPath = firmPath + "/notices"
)

// theFirm is the profile as clients see it.
type theFirm struct {
	Name            string               `json:"name"`
	Accent          string               `json:"accent"`
	TimeZone        string               `json:"time_zone"`
	ContactWithin   int                  `json:"contact_within_hours"`
	AskRead         bool                 `json:"ask_read"`
	EmbedSites      []string             `json:"embed_sites"`
	ReturnAddresses []string             `json:"return_addresses"`
	Texts           map[string]firmTexts `json:"texts"`
	Logo            *firmLogo            `json:"logo"`
	Languages       []string             `json:"languages"`
	FormURL         string               `json:"form_url"`
	Version         int                  `json:"version"`
	UpdatedAt       *string              `json:"updated_at"`
	UpdatedBy       *string              `json:"updated_by"`
}

type firmTexts struct {
	Hours    string `json:"hours"`
	Promise  string `json:"promise"`
	Urgent   string `json:"urgent"`
	MailNote string `json:"mail_note"`
}

type firmLogo struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
}

func (s *server) firm(t testing.TB) theFirm {
	t.Helper()
	got := s.do(t, req{path: firmPath, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[theFirm](t, got)
}

func (s *server) changeFirm(t testing.TB, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPatch, firmPath, s.admin(t), body))
}

func pngOf(t testing.TB, width, height int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFirmProfile(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en")
	empty := theFirm{EmbedSites: []string{}, ReturnAddresses: []string{}, Texts: map[string]firmTexts{}, Languages: []string{"en"}, FormURL: baseURL + "/"}
	same(t, "at first", s.firm(t), empty)
	same(t, "its tag", s.do(t, req{path: firmPath, token: s.attorney(t)}).header.Get("ETag"), `"0"`)

	changed := s.changeFirm(t, `{"name":" Ellison & Okoye ","accent":"#0B6B53","time_zone":"America/Chicago","contact_within_hours":720,"ask_read":true,
		"embed_sites":["https://WWW.firm.example/"],"return_addresses":["https://www.firm.example/thanks"],
		"texts":{"en":{"hours":"Mon\nFri","promise":"Soon."}}}`)
	wantStatus(t, changed, http.StatusOK)
	same(t, "the tag", changed.header.Get("ETag"), `"1"`)
	got := into[theFirm](t, changed)
	if got.UpdatedAt == nil || *got.UpdatedAt != "2026-11-23T09:00:00Z" || got.UpdatedBy == nil {
		t.Errorf("%s", changed.body)
	}
	want := empty
	want.Name, want.Accent, want.TimeZone, want.AskRead = "Ellison & Okoye", "#0b6b53", "America/Chicago", true
	want.ContactWithin = 720
	want.EmbedSites, want.ReturnAddresses = []string{"https://www.firm.example"}, []string{"https://www.firm.example/thanks"}
	want.Texts = map[string]firmTexts{"en": {Hours: "Mon\nFri", Promise: "Soon."}}
	want.Version, want.UpdatedAt, want.UpdatedBy = 1, got.UpdatedAt, got.UpdatedBy
	same(t, "changed", got, want)
	same(t, "read again", s.firm(t), want)

	for _, body := range []string{`{}`, `{"ask_read":true}`, `{"name":"Ellison & Okoye","texts":{}}`, `{"texts":{"xx":null}}`, `{"embed_sites":["https://www.firm.example:443"]}`} {
		same(t, body, s.changeFirm(t, body).header.Get("ETag"), `"1"`)
	}
	wantStatus(t, s.changeFirm(t, `{"texts":{"en":{"promise":"","urgent":"Call."}},"embed_sites":[]}`), http.StatusOK)
	want.Texts, want.EmbedSites, want.Version = map[string]firmTexts{"en": {Hours: "Mon\nFri", Urgent: "Call."}}, []string{}, 2
	same(t, "merged", s.firm(t), want)
	wantStatus(t, s.changeFirm(t, `{"texts":{"en":null},"name":""}`), http.StatusOK)
	want.Name, want.Texts, want.Version = "", map[string]firmTexts{}, 3
	same(t, "taken away", s.firm(t), want)
}

func TestFirmRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en")
	wantStatus(t, s.changeFirm(t, `{"name":"A"}`), http.StatusOK)
	send := func(body string) req { return jsonReq(http.MethodPatch, firmPath, s.admin(t), body) }
	s.run(t, []scenario{
		{name: "an attorney", req: jsonReq(http.MethodPatch, firmPath, s.attorney(t), `{"name":"B"}`), status: 403, code: "forbidden"},
		{name: "an attorney, garbage", req: jsonReq(http.MethodPatch, firmPath, s.attorney(t), `{`), status: 403, code: "forbidden"},
		{name: "an old version", req: send(`{"name":"B"}`).with("If-Match", `"0"`), status: 412, code: "stale"},
		{name: "broken", req: send(`{`), status: 400, code: "malformed_json"},
		{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
		{name: "a form", req: req{method: http.MethodPatch, path: firmPath, token: s.admin(t), ctype: "text/plain", body: `{}`}, status: 415, code: "unsupported_media_type"},
		{name: "encoded", req: send(`{}`).with("Content-Encoding", "gzip"), status: 415, code: "unsupported_encoding"},
		{name: "too large", req: send(`{}` + strings.Repeat(" ", 128<<10)), status: 413, code: "too_large"},
		{name: "many at once", status: 422, req: send(`{"version":2,"name":7,"accent":"#ffffff","time_zone":"` + marker + `","contact_within_hours":721,"ask_read":null,"embed_sites":["https://a.example","` + marker + `"],
			"return_addresses":"` + marker + `","texts":{"en":{"promise":"` + strings.Repeat(marker, 120) + `","hours":1,"x":1,"urgent":"a","urgent":"b"},"es":{"urgent":"a\u0007"},"de":[],"en":null}}`), bad: []string{
			"accent low_contrast", "ask_read wrong_type", "contact_within_hours out_of_range", "embed_sites[1] invalid_site", "name wrong_type", "return_addresses wrong_type",
			"texts.de wrong_type", "texts.en duplicate", "texts.en.hours wrong_type", "texts.en.promise too_long", "texts.en.urgent duplicate",
			"texts.en.x unknown_field", "texts.es unknown_language", "texts.es.urgent invalid_characters", "time_zone unknown_zone", "version unknown_field",
		}},
		{name: "a promise of the past", status: 422, req: send(`{"contact_within_hours":-1}`), bad: []string{"contact_within_hours out_of_range"}},
		{name: "others", status: 422, req: send(`{"name":"a\nb","accent":"blue","return_addresses":["http://a.example"],"texts":[],"contact_within_hours":1.5,"embed_sites":[` + strings.Repeat(`"x",`, 50) + `"x"]}`), bad: []string{
			"accent invalid_colour", "contact_within_hours wrong_type", "embed_sites too_many", "name invalid_characters", "return_addresses[0] invalid_address", "texts wrong_type",
		}},
	})
	same(t, "nothing changed", s.firm(t).Version, 1)
	wantStatus(t, s.do(t, send(`{"name":"B"}`).with("If-Match", `"1"`)), http.StatusOK)
	low := s.changeFirm(t, `{"accent":"#4aa3df"}`)
	if !strings.Contains(low.body, "2.76:1") || !strings.Contains(low.body, "#217cba passes.") {
		t.Error(low.body)
	}
	offered := s.changeFirm(t, `{"accent":"#217cba"}`)
	wantStatus(t, offered, http.StatusOK)
}

func TestFirmLogo(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en")
	picture := pngOf(t, 320, 80)
	put := func(content string) req {
		return req{method: http.MethodPut, path: logoPath, token: s.admin(t), ctype: "application/octet-stream", body: content}
	}
	first := s.do(t, put(picture))
	wantStatus(t, first, http.StatusOK)
	logo := into[theFirm](t, first).Logo
	if logo == nil || len(logo.URL) != len("/logo/")+64 {
		t.Fatal(first.body)
	}
	same(t, "the logo", *logo, firmLogo{logo.URL, "image/png", 320, 80})
	same(t, "the same again", s.do(t, put(picture)).header.Get("ETag"), `"1"`)
	attorneys := put(picture)
	attorneys.token = s.attorney(t)
	remove := req{method: http.MethodDelete, path: logoPath, token: s.attorney(t)}
	s.run(t, []scenario{
		{name: "an attorney", req: attorneys, status: 403, code: "forbidden"},
		{name: "an attorney, removing", req: remove, status: 403, code: "forbidden"},
		{name: "a script", req: put("<svg>" + marker), status: 415, code: "unsupported_type", bad: []string{"logo unsupported_type"}},
		{name: "nothing", req: put(""), status: 415, code: "unsupported_type"},
		{name: "encoded", req: put(picture).with("Content-Encoding", "gzip"), status: 415, code: "unsupported_encoding"},
		{name: "too large", req: put(picture + strings.Repeat("x", 32<<10)), status: 413, code: "too_large", bad: []string{"logo too_large"}},
		{name: "too wide", req: put(pngOf(t, 2001, 1)), status: 422, bad: []string{"logo out_of_range"}},
		{name: "cut off", req: put(picture[:len(picture)/2]), status: 422, bad: []string{"logo unreadable"}},
	})
	same(t, "still", s.firm(t).Logo, logo)
	for range 2 {
		remove.token = s.admin(t)
		wantStatus(t, s.do(t, remove), http.StatusNoContent)
	}
	if now := s.firm(t); now.Logo != nil || now.Version != 2 {
		t.Errorf("%+v", now)
	}
	same(t, "the picture of before", into[theFirm](t, s.do(t, put(picture))).Logo, logo)

	handler, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder() // a client would have gone, and see no answer
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, logoPath, iotest.ErrReader(errors.New("gone")))
	r.Header.Set("Authorization", "Bearer "+s.admin(t))
	handler.ServeHTTP(w, r)
	cutOff := answer{w.Code, w.Header(), w.Body.String()}
	cutOff.checkDocumented(t, r)
	same(t, "a body that breaks off", cutOff.code(t), "incomplete")
}

func TestFirmNotices(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_LANGUAGES=en")
	type notice struct {
		Language    string `json:"language"`
		Version     int    `json:"version"`
		Text        string `json:"text"`
		Current     bool   `json:"current"`
		PublishedAt string `json:"published_at"`
		PublishedBy string `json:"published_by"`
	}
	type draft struct{ Language, Text, Remark string }
	type notices struct {
		Items      []notice `json:"items"`
		NextCursor *string  `json:"next_cursor"`
		Drafts     []draft  `json:"drafts"`
	}
	list := func() notices { return into[notices](t, s.do(t, req{path: noticesPath, token: s.attorney(t)})) }
	send := func(body string) req { return jsonReq(http.MethodPost, noticesPath, s.admin(t), body) }
	first := list()
	if len(first.Items) != 0 || len(first.Drafts) != 1 || first.Drafts[0].Language != "en" || first.Drafts[0].Text == "" || first.Drafts[0].Remark != "Review before use." {
		t.Errorf("%+v", first)
	}
	var said []string
	for _, step := range []struct {
		text    string
		status  int
		version int
	}{{` One.\n\nTwo. `, 201, 1}, {`One.\n\nTwo.`, 200, 1}, {`Three.`, 201, 2}, {``, 201, 3}, {` `, 200, 3}, {`Four.`, 201, 4}} {
		got := s.do(t, send(`{"language":"en","text":"`+step.text+`"}`))
		wantStatus(t, got, step.status)
		n := into[notice](t, got)
		if n.Version != step.version || n.Language != "en" || n.Current != (n.Text != "") || n.PublishedAt != "2026-11-23T09:00:00Z" || !uuidForm.MatchString(n.PublishedBy) {
			t.Errorf("%s: %s", step.text, got.body)
		}
		if now := list(); (len(now.Drafts) == 0) != n.Current || now.Items[0] != n {
			t.Errorf("after %q the list is %+v", step.text, now)
		}
	}
	for _, n := range list().Items {
		said = append(said, n.Text)
		if n.Current != (n.Version == 4) {
			t.Errorf("%+v", n)
		}
	}
	if !slices.Equal(said, []string{"Four.", "", "Three.", "One.\n\nTwo."}) {
		t.Errorf("%q", said)
	}
	s.run(t, []scenario{
		{name: "an attorney", req: jsonReq(http.MethodPost, noticesPath, s.attorney(t), `{"language":"en","text":"x"}`), status: 403, code: "forbidden"},
		{name: "nothing", req: send(`{}`), status: 422, bad: []string{"language required", "text required"}},
		{name: "another language", req: send(`{"language":"zz","text":"x"}`), status: 422, bad: []string{"language unknown_language"}},
		{name: "nothing to withdraw", req: send(`{"language":"zz","text":""}`), status: 422, bad: []string{"text required"}},
		{name: "5,001 characters", req: send(`{"language":"en","text":"` + strings.Repeat("ü", 5001) + `"}`), status: 422, bad: []string{"text too_long"}},
		{name: "an override", req: send(`{"language":"en","text":"a\u202eb","x":1}`), status: 422, bad: []string{"text invalid_characters", "x unknown_field"}},
		{name: "wrong types", req: send(`{"language":1,"text":null}`), status: 422, bad: []string{"language wrong_type", "text wrong_type"}},
		{name: "twice", req: send(`{"language":"en","text":"x","text":"y"}`), status: 422, bad: []string{"text duplicate"}},
		{name: "broken", req: send(`{`), status: 400, code: "malformed_json"},
		{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
		{name: "text", req: req{method: http.MethodPost, path: noticesPath, token: s.admin(t), ctype: "text/plain", body: marker}, status: 415, code: "unsupported_media_type"},
		{name: "encoded", req: send(`{}`).with("Content-Encoding", "br"), status: 415, code: "unsupported_encoding"},
		{name: "too large", req: send(`{}` + strings.Repeat(" ", 128<<10)), status: 413, code: "too_large"},
		{name: "5,000 characters", req: send(`{"language":"en","text":"` + strings.Repeat("ü", 5000) + `"}`), status: 201},
	})
}
