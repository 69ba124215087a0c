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
	Upload     *resume.Upload // nil when there was none, or a bad one
	Bad        []fault.Violation
	worst      *fault.Error // of the resume: its kind decides the answer
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
	// Honeypot names a field that people can't see; filled in, it is a signal.
	Honeypot string
}

// Read reads the request's body. What is wrong with the fields is in Form.Err; an
// error here means that the body could not be read to its end: Unsupported for
// another type than multipart/form-data, Malformed, TooLarge, Unavailable. A Form
// comes back in every case, with what was read so far; the caller discards it.
func (r Reader) Read(ctx context.Context, req *http.Request, w http.ResponseWriter, opts Options) (*Form, error) {
	form := &Form{}
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
	if req.ContentLength > r.Limit() {
		r.Drain(req)
		return form, r.Shelf.TooLarge()
	}
	body := http.MaxBytesReader(w, req.Body, r.Limit())
	guard := headGuard{r: closed(body)}
	p := parts{form: form, opts: opts, seen: map[string]bool{}, shelf: r.Shelf}
	if err := p.readAll(ctx, &guard, multipart.NewReader(&guard, params["boundary"])); err != nil {
		form.Submission.SingleName = p.single == "true" // the form comes back as it was filled in
		drop(req, r.Limit())                            // as much again as was read at most
		return form, r.bodyError(err)
	}
	drop(req, r.Limit()) // what stands behind the last boundary means nothing, but has to be taken
	p.finish()
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
	if !strings.EqualFold(req.Header.Get("Expect"), "100-continue") {
		drop(req, 2*r.Limit())
	}
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

// parts gathers the parts of one body.
type parts struct {
	form   *Form
	opts   Options
	shelf  *resume.Shelf
	seen   map[string]bool
	single string
	// honeypot is what came in the field that people can't see.
	honeypot string
	resume   bool // a resume part came, good or bad
}

// headGuard bounds what is read for the header of a part: mime/multipart takes
// 10 MB of it, and what it makes of that takes ten times as much memory.
type headGuard struct {
	r    io.Reader
	head bool
	left int
}

func (g *headGuard) Read(b []byte) (int, error) {
	if g.head {
		if g.left <= 0 {
			return 0, errors.New("the header of a part is too long")
		}
		b = b[:min(len(b), g.left)]
	}
	n, err := g.r.Read(b)
	g.left -= n
	return n, err
}

func (p *parts) readAll(ctx context.Context, guard *headGuard, body *multipart.Reader) error {
	for n := 0; ; n++ {
		// NextRawPart: NextPart would decode quoted-printable, and the bytes kept
		// would not be those that were sent.
		guard.head, guard.left = true, 16<<10
		part, err := body.NextRawPart()
		guard.head = false
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == MaxParts {
			return fault.New(fault.Invalid, "too_many_parts", "The form has more than 64 parts.")
		}
		if err := p.read(ctx, part); err != nil {
			return err
		}
	}
}

func (p *parts) read(ctx context.Context, part *multipart.Part) error {
	_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name := disposition["name"]
	filename, isFile := disposition["filename"]
	if err != nil || name == "" {
		return errors.New("a part without a name")
	}
	if name == "resume" {
		return p.readResume(ctx, part, filename, isFile)
	}
	target := p.target(name)
	switch {
	case target == nil && p.opts.Lenient:
		_, err := io.Copy(io.Discard, part)
		return err
	case target == nil:
		p.refuse(fault.FieldName(name), "unknown_field", "There is no such field. Remove it.")
	case isFile:
		p.refuse(name, "not_text", "Send this field as text, not as a file.")
	case p.seen[name]:
		p.refuse(name, "duplicate", "Send this field once.")
	}
	p.seen[name] = true
	text, err := io.ReadAll(io.LimitReader(part, MaxText+1))
	if err != nil {
		return err
	}
	if len(text) > MaxText {
		p.refuse(fault.FieldName(name), "too_long", "Shorten this field.")
		_, err := io.Copy(io.Discard, part)
		return err
	}
	if target != nil && !isFile {
		*target = string(text)
	}
	return nil
}

func (p *parts) target(name string) *string {
	s := &p.form.Submission
	switch name {
	case "first_name":
		return &s.FirstName
	case "last_name":
		return &s.LastName
	case "email":
		return &s.Email
	case "language":
		return &s.Language
	case "single_name":
		return &p.single
	case p.opts.Honeypot:
		return &p.honeypot
	}
	return nil
}

func (p *parts) readResume(ctx context.Context, part *multipart.Part, filename string, isFile bool) error {
	switch {
	case p.resume:
		p.refuse("resume", "duplicate", "Send one resume.")
	case !isFile:
		p.refuse("resume", "not_a_file", "Send the resume as a file.")
	}
	if p.resume || !isFile || p.opts.Drop {
		p.resume = true
		_, err := io.Copy(io.Discard, part)
		return err
	}
	p.resume = true
	upload, err := p.shelf.Receive(ctx, filename, part)
	var bad *fault.Error
	switch {
	case err == nil:
		p.form.Upload = upload
		return nil
	case !errors.As(err, &bad), bad.Kind == fault.Unavailable, bad.Kind == fault.TooLarge, bad.Kind == fault.Internal:
		return err
	}
	if filename == "" && bad.Code == "empty" { // a browser's way to send that no file was chosen
		bad = fault.Field(fault.Invalid, "resume", "required", "Select a resume.")
	}
	p.form.worst = bad
	p.form.Bad = append(p.form.Bad, bad.Violations...)
	_, err = io.Copy(io.Discard, part)
	return err
}

// finish checks what only the whole form shows.
func (p *parts) finish() {
	switch p.single {
	case "", "false":
	case "true":
		p.form.Submission.SingleName = true
	default:
		p.refuse("single_name", "not_boolean", "Use true or false.")
	}
	if p.honeypot != "" {
		p.form.Submission.Signals = append(p.form.Submission.Signals, "honeypot")
	}
	if !p.resume {
		p.refuse("resume", "required", "Select a resume.")
	}
}

func (p *parts) refuse(field, code, message string) {
	for _, v := range p.form.Bad {
		if v.Field == field && v.Code == code {
			return
		}
	}
	p.form.Bad = append(p.form.Bad, fault.Violation{Field: field, Code: code, Message: message})
}
