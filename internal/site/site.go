// Package site is the pages that people meet without signing in: the form, its
// confirmation, and the one that makes the first admin. They are plain HTML that
// works without JavaScript, cookies and fonts, in a frame of another site too.
package site

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/funnel"
	"usher/internal/intake"
	"usher/internal/kept"
	"usher/internal/lead"
	"usher/internal/staff"
	"usher/internal/words"
)

// Site answers for the pages.
type Site struct {
	Leads     *lead.Service
	Staff     *staff.Service
	Firm      Profiles
	FirmName  string // of the settings, for as long as the profile has none
	Languages *words.Languages
	Intake    intake.Reader
	Kept      *kept.Service
	Limit     *edge.Limiter // of submissions
	Uploads   *edge.Limiter // of files that come before their form
	Starts    *edge.Limiter // of pages that tell that their form is used
	Funnel    Funnel
	Timing    bool // a form that is sent at once is a signal
	Receipts  auth.Seal
	Tokens    auth.Seal
	Notices   auth.Seal
	Setup     *Setup // nil when there is a user already
	Browser   Browser
	Base      string // what the form's address begins with
	MailOn    bool   // messages are sent, not captured
	Now       func() time.Time
	Log       *slog.Logger

	english   words.Words // of the page for the first admin
	templates *template.Template
	style     inline
	script    script
	live      map[string]map[string]string // the script's sentences, by language
}

// Funnel counts what happens to the form, and never waits.
type Funnel interface{ Count(e funnel.Event) }

// Profiles gives what the firm says of itself.
type Profiles interface {
	Current(ctx context.Context) (firm.Current, error)
	LogoBytes(ctx context.Context, digest string) ([]byte, error)
}

// Browser signs in the browser of who has become the first admin.
type Browser interface {
	SignIn(w http.ResponseWriter, r *http.Request, u staff.User) error
}

// New prepares the templates.
func New(s Site) (*Site, error) {
	english, err := words.New("en")
	if err != nil {
		return nil, err
	}
	s.english = english.Of("en")
	return &s, s.prepare()
}

// Handler gives the pages' routes; what is none of them is a page too.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.adapt(s.form))
	mux.Handle("POST /{$}", s.adapt(s.submit))
	mux.Handle("/{$}", s.NotAllowed("GET, HEAD, POST"))
	mux.Handle("POST /uploads", s.adapt(s.upload))
	mux.Handle("/uploads", s.NotAllowed("POST"))
	mux.Handle("POST /starts", s.adapt(s.started))
	mux.Handle("/starts", s.NotAllowed("POST"))
	mux.Handle("GET /received/{receipt}", s.adapt(s.received))
	mux.Handle("/received/{receipt}", s.NotAllowed("GET, HEAD"))
	mux.Handle("GET /received/{receipt}/address", s.adapt(s.addressForm))
	mux.Handle("POST /received/{receipt}/address", s.adapt(s.correctAddress))
	mux.Handle("/received/{receipt}/address", s.NotAllowed("GET, HEAD, POST"))
	mux.Handle("GET /setup/{token}", s.adapt(s.setupForm))
	mux.Handle("POST /setup/{token}", s.adapt(s.setup))
	mux.Handle("/setup/{token}", s.NotAllowed("GET, HEAD, POST"))
	mux.Handle("GET /logo/{digest}", s.adapt(s.logo))
	mux.Handle("/logo/{digest}", s.NotAllowed("GET, HEAD"))
	mux.Handle("GET /qr.svg", s.adapt(s.qr))
	mux.Handle("/qr.svg", s.NotAllowed("GET, HEAD"))
	s.mountScripts(mux)
	mux.Handle("/", s.NotFound())
	return mux
}

// NotFound gives the page that says that there is none.
func (s *Site) NotFound() http.Handler {
	return s.adapt(func(http.ResponseWriter, *http.Request) error { return errNoPage })
}

var errNoPage = fault.New(fault.NotFound, "not_found", "There is no such page.")

// NotAllowed gives the page for a method that isn't one of those in allow.
func (s *Site) NotAllowed(allow string) http.Handler {
	return s.adapt(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", allow)
		return fault.New(fault.MethodNotAllowed, "method_not_allowed", "This page can't be used that way.")
	})
}

func (s *Site) adapt(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers with a page that says what is wrong.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	edge.NoteError(r, err)
	status, known := edge.Status(err)
	edge.WriteRetryAfter(w, known.RetryAfter)
	words := s.speak(r, "")
	p := s.plain(words, "page.failed")
	if current, err := s.Firm.Current(r.Context()); err == nil { // else without the firm's name and colours
		p = s.page(words, current, "page.failed")
	}
	p.NoIndex, p.ToForm = true, true
	switch known.Kind {
	case fault.NotFound:
		p.Title, p.Text = p.Words.Text("page.not_found"), p.Words.Text("page.not_found_text")
	case fault.MethodNotAllowed:
		p.Text = p.Words.Text("page.not_allowed_text")
	case fault.Internal:
		p.Text = p.Words.Text("page.failed_text")
	case fault.Unavailable:
		p.Text = p.Words.Text("error.form.cannot_store")
	default:
		if said, ok := s.problems(p.Words, err); ok {
			p.Text = said[0].Message
		}
	}
	switch known.Code {
	case "lapsed":
		p.Title, p.Text = p.Words.Text("correct.title"), p.Words.Text("correct.lapsed")
	case "too_often":
		p.Title, p.Text = p.Words.Text("correct.title"), p.Words.Text("correct.too_often")
	}
	if known == errSetup {
		p.Text = known.Detail
	}
	if err := s.render(w, r, status, "message.html", p); err != nil {
		http.Error(w, known.Detail, status)
	}
}
