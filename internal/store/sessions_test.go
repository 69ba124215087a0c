package store_test

import (
	"slices"
	"testing"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// browse keeps a browser's session of a user, begun some minutes after the epoch.
func browse(t *testing.T, s *store.Store, u staff.User, cookie string, minute int) auth.Session {
	t.Helper()
	begun := storetest.Epoch.Add(time.Duration(minute) * time.Minute)
	session := auth.Session{
		ID: storetest.NewID(), UserID: u.ID, CreatedAt: begun, SignedInFrom: u.SignedInFrom, SeenAt: begun, ExpiresAt: begun.Add(auth.BrowserLife),
		Network: "192.0.2.1", Agent: "Firefox, Windows",
	}
	if err := s.AddSession(t.Context(), session, cookie, session.ExpiresAt); err != nil {
		t.Fatal(err)
	}
	return session
}

func TestSessionOfABrowser(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testSessionOfABrowser)
}

func testSessionOfABrowser(t *testing.T, s *store.Store) {
	u, ofTokens := signIn(t, s)
	kept, other := browse(t, s, u, "digest", 1), browse(t, s, u, "other", 1)
	got, gotUser, err := s.SessionByCookie(t.Context(), "digest")
	if err != nil || got != kept || gotUser != u {
		t.Errorf("SessionByCookie = %+v, %v, %v; want %+v", got, gotUser, err, kept)
	}
	for _, none := range []string{"", "first", "DIGEST", kept.ID} {
		if _, _, err := s.SessionByCookie(t.Context(), none); fault.KindOf(err) != fault.NotFound {
			t.Errorf("SessionByCookie of %q: %v, want NotFound", none, err)
		}
	}
	again := kept
	again.ID = storetest.NewID()
	if err := s.AddSession(t.Context(), again, "digest", again.ExpiresAt); err == nil {
		t.Error("two sessions have one cookie")
	}

	later := kept.SeenAt.Add(time.Hour)
	for _, when := range []time.Time{later, kept.SeenAt} { // an older one changes nothing
		if err := s.See(t.Context(), map[string]time.Time{kept.ID: when, ofTokens.ID: when, "none": when}); err != nil {
			t.Fatal(err)
		}
	}
	ended := later.Add(time.Minute)
	for _, when := range []time.Time{ended, ended.Add(time.Hour)} { // it ends once
		if err := s.EndSession(t.Context(), kept.ID, audit.SignedOut, when); err != nil {
			t.Fatal(err)
		}
	}
	kept.SeenAt, kept.EndedAt, ofTokens.SeenAt = later, ended, later
	for _, want := range []auth.Session{kept, other, ofTokens} {
		if got, _, err := s.Session(t.Context(), want.ID); err != nil || got != want {
			t.Errorf("Session = %+v, %v; want %+v", got, err, want)
		}
	}
}

func TestTidySessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testTidySessions)
}

func testTidySessions(t *testing.T, s *store.Store) {
	u, ofTokens := signIn(t, s) // its token lapses after an hour
	idle, used, old := browse(t, s, u, "idle", 0), browse(t, s, u, "used", 0), browse(t, s, u, "old", -7*24*60)
	tidy := func(at time.Time, left ...auth.Session) {
		t.Helper()
		if err := s.Tidy(t.Context(), at, at.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, session := range left {
			there[session.ID] = true
		}
		for name, session := range map[string]auth.Session{"tokens": ofTokens, "idle": idle, "used": used, "old": old} {
			if _, _, err := s.Session(t.Context(), session.ID); (err == nil) != there[session.ID] {
				t.Errorf("%s: the session %s: %v", at.Sub(storetest.Epoch), name, err)
			}
		}
	}
	seen := storetest.Epoch.Add(11 * time.Hour)
	if err := s.See(t.Context(), map[string]time.Time{used.ID: seen, old.ID: seen}); err != nil {
		t.Fatal(err)
	}
	tidy(storetest.Epoch.Add(-time.Microsecond), ofTokens, idle, used, old)
	tidy(storetest.Epoch, ofTokens, idle, used) // its week is over
	tidy(storetest.Epoch.Add(auth.IdleLife-time.Microsecond), idle, used)
	tidy(storetest.Epoch.Add(auth.IdleLife), used)
	tidy(seen.Add(auth.IdleLife-time.Microsecond), used)
	tidy(seen.Add(auth.IdleLife))
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testChangePassword)
}

func testChangePassword(t *testing.T, s *store.Store) {
	u, ofTokens := signIn(t, s)
	at := storetest.Epoch.Add(2 * time.Minute)
	before := []auth.Session{ofTokens, browse(t, s, u, "before", 1), browse(t, s, u, "same", 2)}
	next := auth.Session{ID: storetest.NewID(), UserID: u.ID, CreatedAt: at, SeenAt: at, ExpiresAt: at.Add(auth.BrowserLife)}
	change := auth.PasswordChange{UserID: u.ID, OldHash: "another", NewHash: "new", At: at, Next: next, NextDigest: "next", Told: storetest.Told(t, u)}
	valid := func(session auth.Session) bool {
		got, u, err := s.Session(t.Context(), session.ID)
		return err == nil && got.Valid(u)
	}
	if err := s.ChangePassword(t.Context(), change); fault.KindOf(err) != fault.NotFound {
		t.Errorf("from a hash that it is not: %v, want NotFound", err)
	}
	for _, session := range before {
		if !valid(session) {
			t.Errorf("nothing was changed, and the session of %s is over", session.CreatedAt)
		}
	}
	change.OldHash = u.PasswordHash
	if err := s.ChangePassword(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	// The last two began when the change was asked for and later, with the old password.
	for _, session := range append(before, browse(t, s, u, "late", 1), browse(t, s, u, "later", 3)) {
		if valid(session) {
			t.Errorf("the session of %s still speaks", session.CreatedAt)
		}
	}
	if got, u, err := s.SessionByCookie(t.Context(), "next"); err != nil || !got.Valid(u) || u.PasswordHash != "new" {
		t.Errorf("the next session: %+v, %+v, %v", got, u, err)
	}
	change.OldHash, change.NewHash, change.Next, change.Told = "new", "newer", auth.Session{}, storetest.Told(t, u)
	change.At = storetest.Epoch.Add(-time.Hour) // the clock was set back
	if err := s.ChangePassword(t.Context(), change); err != nil || valid(next) {
		t.Errorf("a change without a next session: %v, %v", err, valid(next))
	}
}

// Of a user's sessions those are listed that have not ended and can still be used, and
// all but one end at once.
func TestSessionsOfAUser(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testSessionsOfAUser)
}

func testSessionsOfAUser(t *testing.T, s *store.Store) {
	u, ofTokens := signIn(t, s) // its token lapses after an hour
	first, second, ended := browse(t, s, u, "first", 2), browse(t, s, u, "second", 3), browse(t, s, u, "ended", 4)
	other := storetest.User("other@firm.example", staff.Viewer)
	if err := s.AddUser(t.Context(), other, false); err != nil {
		t.Fatal(err)
	}
	others := browse(t, s, other, "others", 5)
	if err := s.EndSession(t.Context(), ended.ID, audit.SessionEnded, ended.SeenAt); err != nil {
		t.Fatal(err)
	}
	list := func(u staff.User, minute, limit int, want ...auth.Session) {
		t.Helper()
		got, err := s.SessionsOf(t.Context(), u, storetest.Epoch.Add(time.Duration(minute)*time.Minute), limit)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("SessionsOf after %d minutes = %+v, %v; want %+v", minute, got, err, want)
		}
	}
	list(u, 10, 10, second, first, ofTokens)
	list(u, 10, 2, second, first)
	list(u, 60, 10, second, first) // its refresh token has lapsed
	list(other, 10, 10, others)
	if _, _, _, err := s.Rotate(t.Context(), "first", "next", storetest.Epoch.Add(10*time.Minute), storetest.Epoch.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	list(u, 60, 10, second, first, ofTokens)
	if err := s.EndSessionsOf(t.Context(), u.ID, first.ID, storetest.Epoch.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	list(u, 60, 10, first)
	list(other, 60, 10, others)
	if got, _, err := s.Session(t.Context(), ended.ID); err != nil || !got.EndedAt.Equal(ended.SeenAt) {
		t.Errorf("what had ended has ended at %s, %v", got.EndedAt, err)
	}
	if err := s.SetPassword(t.Context(), u.ID, "new", storetest.Epoch.Add(2*time.Hour), storetest.Told(t, u)); err != nil {
		t.Fatal(err)
	}
	after, err := s.User(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	list(after, 130, 10)
}
