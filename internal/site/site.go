// Package site is the pages that people meet without signing in: the form, its
// confirmation, and the one that makes the first admin. They are plain HTML that
// works without JavaScript, cookies and fonts.
package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/intake"
	"usher/internal/lead"
	"usher/internal/staff"
)

//go:embed pages
var pages embed.FS

// Site answers for the pages.
type Site struct {
	Leads    *lead.Service
	Staff    *staff.Service
	Intake   intake.Reader
	Limit    *edge.Limiter
	Receipts auth.Seal
	Setup    *Setup // nil when there is a user already
	Browser  Browser
	Firm     string // name of the firm; may be empty
	MailOn   bool   // messages are sent, not captured
	Now      func() time.Time

	templates *template.Template
	csp       string
}

// Browser signs in the browser of who has become the first admin.
type Browser interface {
	SignIn(w http.ResponseWriter, r *http.Request, u staff.User) error
}

// New prepares the templates. The style is inline, so that a page is one
// request, and allowed by its digest.
func New(s Site) (*Site, error) {
	style, err := pages.ReadFile("pages/style.css")
	if err != nil {
		return nil, err
	}
	s.templates, err = template.New("").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own file
	}).ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(style)
	s.csp = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'; img-src data:; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return &s, nil
}

// Handler gives the pages' routes; what is none of them is a page too.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.adapt(s.form))
	mux.Handle("POST /{$}", s.adapt(s.submit))
	mux.Handle("/{$}", s.NotAllowed("GET, HEAD, POST"))
	mux.Handle("GET /received/{receipt}", s.adapt(s.received))
	mux.Handle("/received/{receipt}", s.NotAllowed("GET, HEAD"))
	mux.Handle("GET /setup/{token}", s.adapt(s.setupForm))
	mux.Handle("POST /setup/{token}", s.adapt(s.setup))
	mux.Handle("/setup/{token}", s.NotAllowed("GET, HEAD, POST"))
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

// page is what every template can show.
type page struct {
	Title    string
	Firm     string
	NoIndex  bool
	Problems []fault.Violation

	Values    lead.Submission // form
	MaxResume string
	Accept    string

	Reference, Received, ReceivedISO, Email string // confirmation

	Name string // setup

	Text, Link string // message
}

// Problem is what is wrong with a field, or nil.
func (p page) Problem(field string) *fault.Violation {
	for i := range p.Problems {
		if p.Problems[i].Field == field {
			return &p.Problems[i]
		}
	}
	return nil
}

func (s *Site) render(w http.ResponseWriter, status int, name string, p page) error {
	p.Firm = s.Firm
	var body bytes.Buffer
	if err := s.templates.ExecuteTemplate(&body, name, p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.csp)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a reader who left can't be told
	return nil
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
	title := "This did not work"
	if known.Kind == fault.NotFound {
		title = "Page not found"
	}
	if err := s.render(w, status, "message.html", page{Title: title, Text: known.Detail, Link: "/", NoIndex: true}); err != nil {
		http.Error(w, known.Detail, status)
	}
}

// violations are what a form shows for an error: its violations, or the error
// itself when it is about no field. ok is false for what no form can show.
func violations(err error) (all []fault.Violation, ok bool) {
	known, found := errors.AsType[*fault.Error](err)
	if !found || known.Kind == fault.Internal {
		return nil, false
	}
	if len(known.Violations) > 0 {
		return known.Violations, true
	}
	return []fault.Violation{{Message: known.Detail, Code: known.Code}}, true
}
