package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestEndedBrowserSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, end := range map[string]func() error{
		"a new password": func() error { return s.Staff.ResetPassword(t.Context(), attorneyEmail, password) },
		"disabled":       func() error { return s.Staff.Disable(t.Context(), attorneyEmail, true) },
	} {
		cookie, other := s.browse(t, attorneyEmail), s.browse(t, adminEmail)
		s.clock.Add(time.Second)
		if err := end(); err != nil {
			t.Fatal(err)
		}
		same(t, name, s.sees(t, cookie), 401)
		same(t, name+": another user", s.sees(t, other), 200)
		if err := s.Staff.Disable(t.Context(), attorneyEmail, false); err != nil {
			t.Fatal(err)
		}
		same(t, name+": enabled again", s.sees(t, cookie), 401)
	}
}

// A change of the password ends every session but the one that it begins, also those
// of the same moment: the clock stands still here.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := start(t)
	const next = "seven quiet green lamps"
	change := func(current, next string) req {
		return req{method: http.MethodPut, path: passwordPath, ctype: "application/json", body: `{"current_password":"` + current + `","new_password":"` + next + `"}`}
	}
	asked, elsewhere, other := s.browse(t, adminEmail), s.browse(t, adminEmail), s.browse(t, attorneyEmail)
	access, refresh := pair(t, s.token(t, grant))
	wrong := s.do(t, change("wrong", next).by(asked))
	wantStatus(t, wrong, 422)
	same(t, "wrong", wrong.violations(t), []string{"current_password wrong_password"})
	same(t, "nothing happened", s.sees(t, elsewhere), 200)

	done := s.do(t, change(password, next).by(asked))
	wantStatus(t, done, http.StatusNoContent)
	fresh := done.given(t).Value
	same(t, "the fresh one", s.sees(t, fresh), 200)
	for name, cookie := range map[string]string{"that asked": asked, "elsewhere": elsewhere} {
		same(t, name, s.sees(t, cookie), 401)
	}
	same(t, "another user", s.sees(t, other), 200)
	same(t, "an access token", s.lists(t, access), 401)
	same(t, "a refresh token", s.refresh(t, refresh).status, 400)
	wantStatus(t, s.do(t, signInAs(adminEmail, password)), 401)
	again := s.do(t, signInAs(adminEmail, next))
	wantStatus(t, again, http.StatusCreated)
	same(t, "the session of the new password", s.sees(t, again.given(t).Value), 200)

	access, _ = pair(t, s.token(t, strings.Replace(grant, "correct+horse+battery", "seven+quiet+green+lamps", 1)))
	byToken := change(next, password)
	byToken.token = access
	done = s.do(t, byToken)
	wantStatus(t, done, http.StatusNoContent)
	if cookie := done.given(t); cookie != nil {
		t.Errorf("a client with a token is given %v", cookie)
	}
	same(t, "the token that asked", s.lists(t, access), 401)
	same(t, "the browser", s.sees(t, fresh), 401)

	cookie := s.browse(t, adminEmail)
	for range 10 {
		wantStatus(t, s.do(t, change("wrong", next).by(cookie)), 422)
	}
	same(t, "limited", s.do(t, change(password, next).by(cookie)).code(t), "too_many_sign_ins")
	same(t, "sign-in is limited with it", s.do(t, signInAs(adminEmail, password)).status, 429)
	same(t, "reading goes on", s.sees(t, cookie), 200)
}

// A session that is used lives a week, one that isn't half a day. Sweeping takes
// neither too early.
func TestBrowserSessionLimits(t *testing.T) {
	t.Parallel()
	for _, flushed := range []bool{true, false} {
		s := start(t)
		used, idle := s.browse(t, adminEmail), s.browse(t, attorneyEmail)
		rest := func(d time.Duration) {
			s.clock.Add(d)
			if flushed {
				s.Auth.Flush(t.Context())
				s.Sweep(t.Context())
			}
		}
		rest(12*time.Hour - time.Second)
		same(t, "nearly idle", s.sees(t, used), 200)
		rest(time.Second)
		same(t, "idle", s.sees(t, idle), 401)
		for hours := 12 + 11; hours < 7*24; hours += 11 {
			rest(11 * time.Hour)
			same(t, "every 11 hours", s.sees(t, used), 200)
		}
		rest(time.Hour + time.Second) // 12 + 14 * 11 = 166
		same(t, "on the seventh day", s.sees(t, used), 200)
		rest(time.Hour - 2*time.Second)
		same(t, "at the end of it", s.sees(t, used), 200)
		rest(time.Second)
		same(t, "after a week", s.sees(t, used), 401)
		s.Sweep(t.Context())
		same(t, "rows", s.count(t, `SELECT COUNT(*) FROM sessions`), 0)
	}
}

// Reading writes nothing. That a browser and its user were seen is stored later, and
// then not for every request.
func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	cookie := s.browse(t, adminEmail)
	const seen, there = `SELECT seen_at / 1000000 FROM sessions`, `SELECT COALESCE(last_seen_at, 0) / 1000000 FROM users WHERE role = 'admin'`
	watching, err := s.database(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer watching.Close()
	commits := func() (n int) { // another number after another connection's commit
		if err := watching.QueryRowContext(t.Context(), `PRAGMA data_version`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	begun := s.clock.Now().Unix()
	for _, step := range []struct {
		after         time.Duration
		browser, user time.Duration // what is written once flushed, since the sign-in
	}{
		{5 * time.Minute, 0, 5 * time.Minute}, {59 * time.Second, 0, 5 * time.Minute}, {time.Second, 0, 6 * time.Minute},
		{4 * time.Minute, 10 * time.Minute, 10 * time.Minute}, {9 * time.Minute, 10 * time.Minute, 19 * time.Minute},
		{6 * time.Hour, 6*time.Hour + 19*time.Minute, 6*time.Hour + 19*time.Minute},
	} {
		s.clock.Add(step.after)
		version, stored := commits(), s.count(t, there)
		for range 3 {
			same(t, "reading", s.sees(t, cookie), 200)
		}
		same(t, "commits of a read", commits(), version)
		s.Auth.Flush(t.Context())
		same(t, "browser", s.count(t, seen), int(begun)+int(step.browser.Seconds()))
		same(t, "user", s.count(t, there), int(begun)+int(step.user.Seconds()))
		same(t, "flushing writes only what is new", commits() != version, s.count(t, there) != stored)
	}
}

// Many use, end and store sessions at once: none comes back, none is lost.
func TestBrowsersAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	stays := s.browse(t, adminEmail)
	s.clock.Add(time.Hour) // so that each request notes that it came
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for range 3 {
				cookie := s.browse(t, attorneyEmail)
				same(t, "in", s.sees(t, cookie), 200)
				same(t, "the one that stays", s.sees(t, stays), 200)
				if i%2 == 0 {
					s.Auth.Flush(t.Context())
				}
				same(t, "out", s.do(t, req{method: http.MethodDelete, path: sessionPath}.by(cookie)).status, 204)
				same(t, "over", s.sees(t, cookie), 401)
			}
		})
	}
	group.Wait()
	same(t, "still there", s.sees(t, stays), 200)
	// Of two changes at once one ends the other's session.
	var statuses []int
	var mu sync.Mutex
	for _, cookie := range []string{s.browse(t, adminEmail), s.browse(t, adminEmail)} {
		group.Go(func() {
			got := s.do(t, req{method: http.MethodPut, path: passwordPath, ctype: "application/json",
				body: `{"current_password":"` + password + `","new_password":"seven quiet green lamps"}`}.by(cookie))
			mu.Lock()
			defer mu.Unlock()
			statuses = append(statuses, got.status)
		})
	}
	group.Wait()
	slices.Sort(statuses)
	same(t, "changes", statuses[0], 204)
	if statuses[1] != 401 && statuses[1] != 422 { // before the check of the old password, or after
		t.Errorf("the other change: %v", statuses)
	}
}
