package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/view"
)

// SavedView is a list of leads with a name.
type SavedView struct {
	ID        string    `json:"id" format:"uuid"`
	Owner     string    `json:"owner" format:"uuid" doc:"The user who saved it."`
	Name      string    `json:"name" example:"Mine in Spanish"`
	Q         string    `json:"q" example:"is:pending assignee:me lang:es" doc:"The text of the app's search field, with its tokens; empty for all leads."`
	Sort      view.Sort `json:"sort" enum:"newest,oldest"`
	Shared    bool      `json:"shared" doc:"Everybody at the firm sees it."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// SavedViewList is one's own views and those that are shared.
type SavedViewList struct {
	Items      []SavedView `json:"items"`
	NextCursor *string     `json:"next_cursor" doc:"null: all of them are on the one page."`
}

func savedView(v view.View) SavedView {
	return SavedView{v.ID, v.Owner, v.Name, v.Text, v.Sort, v.Shared, v.CreatedAt, v.UpdatedAt}
}

func (s *Server) listViews(w http.ResponseWriter, r *http.Request, u staff.User) error {
	views, err := s.Views.List(r.Context(), u)
	if err != nil {
		return err
	}
	list := SavedViewList{Items: make([]SavedView, 0, len(views))}
	for _, v := range views {
		list.Items = append(list.Items, savedView(v))
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) saveView(w http.ResponseWriter, r *http.Request, u staff.User) error {
	c, err := readView(w, r, true)
	if err != nil {
		return err
	}
	v, err := s.Views.Save(r.Context(), c, u)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, savedView(v))
}

func (s *Server) changeView(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "view")
	if err != nil {
		return err
	}
	c, err := readView(w, r, false)
	if err != nil {
		return err
	}
	v, err := s.Views.Change(r.Context(), id, c, u)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, savedView(v))
}

func (s *Server) removeView(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "view")
	if err != nil {
		return err
	}
	if err := s.Views.Remove(r.Context(), id, u); err != nil {
		return err
	}
	return writeNothing(w)
}

// readView reads a body, with every violation of its members. A new view needs a name.
func readView(w http.ResponseWriter, r *http.Request, isNew bool) (view.Change, error) {
	var c view.Change
	bad, err := violationsOf(readJSON(w, r, field{"name", &c.Name}, field{"q", &c.Text}, field{"sort", &c.Sort}, field{"shared", &c.Shared}))
	if err != nil {
		return c, err
	}
	if isNew && c.Name == nil {
		c.Name = new(string) // which is refused as an empty one is
	}
	c, more := c.Check()
	return c, fault.Violated(besides(bad, more))
}
