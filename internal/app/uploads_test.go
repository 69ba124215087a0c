package app_test

import (
	"net/http"
	"strings"
	"testing"
)

func (s *server) uploaded(t testing.TB, lang string, pieces ...piece) answer {
	t.Helper()
	return s.do(t, formPost("/uploads"+lang, pieces))
}

func idOf(t testing.TB, of map[string]any) string {
	t.Helper()
	id, ok := of["id"].(string)
	if !ok || id == "" {
		t.Fatalf("no id: %v", of)
	}
	return id
}

// A page with JavaScript sends the file as soon as it is chosen.
func TestUploads(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.census(t)
	form := s.open(t, "")
	token := text("form_token", form["form_token"])
	got := s.uploaded(t, "", token, file("cv.pdf", pdf))
	wantStatus(t, got, http.StatusCreated)
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Set-Cookie") != "" {
		t.Errorf("header %v", got.header)
	}
	first := got.object(t)
	firstID := idOf(t, first)
	same(t, "answer", first, map[string]any{"id": firstID, "filename": "cv.pdf", "size": float64(len(pdf)), "protected": false})

	// What can't be taken takes no other's place.
	got = s.uploaded(t, "", token, text("replaces", firstID), file("cv.pdf", "MZ\x00"))
	wantStatus(t, got, http.StatusUnprocessableEntity)
	form["kept"] = firstID
	same(t, "problems", problemsOf(t, s.fill(t, form.with(without("resume", good(text("email", "x")))...)...)),
		[]string{"email Enter an e-mail address like name@example.com."})

	// Another one takes its place.
	got = s.uploaded(t, "", token, text("replaces", firstID), file("locked.pdf", pdf+"/Encrypt 5 0 R\n"))
	wantStatus(t, got, http.StatusCreated)
	second := got.object(t)
	secondID := idOf(t, second)
	if second["protected"] != true {
		t.Errorf("a file with a password: %v", second)
	}
	form["kept"] = firstID
	wantStatus(t, s.fill(t, form.with(without("resume", good())...)...), 422)
	form["kept"] = secondID
	s.received(t, form.with(without("resume", good())...)...)
	same(t, "written", s.census(t).minus(before), oneLead.plus(census{Keys: 1}))
	if l := s.leads(t, "limit=1").Items[0]; !l.ResumeProtected || l.Resume.Filename != "locked.pdf" {
		t.Errorf("%+v", l)
	}

	// And it can be taken away.
	got = s.uploaded(t, "", token, text("replaces", secondID))
	if got.status != http.StatusNoContent || got.body != "" {
		t.Errorf("%d %s", got.status, got.body)
	}
	wantStatus(t, s.fill(t, form.with(without("resume", good(text("first_name", "Changed")))...)...), 422)
}

func TestUploadsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_MAX_RESUME_BYTES=4096")
	form := s.open(t, "")
	token := text("form_token", form["form_token"])
	before := s.census(t)
	for _, c := range []struct {
		name, lang string
		pieces     []piece
		status     int
		message    string
	}{
		{"empty", "", []piece{token, file("cv.pdf", "")}, 422, "This file is empty. Choose the file that holds your resume."},
		{"a program", "", []piece{token, file("cv.exe", "MZ\x00")}, 422, "This kind of file isn't accepted."},
		{"a renamed program", "?lang=es", []piece{token, file("cv.pdf", "MZ\x00")}, 422, "No se acepta este tipo de archivo."},
		{"another name", "", []piece{token, file("cv.doc", pdf)}, 422, "Give it a name that ends in .pdf and choose it again."},
		{"too large", "", []piece{token, file("cv.pdf", pdf+strings.Repeat("x", 4096))}, 413, "This file is larger than 4 KB."},
		{"none", "", []piece{token}, 422, "Select a resume."},
		{"no token", "", []piece{file("cv.pdf", pdf)}, 422, ""},
		{"a forged token", "", []piece{text("form_token", form["form_token"][1:]), file("cv.pdf", pdf)}, 422, ""},
	} {
		got := s.uploaded(t, c.lang, c.pieces...)
		message, _ := got.object(t)["message"].(string)
		if got.status != c.status || !strings.Contains(message, c.message) || message == "" {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
	}
	// The script has to know this one: the file goes with the form instead.
	if got := s.uploaded(t, "", text("form_token", "x"), file("cv.pdf", pdf)).object(t); got["code"] != "lapsed_form" {
		t.Errorf("without a token: %v", got)
	}
	same(t, "written", s.census(t), before)
	got := s.do(t, req{method: http.MethodGet, path: "/uploads"})
	if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "POST" {
		t.Errorf("GET: %d %v", got.status, got.header)
	}
}

// Files that come before their form have a limit of their own, so that sending is
// never refused because of them.
func TestUploadsAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_PUBLIC_RATE=1/min")
	form := s.open(t, "")
	token := text("form_token", form["form_token"])
	limited := false
	for range 40 {
		if got := s.uploaded(t, "", token, file("cv.txt", "Ann")); got.status == http.StatusTooManyRequests {
			limited = true
			if got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "Too many") {
				t.Errorf("%v %s", got.header, got.body)
			}
			break
		}
	}
	if !limited {
		t.Error("no upload is refused")
	}
	s.received(t, form.with(good()...)...)
}
