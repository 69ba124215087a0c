package httpapi

import (
	"net/http"
	"time"

	"usher/internal/auth"
	"usher/internal/edge"
)

// SessionView is a sign-in of one's own that lasts.
type SessionView struct {
	ID         string    `json:"id" format:"uuid"`
	Kind       string    `json:"kind" enum:"browser,token" doc:"What stands for it: a browser's cookie, or the tokens of a program."`
	CreatedAt  time.Time `json:"created_at" doc:"When somebody signed in."`
	LastSeenAt time.Time `json:"last_seen_at" doc:"When it was last used, give or take ten minutes."`
	Network    string    `json:"network" example:"203.0.113.9" doc:"Where it was begun: an IPv4 address or an IPv6 /64. Empty when it isn't known."`
	UserAgent  string    `json:"user_agent" example:"Firefox, Windows" doc:"What it was begun with: a browser and its system, or the name that a program gives itself. Empty when it isn't known."`
	Current    bool      `json:"current" doc:"You call by this one."`
}

// SessionList is one's own sessions.
type SessionList struct {
	Items      []SessionView `json:"items"`
	NextCursor *string       `json:"next_cursor" doc:"null: the 100 that were used last are on the one page."`
}

func sessionView(s auth.Session, current string) SessionView {
	v := SessionView{s.ID, "token", s.CreatedAt, s.SeenAt, s.Network, s.Agent, s.ID == current}
	if s.OfBrowser() {
		v.Kind = "browser"
	}
	if s.SeenAt.IsZero() { // of before this was kept
		v.LastSeenAt = s.CreatedAt
	}
	return v
}

// place is where a request to sign in comes from.
func place(r *http.Request) auth.Place { return auth.Place{Addr: edge.Client(r), Agent: r.UserAgent()} }

func (s *Server) listSessions(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	sessions, err := s.Auth.Sessions(r.Context(), c)
	if err != nil {
		return err
	}
	list := SessionList{Items: make([]SessionView, 0, len(sessions))}
	for _, session := range sessions {
		list.Items = append(list.Items, sessionView(session, c.Session.ID))
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	id, err := pathID(r, "session")
	if err != nil {
		return err
	}
	if err := s.Auth.EndSession(r.Context(), c, id); err != nil {
		return err
	}
	if id == c.Session.ID && c.Session.OfBrowser() {
		s.Cookie.Clear(w)
	}
	return writeNothing(w)
}

func (s *Server) endOtherSessions(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	if err := s.Auth.EndOthers(r.Context(), c); err != nil {
		return err
	}
	return writeNothing(w)
}

func (s *Server) endSessionsOf(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	if err := s.Staff.EndSessions(r.Context(), id); err != nil {
		return err
	}
	return writeNothing(w)
}
