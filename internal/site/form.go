package site

import (
	"net/http"
	"net/url"

	"usher/internal/firm"
	"usher/internal/funnel"
	"usher/internal/kept"
	"usher/internal/lead"
	"usher/internal/words"
)

// accept names extensions and types, for phones that know only one of them. It
// leaves out HEIC, so that iPhones convert photos to JPEG.
const accept = ".pdf,.doc,.docx,.odt,.rtf,.txt,.jpg,.jpeg,.png,application/pdf,application/msword," +
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/vnd.oasis.opendocument.text," +
	"application/rtf,text/plain,image/jpeg,image/png"

// The form's own fields, which are no part of a submission.
const (
	fieldToken    = "form_token"
	fieldNotice   = "notice"      // which notice the form shows, sealed
	fieldRead     = "notice_read" // "true" when the prospect says so
	fieldKept     = "kept"        // the id of a file that is on the server already
	fieldStarted  = "started"     // "true" when its start was counted
	fieldReturnTo = "return_to"   // where a form of the firm's own wants the prospect to go
	// fieldHoneypot is one that people don't see and programs fill in. Its name is one
	// that no browser completes.
	fieldHoneypot = "fax_extension"
)

// formFields are what the form is filled in with.
type formFields struct {
	Action     string
	Values     lead.Submission
	Token      string
	Kept       *kept.File
	ReturnTo   string
	Read       bool
	Notice     *saying
	NoticeSeal string
	NoticeName *words.Words // the language of the notice when it isn't the page's
	Urgent     *saying
	Accept     string
	MaxResume  string
	MaxBytes   int64
	Fresh      bool // nothing was sent yet
	Started    bool // its start is counted
	Live       map[string]string
}

func (s *Site) form(w http.ResponseWriter, r *http.Request) error {
	current, err := s.Firm.Current(r.Context())
	if err != nil {
		return err
	}
	p := s.formPage(s.speak(r, ""), current, newToken(s.Now()))
	p.Form.Fresh = true
	if seen(r) {
		s.count(funnel.Viewed, p.Tag)
	}
	return s.render(w, r, http.StatusOK, "form.html", p)
}

// formPage is the form with nothing typed in.
func (s *Site) formPage(w words.Words, current firm.Current, token formToken) page {
	p := s.page(w, current, "form.title")
	s.switcher(&p, "/")
	p.Script = s.script.Path
	p.Form = &formFields{
		Action: "/?lang=" + url.QueryEscape(w.Tag), Token: s.sealToken(token), Accept: accept,
		MaxResume: s.Intake.Shelf.MaxText(), MaxBytes: s.Intake.Shelf.MaxBytes(), Live: s.live[w.Tag],
		Urgent: s.saying(p, current, func(t firm.Texts) string { return t.Urgent }),
	}
	notice, ok := current.Notice(w.Tag, s.Languages.All()[0].Tag)
	if ok {
		p.Form.Notice, p.Form.NoticeSeal = said(p, notice.Text, notice.Language), s.sealNotice(notice.Language, notice.Version)
		if p.Form.Notice.Lang != "" {
			of := s.Languages.Of(notice.Language)
			p.Form.NoticeName = &of
		}
	}
	return p
}

// live are the sentences of the script. A letter behind a % stands for what only it knows.
func live(w words.Words, maxResume string) map[string]string {
	return map[string]string{
		"uploading": w.Text("live.uploading", "File", "%f", "Percent", "%p"), "still": w.Text("live.still_uploading"),
		"uploaded": w.Text("live.uploaded", "File", "%f"), "kept": w.Text("form.kept", "File", "%f"), "cancel": w.Text("live.cancel"), "retry": w.Text("live.retry"), "remove": w.Text("live.remove"),
		"cancelled": w.Text("live.cancelled"), "removed": w.Text("live.removed"), "failed": w.Text("live.upload_failed"), "wait": w.Text("live.wait"),
		"sending": w.Text("live.sending"), "offline": w.Text("live.offline"), "online": w.Text("live.online"), "broke": w.Text("live.not_sent"),
		"suggestion": w.Text("live.suggestion", "Email", "%e"), "use": w.Text("live.use"), "other": w.Text("form.other_file"), "resume": w.Text("form.resume"),
		"protected": w.Text("file.protected"), "empty": w.Text("error.resume.empty"), "large": w.Text("error.resume.too_large", "Size", maxResume),
		"type": w.Text("error.resume.unsupported_type"), "error": w.Text("layout.error"),
	}
}
