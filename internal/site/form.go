package site

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/intake"
	"usher/internal/lead"
)

const (
	// honeypot is a field that people don't see and programs fill in. Its name is
	// one that no browser completes.
	honeypot = "fax_extension"
	// accept names extensions and types, for phones that know only one of them. It
	// leaves out HEIC, so that iPhones convert photos to JPEG.
	accept = ".pdf,.doc,.docx,.odt,.rtf,.txt,.jpg,.jpeg,.png,application/pdf,application/msword," +
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/vnd.oasis.opendocument.text," +
		"application/rtf,text/plain,image/jpeg,image/png"
	formTitle = "Tell us how to reach you"
	// shown is how long after receipt the confirmation shows personal data.
	shown = 30 * time.Minute
)

func (s *Site) formPage(values lead.Submission, problems []fault.Violation) page {
	return page{
		Title: formTitle, Values: values, Problems: problems, Accept: accept, MaxResume: s.Intake.Shelf.MaxText(),
	}
}

func (s *Site) form(w http.ResponseWriter, _ *http.Request) error {
	return s.render(w, http.StatusOK, "form.html", s.formPage(lead.Submission{}, nil))
}

func (s *Site) submit(w http.ResponseWriter, r *http.Request) error {
	if err := edge.PlainBody(r); err != nil {
		s.Intake.Drain(r)
		return err
	}
	refused := s.Limit.Allow(r, s.Now())
	form, err := s.Intake.Read(r.Context(), r, w, intake.Options{Lenient: true, Honeypot: honeypot, Drop: refused != nil})
	defer form.Discard()
	if refused != nil {
		return s.again(w, r, form.Submission, refused)
	}
	if err == nil {
		err = form.Err()
	}
	if err != nil {
		return s.again(w, r, form.Submission, lostFile(err, form.Upload != nil))
	}
	l, err := s.Leads.Submit(r.Context(), form.Submission, form.Upload, "")
	if err != nil {
		return s.again(w, r, form.Submission, err)
	}
	w.Header().Set("Location", "/received/"+s.receipt(l.ID))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// again shows the form once more, with all that was typed and what to do about
// it. The status is 422 for whatever the prospect can mend, and otherwise the
// error's own.
func (s *Site) again(w http.ResponseWriter, r *http.Request, values lead.Submission, err error) error {
	problems, ok := violations(err)
	if !ok {
		return err
	}
	edge.NoteError(r, err)
	status, known := edge.Status(err)
	if known.Kind == fault.Unsupported && len(known.Violations) > 0 {
		status = http.StatusUnprocessableEntity
	}
	edge.WriteRetryAfter(w, known.RetryAfter)
	return s.render(w, status, "form.html", s.formPage(printable(values), problems))
}

// lostFile adds that a good resume has to be chosen again, because no page can
// put a file back into a form.
func lostFile(err error, chosen bool) error {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || !chosen || len(known.Violations) == 0 {
		return err
	}
	e := *known
	e.Violations = append(slices.Clone(known.Violations),
		fault.Violation{Field: "resume", Code: "required", Message: "Select your resume again."})
	return &e
}

// printable drops what a page can't hold, so that it comes back with the rest.
func printable(v lead.Submission) lead.Submission {
	for _, text := range []*string{&v.FirstName, &v.LastName, &v.Email} {
		*text = strings.ToValidUTF8(*text, "")
	}
	return v
}

// receipt is the name of a lead's confirmation page. It can't be guessed from
// the lead's id.
func (s *Site) receipt(id string) string {
	parsed := uuid.MustParse(id) // our own id
	return s.Receipts.Put(parsed[:])
}

// received is the confirmation page. It can be bookmarked; after half an hour it
// shows no personal data any more.
func (s *Site) received(w http.ResponseWriter, r *http.Request) error {
	payload, ok := s.Receipts.Take(r.PathValue("receipt"))
	id, err := uuid.FromBytes(payload)
	if !ok || err != nil {
		return errNoPage
	}
	l, err := s.Leads.Reader.Lead(r.Context(), id.String())
	if fault.KindOf(err) == fault.NotFound {
		return errNoPage
	}
	if err != nil {
		return err
	}
	p := page{
		Title: "We have your information", NoIndex: true, Reference: l.Reference,
		Received: l.CreatedAt.Format("Mon 2 Jan 2006, 15:04 MST"), ReceivedISO: l.CreatedAt.Format(time.RFC3339),
	}
	if s.MailOn && s.Now().Sub(l.CreatedAt) < shown {
		sending, err := s.Leads.Reader.WillConfirm(r.Context(), l.ID)
		if err != nil {
			return err
		}
		if sending {
			p.Email = l.Email
		}
	}
	return s.render(w, http.StatusOK, "received.html", p)
}
