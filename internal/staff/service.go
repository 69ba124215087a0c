package staff

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"usher/internal/fault"
	"usher/internal/mail"
)

// Store keeps users.
type Store interface {
	// AddUser keeps a user. With first it does so only while there is no user at
	// all, and otherwise returns fault.Conflict. A taken address is fault.Conflict.
	AddUser(ctx context.Context, u User, first bool) error
	Users(ctx context.Context) ([]User, error)
	User(ctx context.Context, id string) (User, error)         // fault.NotFound
	UserByEmail(ctx context.Context, key string) (User, error) // fault.NotFound
	// SetPassword also ends the user's sessions, and keeps the message that tells of it.
	SetPassword(ctx context.Context, id, hash string, now time.Time, told mail.Message) error
	// ChangeUser keeps what decide makes of a user, who is one of everybody, all in one
	// transaction that no other change of a user comes into. A new SignedInFrom ends
	// the user's sessions. Errors: those of decide, fault.NotFound.
	ChangeUser(ctx context.Context, id string, decide func(u User, everybody []User) (User, error)) (User, error)
}

// Service is the use cases around users.
type Service struct {
	Store Store
	Links Links
	Seals map[Purpose]Seal
	Post  mail.Post
	// BaseURL is what links begin with, without a slash at its end.
	BaseURL string
	// MayAsk tells whether one more reset may be sent to an address, and asked for from
	// there, and counts it then.
	MayAsk func(ctx context.Context, email string, from netip.Addr) (bool, error)
	// Announce wakes the dispatcher after a commit.
	Announce func()
	Hash     func(ctx context.Context, password string) (string, error)
	// FirmName is what the firm is called, which no password may be made of; nil for none.
	FirmName func(ctx context.Context) string
	// Changed is told of a user whose rights are others now; nil when nobody needs to know.
	Changed func(id string)
	// Ended is told when sessions have ended; nil when nobody needs to know.
	Ended func()
	Now   func() time.Time
	NewID func() string
}

// Add makes a user. With first it does so only while there is none. Errors: Invalid
// with every violation, Conflict for a taken address.
func (s *Service) Add(ctx context.Context, n NewUser, first bool) (User, error) {
	address, err := n.Check(s.firmName(ctx))
	if err != nil {
		return User{}, err
	}
	hash, err := s.Hash(ctx, n.Password)
	if err != nil {
		return User{}, err
	}
	u := s.newUser(n, address)
	u.PasswordHash = hash
	return u, s.Store.AddUser(ctx, u, first)
}

// invited is a new user without a password.
func (s *Service) invited(n NewUser) (User, error) {
	address, bad := n.check()
	return s.newUser(n, address), fault.Violated(bad)
}

func (s *Service) newUser(n NewUser, address mail.Address) User {
	now := s.Now()
	return User{
		ID: s.NewID(), Email: address.Typed, EmailKey: address.Key(), Name: strings.TrimSpace(n.Name), Role: n.Role, Files: n.Files,
		CreatedAt: now, SignedInFrom: now,
	}
}

// Any tells whether there is a user at all.
func (s *Service) Any(ctx context.Context) (bool, error) {
	users, err := s.Store.Users(ctx)
	return len(users) > 0, err
}

// Everybody gives all users, also those who can't sign in any more, by name and
// then by address.
func (s *Service) Everybody(ctx context.Context) ([]User, error) {
	users, err := s.Store.Users(ctx)
	slices.SortFunc(users, func(a, b User) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.EmailKey, b.EmailKey))
	})
	return users, err
}

// Find gives the user with an address.
func (s *Service) Find(ctx context.Context, email string) (User, error) {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return User{}, fault.Field(fault.Invalid, "email", "invalid_email", "Enter an e-mail address like name@example.com.")
	}
	return s.Store.UserByEmail(ctx, address.Key())
}

// One gives the user with an id. Errors: NotFound.
func (s *Service) One(ctx context.Context, id string) (User, error) { return s.Store.User(ctx, id) }

// Change changes a user, from the next request on. One in which nothing differs
// changes nothing. Errors: Invalid with every violation, NotFound, and Conflict for
// whoever would leave the firm without an admin.
func (s *Service) Change(ctx context.Context, id string, c Change) (User, error) {
	var before User
	after, err := s.Store.ChangeUser(ctx, id, func(u User, everybody []User) (User, error) {
		before = u
		return c.Of(u, everybody, s.Now())
	})
	if err == nil && after != before {
		s.tell(id)
	}
	return after, err
}

func (s *Service) tell(id string) {
	if s.Changed != nil {
		s.Changed(id)
	}
}

// EndSessions ends all sessions of a user, those that are just beginning too. API keys
// stay. Errors: NotFound.
func (s *Service) EndSessions(ctx context.Context, id string) error {
	_, err := s.Store.ChangeUser(ctx, id, func(u User, _ []User) (User, error) {
		u.SignedInFrom = u.movedOn(s.Now())
		return u, nil
	})
	if err == nil && s.Ended != nil {
		s.Ended()
	}
	return err
}

// ResetPassword gives a user a new password and ends all sessions.
func (s *Service) ResetPassword(ctx context.Context, email, password string) error {
	u, err := s.Find(ctx, email)
	if err != nil {
		return err
	}
	if v := s.CheckPassword(ctx, u, password); v != nil {
		return fault.Violated([]fault.Violation{*v})
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	told, err := s.PasswordChanged(u)
	if err != nil {
		return err
	}
	if err := s.Store.SetPassword(ctx, u.ID, hash, s.Now(), told); err != nil {
		return err
	}
	s.Announce()
	return nil
}

// Disable keeps a user from signing in and ends all sessions; enabling again
// needs a new sign-in too. The last admin who is left can't be disabled.
func (s *Service) Disable(ctx context.Context, email string, disabled bool) error {
	u, err := s.Find(ctx, email)
	if err != nil {
		return err
	}
	_, err = s.Change(ctx, u.ID, Change{Disabled: &disabled})
	return err
}
