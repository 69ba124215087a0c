package auth

import (
	"context"
	"errors"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// How long a browser's session lives. OWASP ASVS 5.0 section 7.3 wants both limits
// and leaves the figures to whoever knows the risk. A working day in court signs
// nobody out, the night after it does, and once a week everybody shows the
// password again.
const (
	IdleLife    = 12 * time.Hour
	BrowserLife = 7 * 24 * time.Hour
	// seenEvery is how old the stored time of the last use may get, so that reading
	// costs a write six times an hour and not with each request. A session may lapse
	// that much before it has been idle for IdleLife, never later.
	seenEvery = 10 * time.Minute
)

// Browsers keeps what browsers need, and the people in front of them.
type Browsers interface {
	// SessionByCookie is Store.Session by the digest of the cookie's value.
	SessionByCookie(ctx context.Context, digest string) (Session, staff.User, error)
	// SessionsOf gives a user's sessions that have not ended, the latest use first, at
	// most limit; of tokens those that a refresh token keeps alive.
	SessionsOf(ctx context.Context, u staff.User, now time.Time, limit int) ([]Session, error)
	// EndSessionsOf ends all sessions of a user but one, in one transaction.
	EndSessionsOf(ctx context.Context, user, but string, now time.Time) error
	// See keeps when sessions were last used, by their ids, all in one transaction.
	See(ctx context.Context, seen map[string]time.Time) error
	// ChangePassword carries out a change in one transaction; fault.NotFound when the
	// user's hash is not OldHash any more.
	ChangePassword(ctx context.Context, c PasswordChange) error
}

// PasswordChange is a new password in the place of a known one. It ends all
// sessions of the user and begins the next, unless Next is the zero session; its
// SignedInFrom is for the store to fill in.
type PasswordChange struct {
	UserID, OldHash, NewHash string
	At                       time.Time
	Next                     Session
	NextDigest               string       // of its cookie
	Told                     mail.Message // tells the user of it
}

// ErrCredentials is to a browser what ErrGrant is to a client of the token route.
var ErrCredentials = fault.New(fault.Unauthenticated, "invalid_credentials", "The e-mail address or the password is wrong.")

var errPassword = fault.Violated([]fault.Violation{{
	Field: "current_password", Code: "wrong_password", Message: "This is not your current password.",
}})

// SignInBrowser is SignIn for a browser. It gives the user and the values of new
// cookies. The session of the old one that came along ends: a browser has one at a
// time. Errors: ErrCredentials, fault.Throttled, fault.Unavailable.
func (s *Service) SignInBrowser(ctx context.Context, name, password string, old Cookies, from Place) (staff.User, Cookies, error) {
	u, err := s.verify(ctx, name, password, old.Device, from.Addr)
	if errors.Is(err, ErrGrant) {
		return staff.User{}, Cookies{}, ErrCredentials
	}
	if err != nil {
		return staff.User{}, Cookies{}, err
	}
	cookies, err := s.BeginBrowser(audit.As(ctx, audit.Actor{UserID: u.ID, Network: Network(from.Addr)}), u, old, from)
	return u, cookies, err
}

// BeginBrowser begins a session in the browser of somebody who has just proved to be
// the user or become one, and who acts in ctx, and gives the values of its cookies.
func (s *Service) BeginBrowser(ctx context.Context, u staff.User, old Cookies, from Place) (Cookies, error) {
	session, cookie := s.newBrowserSession(u, from), newBearer()
	if err := s.keep(ctx, session, digest(cookie), session.ExpiresAt); err != nil {
		return Cookies{}, err
	}
	if err := s.endCookie(ctx, old.Session); err != nil { // who holds it knows the old password at best
		s.log.Warn("a browser's earlier session could not be ended", "error", err)
	}
	return Cookies{cookie, s.devices.seal(old.Device, u)}, nil
}

func (s *Service) newBrowserSession(u staff.User, from Place) Session {
	session := s.newSession(u, from)
	session.ExpiresAt = session.CreatedAt.Add(BrowserLife)
	return session
}

func (s *Service) endCookie(ctx context.Context, cookie string) error {
	if cookie == "" {
		return nil
	}
	session, _, err := s.sessionByCookie(ctx, cookie)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.end(ctx, session.ID, audit.SessionReplaced)
}

// AuthenticateCookie tells whose cookie this is. Every failure is the same as that
// of Authenticate. That the session was used is noted in memory and stored by Flush.
func (s *Service) AuthenticateCookie(ctx context.Context, cookie string) (Caller, error) {
	c, err := s.PeekCookie(ctx, cookie)
	s.see(c, err)
	return c, err
}

// PeekCookie is AuthenticateCookie for what is no use of the session.
func (s *Service) PeekCookie(ctx context.Context, cookie string) (Caller, error) {
	if cookie == "" {
		return Caller{}, errSignedOut
	}
	return s.caller(s.sessionByCookie(ctx, cookie))
}

// sessionByCookie looks first at what waits: what is not there any more is stored.
func (s *Service) sessionByCookie(ctx context.Context, cookie string) (Session, staff.User, error) {
	held, ok := s.waiting.byDigest(digest(cookie))
	if !ok {
		return s.browsers.SessionByCookie(ctx, digest(cookie))
	}
	u, err := s.store.User(ctx, held.UserID)
	return held, u, err
}

// SignOut ends the session by which somebody called, at once, even when that can't
// be stored now. A token that names no session lapses by itself.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	if c.Session.ID == "" {
		return nil
	}
	return s.end(ctx, c.Session.ID, audit.SignedOut)
}

// ChangePassword gives the caller a new password, which staff.Service has
// passed, and ends all sessions of the user. A caller in a browser goes on with a
// new one, whose cookies are given. Errors: fault.Invalid for a wrong current
// password, which counts like a failed sign-in; fault.Throttled, fault.Unavailable.
func (s *Service) ChangePassword(ctx context.Context, c Caller, current, next string, from Place) (cookies Cookies, err error) {
	err = s.prove(ctx, c.User, s.throttle.Stranger(SignIns, c.EmailKey, from.Addr), current)
	if errors.Is(err, ErrGrant) {
		return Cookies{}, errPassword
	}
	if err != nil {
		return Cookies{}, err
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return Cookies{}, err
	}
	change := PasswordChange{UserID: c.ID, OldHash: c.PasswordHash, NewHash: hash, At: s.now()}
	if change.Told, err = s.told(c.User); err != nil {
		return Cookies{}, err
	}
	if c.Session.OfBrowser() {
		cookies.Session = newBearer()
		change.Next, change.NextDigest = s.newBrowserSession(c.User, from), digest(cookies.Session)
		c.PasswordHash = hash
		cookies.Device = s.devices.seal("", c.User)
	}
	err = s.browsers.ChangePassword(context.WithoutCancel(ctx), change)
	if fault.KindOf(err) == fault.NotFound { // another change came first, and ended this session
		return Cookies{}, errSignedOut
	}
	s.ended()
	return cookies, err
}
