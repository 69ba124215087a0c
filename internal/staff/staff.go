// Package staff knows who of the firm may sign in: users, their roles and what these
// allow, and what a password has to be. It decides; auth checks credentials, store
// keeps users.
package staff

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
	"usher/internal/mail"
)

// User is somebody of the firm who can sign in.
type User struct {
	ID           string // UUIDv7
	Email        string // as typed
	EmailKey     string // lower-cased ASCII form, unique
	Name         string
	Role         Role
	Files        bool   // a viewer who may open resumes
	PasswordHash string // argon2id, PHC string format; empty until an invitation was followed
	Disabled     bool
	CreatedAt    time.Time
	// SignedInFrom ends every session that began before it: it moves on when the
	// password changes or the user is disabled.
	SignedInFrom time.Time
	LastSeenAt   time.Time // when they last did something, give or take a minute; zero for never
	// KeyID is the API key by which they call, which does no more than its Scopes give;
	// both are empty for a person, and in the store.
	KeyID  string
	Scopes Scopes
}

// Invited tells whether the user has yet to choose a password.
func (u User) Invited() bool { return u.PasswordHash == "" }

// Facts are what an admin may change of a user, for the audit.
func (u User) Facts() map[string]string {
	return map[string]string{
		"name": u.Name, "role": string(u.Role), "files": strconv.FormatBool(u.Files), "disabled": strconv.FormatBool(u.Disabled),
	}
}

// ByKey tells whether the user calls by an API key, and not in person.
func (u User) ByKey() bool { return u.KeyID != "" }

// NewUser is what it takes to make a user.
type NewUser struct {
	Email, Name, Password string
	Role                  Role
	Files                 bool // for a viewer only
}

// Check gives the address and every violation; fields are email, name, role, files and
// password. about are more names that the password must not be made of.
func (n NewUser) Check(about ...string) (mail.Address, error) {
	address, bad := n.check()
	if v := CheckPassword(n.Password, append(about, n.Email, n.Name)...); v != nil {
		bad = append(bad, *v)
	}
	return address, fault.Violated(bad)
}

// CheckInvited is Check for somebody who chooses a password themselves.
func (n NewUser) CheckInvited() error {
	_, bad := n.check()
	return fault.Violated(bad)
}

func (n NewUser) check() (address mail.Address, bad []fault.Violation) {
	address, err := mail.ParseAddress(n.Email)
	if err != nil {
		bad = append(bad, fault.Violation{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."})
	}
	bad = append(bad, checkName(n.Name)...)
	bad = append(bad, checkRole(n.Role)...)
	return address, append(bad, checkFiles(n.Role, n.Files)...)
}

func checkName(name string) []fault.Violation {
	name = strings.TrimSpace(name)
	if utf8.ValidString(name) && utf8.RuneCountInString(name) <= 200 && !strings.ContainsFunc(name, isOdd) {
		return nil
	}
	return []fault.Violation{{Field: "name", Code: "invalid_name", Message: "Enter a name of at most 200 characters on one line."}}
}

// isOdd tells what breaks a line, or turns around the text beside it.
func isOdd(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c' || r == '\u2028' || r == '\u2029'
}

func checkRole(r Role) []fault.Violation {
	if r.Valid() {
		return nil
	}
	return []fault.Violation{{Field: "role", Code: "unknown_role", Message: "Use admin, attorney, intake or viewer."}}
}

func checkFiles(r Role, files bool) []fault.Violation {
	if !files || r == Viewer {
		return nil
	}
	return []fault.Violation{{Field: "files", Code: "only_viewers", Message: "Only a viewer is granted resumes; the other roles open them anyway."}}
}

// Change is what a user becomes. What is nil stays as it is.
type Change struct {
	Name, Role      *string
	Disabled, Files *bool
}

// Check gives every violation that shows without the user; fields are name and role.
func (c Change) Check() (bad []fault.Violation) {
	if c.Name != nil {
		bad = append(bad, checkName(*c.Name)...)
	}
	if c.Role != nil {
		bad = append(bad, checkRole(Role(*c.Role))...)
	}
	return bad
}

// Of gives the user as the change makes them. A grant goes with the role it was for,
// and being kept out ends all sessions. Everybody are all users: the last admin who
// can sign in stays one. Errors: Invalid, Conflict.
func (c Change) Of(u User, everybody []User, now time.Time) (User, error) {
	before := u
	if c.Name != nil {
		u.Name = strings.TrimSpace(*c.Name)
	}
	if c.Role != nil {
		u.Role = Role(*c.Role)
		u.Files = u.Files && u.Role == Viewer
	}
	if c.Files != nil {
		u.Files = *c.Files
	}
	if c.Disabled != nil {
		u.Disabled = *c.Disabled
	}
	if err := fault.Violated(append(c.Check(), checkFiles(u.Role, u.Files)...)); err != nil {
		return before, err
	}
	if before.leads() && !u.leads() && !anotherLeads(everybody, u.ID) {
		return before, fault.New(fault.Conflict, "last_admin", "This is the last admin who can sign in. Make somebody else an admin first.")
	}
	if u.Disabled != before.Disabled {
		u.SignedInFrom = u.movedOn(now)
	}
	return u, nil
}

// leads tells whether the user can sign in as an admin.
func (u User) leads() bool { return u.Role == Admin && !u.Disabled && !u.Invited() }

func anotherLeads(everybody []User, id string) bool {
	for _, u := range everybody {
		if u.ID != id && u.leads() {
			return true
		}
	}
	return false
}

// movedOn is a SignedInFrom that ends all sessions: it never goes back and never
// stays, whatever the clock has done since.
func (u User) movedOn(now time.Time) time.Time {
	if now.After(u.SignedInFrom) {
		return now
	}
	return u.SignedInFrom.Add(time.Microsecond)
}
