package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
)

func (s *server) look(t testing.TB, token, tab, leadID string) answer {
	t.Helper()
	lead := "null"
	if leadID != "" {
		lead = fmt.Sprintf("%q", leadID)
	}
	return s.do(t, jsonReq(http.MethodPut, "/api/v1/presence", token, fmt.Sprintf(`{"tab":%q,"lead_id":%s}`, tab, lead)))
}

// Whoever looks at a lead is told to all who listen, and to who comes later; also
// that they have left.
func TestPresence(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	raj := s.addUser(t, "raj@firm.example", staff.Attorney)
	token := s.signIn(t, "raj@firm.example")
	r := s.submitted(t)
	l := s.listen(t, "", s.byToken(t))
	first := l.next(t)

	looking := fmt.Sprintf(`{"lead_id":"%s","user_ids":["%s"]}`, r.ID, raj.ID)
	answer := s.look(t, token, "a", r.ID)
	wantStatus(t, answer, http.StatusOK)
	same(t, "the answer", answer.body, `{"items":[`+looking+`]}`+"\n")
	same(t, "told", l.next(t), told{"", "presence.changed", looking})

	later := s.listen(t, "", s.byToken(t))
	same(t, "how far it has come", later.next(t).id, first.id)
	same(t, "who comes later", later.next(t), told{"", "presence.changed", looking})

	s.clock.Add(46 * time.Second)
	s.Presence.Expire()
	left := fmt.Sprintf(`{"lead_id":"%s","user_ids":[]}`, r.ID)
	same(t, "lapsed", l.next(t), told{"", "presence.changed", left})
	wantStatus(t, s.look(t, token, "a", r.ID), http.StatusOK)
	same(t, "there again", l.next(t), told{"", "presence.changed", looking})
	same(t, "left", s.look(t, token, "a", "").body, `{"items":[]}`+"\n")
	same(t, "told that it was left", l.next(t), told{"", "presence.changed", left})
}

func TestPresenceRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := s.submitted(t)
	erased := s.submitted(t)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + erased.ID, token: s.admin(t)}), http.StatusNoContent)
	long := "12345678901234567890123456789012345678901234567890123456789012345"
	for body, want := range map[string][]string{
		`{}`:                         {"lead_id unknown_lead", "tab invalid_tab"},
		`{"tab":"","lead_id":null}`:  {"tab invalid_tab"},
		`{"tab":"a b","lead_id":""}`: {"lead_id unknown_lead", "tab invalid_tab"},
		`{"tab":"` + long + `","lead_id":"` + r.ID + `"}`: {"tab invalid_tab"},
		`{"tab":"a","lead_id":"` + erased.ID + `"}`:       {"lead_id unknown_lead"},
		`{"tab":"a","lead_id":"0199f3a0-0000-7000-8000"}`: {"lead_id unknown_lead"},
		`{"tab":"a","lead_id":7}`:                         {"lead_id wrong_type"},
		`{"tab":"a","lead_id":null,"user_id":"x"}`:        {"user_id unknown_field"},
	} {
		got := s.do(t, jsonReq(http.MethodPut, "/api/v1/presence", s.attorney(t), body))
		wantStatus(t, got, http.StatusUnprocessableEntity)
		same(t, body, got.violations(t), want)
	}
	send := func(body string) req { return jsonReq(http.MethodPut, "/api/v1/presence", s.attorney(t), body) }
	s.run(t, []scenario{
		{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
		{name: "cut", req: send(`{`), status: 400, code: "malformed_json"},
		{name: "long", req: send(`{}` + strings.Repeat(" ", 128<<10)), status: 413, code: "too_large"},
		{name: "encoded", req: send(`{}`).with("Content-Encoding", "gzip"), status: 415, code: "unsupported_encoding"},
		{name: "a form", req: req{method: http.MethodPut, path: "/api/v1/presence", token: s.attorney(t), ctype: "text/plain", body: `{}`}, status: 415, code: "unsupported_media_type"},
	})
	if all := s.Presence.All(); len(all) != 0 {
		t.Errorf("kept %v", all)
	}
}
