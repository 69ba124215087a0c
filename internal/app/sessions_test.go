package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
	"usher/internal/storetest/faultdb"
)

const sessionsPath = "/api/v1/sessions"

type theSession struct {
	ID, Kind, Network string
	CreatedAt         string `json:"created_at"`
	LastSeenAt        string `json:"last_seen_at"`
	UserAgent         string `json:"user_agent"`
	Current           bool
}

type sessionList struct {
	Items      []theSession
	NextCursor *string `json:"next_cursor"`
}

// sessions are those that a request, which has a token or a cookie, is shown.
func (s *server) sessions(t testing.TB, r req) []theSession {
	t.Helper()
	r.path = sessionsPath
	got := s.do(t, r)
	wantStatus(t, got, http.StatusOK)
	return into[sessionList](t, got).Items
}

// current is the session by which a request comes.
func (s *server) current(t testing.TB, r req) theSession {
	t.Helper()
	all := s.sessions(t, r)
	i := slices.IndexFunc(all, func(session theSession) bool { return session.Current })
	if i < 0 {
		t.Fatalf("none of %+v is the current one", all)
	}
	return all[i]
}

func ending(id string) req { return req{method: http.MethodDelete, path: sessionsPath + "/" + id} }

// ends waits for the end of a stream, long before a heartbeat would bring it.
func (l *listening) ends(t testing.TB) {
	t.Helper()
	select {
	case e, open := <-l.events:
		if open {
			t.Errorf("the stream goes on: %v", e)
		}
	case <-time.After(10 * time.Second):
		t.Error("the stream stays open")
	}
}

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

func TestSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	in := s.do(t, signInAs(attorneyEmail, password).with("User-Agent", firefox))
	here := in.given(t).Value
	s.clock.Add(time.Minute)
	access, refresh := pair(t, s.do(t, req{method: http.MethodPost, path: "/api/v1/token", ctype: "application/x-www-form-urlencoded",
		body: strings.Replace(grant, "admin", "attorney", 1)}.with("User-Agent", "curl/8.5.0 (x; é)")))
	s.browse(t, adminEmail)
	all := s.sessions(t, req{}.by(here))
	want := []theSession{
		{ID: all[0].ID, Kind: "token", Network: "127.0.0.1", CreatedAt: "2026-11-23T09:01:00Z", LastSeenAt: "2026-11-23T09:01:00Z", UserAgent: "curl/8.5.0"},
		{ID: all[1].ID, Kind: "browser", Network: "127.0.0.1", CreatedAt: "2026-11-23T09:00:00Z", LastSeenAt: "2026-11-23T09:00:00Z", UserAgent: "Firefox, Windows", Current: true},
	}
	same(t, "one's own", all, want)
	s.clock.Add(10 * time.Minute)
	same(t, "used", s.sees(t, here), 200)
	want[0], want[1] = want[1], want[0]
	want[0].LastSeenAt = "2026-11-23T09:11:00Z"
	same(t, "the last one first", s.sessions(t, req{}.by(here)), want)
	s.Auth.Flush(t.Context())
	want[0].Current, want[1].Current, want[1].LastSeenAt = false, true, "2026-11-23T09:11:00Z"
	same(t, "as the program sees it", sameMoment(s.sessions(t, req{token: access})), sameMoment(want))
	same(t, "no secret", strings.Contains(s.do(t, req{path: sessionsPath, token: access}).body, here), false)

	for name, id := range map[string]string{"another user's": s.current(t, req{}.by(s.browse(t, adminEmail))).ID, "none": aUUID} {
		same(t, name, s.do(t, ending(id).by(here)).code(t), "not_found")
	}
	wantStatus(t, s.do(t, ending(strings.ToUpper(want[1].ID)).by(here)), http.StatusNoContent)
	same(t, "the program", s.lists(t, access), 401)
	same(t, "its refresh token", s.refresh(t, refresh).status, 400)
	same(t, "a second time", s.do(t, ending(want[1].ID).by(here)).status, 404)
	same(t, "this one", s.sees(t, here), 200)
	out := s.do(t, ending(want[0].ID).by(here))
	wantStatus(t, out, http.StatusNoContent)
	same(t, "the cookie is taken away", out.given(t).MaxAge, -1)
	same(t, "it is over", s.sees(t, here), 401)
}

// sameMoment puts sessions that were used at the same moment into one order.
func sameMoment(all []theSession) []theSession {
	slices.SortFunc(all, func(a, b theSession) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func TestEndOtherSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	here, there, colleague := s.browse(t, adminEmail), s.browse(t, adminEmail), s.browse(t, attorneyEmail)
	access, refresh := pair(t, s.token(t, grant))
	mine := s.listen(t, "", func(r *http.Request) { r.Header.Set("Cookie", plainCookie+"="+here) })
	theirs := s.listen(t, "", func(r *http.Request) { r.Header.Set("Cookie", plainCookie+"="+there) })
	mine.next(t)
	theirs.next(t)
	cross := req{method: http.MethodDelete, path: sessionsPath}.by(here).with("Sec-Fetch-Site", "cross-site")
	same(t, "from another site", s.do(t, cross).code(t), "cross_origin")
	same(t, "one, from another site", s.do(t, ending(aUUID).by(here).with("Sec-Fetch-Site", "cross-site")).code(t), "cross_origin")
	same(t, "nothing happened", s.sees(t, there), 200)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: sessionsPath}.by(here)), http.StatusNoContent)
	same(t, "here", s.sees(t, here), 200)
	same(t, "there", s.sees(t, there), 401)
	same(t, "a colleague", s.sees(t, colleague), 200)
	same(t, "a program", s.lists(t, access), 401)
	same(t, "its refresh token", s.refresh(t, refresh).status, 400)
	theirs.ends(t)
	same(t, "what is left", len(s.sessions(t, req{}.by(here))), 1)
	s.submitted(t)
	same(t, "this stream goes on", mine.next(t).event, "lead.received")
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: sessionPath}.by(here)), http.StatusNoContent)
	mine.ends(t)
}

func TestEndSessionsOfAUser(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	eva := s.addUser(t, "eva@firm.example", staff.Viewer)
	path := usersPath + "/" + eva.ID + "/sessions"
	cookie := s.browse(t, eva.Email)
	access, refresh := pair(t, s.token(t, strings.Replace(grant, "admin@", "eva@", 1)))
	hers := s.listen(t, "", func(r *http.Request) { r.Header.Set("Cookie", plainCookie+"="+cookie) })
	hers.next(t)
	boss := s.browse(t, adminEmail)
	end := req{method: http.MethodDelete, path: path}
	same(t, "from another site", s.do(t, end.by(boss).with("Sec-Fetch-Site", "cross-site")).code(t), "cross_origin")
	end.token = s.attorney(t)
	same(t, "by an attorney", s.do(t, end).code(t), "forbidden")
	same(t, "nothing happened", s.sees(t, cookie), 200)
	end.token = s.admin(t)
	wantStatus(t, s.do(t, end), http.StatusNoContent)
	same(t, "her browser", s.sees(t, cookie), 401)
	same(t, "her program", s.lists(t, access), 401)
	same(t, "its refresh token", s.refresh(t, refresh).status, 400)
	hers.ends(t)
	same(t, "the admin", s.sees(t, boss), 200)
	wantStatus(t, s.do(t, signInAs(eva.Email, password)), http.StatusCreated)
}

// A cookie that somebody has planted is never a session: each sign-in has one that the
// server has made, and ends the one that this browser had.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	s := start(t)
	const planted = "Zt1Yc8Rw5Lp4Sd6Fgk3J9x0aVb2Qm7hN1uE7oTiKsXw"
	got := s.do(t, signInAs(adminEmail, password).by(planted))
	wantStatus(t, got, http.StatusCreated)
	first := got.given(t).Value
	if first == planted {
		t.Error("the planted cookie was adopted")
	}
	same(t, "the planted cookie", s.sees(t, planted), 401)
	attackers := s.browse(t, attorneyEmail) // planted with a session of one's own
	got = s.do(t, signInAs(adminEmail, password).by(attackers))
	second := got.given(t).Value
	if second == attackers || second == first {
		t.Error("a session was used again")
	}
	same(t, "the attacker's session is over", s.sees(t, attackers), 401)
	me := s.do(t, req{path: mePath}.by(second))
	same(t, "who is signed in", me.object(t)["email"], any(adminEmail))
	same(t, "the admin's other browser", s.sees(t, first), 200)
	wantStatus(t, s.do(t, signInAs(adminEmail, password).by(first)), http.StatusCreated)
	same(t, "one a browser", s.sees(t, first), 401)
}

// On a full disk a session that waits in memory is listed with where it is from, and is
// ended there.
func TestSessionsOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newFaulty(t)
	if _, err := s.app.Staff.Add(t.Context(), staff.NewUser{Email: adminEmail, Password: password, Role: staff.Admin}, true); err != nil {
		t.Fatal(err)
	}
	handler := s.handler(t)
	browse := func() string {
		w := ask(t, handler, http.MethodPost, sessionPath, "", credentials(adminEmail, password))
		same(t, "sign-in", w.status, http.StatusCreated)
		return w.given(t).Value
	}
	list := func(cookie string) []theSession {
		return into[sessionList](t, ask(t, handler, http.MethodGet, sessionsPath, cookie, "")).Items
	}
	sees := func(cookie string) int { return ask(t, handler, http.MethodGet, leadsPath, cookie, "").status }
	stored := browse()
	s.db.Arm(func(_ int, query string) *faultdb.Fault {
		for _, writes := range []string{"INSERT", "UPDATE", "DELETE"} {
			if strings.HasPrefix(query, writes) {
				return &faultdb.Fault{Err: faultdb.Full}
			}
		}
		return nil
	})
	here, there := browse(), browse()
	all := list(here)
	same(t, "listed", len(all), 3)
	for _, session := range all {
		same(t, "where from", session.Network, "192.0.2.1")
	}
	of := func(cookie string) string {
		for _, session := range list(cookie) {
			if session.Current {
				return session.ID
			}
		}
		return ""
	}
	for _, cookie := range []string{there, stored} {
		same(t, "ended", ask(t, handler, http.MethodDelete, sessionsPath+"/"+of(cookie), here, "").status, http.StatusNoContent)
		same(t, "over", sees(cookie), 401)
	}
	same(t, "left", len(list(here)), 1)
	another := browse()
	same(t, "all others", ask(t, handler, http.MethodDelete, sessionsPath, here, "").status, http.StatusServiceUnavailable)
	same(t, "none has ended", sees(another), 200)
	s.db.Arm(nil)
	same(t, "all others, with room", ask(t, handler, http.MethodDelete, sessionsPath, here, "").status, http.StatusNoContent)
	s.app.Auth.Flush(t.Context())
	same(t, "over", sees(another), 401)
	same(t, "this one", sees(here), 200)
	same(t, "after a restart", ask(t, s.handler(t), http.MethodGet, leadsPath, here, "").status, 200)
}
