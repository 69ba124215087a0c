package httpapi

import (
	"context"
	"net/http"
	"time"

	"usher/internal/audit"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/staff"
)

// LinkView is what a link to choose a password is for.
type LinkView struct {
	Purpose   staff.Purpose `json:"purpose" enum:"invitation,reset"`
	Email     string        `json:"email" example:"ben@firm.example" doc:"Of the user whose password it is."`
	Name      string        `json:"name" example:"Ben Cole" doc:"May be empty."`
	ExpiresAt time.Time     `json:"expires_at"`
}

// LinkBody holds what stands in a link behind the #.
type LinkBody struct {
	Token string `json:"token"`
}

// ChooseBody is a password with the link that lets one choose it.
type ChooseBody struct {
	Token    string `json:"token"`
	Password string `json:"password" format:"password" minLength:"12" doc:"At least 12 characters, none that many people use, and more than a name or an address."`
}

// AskBody says whose password is forgotten.
type AskBody struct {
	Email string `json:"email" format:"email" example:"ben@firm.example"`
}

// AskedView says whether there is a way for the link to go; it is the same for every address.
type AskedView struct {
	Sending bool `json:"sending" doc:"There is a mail server; without one, no link reaches anybody."`
}

// askStep is what the answer to askReset takes, or a multiple of it: writing takes a
// fraction, and a message more or less can't be told from outside.
const askStep = 100 * time.Millisecond

// askReset answers the same, and as fast, whether anybody has the address or not.
func (s *Server) askReset(w http.ResponseWriter, r *http.Request) error {
	steps := time.NewTicker(askStep)
	defer steps.Stop()
	var email *string
	if err := readJSON(w, r, field{"email", &email}); err != nil {
		return err
	}
	if err := fault.Violated(missing(text{"email", email, "Enter your e-mail address."})); err != nil {
		return err
	}
	if err := s.Staff.AskReset(fromNetwork(r), *email, edge.Client(r)); err != nil {
		return err
	}
	select {
	case <-steps.C: // of a step that is over
	default:
	}
	select {
	case <-steps.C:
	case <-r.Context().Done():
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, http.StatusAccepted, AskedView{s.Tester.Sending()})
}

// openLink tells what a link is for, and uses nothing up.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) error {
	var token *string
	if err := readJSON(w, r, field{"token", &token}); err != nil {
		return err
	}
	if err := fault.Violated(missing(text{"token", token, "Send what stands in the link behind the #."})); err != nil {
		return err
	}
	l, u, err := s.Staff.OpenLink(r.Context(), *token)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, LinkView{Purpose: l.Purpose, Email: u.Email, Name: u.Name, ExpiresAt: l.ExpiresAt})
}

func (s *Server) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.choosePassword(w, r, staff.Invitation)
}

func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	return s.choosePassword(w, r, staff.Reset)
}

func (s *Server) choosePassword(w http.ResponseWriter, r *http.Request, p staff.Purpose) error {
	var token, password *string
	if err := readJSON(w, r, field{"token", &token}, field{"password", &password}); err != nil {
		return err
	}
	if err := fault.Violated(missing(
		text{"token", token, "Send what stands in the link behind the #."}, text{"password", password, "Enter a new password."},
	)); err != nil {
		return err
	}
	if err := s.Staff.UseLink(fromNetwork(r), p, *token, *password); err != nil {
		return err
	}
	return writeNothing(w)
}

// fromNetwork is a request's context for the audit: nobody is signed in, and all that is
// known is where the request comes from.
func fromNetwork(r *http.Request) context.Context {
	return audit.As(r.Context(), audit.Actor{Network: network(r)})
}
