package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/staff"
)

const usersPath = "/api/v1/users"

type theUser struct {
	ID, Email, Name, Role string
	Files, Disabled       bool
	CreatedAt             string  `json:"created_at"`
	LastSeenAt            *string `json:"last_seen_at"`
	Invited               bool
	InvitedUntil          *string `json:"invited_until"`
}

type userList struct {
	Items      []theUser
	NextCursor *string `json:"next_cursor"`
}

// added POSTs a user as the admin.
func (s *server) added(t testing.TB, body string) theUser {
	t.Helper()
	got := s.do(t, jsonReq(http.MethodPost, usersPath, s.admin(t), body))
	wantStatus(t, got, http.StatusCreated)
	u := into[invited](t, got).theUser
	same(t, "Location", got.header.Get("Location"), usersPath+"/"+u.ID)
	return u
}

func (s *server) changed(t testing.TB, id, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPatch, usersPath+"/"+id, s.admin(t), body))
}

// users are all of them as an admin lists them, by address.
func (s *server) users(t testing.TB) map[string]theUser {
	t.Helper()
	got := s.do(t, req{path: usersPath, token: s.admin(t)})
	wantStatus(t, got, http.StatusOK)
	all := map[string]theUser{}
	for _, u := range into[userList](t, got).Items {
		all[u.Email] = u
	}
	return all
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := start(t)
	same(t, "at first", len(s.users(t)), 2)
	eva := s.added(t, `{"email":" Eva@firm.example ","name":" Eva Lang ","role":"viewer","files":true,"password":"seven quiet green lamps"}`)
	want := theUser{ID: eva.ID, Email: "Eva@firm.example", Name: "Eva Lang", Role: "viewer", Files: true, CreatedAt: "2026-11-23T09:00:00Z"}
	same(t, "added", eva, want)
	same(t, "listed", s.users(t)["Eva@firm.example"], want)
	one := s.do(t, req{path: usersPath + "/" + strings.ToUpper(eva.ID), token: s.admin(t)})
	same(t, "by id", into[theUser](t, one), want)

	ben := s.added(t, `{"email":"ben@firm.example","role":"intake","password":"seven quiet green lamps"}`)
	same(t, "without a name", ben.Name, "")
	same(t, "nothing", into[theUser](t, s.changed(t, eva.ID, `{}`)), want)
	want.Name = "Eva"
	same(t, "another name", into[theUser](t, s.changed(t, eva.ID, `{"name":" Eva "}`)), want)
	want.Role, want.Files = "attorney", false // the grant goes with the role
	same(t, "another role", into[theUser](t, s.changed(t, eva.ID, `{"role":"attorney"}`)), want)
	want.Role, want.Files = "viewer", true
	same(t, "back, with resumes", into[theUser](t, s.changed(t, eva.ID, `{"role":"viewer","files":true}`)), want)
	want.Disabled = true
	same(t, "disabled", into[theUser](t, s.changed(t, eva.ID, `{"disabled":true}`)), want)
	same(t, "still there", s.users(t)["Eva@firm.example"], want)
}

func TestUserRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	viewer := s.added(t, `{"email":"eva@firm.example","name":"Eva Lang","role":"viewer","password":"seven quiet green lamps"}`)
	firm := `{"name":"Vega & Wójcik"}`
	wantStatus(t, s.changeFirm(t, firm), http.StatusOK)
	admin := s.admin(t)
	var cases []scenario
	for _, at := range []req{jsonReq(http.MethodPost, usersPath, admin, ""), jsonReq(http.MethodPatch, usersPath+"/"+viewer.ID, admin, "")} {
		send := func(body string) req { r := at; r.body = body; return r }
		plain, coded := send(`{}`), send(`{}`).with("Content-Encoding", "gzip")
		plain.ctype = "text/plain"
		cases = append(cases, []scenario{
			{name: "broken", req: send(`{`), status: 400, code: "malformed_json"},
			{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
			{name: "a form", req: plain, status: 415, code: "unsupported_media_type"},
			{name: "packed", req: coded, status: 415, code: "unsupported_encoding"},
			{name: "too large", req: send(`{"name":"` + strings.Repeat("x", 140_000) + `"}`), status: 413, code: "too_large"},
		}...)
	}
	add := func(email, name, password string) req {
		return jsonReq(http.MethodPost, usersPath, admin, fmt.Sprintf(`{"email":%q,"name":%q,"role":"intake","password":%q}`, email, name, password))
	}
	change := func(body string) req { return jsonReq(http.MethodPatch, usersPath+"/"+viewer.ID, admin, body) }
	const free, good = "new@firm.example", "seven quiet green lamps"
	cases = append(cases, []scenario{
		{name: "nothing", req: jsonReq(http.MethodPost, usersPath, admin, `{}`), status: 422, bad: []string{"email required", "role required"}},
		{name: "all wrong", req: jsonReq(http.MethodPost, usersPath, admin, `{"email":"x","name":"a\nb","role":"boss","files":"yes","password":"short","id":"1"}`), status: 422,
			bad: []string{"email invalid_email", "files wrong_type", "id unknown_field", "name invalid_name", "password too_short", "role unknown_role"}},
		{name: "twice", req: jsonReq(http.MethodPost, usersPath, admin, `{"email":"new@firm.example","role":"viewer","role":"admin","password":"`+good+`"}`), status: 422, bad: []string{"role duplicate"}},
		{name: "resumes for intake", req: jsonReq(http.MethodPost, usersPath, admin, `{"email":"new@firm.example","role":"intake","files":true,"password":"`+good+`"}`), status: 422, bad: []string{"files only_viewers"}},
		{name: "taken", req: add("EVA@firm.example", "", good), status: 409, code: "email_taken"},
		{name: "a long password", req: add(free, "", strings.Repeat("lamp ", 210)), status: 422, bad: []string{"password too_long"}},
		{name: "a common one", req: add(free, "", "Qwertyuiop 123"), status: 422, bad: []string{"password too_common"}},
		{name: "their name", req: add(free, "Marisol Vega", "Marisol-Vega-1984"), status: 422, bad: []string{"password too_personal"}},
		{name: "the firm's", req: add(free, "", "WÓJCIK & vega 1"), status: 422, bad: []string{"password too_personal"}},
		{name: "none of the members", req: change(`{"email":"x@firm.example","password":"` + good + `"}`), status: 422, bad: []string{"email unknown_field", "password unknown_field"}},
		{name: "wrong members", req: change(`{"name":"` + strings.Repeat("é", 201) + `","role":"boss","disabled":null}`), status: 422,
			bad: []string{"disabled wrong_type", "name invalid_name", "role unknown_role"}},
		{name: "resumes for another role", req: change(`{"role":"intake","files":true}`), status: 422, bad: []string{"files only_viewers"}},
		{name: "no such user", req: jsonReq(http.MethodPatch, usersPath+"/"+aUUID, admin, `{}`), status: 404, code: "not_found"},
	}...)
	before := s.users(t)
	s.run(t, cases)
	same(t, "users", s.users(t), before)
	same(t, "one's own, the name", s.do(t, jsonReq(http.MethodPut, "/api/v1/me/password", admin, `{"current_password":"`+password+`","new_password":"admin@firm.example 1"}`)).violations(t),
		[]string{"new_password too_personal"})
	same(t, "one's own, common", s.do(t, jsonReq(http.MethodPut, "/api/v1/me/password", admin, `{"current_password":"`+password+`","new_password":"123412341234"}`)).violations(t),
		[]string{"new_password too_common"})
}

// What an admin changes holds on the very next request, in a browser and by a token,
// without another sign-in.
func TestRolesHoldAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	eva := s.addUser(t, "eva@firm.example", staff.Viewer)
	token, cookie := s.signIn(t, eva.Email), s.browse(t, eva.Email)
	mark := func() (byToken, byCookie int) {
		r := jsonReq(http.MethodPatch, leadsPath+"/"+id, token, `{"state":"REACHED_OUT"}`)
		byToken = s.do(t, r).status
		r.token = ""
		return byToken, s.do(t, r.by(cookie)).status
	}
	resume := func() int { return s.do(t, req{path: leadsPath + "/" + id + "/resume", token: token}).status }
	want := func(what string, status, files int) {
		t.Helper()
		a, b := mark()
		same(t, what, []int{a, b, resume()}, []int{status, status, files})
	}
	want("a viewer", 403, 403)
	same(t, "untouched", s.lead(t, id).Version, 1)
	wantStatus(t, s.changed(t, eva.ID, `{"files":true}`), 200)
	want("with resumes", 403, 200)
	wantStatus(t, s.changed(t, eva.ID, `{"role":"attorney"}`), 200)
	want("an attorney", 200, 200)
	wantStatus(t, s.changed(t, eva.ID, `{"role":"viewer"}`), 200)
	want("a viewer again", 403, 403)
	wantStatus(t, s.changed(t, eva.ID, `{"disabled":true}`), 200)
	want("disabled", 401, 401)
	wantStatus(t, s.do(t, signInAs(eva.Email, password)), 401)
	wantStatus(t, s.changed(t, eva.ID, `{"disabled":false}`), 200)
	want("enabled, and not signed in", 401, 401)
	wantStatus(t, s.do(t, signInAs(eva.Email, password)), 201)
}

// The refresh token of whoever is disabled is void at once, and an open stream ends;
// others are told that this user has changed.
func TestDisablingEndsStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	eva := s.addUser(t, "eva@firm.example", staff.Viewer)
	pair := s.token(t, "username=eva@firm.example&password="+strings.ReplaceAll(password, " ", "+"))
	refresh, _ := pair.object(t)["refresh_token"].(string)
	access, _ := pair.object(t)["access_token"].(string)
	hers := s.listen(t, "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+access) })
	others := s.listen(t, "", s.byToken(t))
	hers.next(t)
	others.next(t)
	data := `{"user_ids":["` + eva.ID + `"]}`
	wantStatus(t, s.changed(t, eva.ID, `{"files":true}`), 200)
	same(t, "granted, to her", hers.next(t), told{"", "user.changed", data})
	same(t, "granted, to others", others.next(t), told{"", "user.changed", data})
	wantStatus(t, s.changed(t, eva.ID, `{"files":true}`), 200) // changes nothing, and is not told
	wantStatus(t, s.changed(t, eva.ID, `{"disabled":true}`), 200)
	same(t, "disabled, to others", others.next(t), told{"", "user.changed", data})
	select {
	case e, open := <-hers.events:
		if open {
			t.Errorf("her stream goes on: %v", e)
		}
	case <-time.After(10 * time.Second): // it would end by its heartbeat in 15
		t.Error("her stream stays open")
	}
	wantStatus(t, s.refresh(t, refresh), 400)
}

// Whatever is tried, and however many try it at once, one admin who can sign in is left.
func TestLastAdmin(t *testing.T) {
	t.Parallel()
	s := start(t)
	me := s.users(t)[adminEmail].ID
	for _, body := range []string{`{"disabled":true}`, `{"role":"attorney"}`, `{"role":"viewer","files":true}`} {
		got := s.changed(t, me, body)
		if got.status != http.StatusConflict || got.code(t) != "last_admin" {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	wantStatus(t, s.changed(t, me, `{"name":"Grace"}`), 200)
	other := s.addUser(t, "other@firm.example", staff.Admin)
	tokens := []string{s.admin(t), s.signIn(t, other.Email)}
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i, id := range []string{me, other.ID, me, other.ID} {
		body := []string{`{"disabled":true}`, `{"role":"intake"}`}[i/2]
		group.Go(func() {
			got := s.do(t, jsonReq(http.MethodPatch, usersPath+"/"+id, tokens[i%2], body)) // each against oneself
			mu.Lock()
			defer mu.Unlock()
			if got.status == http.StatusOK {
				done++
			}
		})
	}
	group.Wait()
	left := s.count(t, `SELECT COUNT(*) FROM users WHERE role = 'admin' AND NOT disabled`)
	if left != 1 || done == 0 {
		t.Errorf("%d admins are left after %d changes", left, done)
	}
}

// When somebody was last there is kept, once a minute at most.
func TestLastSeen(t *testing.T) {
	t.Parallel()
	s := start(t)
	seen := func() string {
		s.Auth.Flush(t.Context())
		at := s.users(t)[attorneyEmail].LastSeenAt
		if at == nil {
			return "never"
		}
		return *at
	}
	same(t, "before", seen(), "never")
	token := s.attorney(t)
	same(t, "signed in", seen(), "2026-11-23T09:00:00Z")
	here := func() { wantStatus(t, s.do(t, req{path: leadsPath, token: token}), 200) }
	s.clock.Add(59 * time.Second)
	here()
	same(t, "in the same minute", seen(), "2026-11-23T09:00:00Z")
	s.clock.Add(time.Second)
	here()
	same(t, "a minute later", seen(), "2026-11-23T09:01:00Z")
}
