package site

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/funnel"
	"usher/internal/intake"
	"usher/internal/kept"
	"usher/internal/lead"
	"usher/internal/resume"
	"usher/internal/words"
)

// tooFast is how long even a browser that fills in the form by itself takes.
const tooFast = 2 * time.Second

// attempt is one sending of the form.
type attempt struct {
	site    *Site
	form    *intake.Form
	words   words.Words
	current firm.Current
	token   formToken
	own     bool // the token is one of ours
	kept    *kept.File
	started bool  // and that is counted
	trouble error // that keeps us from knowing whether the file is kept
}

func (s *Site) submit(w http.ResponseWriter, r *http.Request) error {
	if err := edge.PlainBody(r); err != nil {
		s.Intake.Drain(r)
		return err
	}
	refused := s.Limit.Allow(r, s.Now())
	form, err := s.Intake.Read(r.Context(), r, w, intake.Options{
		Lenient: true, Drop: refused != nil,
		Extra: []string{fieldToken, fieldNotice, fieldRead, fieldKept, fieldStarted, fieldReturnTo, fieldHoneypot},
	})
	defer form.Discard()
	a, profileErr := s.attempt(r, form)
	switch {
	case profileErr != nil:
		return profileErr
	case refused != nil:
		err = refused
	case err == nil:
		err = a.problems()
	}
	if refused == nil {
		a.countStart()
	}
	var l lead.Lead
	if err == nil {
		l, err = a.send(r)
	}
	if err != nil {
		return a.again(w, r, err)
	}
	w.Header().Set("Location", a.next(l))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// attempt makes sense of the form's own fields.
func (s *Site) attempt(r *http.Request, form *intake.Form) (*attempt, error) {
	current, err := s.Firm.Current(r.Context())
	if err != nil {
		return nil, err
	}
	a := &attempt{site: s, form: form, words: s.speak(r, form.Submission.Language), current: current}
	if a.token, a.own = s.openToken(form.Extra[fieldToken]); !a.own {
		a.token = newToken(s.Now())
	}
	a.started = form.Extra[fieldStarted] != ""
	sub := &form.Submission
	if wrong := func(v fault.Violation) bool { return v.Field == "language" }; sub.Language == "" || slices.ContainsFunc(sub.Check(), wrong) {
		sub.Language = a.words.Tag
	}
	sub.Notice = s.openNotice(form.Extra[fieldNotice])
	sub.Notice.Read = sub.Notice.Version > 0 && form.Extra[fieldRead] == "true"
	sub.Signals = a.signals()
	if id := form.Extra[fieldKept]; id != "" && a.own {
		found, err := s.Kept.Find(r.Context(), id, a.token.name())
		switch {
		case err == nil:
			a.kept = &found
			form.Excuse()
		case fault.KindOf(err) != fault.NotFound:
			a.trouble = err
		}
	}
	return a, nil
}

// signals are what looks odd. They are kept with the lead and hold nobody up.
func (a *attempt) signals() (all []string) {
	if a.form.Extra[fieldHoneypot] != "" {
		all = append(all, "honeypot")
	}
	if a.site.Timing && a.own && a.site.Now().Sub(a.token.opened) < tooFast {
		all = append(all, "fast")
	}
	return all
}

// problems are all that keeps the form from being sent, in one error.
func (a *attempt) problems() error {
	if a.trouble != nil {
		return a.trouble
	}
	var first, last []fault.Violation
	if sent := a.form.Extra[fieldToken] != ""; sent && (!a.own || a.token.lapsed(a.site.Now())) {
		first = append(first, fault.Violation{Code: "lapsed_form"})
	}
	if a.form.Extra[fieldKept] != "" && a.kept == nil && a.form.Upload == nil {
		a.form.Excuse() // it isn't missing: it was there
		last = append(last, lapsedFile())
	}
	if a.current.Profile.AskRead && a.form.Submission.Notice.Version > 0 && !a.form.Submission.Notice.Read {
		last = append(last, fault.Violation{Field: fieldRead, Code: "required"})
	}
	return also(a.form.Err(), first, last)
}

func lapsedFile() fault.Violation { return fault.Violation{Field: resume.Field, Code: "lapsed"} }

// also adds violations before and behind those of an error.
func also(err error, before, behind []fault.Violation) error {
	if len(before)+len(behind) == 0 {
		return err
	}
	known, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return fault.Violated(append(before, behind...))
	}
	e := *known
	e.Violations = slices.Concat(before, violationsOf(known), behind)
	return &e
}

// violationsOf are those of an error, or the error itself when it is about no field.
func violationsOf(known *fault.Error) []fault.Violation {
	if len(known.Violations) == 0 {
		return []fault.Violation{{Code: known.Code}}
	}
	return known.Violations
}

// send keeps the lead. A form that was sent before, as it is, is the lead that it
// became: a double click, Back and send again, two tabs, a second try after a lost answer.
func (a *attempt) send(r *http.Request) (lead.Lead, error) {
	upload := a.form.Upload
	if upload == nil {
		copied, err := a.site.Kept.Open(r.Context(), a.kept.ID, a.token.name())
		if fault.KindOf(err) == fault.NotFound {
			a.kept = nil
			return lead.Lead{}, fault.Violated([]fault.Violation{lapsedFile()})
		}
		if err != nil {
			return lead.Lead{}, err
		}
		upload = copied
	}
	key := ""
	if a.own {
		// No header can hold this, so that no API client can have the same key. It is what
		// was sent, and not the token: two tabs are one lead, and what is changed before it
		// is sent again is another, because nothing that was typed is dropped.
		key = "\x01form " + lead.Fingerprint(a.form.Submission, upload.Ref())
	}
	l, err := a.site.Leads.Submit(r.Context(), a.form.Submission, upload, key)
	if err == nil && l.Resume.Key == upload.Ref().Key { // else it is the lead of an earlier try
		a.site.count(funnel.Submitted, a.words.Tag)
	}
	return l, err
}

// next is where the prospect goes: to the confirmation, or to the firm's own page when
// that is on the firm's list.
func (a *attempt) next(l lead.Lead) string {
	if to := a.returnTo(); to != "" {
		return to
	}
	return "/received/" + a.site.receipt(l.ID)
}

// returnTo is the address of the firm's that the form names; empty when it names none
// that is on the firm's list.
func (a *attempt) returnTo() string {
	if to := a.form.Extra[fieldReturnTo]; slices.Contains(a.current.Profile.ReturnAddresses, to) {
		return to
	}
	return ""
}

// again shows the form once more, with all that was typed, the file, and what to do.
// The status is 422 for whatever the prospect can mend, and otherwise the error's
// own.
func (a *attempt) again(w http.ResponseWriter, r *http.Request, err error) error {
	a.countRefusal(err)
	a.keepFile(r)
	chosen := a.form.Came || a.form.Extra[fieldKept] != ""
	if chosen && a.kept == nil && !about(err, resume.Field) {
		err = also(err, nil, []fault.Violation{{Field: resume.Field, Code: "again"}})
	}
	problems, ok := a.site.problems(a.words, err)
	if !ok {
		return err
	}
	edge.NoteError(r, err)
	status, known := edge.Status(err)
	if known.Kind == fault.Unsupported && len(known.Violations) > 0 {
		status = http.StatusUnprocessableEntity
	}
	edge.WriteRetryAfter(w, known.RetryAfter)
	if a.token.lapsed(a.site.Now()) {
		a.token.opened = a.site.Now() // its id stays: the kept file belongs to it
	}
	p := a.site.formPage(a.words, a.current, a.token)
	p.Problems, p.Form.Values, p.Form.Kept = problems, printable(a.form.Submission), a.kept
	// Only for the very notice that was ticked: it may be another one by now.
	p.Form.Read = a.form.Extra[fieldRead] == "true" && a.form.Extra[fieldNotice] == p.Form.NoticeSeal
	p.Form.ReturnTo, p.Form.Started = a.returnTo(), a.started
	return a.site.render(w, r, status, "form.html", p)
}

// about tells whether an error says something of a field.
func about(err error, field string) bool {
	known, ok := errors.AsType[*fault.Error](err)
	return ok && slices.ContainsFunc(known.Violations, func(v fault.Violation) bool { return v.Field == field })
}

// keepFile keeps the resume that came, because no page can put a file back into a
// form. When it can't, the prospect has to choose it again.
func (a *attempt) keepFile(r *http.Request) {
	if a.form.Upload == nil {
		return
	}
	var file kept.File
	draft, err := a.site.Kept.Shelf.Receive(r.Context(), a.form.Upload.Ref().Filename, a.form.Upload.Content())
	if err == nil {
		file, err = a.site.Kept.Keep(r.Context(), a.token.name(), auth.Network(edge.Client(r)), draft)
	}
	if err != nil {
		a.site.Log.Warn("a file could not be kept until its form is sent", "request_id", edge.RequestID(r), "error", err)
		return
	}
	if a.kept != nil { // another was chosen in its place
		_ = a.site.Kept.Drop(r.Context(), a.kept.ID, a.token.name()) // it lapses
	}
	a.kept = &file
}
