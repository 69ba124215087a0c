package site

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/staff"
)

// SetupLife is how long the link that makes the first admin is good for.
const SetupLife = 30 * time.Minute

// Setup is the one-time link that makes the first admin.
type Setup struct {
	mu     sync.Mutex
	digest [sha256.Size]byte
	until  time.Time
	used   bool
}

// NewSetup makes a link good until the given time. The token is not kept.
func NewSetup(token string, until time.Time) *Setup {
	return &Setup{digest: sha256.Sum256([]byte(token)), until: until}
}

func (s *Setup) open(token string, now time.Time) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	digest := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(digest[:], s.digest[:]) == 1 && !s.used && now.Before(s.until)
}

func (s *Setup) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = true
}

// setupOpen tells whether the link in the path still makes an admin.
func (s *Site) setupOpen(r *http.Request) error {
	if !s.Setup.open(r.PathValue("token"), s.Now()) {
		return errSetup
	}
	taken, err := s.Staff.Any(r.Context())
	if err != nil {
		return err
	}
	if taken {
		return errSetup
	}
	return nil
}

var errSetup = fault.New(fault.NotFound, "not_found",
	"This link doesn't work any more. When there is an admin already, sign in at /app/; when there is none, restart Usher: it prints a new link.")

func (s *Site) setupForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.setupOpen(r); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "setup.html", s.setupPage(staff.NewUser{}))
}

// setupFields are what the page for the first admin is filled in with.
type setupFields struct{ Name, Email string }

// setupPage is in English, as all that an operator reads.
func (s *Site) setupPage(typed staff.NewUser) page {
	p := page{Words: s.english, Firm: s.FirmName, Style: []inline{s.style}, Title: "Make the first admin", NoIndex: true}
	p.Setup = &setupFields{Name: typed.Name, Email: typed.Email}
	return p
}

func (s *Site) setup(w http.ResponseWriter, r *http.Request) error {
	if err := s.setupOpen(r); err != nil {
		return err
	}
	form, err := smallForm(w, r)
	if err != nil {
		return err
	}
	admin := staff.NewUser{Email: form.Get("email"), Name: form.Get("name"), Password: form.Get("password"), Role: staff.Admin}
	by := audit.Actor{Name: audit.SetupLink, Network: auth.Network(edge.Client(r))}
	u, err := s.Staff.Add(audit.As(r.Context(), by), admin, true)
	if err != nil {
		known, ok := errors.AsType[*fault.Error](err)
		if !ok || known.Kind != fault.Invalid {
			return err
		}
		edge.NoteError(r, err)
		p := s.setupPage(admin)
		for _, v := range known.Violations {
			p.Problems = append(p.Problems, problem{v.Field, v.Message, s.english.Text("layout.error")})
		}
		return s.render(w, r, http.StatusUnprocessableEntity, "setup.html", p)
	}
	s.Setup.close()
	next := "/app/welcome"
	if err := s.Browser.SignIn(w, r, u); err != nil { // the admin is made all the same, and can sign in there
		edge.NoteError(r, err)
		next = "/app/"
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", next)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// smallForm reads an ordinary form of at most 64 KiB.
func smallForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if err := edge.PlainBody(r); err != nil {
		return nil, err
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, fault.New(fault.Unsupported, "unsupported_media_type", "Use the form on this page.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "malformed_form", "The form could not be read. Try again.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "malformed_form", "The form could not be read. Try again.")
	}
	return form, nil
}
