package app_test

import (
	"net/http"
	"testing"

	"usher/internal/auth"
	"usher/internal/staff"
)

// What has lapsed opens nothing: no route, whoever it was, and nothing is changed.
func TestLapsedCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://127.0.0.1:9", "USHER_MAIL_FROM=intake@firm.example")
	s.post.answer(nil)
	bearer, cookie := s.admin(t), s.browse(t, adminEmail)
	s.clock.Add(auth.IdleLife) // longer than an access token lives
	fresh := s.browse(t, adminEmail)
	for _, route := range guardedRoutes(t, s) {
		r := s.valid(t, route, s.admin(t))
		before := s.allTables(t)
		for what, by := range map[string]func(req) req{
			"a lapsed token":  func(r req) req { r.token = bearer; return r },
			"a lapsed cookie": func(r req) req { r.token = ""; return r.by(cookie) },
			"both":            func(r req) req { r.token = bearer; return r.by(cookie) },
			// A good cookie doesn't make up for a bad token: a program says who it is.
			"a token that is none": func(r req) req { r.token = "x"; return r.by(fresh) },
		} {
			got := s.do(t, by(r))
			same(t, route.name()+" by "+what, got.status, http.StatusUnauthorized)
			same(t, route.name()+" by "+what+": changed", s.allTables(t), before)
		}
	}
}

// What belongs to one user is not there for another, admins included; but an admin
// revokes anybody's keys.
func TestOthersObjects(t *testing.T) {
	t.Parallel()
	s := start(t)
	eva, ben := s.addUser(t, "eva@firm.example", staff.Attorney), s.addUser(t, "ben@firm.example", staff.Attorney)
	view := s.saveView(t, s.signIn(t, eva.Email), `{"name":"mine","q":"lang:es"}`)
	bearer := s.signIn(t, eva.Email)
	session, key := s.current(t, req{token: bearer}), s.madeKey(t, bearer, `{"name":"x","scopes":["leads:read"]}`)
	for _, other := range []string{ben.Email, adminEmail} {
		token := s.signIn(t, other)
		before := s.allTables(t)
		s.run(t, []scenario{
			{name: other + " changes a view", req: jsonReq(http.MethodPatch, viewsPath+"/"+view.ID, token, `{"name":"theirs"}`), status: 404, code: "not_found"},
			{name: other + " deletes a view", req: req{method: http.MethodDelete, path: viewsPath + "/" + view.ID, token: token}, status: 404, code: "not_found"},
		})
		same(t, other+" ends a session", s.do(t, req{method: http.MethodDelete, path: "/api/v1/sessions/" + session.ID, token: token}).status, 404)
		if other != adminEmail {
			same(t, other+" revokes a key", s.revoke(t, token, key.ID).status, 404)
		}
		same(t, other, s.allTables(t), before)
	}
	same(t, "her own session", s.do(t, req{method: http.MethodDelete, path: "/api/v1/sessions/" + session.ID, token: bearer}).status, 204)
	same(t, "her key, by an admin", s.revoke(t, s.admin(t), key.ID).status, 204)
}
