package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSetup(t *testing.T) {
	t.Parallel()
	s := bare(t)
	path := "/setup/" + s.SetupToken()
	fill := func(email, word string) answer {
		return s.do(t, req{method: http.MethodPost, path: path, ctype: "application/x-www-form-urlencoded", body: "name=Qname&email=" + email + "&password=" + word})
	}
	before := s.submitted(t) // nobody is there to be told
	same(t, "messages", s.census(t).Messages, 1)
	wantPage(t, s.page(t, path), 200)
	wantPage(t, s.page(t, "/setup/"+marker), 404)
	bad := fill("%3Cb%3E", "short")
	wantPage(t, bad, 422)
	if problems := problemsOf(t, bad); len(problems) != 2 || strings.Contains(bad.body, "short\"") || strings.Contains(bad.body, "<b>") || !strings.Contains(bad.body, `value="Qname"`) {
		t.Errorf("%q %s", problems, bad.body)
	}
	wantPage(t, s.do(t, req{method: http.MethodPost, path: path, ctype: "text/plain", body: "x"}), 415)
	made := fill(adminEmail, "correct+horse+battery")
	wantStatus(t, made, http.StatusSeeOther)
	same(t, "what comes next", made.header.Get("Location"), "/app/welcome")
	me := s.do(t, req{path: mePath}.by(made.given(t).Value)).object(t)
	same(t, "who is signed in", []any{me["email"], me["name"], me["role"]}, []any{adminEmail, "Qname", "admin"})
	wantPage(t, s.page(t, path), 404)
	wantPage(t, fill("other@firm.example", "correct+horse+battery"), 404)
	kinds := []string{}
	s.addUser(t, attorneyEmail, "attorney")
	for _, m := range s.messages(t, "lead_id="+before.ID).Items {
		kinds = append(kinds, m.Kind+" "+m.Recipient)
	}
	slices.Sort(kinds)
	same(t, "the earlier lead's messages", kinds, []string{"confirmation ann@example.com", "notification " + adminEmail})

	late := bare(t)
	late.clock.Add(30 * time.Minute)
	wantPage(t, late.page(t, "/setup/"+late.SetupToken()), 404)
}
