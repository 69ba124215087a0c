package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var home = auth.Place{Addr: netip.MustParseAddr("192.0.2.1"), Agent: "curl/8.5.0"}

// fullDisk is a real store that takes no session while err is set, and does
// something of the test's right after it has read a user.
type fullDisk struct {
	auth.Store
	auth.Browsers
	auth.Tally

	mu        sync.Mutex
	err       error
	afterRead func()
}

func (f *fullDisk) UserByEmail(ctx context.Context, key string) (staff.User, error) {
	u, err := f.Store.UserByEmail(ctx, key)
	if f.afterRead != nil {
		f.afterRead()
	}
	return u, err
}

func (f *fullDisk) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fullDisk) failing() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *fullDisk) AddSession(ctx context.Context, s auth.Session, digest string, expires time.Time) error {
	if err := f.failing(); err != nil {
		return err
	}
	return f.Store.AddSession(ctx, s, digest, expires)
}

func (f *fullDisk) EndSession(ctx context.Context, id string, why audit.Action, now time.Time) error {
	if err := f.failing(); err != nil {
		return err
	}
	return f.Store.EndSession(ctx, id, why, now)
}

func (f *fullDisk) See(ctx context.Context, seen map[string]time.Time) error {
	if err := f.failing(); err != nil {
		return err
	}
	return f.Browsers.See(ctx, seen)
}

func (f *fullDisk) ChangeTries(ctx context.Context, keys []string, decide func(map[string]auth.Tries) map[string]auth.Tries) error {
	if err := f.failing(); err != nil {
		return err
	}
	return f.Tally.ChangeTries(ctx, keys, decide)
}

// entries are what the audit was told.
type entries struct {
	mu  sync.Mutex
	all []audit.Entry
}

func (e *entries) Wait(entry audit.Entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, entry)
}

// signing is a service over a real store with one user, and a clock.
type signing struct {
	*auth.Service
	disk  *fullDisk
	audit *entries
	users staff.Store
	words *auth.Passwords
	user  staff.User
	again func() *auth.Service // a service as after a restart
	now   time.Time
}

func newSigning(t *testing.T) *signing {
	t.Helper()
	passwords := auth.NewPasswords(1)
	store := storetest.Open(t)
	s := &signing{disk: &fullDisk{Store: store, Browsers: store, Tally: store}, audit: &entries{}, users: store, words: passwords, now: storetest.Epoch.Add(time.Hour)}
	s.user = storetest.User("ann@firm.example", staff.Admin)
	var err error
	if s.user.PasswordHash, err = passwords.Hash(t.Context(), secretWord); err != nil {
		t.Fatal(err)
	}
	if err := store.AddUser(t.Context(), s.user, true); err != nil {
		t.Fatal(err)
	}
	s.again = func() *auth.Service {
		return auth.NewService(auth.Config{
			Store: s.disk, Browsers: s.disk, Watch: store, Passwords: passwords, Throttle: auth.NewThrottle(s.disk, make([]byte, 32), slog.New(slog.DiscardHandler)), Keys: store, Ended: func() {}, Audit: s.audit, Told: func(u staff.User) (mail.Message, error) { return storetest.Told(t, u), nil }, Secret: make([]byte, 32), Issuer: "http://usher.example",
			Now: func() time.Time { return s.now }, NewID: storetest.NewID, Log: slog.New(slog.DiscardHandler),
		})
	}
	s.Service = s.again()
	return s
}

func (s *signing) signIn(t *testing.T) auth.Tokens {
	t.Helper()
	tokens, err := s.SignIn(t.Context(), "ann@firm.example", secretWord, home)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func (s *signing) wantIn(t *testing.T, service *auth.Service, access string, in bool) {
	t.Helper()
	u, err := service.Authenticate(t.Context(), access)
	if in && (err != nil || u.ID != s.user.ID) || !in && fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("Authenticate = %s, %v; want in: %v", u.ID, err, in)
	}
}

// A password that changes while a sign-in with the old one is on its way ends the
// session that the sign-in begins.
func TestPasswordChangesDuringSignIn(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.afterRead = func() {
		s.now = s.now.Add(time.Second)
		if err := s.users.SetPassword(t.Context(), s.user.ID, s.user.PasswordHash, s.now, storetest.Told(t, s.user)); err != nil {
			t.Error(err)
		}
		s.now = s.now.Add(time.Second)
	}
	tokens := s.signIn(t)
	s.wantIn(t, s.Service, tokens.Access, false)
	if _, err := s.Refresh(t.Context(), tokens.Refresh); !errors.Is(err, auth.ErrGrant) {
		t.Errorf("Refresh: %v, want ErrGrant", err)
	}
}

// On a full disk people sign in and read; the session is stored once there is
// room, and survives a restart from then on.
func TestSignInOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("full")))
	tokens := s.signIn(t)
	s.wantIn(t, s.Service, tokens.Access, true)
	s.wantIn(t, s.again(), tokens.Access, false)
	if _, err := s.Refresh(t.Context(), tokens.Refresh); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Refresh while the disk is full: %v, want Unavailable", err)
	}
	s.disk.fail(nil)
	s.Flush(t.Context())
	s.wantIn(t, s.Service, tokens.Access, true)
	s.wantIn(t, s.again(), tokens.Access, true)
	if _, err := s.again().Refresh(t.Context(), tokens.Refresh); err != nil {
		t.Errorf("Refresh once it is stored: %v", err)
	}
}

func TestRefreshStoresWhatWaits(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("full")))
	tokens := s.signIn(t)
	s.disk.fail(nil)
	if _, err := s.Refresh(t.Context(), tokens.Refresh); err != nil {
		t.Errorf("Refresh: %v", err)
	}
}

// A session that waits in memory ends with its user's rights like any other.
func TestWaitingSessionsEnd(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("full")))
	tokens := s.signIn(t)
	users, ok := s.disk.Store.(staff.Store)
	if !ok {
		t.Fatal("the store keeps no users")
	}
	disabled := true
	_, err := users.ChangeUser(t.Context(), s.user.ID, func(u staff.User, _ []staff.User) (staff.User, error) {
		return staff.Change{Disabled: &disabled}.Of(u, []staff.User{storetest.User("ben@firm.example", staff.Admin)}, s.now.Add(time.Second))
	})
	if err != nil {
		t.Fatal(err)
	}
	s.wantIn(t, s.Service, tokens.Access, false)
}

// A commit in doubt that had come through: the session is there already, and
// what stays in memory must not outlive its end.
func TestFlushOfAStoredSession(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(fault.Unstorable(errors.New("in doubt")))
	tokens := s.signIn(t)
	s.disk.fail(errors.New("UNIQUE constraint failed"))
	s.Flush(t.Context())
	s.wantIn(t, s.Service, tokens.Access, false) // here it was never stored, so it is over
}

func TestOtherErrorsRefuse(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	s.disk.fail(errors.New("a bug"))
	if _, err := s.SignIn(t.Context(), "ann@firm.example", secretWord, home); err == nil {
		t.Error("signed in without a session")
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	seal, other := auth.NewSeal(make([]byte, 32), auth.ForCursor), auth.NewSeal(make([]byte, 32), auth.ForReceipt)
	text := seal.Put([]byte("payload"))
	if payload, ok := seal.Take(text); !ok || string(payload) != "payload" {
		t.Errorf("Take = %q, %v", payload, ok)
	}
	if _, ok := other.Take(text); ok {
		t.Error("another purpose opens it")
	}
	for i := range len(text) {
		for _, c := range []byte("A_\n=") {
			forged := text[:i] + string(c) + text[i+1:]
			if _, ok := seal.Take(forged); ok && forged != text {
				t.Errorf("a forged text is taken: %s", forged)
			}
		}
	}
	for _, forged := range []string{"", text + "A", text[1:], text + "\n", text[:20]} {
		if _, ok := seal.Take(forged); ok {
			t.Errorf("taken: %q", forged)
		}
	}
}
