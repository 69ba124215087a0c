package e2e

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var errNoLink = errors.New("no setup link is printed")

var setupLink = regexp.MustCompile(`http://\S+(/setup/\S+) \(makes the first admin`)

// setupPath finds the one-time link in what the start printed.
func (s *server) setupPath() string {
	s.t.Helper()
	var path string
	eventually(s.t, patience, func() error {
		m := setupLink.FindStringSubmatch(s.out.String())
		if m == nil {
			return errNoLink
		}
		path = m[1]
		return nil
	})
	return path
}

func (s *server) setUp(path, email, password string) answer {
	s.t.Helper()
	form := url.Values{"email": {email}, "password": {password}}
	a, err := s.send(s.t.Context(), http.MethodPost, path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// Without an admin the start prints a link that makes one, once. Leads that came
// before have their notification as soon as there is somebody to tell.
func TestSetupLink(t *testing.T) {
	t.Parallel()
	first := start(t, how{noAdmin: true})
	old := first.setupPath()
	first.submit(simple("early1"))
	first.stop()
	verify(t, first.data) // nobody to tell is no damage

	s := start(t, how{data: first.data, noAdmin: true})
	path := s.setupPath()
	s.submit(simple("early2"))
	wrong := path[:len(path)-4] + "AAAA"
	for what, dead := range map[string]string{"a wrong link": wrong, "the link of another start": old, "no link": "/setup/x"} {
		if a := s.get(dead); a.status != 404 {
			t.Errorf("GET of %s: %d", what, a.status)
		}
		if a := s.setUp(dead, adminEmail, adminPassword); a.status != 404 {
			t.Errorf("POST to %s: %d", what, a.status)
		}
	}
	if a := s.get(path); a.status != 200 || !strings.Contains(string(a.body), "<form") {
		t.Errorf("the form: %s", a)
	}
	for _, bad := range [][2]string{{"nonsense", adminPassword}, {adminEmail, "short"}} {
		if a := s.setUp(path, bad[0], bad[1]); a.status != 422 || strings.Contains(string(a.body), adminPassword) {
			t.Errorf("%v: %s", bad, a)
		}
	}
	a := s.setUp(path, adminEmail, adminPassword)
	if a.status != 303 || a.header.Get("Location") != "/app/welcome" {
		t.Fatalf("making the admin: %s", a)
	}
	cookie := http.Header{"Cookie": {strings.Split(a.header.Get("Set-Cookie"), ";")[0]}}
	if me, err := s.send(t.Context(), http.MethodGet, "/api/v1/me", cookie, nil); err != nil || me.status != 200 || !strings.Contains(string(me.body), adminEmail) {
		t.Errorf("who made the admin is signed in as %s, %v", me, err)
	}
	if a := s.get(path); a.status != 404 {
		t.Errorf("GET of a used link: %d", a.status)
	}
	if a := s.setUp(path, "mallory@example.com", adminPassword); a.status != 404 {
		t.Errorf("POST to a used link: %d", a.status)
	}
	told := map[string]int{}
	for _, m := range s.messages() {
		if m.Kind == "notification" && m.Recipient == adminEmail {
			told[m.LeadID]++
		}
	}
	for _, l := range s.leads() {
		if told[l.ID] != 1 {
			t.Errorf("lead %s has %d notifications, want 1", l.Email, told[l.ID])
		}
	}
	s.submit(simple("late"))
	if n := len(s.messages()); n != 6 {
		t.Errorf("%d messages for 3 leads, want 6", n)
	}
	s.stop()
	verify(t, s.data)
	again := start(t, how{data: s.data, noAdmin: true})
	if a := again.get(path); a.status != 404 {
		t.Errorf("the link after a restart: %d", a.status)
	}
	again.stop()
	if strings.Contains(again.out.String(), "/setup/") {
		t.Errorf("with an admin a link is printed: %s", again.out)
	}
}
