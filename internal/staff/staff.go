// Package staff knows who of the firm may sign in: users, their roles, and what
// a password has to be. It decides; auth checks credentials, store keeps users.
package staff

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
	"usher/internal/mail"
)

// Role is what a user may do.
type Role string

// The roles of this release.
const (
	Admin    Role = "admin"    // everything
	Attorney Role = "attorney" // all leads, without deleting
)

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return r == Admin || r == Attorney }

// Permission is one thing that a role allows.
type Permission string

// The permissions of this release.
const (
	ReadLeads   Permission = "leads:read"
	WriteLeads  Permission = "leads:write" // states, assignees, notes, messages
	ReadFiles   Permission = "files:read"
	DeleteLeads Permission = "leads:delete" // for good
	WriteFirm   Permission = "firm:write"   // what the firm says of itself, and its notices
	ManageViews Permission = "views:manage" // saved views that others share
	ReadSystem  Permission = "system:read"  // how the server stands
)

// Permissions are all that the role allows; an unknown one allows nothing.
func (r Role) Permissions() []Permission {
	switch r {
	case Admin:
		return []Permission{ReadLeads, WriteLeads, ReadFiles, DeleteLeads, WriteFirm, ManageViews, ReadSystem}
	case Attorney:
		return []Permission{ReadLeads, WriteLeads, ReadFiles}
	}
	return []Permission{}
}

// MayErase tells whether the role may delete a lead for good.
func (r Role) MayErase() bool { return slices.Contains(r.Permissions(), DeleteLeads) }

// MayWriteFirm tells whether the role may change what the firm says of itself.
func (r Role) MayWriteFirm() bool { return slices.Contains(r.Permissions(), WriteFirm) }

// MayManageViews tells whether the role may change and delete views that others share.
func (r Role) MayManageViews() bool { return slices.Contains(r.Permissions(), ManageViews) }

// MayReadSystem tells whether the role may see how the server stands.
func (r Role) MayReadSystem() bool { return slices.Contains(r.Permissions(), ReadSystem) }

// User is somebody of the firm who can sign in.
type User struct {
	ID           string // UUIDv7
	Email        string // as typed
	EmailKey     string // lower-cased ASCII form, unique
	Name         string
	Role         Role
	PasswordHash string // argon2id, PHC string format
	Disabled     bool
	CreatedAt    time.Time
	// SignedInFrom ends every session that began before it: it moves on when the
	// password changes or the user is disabled.
	SignedInFrom time.Time
}

// The lengths of a password, in code points and octets. The lower one is NIST
// SP 800-63B's advice for a password that stands alone; the upper one keeps
// hashing cheap.
const (
	MinPassword = 12
	MaxPassword = 1024
)

// NewUser is what it takes to make a user.
type NewUser struct {
	Email, Name, Password string
	Role                  Role
}

// Check gives the address and every violation; fields are email, name, role and
// password.
func (n NewUser) Check() (mail.Address, error) {
	var bad []fault.Violation
	address, err := mail.ParseAddress(n.Email)
	if err != nil {
		bad = append(bad, fault.Violation{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."})
	}
	if name := strings.TrimSpace(n.Name); !utf8.ValidString(name) || utf8.RuneCountInString(name) > 200 || strings.ContainsFunc(name, unicode.IsControl) {
		bad = append(bad, fault.Violation{Field: "name", Code: "invalid_name", Message: "Enter a name of at most 200 characters on one line."})
	}
	if !n.Role.Valid() {
		bad = append(bad, fault.Violation{Field: "role", Code: "unknown_role", Message: "Use admin or attorney."})
	}
	if v := CheckPassword(n.Password); v != nil {
		bad = append(bad, *v)
	}
	return address, fault.Violated(bad)
}

// CheckPassword gives what is wrong with a password, or nil: length is the only
// rule, as NIST SP 800-63B advises.
func CheckPassword(password string) *fault.Violation {
	switch {
	case !utf8.ValidString(password):
		return &fault.Violation{Field: "password", Code: "invalid_characters", Message: "Use a password of UTF-8 text."}
	case utf8.RuneCountInString(password) < MinPassword:
		return &fault.Violation{Field: "password", Code: "too_short", Message: "Use a password of at least 12 characters."}
	case len(password) > MaxPassword:
		return &fault.Violation{Field: "password", Code: "too_long", Message: "Use a password of at most 1,024 bytes."}
	}
	return nil
}

// Store keeps users.
type Store interface {
	// AddUser keeps a user. With first it does so only while there is no user at
	// all, and otherwise returns fault.Conflict. A taken address is fault.Conflict.
	AddUser(ctx context.Context, u User, first bool) error
	Users(ctx context.Context) ([]User, error)
	UserByEmail(ctx context.Context, key string) (User, error) // fault.NotFound
	// SetPassword and SetDisabled also end the user's sessions.
	SetPassword(ctx context.Context, id, hash string, now time.Time) error
	SetDisabled(ctx context.Context, id string, disabled bool, now time.Time) error
}

// Service is the use cases around users.
type Service struct {
	Store Store
	Hash  func(ctx context.Context, password string) (string, error)
	Now   func() time.Time
	NewID func() string
}

// Add makes a user. With first it does so only while there is none.
func (s *Service) Add(ctx context.Context, n NewUser, first bool) (User, error) {
	address, err := n.Check()
	if err != nil {
		return User{}, err
	}
	hash, err := s.Hash(ctx, n.Password)
	if err != nil {
		return User{}, err
	}
	now := s.Now()
	u := User{
		ID: s.NewID(), Email: address.Typed, EmailKey: address.Key(), Name: strings.TrimSpace(n.Name), Role: n.Role,
		PasswordHash: hash, CreatedAt: now, SignedInFrom: now,
	}
	return u, s.Store.AddUser(ctx, u, first)
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

// ResetPassword gives a user a new password and ends all sessions.
func (s *Service) ResetPassword(ctx context.Context, email, password string) error {
	u, err := s.Find(ctx, email)
	if err != nil {
		return err
	}
	if v := CheckPassword(password); v != nil {
		return fault.Violated([]fault.Violation{*v})
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Store.SetPassword(ctx, u.ID, hash, s.Now())
}

// Disable keeps a user from signing in and ends all sessions; enabling again
// needs a new sign-in too. The last admin who is left can't be disabled.
func (s *Service) Disable(ctx context.Context, email string, disabled bool) error {
	u, err := s.Find(ctx, email)
	if err != nil {
		return err
	}
	if disabled && u.Role == Admin {
		users, err := s.Store.Users(ctx)
		if err != nil {
			return err
		}
		if lastAdmin(users, u.ID) {
			return fault.New(fault.Conflict, "last_admin", "This is the last admin; make another one first.")
		}
	}
	return s.Store.SetDisabled(ctx, u.ID, disabled, s.Now())
}

func lastAdmin(users []User, id string) bool {
	for _, u := range users {
		if u.ID != id && u.Role == Admin && !u.Disabled {
			return false
		}
	}
	return true
}
