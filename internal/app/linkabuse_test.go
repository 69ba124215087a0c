package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"usher/internal/staff"
)

// A link works once, in its time, for its purpose and its user. Everything else gets
// one and the same answer, and changes nothing.
func TestLinksThatDontOpen(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	ask := func(email string) string {
		wantStatus(t, s.askReset(t, email), http.StatusAccepted)
		return s.tokenIn(t, post, email)
	}
	invited := func(email string) string { s.invite(t, email); return s.tokenIn(t, post, email) }
	user := func(email string) staff.User { return s.addUser(t, email, staff.Intake) }
	dead := map[string]req{}
	add := func(what, path, token string) { dead[what] = chooseReq(path, token, another) }

	used := ask(attorneyEmail)
	wantStatus(t, s.do(t, chooseReq(resetPath, used, another)), 204)
	add("reused", resetPath, used)
	usedInvitation := invited("ian@firm.example")
	wantStatus(t, s.do(t, chooseReq(invitePath, usedInvitation, another)), 204)
	add("an invitation reused", invitePath, usedInvitation)
	user("rita@firm.example")
	add("a reset as an invitation", invitePath, ask("rita@firm.example"))
	open := invited("olga@firm.example")
	add("an invitation as a reset", resetPath, open)
	kim := user("kim@firm.example")
	add("of somebody disabled", resetPath, ask(kim.Email))
	wantStatus(t, s.changed(t, kim.ID, `{"disabled":true}`), 200)
	lou := user("lou@firm.example")
	add("of somebody who was disabled meanwhile", resetPath, ask(lou.Email))
	wantStatus(t, s.changed(t, lou.ID, `{"disabled":true}`), 200)
	wantStatus(t, s.changed(t, lou.ID, `{"disabled":false}`), 200)
	mia := user("mia@firm.example")
	add("older than the password", resetPath, ask(mia.Email))
	s.clock.Add(time.Second)
	if err := s.Staff.ResetPassword(t.Context(), mia.Email, another); err != nil {
		t.Fatal(err)
	}
	pam := user("pam@firm.example")
	s.clock.Add(time.Second)
	add("older than the password, by a clock that was set back since", resetPath, ask(pam.Email))
	s.clock.Add(-time.Minute)
	if err := s.Staff.ResetPassword(t.Context(), pam.Email, another); err != nil {
		t.Fatal(err)
	}
	s.clock.Add(time.Minute - time.Second)
	rob := user("rob@firm.example")
	add("older than one's own change of the password", resetPath, ask(rob.Email))
	own := `{"current_password":"` + password + `","new_password":"` + another + `"}`
	wantStatus(t, s.do(t, req{method: http.MethodPut, path: passwordPath, ctype: "application/json", body: own}.by(s.browse(t, rob.Email))), 204)
	quinn := user("quinn@firm.example")
	add("from before all sessions ended", resetPath, ask(quinn.Email))
	if err := s.Staff.EndSessions(t.Context(), quinn.ID); err != nil {
		t.Fatal(err)
	}
	ned := s.invite(t, "ned@firm.example")
	add("an invitation before the last", invitePath, s.tokenIn(t, post, "ned@firm.example"))
	wantStatus(t, s.do(t, req{method: http.MethodPost, path: usersPath + "/" + ned.ID + "/link", token: s.admin(t)}), 201)
	other := start(t)
	stranger := other.invite(t, "ned@firm.example")
	_, foreign, _ := strings.Cut(*stranger.URL, "#")
	add("of another installation", invitePath, foreign)
	add("made up", resetPath, strings.Repeat("A", len(open)))
	add("cut off", invitePath, open[:len(open)-1])
	add("longer", invitePath, open+"A")
	add("another letter", invitePath, open[:10]+string(open[10]^1)+open[11:])
	add("a session", resetPath, s.browse(t, adminEmail))
	add("a bearer token", resetPath, s.admin(t))

	before := s.hashes(t)
	for what, r := range dead {
		got := s.do(t, r)
		same(t, what, got.status, http.StatusUnprocessableEntity)
		same(t, what, got.violations(t), []string{"token invalid_link"})
		if looked := s.tellLink(t, memberOf(t, r.body, "token")); strings.Contains(what, "as a") == (looked.status != 200) {
			t.Errorf("%s, looked at: %d %s", what, looked.status, looked.body)
		}
	}
	same(t, "passwords", s.hashes(t), before)

	late := ask("rita@firm.example")
	s.clock.Add(time.Hour - time.Microsecond)
	same(t, "in the last moment", s.tellLink(t, late).status, 200)
	s.clock.Add(time.Microsecond)
	same(t, "expired", s.do(t, chooseReq(resetPath, late, another)).violations(t), []string{"token invalid_link"})
	s.clock.Add(7*24*time.Hour - time.Hour - 2*time.Second)
	same(t, "an invitation lasts", s.tellLink(t, open).status, 200)
	s.clock.Add(time.Second)
	same(t, "seven days", s.do(t, chooseReq(invitePath, open, another)).violations(t), []string{"token invalid_link"})
	same(t, "passwords", s.hashes(t), before)
}

// Of many who use a link at once, one does.
func TestLinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	s.invite(t, "ben@firm.example")
	token := s.tokenIn(t, post, "ben@firm.example")
	var group sync.WaitGroup
	answers := make([]int, 8)
	for i := range answers {
		group.Go(func() { answers[i] = s.do(t, chooseReq(invitePath, token, fmt.Sprint(another, i))).status })
	}
	group.Wait()
	slices.Sort(answers)
	same(t, "answers", answers, []int{204, 422, 422, 422, 422, 422, 422, 422})
}

func TestLinkRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	ben := s.invite(t, "ben@firm.example")
	gone := s.addUser(t, "gone@firm.example", staff.Intake)
	wantStatus(t, s.changed(t, gone.ID, `{"disabled":true}`), 200)
	send := jsonReq(http.MethodPost, usersPath+"/"+ben.ID+"/link", s.admin(t), "")
	var cases []scenario
	for _, at := range []req{
		jsonReq(http.MethodPost, resetPath, "", ""), jsonReq(http.MethodPut, resetPath, "", ""), jsonReq(http.MethodPut, invitePath, "", ""),
		jsonReq(http.MethodPost, linkPath, "", ""), send,
	} {
		to := func(body string) req { r := at; r.body = body; return r }
		plain, coded := to(`{}`), to(`{}`).with("Content-Encoding", "gzip")
		plain.ctype = "text/plain"
		cases = append(cases, []scenario{
			{name: "broken", req: to(`{`), status: 400, code: "malformed_json"},
			{name: "a list", req: to(`[]`), status: 422, code: "not_an_object"},
			{name: "a form", req: plain, status: 415, code: "unsupported_media_type"},
			{name: "packed", req: coded, status: 415, code: "unsupported_encoding"},
			{name: "too large", req: to(`{"token":"` + strings.Repeat("x", 140_000) + `"}`), status: 413, code: "too_large"},
			{name: "unknown", req: to(`{"x":1}`), status: 422},
		}...)
	}
	cases = append(cases, []scenario{
		{name: "no address", req: jsonReq(http.MethodPost, resetPath, "", `{}`), status: 422, bad: []string{"email required"}},
		{name: "a wrong address", req: jsonReq(http.MethodPost, resetPath, "", `{"email":"x"}`), status: 422, bad: []string{"email invalid_email"}},
		{name: "nothing chosen", req: jsonReq(http.MethodPut, resetPath, "", `{}`), status: 422, bad: []string{"password required", "token required"}},
		{name: "nothing", req: jsonReq(http.MethodPost, linkPath, "", `{}`), status: 422, bad: []string{"token required"}},
		{name: "to nobody", req: jsonReq(http.MethodPost, usersPath+"/"+aUUID+"/link", s.admin(t), `{}`), status: 404, code: "not_found"},
		{name: "to somebody disabled", req: jsonReq(http.MethodPost, usersPath+"/"+gone.ID+"/link", s.admin(t), `{}`), status: 409, code: "disabled"},
		{name: "a member", req: jsonReq(http.MethodPost, usersPath+"/"+ben.ID+"/link", s.admin(t), `{"x":1}`), status: 422, bad: []string{"x unknown_field"}},
	}...)
	s.run(t, cases)
}

// hashes are the passwords of all users.
func (s *server) hashes(t testing.TB) []string {
	t.Helper()
	db := s.database(t)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT email || ' ' || password_hash FROM users ORDER BY email`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
