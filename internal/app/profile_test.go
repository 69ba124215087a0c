package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// set changes what the firm says of itself.
func (s *server) set(t testing.TB, profile map[string]any) {
	t.Helper()
	body, err := json.Marshal(profile)
	if err != nil {
		t.Fatal(err)
	}
	got := s.do(t, req{method: http.MethodPatch, path: "/api/v1/firm", token: s.admin(t), ctype: "application/json", body: string(body)})
	wantStatus(t, got, http.StatusOK)
}

// publish makes a notice stand from now on.
func (s *server) publish(t testing.TB, language, words string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"language": language, "text": words})
	if err != nil {
		t.Fatal(err)
	}
	got := s.do(t, req{method: http.MethodPost, path: "/api/v1/firm/notices", token: s.admin(t), ctype: "application/json", body: string(body)})
	wantStatus(t, got, http.StatusCreated)
}

type members = map[string]any

// The pages and the mail say what the firm wrote, in the language that it is in.
func TestPagesOfAFirm(t *testing.T) {
	t.Parallel()
	s := start(t, mailOn...)
	s.set(t, members{
		"name": "Rivera & <Cole>", "accent": "#8a1750", "time_zone": "America/New_York",
		"texts": members{
			"en": members{"promise": "We answer <soon>.\nBy phone.", "urgent": "Detained? Call 555-0100.", "hours": "9 to 17", "mail_note": "Bring https://papers.example"},
			"es": members{"promise": "Respondemos pronto."},
		},
	})
	form := s.page(t, "/?lang=es")
	wantLook := regexp.MustCompile(`<style>:root\{--accent:#8a1750;[^<]*@media \(prefers-color-scheme:dark\)`)
	if !wantLook.MatchString(form.body) || strings.Count(form.header.Get("Content-Security-Policy"), "'sha256-") != 2 {
		t.Errorf("%v %s", form.header, form.body)
	}
	if !strings.Contains(form.body, `<div class="saying" dir="auto" lang="en"><p>Detained? Call <bdi dir="ltr">555-0100</bdi>.</p></div>`) {
		t.Errorf("what there is in English only: %s", form.body)
	}
	path := s.received(t, s.open(t, "?lang=en").with(good()...)...)
	page := s.page(t, path)
	for _, part := range []string{
		"<bdi>Rivera &amp; &lt;Cole&gt;</bdi>", "<p>We answer &lt;soon&gt;.</p><p>By phone.</p>", "Detained? Call", "<p>9 to 17</p>",
		"Monday, 23 November 2026, 04:00 (New York)", "You are not yet a client of",
	} {
		if !strings.Contains(page.body, part) {
			t.Errorf("no %s in %s", part, page.body)
		}
	}
	if page := s.page(t, path+"?lang=es"); !strings.Contains(page.body, `<div class="saying" dir="auto"><p>Respondemos pronto.</p>`) {
		t.Errorf("%s", page.body)
	}
	s.post.answer(nil)
	s.clock.Add(time.Minute)
	s.deliver(t)
	for _, letter := range s.post.sent {
		confirmation := letter.To.Typed == "ann@example.com"
		if strings.Contains(letter.Text, "Bring https://papers.example") != confirmation || strings.Contains(letter.HTML, `href="https://papers`) {
			t.Errorf("to %s: %s", letter.To.Typed, letter.HTML)
		}
		if !strings.Contains(letter.Text, "04:00 (New York)") || letter.From.Name != "Rivera & <Cole>" {
			t.Errorf("from %v: %s", letter.From, letter.Text)
		}
	}
}

// Nothing is promised before the firm does.
func TestPagesPromiseNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	all := s.page(t, "/").body + s.page(t, s.received(t, good()...)).body
	for _, never := range []string{"confidential", "hours", "days", "minutes", "within", "soon", "attorney", `class="notice`, "notice_read"} {
		if regexp.MustCompile(`(?i)>[^<]*` + never).MatchString(ownScript.ReplaceAllString(all, "")) {
			t.Errorf("the pages say %q", never)
		}
	}
}

// Which notice the prospect saw is kept with the lead: the one that the form showed,
// not the one that stands when it comes in.
func TestNotice(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.publish(t, "en", "Not a client yet.")
	s.publish(t, "es", "Todavía no es cliente.")
	english, spanish, french := s.open(t, "?lang=en"), s.open(t, "?lang=es"), s.open(t, "?lang=fr")
	s.publish(t, "en", "Not a client yet, really.")
	s.set(t, members{"ask_read": true})
	for _, c := range []struct {
		name string
		form openForm
		want *notice
	}{
		{"en", english, &notice{"en", 1, true}},
		{"es", spanish, &notice{"es", 2, true}},
		{"fr", french, &notice{"en", 1, true}}, // there is none in French
		{"now", s.open(t, "?lang=en"), &notice{"en", 3, true}},
		{"none shown", openForm{}, nil},
		{"forged", openForm{"notice": english["notice"][1:], "form_token": english["form_token"]}, nil},
	} {
		pieces := c.form.with(good(text("first_name", c.name))...)
		if c.want != nil {
			got := s.fill(t, pieces...)
			wantStatus(t, got, 422)
			if strings.Count(got.body, ` class="error"`) != 1 || !strings.Contains(got.body, `<p class="error" id="notice_read-error">`) {
				t.Errorf("%s without the tick: %s", c.name, got.body)
			}
		}
		s.received(t, append(pieces, text("notice_read", "true"))...)
		same(t, c.name, s.leads(t, "limit=1").Items[0].Notice, c.want)
	}
	page := s.page(t, "/?lang=fr")
	for _, part := range []string{`lang="en"><p>Not a client yet, really.</p>`, `id="notice_read" name="notice_read" type="checkbox" value="true">`, "English"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("no %s in %s", part, page.body)
		}
	}
}

// A tick is for the text that it was set under: when the firm has published another one
// meanwhile, the form that comes back asks again.
func TestTickIsForOneNotice(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.set(t, members{"ask_read": true})
	s.publish(t, "en", "Not a client yet.")
	form := s.open(t, "?lang=en")
	wrong := form.with(good(text("email", "x"), text("notice_read", "true"))...)
	const ticked = `name="notice_read" type="checkbox" value="true" checked`
	if got := s.fill(t, wrong...); !strings.Contains(got.body, ticked) {
		t.Errorf("the tick is lost: %s", got.body)
	}
	s.publish(t, "en", "Not a client yet, really.")
	if got := s.fill(t, wrong...); strings.Contains(got.body, ticked) || !strings.Contains(got.body, "Not a client yet, really.") {
		t.Errorf("the tick of the old notice: %s", got.body)
	}
}

// The form may be shown in frames of the firm's sites only.
func TestFrames(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := s.received(t, good()...)
	s.set(t, members{"embed_sites": []string{"https://www.firm.example", "http://127.0.0.1:8000"}})
	for at, framed := range map[string]bool{"/": true, path: true, path + "/address": true, "/none": true, "/app/": false, "/docs": false, "/setup/x": true} {
		csp := s.page(t, at).header.Get("Content-Security-Policy")
		if strings.Contains(csp, "frame-ancestors https://www.firm.example http://127.0.0.1:8000") != framed || strings.Contains(csp, "frame-ancestors 'none'") == framed {
			t.Errorf("%s: %s", at, csp)
		}
	}
	script := s.page(t, "/embed.js")
	if script.status != 200 || script.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.HasPrefix(script.header.Get("Content-Type"), "text/javascript") {
		t.Errorf("%d %v", script.status, script.header)
	}
}

// A form of the firm's own comes back to the firm's page, when that is on the list.
func TestReturnAddress(t *testing.T) {
	t.Parallel()
	s := start(t)
	const home = "https://www.firm.example/thanks?from=form"
	s.set(t, members{"return_addresses": []string{home}})
	got := s.fill(t, good(text("return_to", home))...)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != home {
		t.Errorf("%d %v", got.status, got.header)
	}
	for _, other := range []string{"https://evil.example/", home + "x", "//evil.example", "javascript:alert(1)", "/app/", strings.ToUpper(home)} {
		s.received(t, good(text("return_to", other))...)
	}
	// After an error it is remembered.
	got = s.fill(t, good(text("return_to", home), text("email", "x"))...)
	if form := hidden(got); form["return_to"] != home {
		t.Errorf("%v", form)
	}
	if csp := got.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' https://www.firm.example;") {
		t.Errorf("the browser will not go there: %s", csp)
	}
	got = s.fill(t, hidden(got).with(without("resume", good())...)...)
	if got.header.Get("Location") != home {
		t.Errorf("%d %v", got.status, got.header)
	}
	if got := s.fill(t, good(text("return_to", "https://evil.example/"), text("email", "x"))...); strings.Contains(got.body, "evil.example") {
		t.Errorf("%s", got.body)
	}
}

func TestQRCode(t *testing.T) {
	t.Parallel()
	s := start(t)
	plain, spanish := s.page(t, "/qr.svg"), s.page(t, "/qr.svg?lang=es")
	for _, got := range []answer{plain, spanish} {
		if got.status != 200 || got.header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(got.body, "<svg ") || strings.Contains(got.body, "<script") {
			t.Errorf("%d %v %.100s", got.status, got.header, got.body)
		}
	}
	if plain.body == spanish.body {
		t.Error("both codes are the same")
	}
}

// A number to call reads from left to right among Arabic words too; nothing else is
// one.
func TestTelephoneNumbers(t *testing.T) {
	t.Parallel()
	s := start(t)
	for line, want := range map[string]string{
		"اتصل على 555-0100.":             `اتصل على <bdi dir="ltr">555-0100</bdi>.`,
		"Call +1 (555) 010-0000 <now>":   `Call <bdi dir="ltr">+1 (555) 010-0000</bdi> &lt;now&gt;`,
		"(020) 7946 0000, or 030/555 01": `<bdi dir="ltr">(020) 7946 0000</bdi>, or <bdi dir="ltr">030/555 01</bdi>`,
		"9:00-17:30, room 12'34567":      `9:00-17:30, room 12&#39;34567`,
	} {
		s.set(t, members{"texts": members{"en": members{"urgent": line}}})
		if got := s.page(t, "/").body; !strings.Contains(got, `<div class="saying" dir="auto"><p>`+want+`</p></div>`) {
			t.Errorf("%s: %s", line, got)
		}
	}
}

func TestLogoOnPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 420, 96))); err != nil {
		t.Fatal(err)
	}
	put := s.do(t, req{method: http.MethodPut, path: "/api/v1/firm/logo", token: s.admin(t), ctype: "image/png", body: picture.String()})
	if put.status/100 != 2 {
		t.Fatalf("%d %s", put.status, put.body)
	}
	m := regexp.MustCompile(`<img src="(/logo/[0-9a-f]{64})" width="280" height="64" alt="">`).FindStringSubmatch(s.page(t, "/").body)
	if m == nil {
		t.Fatalf("%s", s.page(t, "/").body)
	}
	got := s.page(t, m[1])
	if got.status != 200 || got.body != picture.String() || got.header.Get("Content-Type") != "image/png" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", got.status, got.header)
	}
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: "/api/v1/firm/logo", token: s.admin(t)}), http.StatusNoContent)
	wantStatus(t, s.page(t, m[1]), 404)
}
