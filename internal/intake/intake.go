// Package intake reads a submission off the wire: a multipart body, streamed part
// by part, the resume straight into a draft and never whole in memory. The public
// form and the API share it, so that there is one set of rules for what may come
// in.
package intake

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/resume"
)

// The bounds of a body (RFC 7578 sets none).
const (
	MaxParts     = 64
	MaxText      = 64 << 10 // bytes of one text field
	BodyOverhead = 1 << 20  // bytes beyond the resume's limit that a body may have
)

// Form is what was read: the fields as sent, and the resume when it was good.
type Form struct {
	Submission lead.Submission
	Upload     *resume.Upload    // nil when there was none, or a bad one
	Extra      map[string]string // the fields of Options.Extra that came
	Came       bool              // a resume came, whatever became of it
	Bad        []fault.Violation
	worst      *fault.Error // of the resume: its kind decides the answer
}

// Missing is the violation of a form without a resume.
func Missing() fault.Violation {
	return fault.Violation{Field: resume.Field, Code: "required", Message: "Select a resume."}
}

// Excuse takes back that the resume is missing: the form has one elsewhere.
func (f *Form) Excuse() {
	f.Bad = slices.DeleteFunc(f.Bad, func(v fault.Violation) bool { return v == Missing() })
	if f.worst != nil && len(f.worst.Violations) == 1 && f.worst.Violations[0] == Missing() {
		f.worst = nil
	}
}

// Discard drops the resume unless it was kept.
func (f *Form) Discard() {
	if f.Upload != nil {
		f.Upload.Discard()
	}
}

// Err gives all that is wrong with the form in one error: what the body said
// wrongly, and what the rules of a lead say about its fields. The kind is that of
// the resume's trouble when it has one, and Invalid otherwise.
func (f *Form) Err() error {
	said := map[string]bool{}
	for _, v := range f.Bad {
		said[v.Field] = true
	}
	all := f.Bad
	for _, v := range f.Submission.Check() {
		if !said[v.Field] { // a field that came twice need not be called missing too
			all = append(all, v)
		}
	}
	slices.SortStableFunc(all, func(a, b fault.Violation) int { return place(a.Field) - place(b.Field) })
	err := fault.Violated(all)
	if f.worst != nil && f.worst.Kind != fault.Invalid {
		e := *f.worst
		e.Violations = all
		return &e
	}
	return err
}

// order is that of the form's fields, in which people want to hear of them.
var order = []string{"first_name", "last_name", "single_name", "email", "language", "resume"}

func place(field string) int {
	if i := slices.Index(order, field); i >= 0 {
		return i
	}
	return len(order)
}

// Reader reads forms.
type Reader struct {
	Shelf *resume.Shelf
}

// Limit is the longest body that is read, in bytes.
func (r Reader) Limit() int64 { return r.Shelf.MaxBytes() + BodyOverhead }

// Options are where the form and the API differ.
type Options struct {
	// Lenient ignores unknown fields, as a page in a browser needs: extensions and
	// embedding sites add their own.
	Lenient bool
	// Drop reads the resume and keeps nothing of it: the form is refused already,
	// and only what was typed is wanted back.
	Drop bool
	// Extra names the form's own fields, which are no part of a submission.
	Extra []string
}

// Read reads the request's body. What is wrong with the fields is in Form.Err; an
// error here means that the body could not be read to its end: Unsupported for
// another type than multipart/form-data, Malformed, TooLarge, Unavailable. A Form
// comes back in every case, with what was read so far; the caller discards it.
func (r Reader) Read(ctx context.Context, req *http.Request, w http.ResponseWriter, opts Options) (*Form, error) {
	form := &Form{Extra: map[string]string{}}
	mediaType, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if errors.Is(err, mime.ErrInvalidMediaParameter) && mediaType == "multipart/form-data" {
		return form, malformed(err)
	}
	if err != nil || mediaType != "multipart/form-data" {
		return form, fault.New(fault.Unsupported, "unsupported_media_type", "Send the form as multipart/form-data.")
	}
	if len(params["boundary"]) == 0 || len(params["boundary"]) > 70 { // RFC 2046 section 5.1.1
		return form, malformed(errors.New("no usable boundary"))
	}
	tooLong := req.ContentLength > r.Limit()
	if tooLong && (!opts.Lenient || asksFirst(req)) {
		r.Drain(req)
		return form, r.Shelf.TooLarge()
	}
	body := http.MaxBytesReader(w, req.Body, r.Limit())
	guard := headGuard{r: closed(body)}
	p := parts{form: form, opts: opts, seen: map[string]bool{}, shelf: r.Shelf, tooLong: tooLong, extra: make([]string, len(opts.Extra))}
	if err := p.readAll(ctx, &guard, multipart.NewReader(&guard, params["boundary"])); err != nil {
		form.Submission.SingleName = p.single == "true" // the form comes back as it was filled in
		p.readExtra()
		if tooLong {
			r.Drain(req)
		} else {
			drop(req, r.Limit()) // as much again as was read at most
		}
		return form, r.bodyError(err)
	}
	drop(req, r.Limit()) // what stands behind the last boundary means nothing, but has to be taken
	p.finish()
	p.readExtra()
	return form, nil
}

// closed lets a body end at its last boundary only. mime/multipart takes one that
// ends in the middle of a part's header for complete, and what would have come
// after it for never meant.
func closed(body io.Reader) io.Reader {
	return io.MultiReader(body, strings.NewReader("\r\n"), cutOff{}) // the line end may be left out after the last boundary
}

type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Drain reads on and drops, so that a refused sender gets to hear why: one who
// is still sending when the connection closes sees a reset and no answer. It
// ends at twice the limit. It is for a body of which nothing was read: a sender
// who asked first (Expect: 100-continue) was not told to go on and sends nothing.
func (r Reader) Drain(req *http.Request) {
	if !asksFirst(req) {
		drop(req, 2*r.Limit())
	}
}

func asksFirst(req *http.Request) bool {
	return strings.EqualFold(req.Header.Get("Expect"), "100-continue")
}

func drop(req *http.Request, most int64) {
	_, _ = io.Copy(io.Discard, io.LimitReader(req.Body, most))
}

// bodyError tells whose fault it is that a body ended early.
func (r Reader) bodyError(err error) error {
	var tooLong *http.MaxBytesError
	var known *fault.Error
	switch {
	case errors.As(err, &tooLong):
		return r.Shelf.TooLarge()
	case errors.As(err, &known):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.Wrap(err, fault.Malformed, "too_slow", "The body arrived too slowly. Try again on a better connection.")
	default:
		return malformed(err)
	}
}

func malformed(err error) error {
	return fault.Wrap(err, fault.Malformed, "malformed_multipart", "The body is not well-formed multipart/form-data.")
}
