package intake

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"slices"

	"usher/internal/fault"
	"usher/internal/resume"
)

// parts gathers the parts of one body.
type parts struct {
	form    *Form
	opts    Options
	shelf   *resume.Shelf
	tooLong bool // the body says so itself: only what stands before the resume is wanted
	seen    map[string]bool
	single  string
	extra   []string // the values of opts.Extra, in its order
	resume  bool     // a resume part came, good or bad
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
	}
	if i := slices.Index(p.opts.Extra, name); i >= 0 {
		return &p.extra[i]
	}
	return nil
}

func (p *parts) readResume(ctx context.Context, part *multipart.Part, filename string, isFile bool) error {
	if p.tooLong {
		return p.shelf.TooLarge()
	}
	switch {
	case p.resume:
		p.refuse("resume", "duplicate", "Send one resume.")
	case !isFile:
		p.refuse("resume", "not_a_file", "Send the resume as a file.")
	}
	p.form.Came = p.form.Came || filename != ""
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
		bad = &fault.Error{Kind: fault.Invalid, Violations: []fault.Violation{Missing()}}
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
	if !p.resume {
		p.form.Bad = append(p.form.Bad, Missing())
	}
}

func (p *parts) readExtra() {
	for i, name := range p.opts.Extra {
		if p.seen[name] {
			p.form.Extra[name] = p.extra[i]
		}
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
