package httpapi

import (
	"context"
	"net/http"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
)

// Me is the signed-in user.
type Me struct {
	ID          string             `json:"id" format:"uuid"`
	Email       string             `json:"email" example:"ana@firm.example"`
	Name        string             `json:"name" example:"Ana Rivera" doc:"May be empty."`
	Role        staff.Role         `json:"role" enum:"admin,attorney,intake,viewer"`
	Permissions []staff.Permission `json:"permissions" enum:"leads:read,leads:write,leads:export,leads:delete,files:read,messages:write,reports:read,views:share,views:manage,settings:read,firm:write,system:read,users:manage,audit:read" doc:"What you may do; there may be more one day."`
	APIKey      *MyKey             `json:"api_key,omitempty" doc:"The API key by which you call; left out for a person. The permissions are those that its scopes give, too."`
	TimeZone    string             `json:"time_zone" example:"America/New_York" doc:"The firm's, of the IANA database; empty while it has set none."`
}

// MyKey is the API key by which a program calls.
type MyKey struct {
	ID        string        `json:"id" format:"uuid"`
	Name      string        `json:"name" example:"Nightly import"`
	Scopes    []staff.Scope `json:"scopes" enum:"leads:read,leads:write,files:read,admin"`
	ExpiresAt *time.Time    `json:"expires_at"`
}

// me is a user as they see themselves. Without the firm's profile there is no zone,
// and nothing else is missing.
func (s *Server) me(ctx context.Context, u staff.User) Me {
	now, _ := s.Firm.Current(ctx)
	return meIn(now.Profile.Zone, u)
}

func meIn(zone string, u staff.User) Me {
	return Me{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, Permissions: u.Permissions(), TimeZone: zone}
}

// SignInBody is what a browser signs in with.
type SignInBody struct {
	Email    string `json:"email" example:"ana@firm.example"`
	Password string `json:"password" format:"password"`
}

// PasswordBody is a new password with proof of the old one.
type PasswordBody struct {
	Current string `json:"current_password" format:"password"`
	New     string `json:"new_password" format:"password" minLength:"12"`
}

// signIn begins the session of a browser. A page of another site must not do so: it
// could sign somebody in as its own user, to read what is then filled in.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := s.Cookie.CrossOrigin(r); err != nil {
		return err
	}
	var email, password *string
	if err := readJSON(w, r, field{"email", &email}, field{"password", &password}); err != nil {
		return err
	}
	if err := fault.Violated(missing(
		text{"email", email, "Enter your e-mail address."}, text{"password", password, "Enter your password."},
	)); err != nil {
		return err
	}
	u, cookies, err := s.Auth.SignInBrowser(r.Context(), *email, *password, s.Cookie.Sent(r), place(r))
	if err != nil {
		return err
	}
	s.Cookie.Put(w, cookies)
	return writeJSON(w, http.StatusCreated, s.me(r.Context(), u))
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	if err := s.Auth.SignOut(r.Context(), c); err != nil {
		return err
	}
	if c.Session.OfBrowser() {
		s.Cookie.Clear(w)
	}
	return writeNothing(w)
}

func (s *Server) whoAmI(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	me := s.me(r.Context(), c.User)
	if k := c.Key; c.ByKey() {
		me.APIKey = &MyKey{k.ID, k.Name, k.Scopes.List(), maybeTime(k.ExpiresAt)}
	}
	return writeJSON(w, http.StatusOK, me)
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	var current, next *string
	if err := readJSON(w, r, field{"current_password", &current}, field{"new_password", &next}); err != nil {
		return err
	}
	bad := missing(
		text{"current_password", current, "Enter your current password."}, text{"new_password", next, "Enter a new password."},
	)
	if next != nil && *next != "" {
		if v := s.Staff.CheckPassword(r.Context(), c.User, *next); v != nil {
			bad = append(bad, fault.Violation{Field: "new_password", Code: v.Code, Message: v.Message})
		}
	}
	if err := fault.Violated(bad); err != nil {
		return err
	}
	cookies, err := s.Auth.ChangePassword(r.Context(), c, *current, *next, place(r))
	if err != nil {
		return err
	}
	s.Leads.Announce()
	if cookies.Session != "" {
		s.Cookie.Put(w, cookies)
	}
	return writeNothing(w)
}

// text is a member of a body that has to be there, and what to do when it is not.
type text struct {
	name    string
	value   *string
	message string
}

// missing are the violations of those that are absent or empty.
func missing(members ...text) (bad []fault.Violation) {
	for _, m := range members {
		if m.value == nil || *m.value == "" {
			bad = append(bad, fault.Violation{Field: m.name, Code: "required", Message: m.message})
		}
	}
	return bad
}
