package httpapi

import (
	"context"
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
)

// UserView is a user as an admin sees them.
type UserView struct {
	ID         string     `json:"id" format:"uuid"`
	Email      string     `json:"email" example:"ana@firm.example"`
	Name       string     `json:"name" example:"Ana Rivera" doc:"May be empty."`
	Role       staff.Role `json:"role" enum:"admin,attorney,intake,viewer"`
	Files      bool       `json:"files" doc:"A viewer who may open resumes. Always false for the other roles, which open them anyway."`
	Disabled   bool       `json:"disabled" doc:"Can't sign in."`
	Invited    bool       `json:"invited" doc:"Has yet to choose a password, by the link of an invitation."`
	InvitedTo  *time.Time `json:"invited_until" doc:"Until when that link works; null when none does, or none is needed."`
	CreatedAt  time.Time  `json:"created_at"`
	LastSeenAt *time.Time `json:"last_seen_at" doc:"When they last did something here, give or take a minute; null for never."`
}

// UserList is everybody.
type UserList struct {
	Items      []UserView `json:"items"`
	NextCursor *string    `json:"next_cursor" doc:"null: everybody is on the one page."`
}

// NewUserView is a user as the answer to adding them.
type NewUserView struct {
	UserView
	URL *string `json:"invitation_url" format:"uri" doc:"The link by which they choose a password, which went to them too; null for whoever was given one. It is shown only here."`
}

// LinkSentView is a link that was sent to a user.
type LinkSentView struct {
	Purpose   staff.Purpose `json:"purpose" enum:"invitation,reset" doc:"To whoever has no password yet, or to anybody else."`
	ExpiresAt time.Time     `json:"expires_at"`
	URL       *string       `json:"url" format:"uri" doc:"Of an invitation, to hand over in another way; null for a reset, which is for nobody but its user."`
}

func userView(u staff.User, invitedTo time.Time) UserView {
	return UserView{
		ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, Files: u.Files, Disabled: u.Disabled, CreatedAt: u.CreatedAt,
		LastSeenAt: maybe(u.LastSeenAt), Invited: u.Invited(), InvitedTo: maybe(invitedTo),
	}
}

// viewOf is a user with what became of their invitation.
func (s *Server) viewOf(ctx context.Context, u staff.User) (UserView, error) {
	until, err := s.Staff.Invitations(ctx)
	return userView(u, until[u.ID]), err
}

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	users, err := s.Staff.Everybody(r.Context())
	if err != nil {
		return err
	}
	until, err := s.Staff.Invitations(r.Context())
	if err != nil {
		return err
	}
	list := UserList{Items: make([]UserView, 0, len(users))}
	for _, u := range users {
		list.Items = append(list.Items, userView(u, until[u.ID]))
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) oneUser(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	u, err := s.Staff.One(r.Context(), id)
	if err != nil {
		return err
	}
	v, err := s.viewOf(r.Context(), u)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, v)
}

func (s *Server) addUser(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	n, chosen, err := readNewUser(w, r)
	if err != nil {
		return err
	}
	var v NewUserView
	if chosen {
		u, err := s.Staff.Add(r.Context(), n, false)
		if err != nil {
			return err
		}
		v.UserView = userView(u, time.Time{})
	} else {
		u, link, err := s.Staff.Invite(r.Context(), n)
		if err != nil {
			return err
		}
		v.UserView, v.URL = userView(u, link.ExpiresAt), maybe(s.Staff.LinkURL(link.Purpose, link.ID))
	}
	w.Header().Set("Location", usersPath+"/"+v.ID)
	return writeJSON(w, http.StatusCreated, v)
}

// sendLink sends a user a new link to choose a password.
func (s *Server) sendLink(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	if hasBody(r) {
		if err := readJSON(w, r); err != nil {
			return err
		}
	}
	link, err := s.Staff.SendLink(r.Context(), id)
	if err != nil {
		return err
	}
	v := LinkSentView{Purpose: link.Purpose, ExpiresAt: link.ExpiresAt}
	if link.Purpose == staff.Invitation {
		v.URL = maybe(s.Staff.LinkURL(link.Purpose, link.ID))
	}
	return writeJSON(w, http.StatusCreated, v)
}

// readNewUser reads a body that has all that it must have, and tells whether it has a
// password. What is wrong with it is for staff to say.
func readNewUser(w http.ResponseWriter, r *http.Request) (n staff.NewUser, chosen bool, err error) {
	var email, name, role, password *string
	var files *bool
	err = readJSON(w, r, field{"email", &email}, field{"name", &name}, field{"role", &role}, field{"files", &files}, field{"password", &password})
	bad, err := violationsOf(err)
	if err != nil {
		return n, false, err
	}
	bad = besides(bad, missing(text{"email", email, "Enter their e-mail address."}, text{"role", role, "Choose a role."}))
	take(&n.Email, email)
	take(&n.Name, name)
	take((*string)(&n.Role), role)
	take(&n.Password, password)
	take(&n.Files, files)
	check := n.CheckInvited
	if chosen = password != nil; chosen {
		check = func() error { _, err := n.Check(); return err }
	}
	more, err := violationsOf(check())
	if err != nil {
		return n, chosen, err
	}
	return n, chosen, fault.Violated(besides(bad, more))
}

func (s *Server) changeUser(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	var c staff.Change
	bad, err := violationsOf(readJSON(w, r, field{"name", &c.Name}, field{"role", &c.Role}, field{"files", &c.Files}, field{"disabled", &c.Disabled}))
	if err != nil {
		return err
	}
	if err := fault.Violated(besides(bad, c.Check())); err != nil {
		return err
	}
	u, err := s.Staff.Change(r.Context(), id, c)
	if err != nil {
		return err
	}
	v, err := s.viewOf(r.Context(), u)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, v)
}

// take takes a value over when there is one.
func take[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
