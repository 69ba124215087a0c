package site

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/lead"
	"usher/internal/mail"
)

// shown is how long after receipt the confirmation shows personal data.
const shown = lead.CorrectionTime

// receiptFields are what the confirmation, and the page that corrects the address,
// tell of the lead.
type receiptFields struct {
	Reference string
	At        template.HTML
	Email     string // empty when it isn't shown
	// Undelivered says that the note could not be delivered there.
	Undelivered bool
	Path        string // of the confirmation
	Protected   bool
	Promise     *saying
	Hours       *saying
	Urgent      *saying
}

// receipt is the name of a lead's confirmation page. It can't be guessed from
// the lead's id.
func (s *Site) receipt(id string) string {
	parsed := uuid.MustParse(id) // our own id
	return s.Receipts.Put(parsed[:])
}

// receiptLead is the lead whose receipt is in the path.
func (s *Site) receiptLead(r *http.Request) (lead.Lead, error) {
	payload, ok := s.Receipts.Take(r.PathValue("receipt"))
	id, err := uuid.FromBytes(payload)
	if !ok || err != nil {
		return lead.Lead{}, errNoPage
	}
	l, err := s.Leads.Reader.Lead(r.Context(), id.String())
	if fault.KindOf(err) == fault.NotFound {
		return l, errNoPage
	}
	return l, err
}

// received is the confirmation page. It can be bookmarked; after half an hour it
// shows no personal data any more.
func (s *Site) received(w http.ResponseWriter, r *http.Request) error {
	l, p, current, err := s.receiptPage(r, "received.title")
	if err != nil {
		return err
	}
	s.switcher(&p, p.Receipt.Path)
	p.Script = s.script.Path
	p.Receipt.Promise = s.saying(p, current, func(t firm.Texts) string { return t.Promise })
	p.Receipt.Hours = s.saying(p, current, func(t firm.Texts) string { return t.Hours })
	p.Receipt.Urgent = s.saying(p, current, func(t firm.Texts) string { return t.Urgent })
	if s.Now().Sub(l.CreatedAt) < shown {
		p.Receipt.Protected = l.Resume.Protected
		if err := s.tellOfMail(r, l, p.Receipt); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "received.html", p)
}

// tellOfMail says where the note goes, while it can be put right; nothing where no
// mail is sent, and nothing when this address has had enough of it.
func (s *Site) tellOfMail(r *http.Request, l lead.Lead, receipt *receiptFields) error {
	if !s.MailOn {
		return nil
	}
	state, err := s.Leads.Reader.Confirmation(r.Context(), l)
	if state == mail.Queued || state == mail.Retrying || state == mail.Sent || state == mail.Dead {
		receipt.Email, receipt.Undelivered = l.Email, state == mail.Dead
	}
	return err
}

// receiptPage begins a page about a lead, in the language that the prospect wrote in
// unless another one is asked for.
func (s *Site) receiptPage(r *http.Request, title string) (lead.Lead, page, firm.Current, error) {
	l, err := s.receiptLead(r)
	if err != nil {
		return l, page{}, firm.Current{}, err
	}
	current, err := s.Firm.Current(r.Context())
	if err != nil {
		return l, page{}, current, err
	}
	p := s.page(s.speak(r, l.Language), current, title)
	p.NoIndex = true
	p.Receipt = &receiptFields{Reference: l.Reference, At: p.written(l.CreatedAt), Path: "/received/" + r.PathValue("receipt")}
	return l, p, current, nil
}

// addressForm is the page on which a prospect corrects a mistyped address. Looking at
// it changes nothing, so that a link scanner spends nothing.
func (s *Site) addressForm(w http.ResponseWriter, r *http.Request) error {
	l, p, _, err := s.receiptPage(r, "correct.title")
	if err == nil {
		err = l.Correctable(0, s.Now())
	}
	if err != nil {
		return err
	}
	p.Receipt.Email = l.Email
	return s.render(w, r, http.StatusOK, "address.html", p)
}

func (s *Site) correctAddress(w http.ResponseWriter, r *http.Request) error {
	l, p, _, err := s.receiptPage(r, "correct.title")
	if err == nil {
		err = l.Correctable(0, s.Now())
	}
	if err != nil {
		return err
	}
	form, err := smallForm(w, r)
	if err != nil {
		return err
	}
	typed := form.Get("email")
	if err = s.Limit.Allow(r, s.Now()); err == nil {
		_, err = s.Leads.CorrectAddress(r.Context(), l.ID, typed)
	}
	if slices.Contains([]fault.Kind{fault.Invalid, fault.Throttled, fault.Unavailable}, fault.KindOf(err)) { // it can be sent again
		edge.NoteError(r, err)
		status, known := edge.Status(err)
		edge.WriteRetryAfter(w, known.RetryAfter)
		p.Problems, _ = s.problems(p.Words, err)
		p.Receipt.Email = printable(lead.Submission{Email: typed}).Email
		return s.render(w, r, status, "address.html", p)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Location", p.Receipt.Path)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
