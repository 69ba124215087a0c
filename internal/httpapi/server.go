package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/intake"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/staff"
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
	Outbox  Outbox
	Intake  intake.Reader
	Limit   *edge.Limiter // of public submissions
	Cursors auth.Seal     // for list positions
	Summary func(ctx context.Context) (mail.Summary, error)
	Tester  *mail.Tester
	Users   func(ctx context.Context) ([]staff.User, error) // everybody who has an account
	Ready   func(ctx context.Context) error                 // nil when a lead can be stored now
	Metrics http.Handler
	Pages   http.Handler // everything that isn't the API
	Now     func() time.Time
	Log     *slog.Logger

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
		resources[route.path][route.method] = route.serve
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

// as runs a handler for the signed-in user. Nothing of the request but the
// credentials is looked at before.
func (s *Server) as(h func(w http.ResponseWriter, r *http.Request, u staff.User) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		u, err := s.Auth.Authenticate(r.Context(), bearer(r))
		if err != nil {
			return err
		}
		return h(w, r, u)
	}
}
