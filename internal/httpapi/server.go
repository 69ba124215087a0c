package httpapi

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/firm"
	"usher/internal/intake"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/presence"
	"usher/internal/report"
	"usher/internal/staff"
	"usher/internal/system"
	"usher/internal/view"
)

// Outbox is what the messages routes need of it.
type Outbox interface {
	Messages(ctx context.Context, page mail.Page) ([]mail.Message, error)
	RetryMessage(ctx context.Context, id, user string, decide func(mail.Message) (mail.Message, error)) (mail.Message, error)
}

// Server answers the routes of the contract.
type Server struct {
	Leads   *lead.Service
	Auth    *auth.Service
	Keys    *auth.Keys
	Staff   *staff.Service
	Firm    *firm.Service
	Views   *view.Service
	Reports *report.Service
	Audit   *audit.Book
	Funnel  Funnel
	Live    Live
	// Presence is who looks at which lead.
	Presence *presence.Board
	Cookie   edge.SessionCookie
	Outbox   Outbox
	Intake   intake.Reader
	Limit    *edge.Limiter // of public submissions
	Cursors  auth.Seal     // for list positions
	Summary  func(ctx context.Context, accounts bool) (mail.Summary, error)
	Tester   *mail.Tester
	// Letterhead is what the firm's letters begin and end with; a note, when there is
	// one, in the place of the one that the profile has.
	Letterhead func(current firm.Current, note *string) mail.Letterhead
	System     func(ctx context.Context, host string) system.Facts
	FormURL    string                          // of the public form
	Draft      func(language string) string    // of a notice; empty where there is none
	Ready      func(ctx context.Context) error // nil when a lead can be stored now
	Metrics    http.Handler
	Pages      http.Handler // everything that isn't the API
	Now        func() time.Time
	Log        *slog.Logger

	document func() (http.HandlerFunc, error)
}

// Handler gives the routes of the contract, and Pages for all else. edge.Around
// belongs around it.
func (s *Server) Handler() http.Handler {
	s.document = sync.OnceValues(documentHandler)
	mux := http.NewServeMux()
	resources := map[string]resource{}
	for _, route := range s.routes() {
		if resources[route.path] == nil {
			resources[route.path] = resource{}
		}
		resources[route.path][route.method] = route.door.serve
	}
	for at, methods := range resources {
		mux.Handle(at, adapt(methods.serve))
	}
	mux.Handle("/api", adapt(noSuchRoute))
	mux.Handle("/api/", adapt(noSuchRoute))
	s.mountDocs(mux)
	mux.Handle("/", s.Pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The mux would redirect a path with //, /./ or /../ to what it cleans it to,
		// and it has answers of its own for CONNECT.
		p := r.URL.EscapedPath()
		if clean := path.Clean(p); r.Method == http.MethodConnect || (p != "/" && clean != strings.TrimSuffix(p, "/")) {
			adapt(noSuchRoute).ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// callerHandler answers a request of somebody who was let in.
type callerHandler func(w http.ResponseWriter, r *http.Request, c auth.Caller) error

// ofUser makes one of a handler that needs to know the user only.
func ofUser(h func(w http.ResponseWriter, r *http.Request, u staff.User) error) callerHandler {
	return func(w http.ResponseWriter, r *http.Request, c auth.Caller) error { return h(w, r, c.User) }
}

// as runs a handler for a signed-in user who has a permission, or for their API key.
// Nothing of the request but the credentials is looked at before.
func (s *Server) as(needs staff.Permission, h func(w http.ResponseWriter, r *http.Request, u staff.User) error) door {
	return s.by(needs, ofUser(h))
}

// by is as for a handler that needs the session or the key too. From here on the
// request's context says who acts.
func (s *Server) by(needs staff.Permission, h callerHandler) door {
	return s.door(door{needs: needs}, h)
}

// inPerson is by for what no API key may do, whatever its scopes: else one in wrong hands
// could make itself outlast its end.
func (s *Server) inPerson(needs staff.Permission, h callerHandler) door {
	return s.door(door{needs: needs, person: true}, h)
}

func (s *Server) door(d door, h callerHandler) door {
	d.serve = func(w http.ResponseWriter, r *http.Request) error {
		c, err := s.caller(r)
		switch {
		case err != nil:
			return err
		case d.person && c.ByKey():
			return staff.ErrPerson
		case !c.May(d.needs):
			return c.RefusalOf(d.needs)
		}
		r.Body = arriving{r.Body, func() error { return s.stillMay(r, d.needs) }}
		by := audit.Actor{UserID: c.ID, KeyID: c.KeyID, Network: network(r)}
		return h(w, r.WithContext(audit.As(r.Context(), by)), c)
	}
	return d
}

// arriving is the body of a request whose sender was let in. It may be on its way for a
// minute; at its end they are looked up again, so that nobody finishes what they may no
// longer do.
type arriving struct {
	io.ReadCloser

	stillMay func() error
}

// Read implements io.Reader. In the place of the body's end it gives the refusal.
func (a arriving) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		err = cmp.Or(a.stillMay(), err)
	}
	return n, err
}

// stillMay is caller and its permission once more, without counting as a use: what is
// open must not keep a session alive that nobody uses.
func (s *Server) stillMay(r *http.Request, needs staff.Permission) error {
	var c auth.Caller
	var err error
	if len(r.Header.Values("Authorization")) > 0 {
		c, err = s.Auth.Peek(r.Context(), bearer(r))
	} else {
		c, err = s.Auth.PeekCookie(r.Context(), s.Cookie.Value(r))
	}
	if err == nil && !c.May(needs) {
		return c.RefusalOf(needs)
	}
	return err
}

// network is where a request comes from, as the sign-in limits count it.
func network(r *http.Request) string { return auth.Network(edge.Client(r)) }

// caller is who sent the request. With an Authorization header the cookie is not
// looked at. Browsers add a cookie by themselves, so one must come from our pages.
func (s *Server) caller(r *http.Request) (auth.Caller, error) {
	if len(r.Header.Values("Authorization")) > 0 {
		return s.Auth.Authenticate(r.Context(), bearer(r))
	}
	c, err := s.Auth.AuthenticateCookie(r.Context(), s.Cookie.Value(r))
	if err != nil {
		return auth.Caller{}, err
	}
	return c, s.Cookie.CrossOrigin(r)
}
