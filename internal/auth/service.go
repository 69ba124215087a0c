package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// Session is one sign-in: all tokens that came of it stand and fall with it.
type Session struct {
	ID        string // UUIDv7
	UserID    string
	CreatedAt time.Time
	EndedAt   time.Time // zero while it lasts
}

// Valid tells whether the session still speaks for the user.
func (s Session) Valid(u staff.User) bool {
	return s.EndedAt.IsZero() && s.UserID == u.ID && !u.Disabled && !s.CreatedAt.Before(u.SignedInFrom)
}

// Verdict is what a store found out about a refresh token.
type Verdict int

// The verdicts.
const (
	Rotated Verdict = iota // good; the new one stands in its place
	Unknown                // never issued, expired, or of a dead session
	Reused                 // used before: it was copied, and its session has been ended
)

// Store keeps sessions and refresh tokens, the latter as SHA-256 digests only.
type Store interface {
	UserByEmail(ctx context.Context, key string) (staff.User, error) // fault.NotFound
	User(ctx context.Context, id string) (staff.User, error)         // fault.NotFound
	// Session gives a session and its user; fault.NotFound when there is none.
	Session(ctx context.Context, id string) (Session, staff.User, error)
	// AddSession keeps a session and its first refresh token.
	AddSession(ctx context.Context, s Session, refreshDigest string, expires time.Time) error
	// Rotate uses up one refresh token and keeps the next, in one transaction.
	Rotate(ctx context.Context, oldDigest, newDigest string, now, expires time.Time) (Session, staff.User, Verdict, error)
}

// Tokens is the answer to a successful sign-in or refresh.
type Tokens struct {
	Access  string
	Refresh string
	Expires time.Duration
}

// ErrGrant is the one answer to an unknown user, a wrong password, a disabled
// user and a refresh token that is no good.
var ErrGrant = fault.New(fault.Unauthenticated, "invalid_grant", "The credentials are not valid.")

// errSignedOut is the one answer to everything that is no valid access token.
var errSignedOut = fault.New(fault.Unauthenticated, "unauthenticated", "Sign in and send the access token as a bearer token.")

// Service signs people in and tells who is calling.
type Service struct {
	store     Store
	passwords *Passwords
	throttle  *Throttle
	tokens    tokens
	now       func() time.Time
	newID     func() string
	log       *slog.Logger

	mu      sync.Mutex
	unsaved map[string]unsaved // sessions that the store could not keep yet
}

// unsaved is a session that waits in memory: on a full disk people must still
// be able to sign in and read.
type unsaved struct {
	session Session
	digest  string
	expires time.Time
}

const mostUnsaved = 1000

// Config is what a Service needs.
type Config struct {
	Store     Store
	Passwords *Passwords
	Throttle  *Throttle
	Secret    []byte // the installation's secret key
	Issuer    string // the base URL
	Now       func() time.Time
	NewID     func() string
	Log       *slog.Logger
}

// NewService makes a service.
func NewService(c Config) *Service {
	return &Service{
		store: c.Store, passwords: c.Passwords, throttle: c.Throttle,
		tokens: tokens{DeriveKey(c.Secret, ForJWT), c.Issuer},
		now:    c.Now, newID: c.NewID, log: c.Log, unsaved: map[string]unsaved{},
	}
}

// SignIn checks a name and a password and begins a session. Errors: ErrGrant,
// fault.Throttled. An unknown name takes the same path and the same time as a
// wrong password.
func (s *Service) SignIn(ctx context.Context, name, password string, from netip.Addr) (Tokens, error) {
	key, network := name, Network(from)
	if address, err := mail.ParseAddress(name); err == nil {
		key = address.Key()
	}
	check := func() error { return s.throttle.Check(digest(key), network, s.now()) }
	if err := check(); err != nil {
		return Tokens{}, err
	}
	read := s.now() // a password that is changed from here on ends the session that begins below
	u, err := s.store.UserByEmail(ctx, key)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Tokens{}, err
	}
	matches, err := s.passwords.Matches(ctx, u.PasswordHash, password, check)
	if err != nil {
		return Tokens{}, err
	}
	if !matches || u.Disabled {
		s.throttle.Fail(digest(key), network, s.now())
		return Tokens{}, ErrGrant
	}
	s.throttle.Succeed(digest(key), network)
	return s.begin(ctx, u, read)
}

func (s *Service) begin(ctx context.Context, u staff.User, read time.Time) (Tokens, error) {
	now := s.now()
	session := Session{ID: s.newID(), UserID: u.ID, CreatedAt: read}
	refresh := newRefresh()
	err := s.store.AddSession(context.WithoutCancel(ctx), session, digest(refresh), now.Add(RefreshLife))
	if fault.KindOf(err) == fault.Unavailable {
		err = s.holdBack(unsaved{session, digest(refresh), now.Add(RefreshLife)}, err)
	}
	if err != nil {
		return Tokens{}, err
	}
	return s.issue(session, refresh, now)
}

func (s *Service) issue(session Session, refresh string, now time.Time) (Tokens, error) {
	access, err := s.tokens.sign(session.UserID, session.ID, s.newID(), now)
	return Tokens{Access: access, Refresh: refresh, Expires: AccessLife}, err
}

// holdBack keeps a session in memory until the store takes it.
func (s *Service) holdBack(u unsaved, cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.unsaved) >= mostUnsaved {
		return cause
	}
	s.unsaved[u.session.ID] = u
	s.log.Warn("a session waits in memory because it can't be stored", "session", u.session.ID, "error", cause)
	return nil
}

// Flush tries to store the sessions that wait in memory. The caller repeats it.
func (s *Service) Flush(ctx context.Context) {
	s.mu.Lock()
	waiting := make([]unsaved, 0, len(s.unsaved))
	for _, u := range s.unsaved {
		waiting = append(waiting, u)
	}
	s.mu.Unlock()
	for _, u := range waiting {
		err := s.store.AddSession(ctx, u.session, u.digest, u.expires)
		if fault.KindOf(err) == fault.Unavailable {
			return
		}
		if err != nil { // a commit in doubt had stored it after all, or nothing ever will
			s.log.Warn("a session that waited in memory is dropped from there", "session", u.session.ID, "error", err)
		}
		s.mu.Lock()
		delete(s.unsaved, u.session.ID)
		s.mu.Unlock()
	}
}

// Refresh trades a refresh token for a new pair. Errors: ErrGrant;
// fault.Unavailable while nothing can be stored, which leaves the token good.
// Using one twice ends its session.
func (s *Service) Refresh(ctx context.Context, refresh string) (Tokens, error) {
	ctx = context.WithoutCancel(ctx)
	s.Flush(ctx)
	now, next := s.now(), newRefresh()
	session, u, verdict, err := s.store.Rotate(ctx, digest(refresh), digest(next), now, now.Add(RefreshLife))
	switch {
	case err != nil:
		return Tokens{}, err
	case verdict == Reused:
		s.log.Warn("a refresh token was used twice; its session is ended", "session", session.ID, "user", u.ID)
		return Tokens{}, ErrGrant
	case verdict == Unknown && s.waits(digest(refresh)):
		return Tokens{}, fault.Unstorable(errors.New("the session itself isn't stored yet"))
	case verdict != Rotated:
		return Tokens{}, ErrGrant
	}
	return s.issue(session, next, now)
}

// waits tells whether a refresh token is one of a session that waits in memory.
func (s *Service) waits(refreshDigest string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.unsaved {
		if u.digest == refreshDigest {
			return true
		}
	}
	return false
}

// Authenticate tells whose access token this is. Every failure is the same
// fault.Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, access string) (staff.User, error) {
	c, err := s.tokens.check(access, s.now())
	if err != nil {
		return staff.User{}, errSignedOut
	}
	if c.Session == "" {
		return s.withoutSession(ctx, c)
	}
	session, u, err := s.session(ctx, c.Session)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return staff.User{}, errSignedOut
	case err != nil:
		return staff.User{}, err
	case u.ID != c.Subject || !session.Valid(u):
		return staff.User{}, errSignedOut
	}
	return u, nil
}

// withoutSession takes a token with the contract's claims and no session, as who
// holds the secret key may mint for a script: it stands for its user, as long as
// no session of that time would have been ended.
func (s *Service) withoutSession(ctx context.Context, c claims) (staff.User, error) {
	u, err := s.store.User(ctx, c.Subject)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return staff.User{}, errSignedOut
	case err != nil:
		return staff.User{}, err
	case u.Disabled || c.IssuedAt.Before(u.SignedInFrom.Truncate(time.Second)):
		return staff.User{}, errSignedOut
	}
	return u, nil
}

func (s *Service) session(ctx context.Context, id string) (Session, staff.User, error) {
	s.mu.Lock()
	waiting, ok := s.unsaved[id]
	s.mu.Unlock()
	if !ok {
		return s.store.Session(ctx, id)
	}
	u, err := s.store.User(ctx, waiting.session.UserID)
	return waiting.session, u, err
}

// newRefresh makes an opaque refresh token of 256 random bits.
func newRefresh() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
