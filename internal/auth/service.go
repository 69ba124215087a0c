package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// Session is one sign-in: all tokens that came of it stand and fall with it, or
// the one cookie that it lives in.
type Session struct {
	ID        string // UUIDv7
	UserID    string
	CreatedAt time.Time
	EndedAt   time.Time // zero while it lasts
	// SignedInFrom is the user's when the password was checked: once that has moved
	// on, the session is over, whatever clocks say and however long it took to store.
	SignedInFrom time.Time
	SeenAt       time.Time // when it was last used, give or take seenEvery
	// ExpiresAt is when it is over, however much it is used. Of a browser's session
	// only; zero for one of tokens, which is over TokensLife after it was begun.
	ExpiresAt time.Time
	Network   string // where it was begun, as Network has it; may be empty
	Agent     string // what it was begun with, as agentName has it; may be empty
}

// OfBrowser tells whether a cookie stands for the session, and not tokens.
func (s Session) OfBrowser() bool { return !s.ExpiresAt.IsZero() }

// Facts tell which session it is, for the audit.
func (s Session) Facts() map[string]string {
	by := "token"
	if s.OfBrowser() {
		by = "browser"
	}
	return map[string]string{"session": s.ID, "by": by}
}

// Valid tells whether the session still speaks for the user.
func (s Session) Valid(u staff.User) bool {
	return s.EndedAt.IsZero() && s.UserID == u.ID && !u.Disabled && s.SignedInFrom.Equal(u.SignedInFrom)
}

// Lapsed tells whether a session is over because of its age, or a browser's because
// nobody used it. Unused tokens lapse by themselves.
func (s Session) Lapsed(now time.Time) bool {
	if !s.OfBrowser() {
		return now.Sub(s.CreatedAt) >= TokensLife
	}
	return !now.Before(s.ExpiresAt) || now.Sub(s.SeenAt) >= IdleLife
}

// Caller is who a request speaks for, and by which session: the zero one for a
// token that names none and for an API key.
type Caller struct {
	staff.User

	Session Session
	Key     APIKey // the zero one for a person
}

// Verdict is what a store found out about a refresh token.
type Verdict int

// The verdicts.
const (
	Rotated Verdict = iota // good; the new one stands in its place
	Unknown                // never issued, expired, or of a dead session
	Reused                 // used before: it was copied, and its session has been ended
)

// Store keeps sessions, and of refresh tokens and cookies the SHA-256 digests only.
type Store interface {
	UserByEmail(ctx context.Context, key string) (staff.User, error) // fault.NotFound
	User(ctx context.Context, id string) (staff.User, error)         // fault.NotFound
	// Session gives a session and its user; fault.NotFound when there is none.
	Session(ctx context.Context, id string) (Session, staff.User, error)
	// AddSession keeps a session with the digest of what stands for it, which is the
	// cookie of a browser's and else the first refresh token, and when that lapses.
	AddSession(ctx context.Context, s Session, digest string, expires time.Time) error
	// EndSession ends a session, and tells the audit why; one that is over or isn't
	// there stays so.
	EndSession(ctx context.Context, id string, why audit.Action, now time.Time) error
	// Rotate uses up one refresh token and keeps the next, in one transaction.
	Rotate(ctx context.Context, oldDigest, newDigest string, now, expires time.Time) (Session, staff.User, Verdict, error)
}

// Watch keeps when users were last there.
type Watch interface {
	// SeeUsers keeps it by their ids, all in one transaction.
	SeeUsers(ctx context.Context, seen map[string]time.Time) error
}

// watchEvery is how old the stored time gets at least before it is stored again, so
// that whoever works all day costs one small write a minute, which nobody waits for.
const watchEvery = time.Minute

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
var errSignedOut = fault.New(fault.Unauthenticated, "unauthenticated", "Sign in. A program sends its access token or API key as a bearer token.")

// Service signs people in and tells who is calling.
type Service struct {
	store     Store
	browsers  Browsers
	watch     Watch
	keys      KeyStore
	passwords *Passwords
	throttle  *Throttle
	told      func(staff.User) (mail.Message, error)
	audit     Audit
	failures  *failures
	tokens    tokens
	devices   devices
	ended     func()
	now       func() time.Time
	newID     func() string
	log       *slog.Logger

	flushing sync.Mutex // held while what waits is stored
	waiting  waiting
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Browsers  Browsers
	Watch     Watch
	Keys      KeyStore
	Passwords *Passwords
	Throttle  *Throttle
	// Told makes the message by which a user hears of another password.
	Told   func(staff.User) (mail.Message, error)
	Audit  Audit
	Secret []byte // the installation's secret key
	Issuer string // the base URL
	// Ended is told whenever sessions have ended, so that what is open looks whether it
	// may stay.
	Ended func()
	Now   func() time.Time
	NewID func() string
	Log   *slog.Logger
}

// NewService makes a service.
func NewService(c Config) *Service {
	return &Service{
		store: c.Store, browsers: c.Browsers, watch: c.Watch, keys: c.Keys, passwords: c.Passwords, throttle: c.Throttle,
		told: c.Told, audit: c.Audit, failures: newFailures(), ended: c.Ended,
		tokens: tokens{DeriveKey(c.Secret, ForJWT), c.Issuer}, devices: devices{DeriveKey(c.Secret, ForDevice)},
		now: c.Now, newID: c.NewID, log: c.Log, waiting: newWaiting(),
	}
}

// SignIn checks a name and a password and begins a session. Errors: ErrGrant,
// fault.Throttled, fault.Unavailable.
func (s *Service) SignIn(ctx context.Context, name, password string, from Place) (Tokens, error) {
	u, err := s.verify(ctx, name, password, "", from.Addr)
	if err != nil {
		return Tokens{}, err
	}
	refresh, now := newBearer(), s.now()
	session := s.newSession(u, from)
	ctx = audit.As(ctx, audit.Actor{UserID: u.ID, Network: Network(from.Addr)})
	if err := s.keep(ctx, session, digest(refresh), now.Add(RefreshLife)); err != nil {
		return Tokens{}, err
	}
	return s.issue(session, refresh, now)
}

func (s *Service) issue(session Session, refresh string, now time.Time) (Tokens, error) {
	access, err := s.tokens.sign(session.UserID, session.ID, s.newID(), now)
	return Tokens{Access: access, Refresh: refresh, Expires: AccessLife}, err
}

// Refresh trades a refresh token for a new pair. Errors: ErrGrant;
// fault.Unavailable while nothing can be stored, which leaves the token good.
// Using one twice ends its session.
func (s *Service) Refresh(ctx context.Context, refresh string) (Tokens, error) {
	ctx = context.WithoutCancel(ctx)
	s.Flush(ctx)
	now, next := s.now(), newBearer()
	session, u, verdict, err := s.store.Rotate(ctx, digest(refresh), digest(next), now, now.Add(RefreshLife))
	switch {
	case err != nil:
		return Tokens{}, err
	case verdict == Reused:
		s.log.Warn("a refresh token was used twice; its session is ended", "session", session.ID, "user", u.ID)
		return Tokens{}, ErrGrant
	case verdict == Unknown && s.waiting.has(digest(refresh)):
		return Tokens{}, fault.Unstorable(errors.New("the session itself isn't stored yet"))
	case verdict != Rotated:
		return Tokens{}, ErrGrant
	}
	return s.issue(session, next, now)
}

// Authenticate tells whose access token or API key this is. Every failure is the same
// fault.Unauthenticated. That it was used is noted in memory and stored by Flush.
func (s *Service) Authenticate(ctx context.Context, access string) (Caller, error) {
	c, err := s.Peek(ctx, access)
	s.see(c, err)
	return c, err
}

// see notes that a user was there, or that a program has used their key.
func (s *Service) see(c Caller, err error) {
	now := s.now()
	switch {
	case err != nil:
		return
	case c.ByKey():
		if now.Sub(c.Key.LastUsedAt) >= watchEvery {
			s.waiting.keys.note(c.Key.ID, now)
		}
	case now.Sub(c.LastSeenAt) >= watchEvery:
		s.waiting.users.note(c.ID, now)
	}
	if c.Session.ID != "" && now.Sub(c.Session.SeenAt) >= seenEvery {
		s.waiting.see(c.Session.ID, now)
	}
}

// Peek is Authenticate for what nobody did: an open stream that looks whether it may stay.
func (s *Service) Peek(ctx context.Context, access string) (Caller, error) {
	if strings.HasPrefix(access, keyPrefix) {
		return s.byKey(ctx, access)
	}
	c, err := s.tokens.check(access, s.now())
	if err != nil {
		return Caller{}, errSignedOut
	}
	if c.Session == "" {
		return s.withoutSession(ctx, c)
	}
	session, u, err := s.session(ctx, c.Session)
	if err == nil && u.ID != c.Subject {
		return Caller{}, errSignedOut
	}
	return s.caller(session, u, err)
}

// caller lets a session that was looked up speak for its user, if it still may.
func (s *Service) caller(session Session, u staff.User, err error) (Caller, error) {
	if fault.KindOf(err) == fault.NotFound {
		return Caller{}, errSignedOut
	}
	if err != nil {
		return Caller{}, err
	}
	session = s.waiting.recall(session)
	if !session.Valid(u) || session.Lapsed(s.now()) {
		return Caller{}, errSignedOut
	}
	return Caller{User: u, Session: session}, nil
}

// withoutSession takes a token with the contract's claims and no session, as who
// holds the secret key may mint for a script: it stands for its user, as long as
// no session of that time would have been ended.
func (s *Service) withoutSession(ctx context.Context, c claims) (Caller, error) {
	u, err := s.store.User(ctx, c.Subject)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Caller{}, errSignedOut
	case err != nil:
		return Caller{}, err
	case u.Disabled || c.IssuedAt.Before(u.SignedInFrom.Truncate(time.Second)):
		return Caller{}, errSignedOut
	}
	return Caller{User: u}, nil
}

func (s *Service) session(ctx context.Context, id string) (Session, staff.User, error) {
	held, ok := s.waiting.byID(id)
	if !ok {
		return s.store.Session(ctx, id)
	}
	u, err := s.store.User(ctx, held.UserID)
	return held, u, err
}

// newBearer makes what stands for a session, a refresh token or the value of a
// cookie: 256 random bits, opaque.
func newBearer() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
