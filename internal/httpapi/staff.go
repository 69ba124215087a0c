package httpapi

import (
	"net/http"

	"usher/internal/staff"
)

// StaffView is somebody who has an account, or had one.
type StaffView struct {
	ID       string `json:"id" format:"uuid"`
	Email    string `json:"email" example:"ana@firm.example"`
	Name     string `json:"name" example:"Ana Rivera" doc:"May be empty."`
	Disabled bool   `json:"disabled" doc:"Can't sign in."`
}

// StaffList is everybody.
type StaffList struct {
	Items      []StaffView `json:"items"`
	NextCursor *string     `json:"next_cursor" doc:"null: everybody is on the one page."`
}

func (s *Server) listStaff(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	users, err := s.Staff.Everybody(r.Context())
	if err != nil {
		return err
	}
	list := StaffList{Items: make([]StaffView, 0, len(users))}
	for _, u := range users {
		list.Items = append(list.Items, StaffView{ID: u.ID, Email: u.Email, Name: u.Name, Disabled: u.Disabled})
	}
	return writeJSON(w, http.StatusOK, list)
}
