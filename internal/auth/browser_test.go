package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/storetest"
)

func (s *signing) browse(t *testing.T, old string) string {
	t.Helper()
	u, cookies, err := s.SignInBrowser(t.Context(), "ann@firm.example", secretWord, auth.Cookies{Session: old}, home)
	if err != nil || u.ID != s.user.ID {
		t.Fatalf("SignInBrowser = %s, %v", u.ID, err)
	}
	return cookies.Session
}

func (s *signing) wantCookie(t *testing.T, service *auth.Service, cookie string, in bool) {
	t.Helper()
	c, err := service.AuthenticateCookie(t.Context(), cookie)
	if in && (err != nil || c.ID != s.user.ID || !c.Session.OfBrowser()) || !in && fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("AuthenticateCookie = %s, %v; want in: %v", c.ID, err, in)
	}
}

func (s *signing) signOut(t *testing.T, cookie string) {
	t.Helper()
	c, err := s.AuthenticateCookie(t.Context(), cookie)
	if err == nil {
		err = s.SignOut(t.Context(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// On a full disk a session begins and ends in memory; once there is room both are
// stored.
func TestBrowserOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	stored, replaced := s.browse(t, ""), s.browse(t, "")
	s.disk.fail(fault.Unstorable(errors.New("full")))
	stays, leaves := s.browse(t, replaced), s.browse(t, "")
	s.wantCookie(t, s.Service, leaves, true)
	s.signOut(t, leaves)
	s.signOut(t, stored)
	for _, room := range []bool{false, true} {
		if room {
			s.disk.fail(nil)
		}
		s.Flush(t.Context())
		for cookie, in := range map[string]bool{stays: true, leaves: false, stored: false, replaced: false} {
			s.wantCookie(t, s.Service, cookie, in)
			if room {
				s.wantCookie(t, s.again(), cookie, in)
			}
		}
	}
}

// Only so many sessions wait in memory.
func TestTooManySessionsWait(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("full")))
	for range 1000 {
		if _, err := s.BeginBrowser(t.Context(), s.user, auth.Cookies{}, home); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.BeginBrowser(t.Context(), s.user, auth.Cookies{}, home); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one more: %v, want Unavailable", err)
	}
	s.disk.fail(nil)
	s.browse(t, "")
}

// That a browser was seen is kept through a full disk, and stored with the next
// flush that can.
func TestSeenOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	cookie := s.browse(t, "")
	s.disk.fail(fault.Unstorable(errors.New("full")))
	for range 3 {
		s.now = s.now.Add(11 * time.Hour)
		s.wantCookie(t, s.Service, cookie, true)
		s.Flush(t.Context())
	}
	s.wantCookie(t, s.again(), cookie, false)
	s.disk.fail(nil)
	s.Flush(t.Context())
	s.wantCookie(t, s.again(), cookie, true)
}

// A password that changes while a browser signs in with the old one ends the session
// that begins.
func TestPasswordChangesDuringBrowserSignIn(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.afterRead = func() {
		s.now = s.now.Add(time.Second)
		if err := s.users.SetPassword(t.Context(), s.user.ID, s.user.PasswordHash, s.now, storetest.Told(t, s.user)); err != nil {
			t.Error(err)
		}
	}
	s.wantCookie(t, s.Service, s.browse(t, ""), false)
}

// Of two changes that both know the old password one comes first; the other is told
// that its session is over, and changes nothing.
func TestPasswordChangesOnce(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	var callers [2]auth.Caller
	for i := range callers {
		var err error
		if callers[i], err = s.AuthenticateCookie(t.Context(), s.browse(t, "")); err != nil {
			t.Fatal(err)
		}
	}
	fresh, err := s.ChangePassword(t.Context(), callers[0], secretWord, "another good secret", home)
	if err != nil {
		t.Fatal(err)
	}
	s.wantCookie(t, s.Service, fresh.Session, true)
	if _, err := s.ChangePassword(t.Context(), callers[1], secretWord, "a third good secret", home); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the second change: %v, want Unauthenticated", err)
	}
	s.wantCookie(t, s.Service, fresh.Session, true)
}

// A sign-out beats a flush that is storing the same session.
func TestSignOutDuringFlush(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("full")))
	var cookies []string
	for range 20 {
		begun, err := s.BeginBrowser(t.Context(), s.user, auth.Cookies{}, home)
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, begun.Session)
	}
	s.disk.fail(nil)
	var group sync.WaitGroup
	group.Go(func() { s.Flush(context.WithoutCancel(t.Context())) })
	for _, cookie := range cookies {
		group.Go(func() { s.signOut(t, cookie) })
	}
	group.Wait()
	s.Flush(t.Context())
	for _, cookie := range cookies {
		s.wantCookie(t, s.Service, cookie, false)
		s.wantCookie(t, s.again(), cookie, false)
	}
}
