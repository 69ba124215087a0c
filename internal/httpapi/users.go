package httpapi

import (
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
	CreatedAt  time.Time  `json:"created_at"`
	LastSeenAt *time.Time `json:"last_seen_at" doc:"When they last did something here, give or take a minute; null for never."`
}

// UserList is everybody.
type UserList struct {
	Items      []UserView `json:"items"`
	NextCursor *string    `json:"next_cursor" doc:"null: everybody is on the one page."`
}

func userView(u staff.User) UserView {
	v := UserView{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, Files: u.Files, Disabled: u.Disabled, CreatedAt: u.CreatedAt}
	if !u.LastSeenAt.IsZero() {
		v.LastSeenAt = &u.LastSeenAt
	}
	return v
}

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	users, err := s.Staff.Everybody(r.Context())
	if err != nil {
		return err
	}
	list := UserList{Items: make([]UserView, 0, len(users))}
	for _, u := range users {
		list.Items = append(list.Items, userView(u))
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
	return writeJSON(w, http.StatusOK, userView(u))
}

func (s *Server) addUser(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	n, err := readNewUser(w, r)
	if err != nil {
		return err
	}
	u, err := s.Staff.Add(r.Context(), n, false)
	if err != nil {
		return err
	}
	w.Header().Set("Location", usersPath+"/"+u.ID)
	return writeJSON(w, http.StatusCreated, userView(u))
}

// readNewUser reads a body that has all that it must have. What is wrong with it is
// for staff to say.
func readNewUser(w http.ResponseWriter, r *http.Request) (n staff.NewUser, err error) {
	var email, name, role, password *string
	var files *bool
	err = readJSON(w, r, field{"email", &email}, field{"name", &name}, field{"role", &role}, field{"files", &files}, field{"password", &password})
	bad, err := violationsOf(err)
	if err != nil {
		return n, err
	}
	bad = besides(bad, missing(
		text{"email", email, "Enter their e-mail address."}, text{"role", role, "Choose a role."}, text{"password", password, "Enter a password for them."},
	))
	take(&n.Email, email)
	take(&n.Name, name)
	take((*string)(&n.Role), role)
	take(&n.Password, password)
	take(&n.Files, files)
	_, err = n.Check()
	more, err := violationsOf(err)
	if err != nil {
		return n, err
	}
	return n, fault.Violated(besides(bad, more))
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
	return writeJSON(w, http.StatusOK, userView(u))
}

// take takes a value over when there is one.
func take[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
