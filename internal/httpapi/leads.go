package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/funnel"
	"usher/internal/intake"
	"usher/internal/lead"
	"usher/internal/staff"
)

// ResumeView is what an answer says of a resume; the bytes have their own route.
type ResumeView struct {
	Filename    string `json:"filename" example:"maria-cv.pdf" doc:"The base name, safe to save under."`
	ContentType string `json:"content_type" example:"application/pdf" doc:"From the content, whatever the sender declared."`
	Size        int64  `json:"size" example:"48213" doc:"Bytes."`
	SHA256      string `json:"sha256" doc:"Hex digest of the exact bytes that were sent."`
}

// Receipt is the answer to a submission.
type Receipt struct {
	ID         string     `json:"id" format:"uuid"`
	Reference  string     `json:"reference" example:"7K4-Q2M" doc:"Short enough to read out."`
	FirstName  string     `json:"first_name" example:"María"`
	LastName   string     `json:"last_name" example:"Carreño" doc:"Empty only with single_name."`
	SingleName bool       `json:"single_name"`
	Email      string     `json:"email" example:"maria@example.com" doc:"As typed, ends trimmed."`
	Language   string     `json:"language" example:"en" doc:"BCP 47."`
	State      lead.State `json:"state" enum:"PENDING,REACHED_OUT"`
	CreatedAt  time.Time  `json:"created_at"`
	Resume     ResumeView `json:"resume"`
}

// LeadView is a lead with all that the prospect filled in and what the firm did.
type LeadView struct {
	Receipt
	ResumeProtected bool          `json:"resume_protected" doc:"The resume asks for a password."`
	ReachedOutAt    *time.Time    `json:"reached_out_at" doc:"Null while pending."`
	ReachedOutBy    *string       `json:"reached_out_by" format:"uuid" doc:"The user who marked it; null while pending."`
	Channel         *lead.Channel `json:"channel" enum:"email,phone,other" doc:"How; null when unknown."`
	Assignee        *string       `json:"assignee" format:"uuid" doc:"The user who takes care of it; null when nobody does."`
	Notice          *NoticeSeen   `json:"notice"`
	Version         int64         `json:"version" doc:"Grows with each change; also the ETag."`
}

// NoticeSeen is which notice the prospect saw when sending.
type NoticeSeen struct {
	Language string `json:"language"`
	Version  int64  `json:"version"`
	Read     bool   `json:"read"`
}

// Schema implements huma.SchemaProvider, which has no other way to say null.
func (NoticeSeen) Schema(huma.Registry) *huma.Schema {
	s := object([]string{"language", "version", "read"}, map[string]*huma.Schema{
		"language": describe(anyText(), "BCP 47, of the text that was shown.", "es"),
		"version":  describe(&huma.Schema{Type: huma.TypeInteger}, "As the firm's notices count them.", 3),
		"read":     describe(&huma.Schema{Type: huma.TypeBoolean}, "The prospect ticked 'I have read this'.", true),
	})
	s.Nullable, s.AdditionalProperties, s.Description = true, nil, "What stood above the Send button; null when nothing did."
	return s
}

// LeadList is a page of leads.
type LeadList struct {
	Items      []LeadView `json:"items"`
	NextCursor *string    `json:"next_cursor" doc:"For the next page; null at the end."`
}

// Counts are the leads by state.
type Counts struct {
	Pending    int `json:"PENDING"`
	ReachedOut int `json:"REACHED_OUT"`
}

// receipt always says PENDING: it tells what a submission became, and a repeat
// under the same idempotency key must not tell the sender what the firm did since.
func receipt(l lead.Lead) Receipt {
	return Receipt{
		ID: l.ID, Reference: l.Reference, FirstName: l.FirstName, LastName: l.LastName, SingleName: l.SingleName,
		Email: l.Email, Language: l.Language, State: lead.Pending, CreatedAt: l.CreatedAt,
		Resume: ResumeView{l.Resume.Filename, l.Resume.ContentType, l.Resume.Size, l.Resume.SHA256},
	}
}

func leadView(l lead.Lead) LeadView {
	v := LeadView{Receipt: receipt(l), ResumeProtected: l.Resume.Protected, Version: l.Version}
	v.State = l.State
	v.ReachedOutAt, v.ReachedOutBy, v.Assignee = maybe(l.ReachedOutAt), maybe(l.ReachedOutBy), maybe(l.Assignee)
	v.Channel = maybe(l.Channel)
	if l.Notice.Version > 0 {
		v.Notice = &NoticeSeen{l.Notice.Language, l.Notice.Version, l.Notice.Read}
	}
	return v
}

// maybe is a value for JSON, null when it is the zero value.
func maybe[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func (s *Server) submit(w http.ResponseWriter, r *http.Request) error {
	if err := s.Limit.Allow(r, s.Now()); err != nil {
		s.Intake.Drain(r)
		return err
	}
	if err := edge.PlainBody(r); err != nil {
		s.Intake.Drain(r)
		return err
	}
	form, err := s.Intake.Read(r.Context(), r, w, intake.Options{})
	defer form.Discard()
	if err != nil {
		return err
	}
	key, violation := idempotencyKey(r)
	if violation != nil {
		form.Bad = append(form.Bad, *violation)
	}
	if err := form.Err(); err != nil {
		return err
	}
	l, err := s.Leads.Submit(r.Context(), form.Submission, form.Upload, key)
	if err != nil {
		return err
	}
	if l.Resume.Key == form.Upload.Ref().Key { // else it is the lead of an earlier try
		s.Funnel.Count(funnel.Event{Step: funnel.APISubmitted, Language: l.Language})
	}
	w.Header().Set("Location", "/api/v1/leads/"+l.ID)
	return writeJSON(w, http.StatusCreated, receipt(l))
}

// idempotencyKey reads the header of the same name: 1 to 255 printable ASCII
// characters, or nothing.
func idempotencyKey(r *http.Request) (string, *fault.Violation) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	unprintable := func(c rune) bool { return c < ' ' || c > '~' }
	if len(values) > 1 || values[0] == "" || len(values[0]) > 255 || strings.ContainsFunc(values[0], unprintable) {
		return "", &fault.Violation{Field: "Idempotency-Key", Code: "invalid_key", Message: "Use one key of 1 to 255 printable ASCII characters."}
	}
	return values[0], nil
}

func (s *Server) listLeads(w http.ResponseWriter, r *http.Request, u staff.User) error {
	q := queryOf(r)
	page := lead.Page{Filter: q.filter(u), Oldest: q.oldestFirst(), Limit: q.limit()}
	if p := q.cursor(s.Cursors, "leads"); p != nil {
		page.After = &lead.Position{CreatedAt: p.createdAt, ID: p.id}
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	page.Limit++ // one more tells whether there is a next page
	leads, err := s.Leads.Reader.Leads(r.Context(), page)
	if err != nil {
		return err
	}
	var list LeadList
	list.Items, list.NextCursor = onePage(leads, page.Limit-1, leadView, func(l lead.Lead) *string {
		return nextCursor(s.Cursors, "leads", l.CreatedAt, l.ID)
	})
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) countLeads(w http.ResponseWriter, r *http.Request, u staff.User) error {
	q := queryOf(r)
	filter := q.filter(u)
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	counts, err := s.Leads.Reader.Counts(r.Context(), filter)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, Counts{counts[lead.Pending], counts[lead.ReachedOut]})
}

func (s *Server) oneLead(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	l, err := s.Leads.Reader.Lead(r.Context(), id)
	return answerLead(w, l, err)
}

func answerLead(w http.ResponseWriter, l lead.Lead, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(l.Version))
	return writeJSON(w, http.StatusOK, leadView(l))
}

func (s *Server) markLead(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	var m lead.Mark
	if err := readJSON(w, r, field{"state", &m.State}, field{"channel", &m.Channel}); err != nil {
		return err
	}
	l, err := s.Leads.Mark(r.Context(), id, m, u.ID, seen(r))
	return answerLead(w, l, err)
}

func (s *Server) reopenLead(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	var reason *string
	if hasBody(r) { // the reason is optional, and so is the body that would hold it
		if err := readJSON(w, r, field{"reason", &reason}); err != nil {
			return err
		}
	}
	if reason == nil {
		reason = new(string)
	}
	l, err := s.Leads.Reopen(r.Context(), id, *reason, u.ID, seen(r))
	return answerLead(w, l, err)
}

func (s *Server) eraseLead(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	if err := s.Leads.Erase(r.Context(), id, u.ID, seen(r)); err != nil {
		return err
	}
	return writeNothing(w)
}
