package site

import (
	"errors"
	"strings"
	"time"

	"usher/internal/fault"
	"usher/internal/words"
)

// sentences are the keys of what a form says of a violation, by its field and code.
var sentences = map[[2]string]string{
	{"first_name", "required"}:           "error.first_name.required",
	{"first_name", "too_long"}:           "error.name.too_long",
	{"first_name", "invalid_characters"}: "error.name.invalid_characters",
	{"last_name", "required"}:            "error.last_name.required",
	{"last_name", "too_long"}:            "error.name.too_long",
	{"last_name", "invalid_characters"}:  "error.name.invalid_characters",
	{"email", "required"}:                "error.email.required",
	{"email", "invalid_email"}:           "error.email.invalid",
	{"resume", "required"}:               "error.resume.required",
	{"resume", "not_a_file"}:             "error.resume.required",
	{"resume", "again"}:                  "error.resume.again",
	{"resume", "lapsed"}:                 "error.resume.lapsed",
	{"resume", "empty"}:                  "error.resume.empty",
	{"resume", "too_large"}:              "error.resume.too_large",
	{"resume", "unsupported_type"}:       "error.resume.unsupported_type",
	{"resume", "name_mismatch"}:          "error.resume.name_mismatch",
	{"resume", "macros"}:                 "error.resume.macros",
	{"resume", "unsafe_archive"}:         "error.resume.unsafe_archive",
	{"notice_read", "required"}:          "error.notice_read.required",
	{"", "lapsed_form"}:                  "error.form.lapsed",
	{"", "too_slow"}:                     "error.form.too_slow",
	{"", "too_many_submissions"}:         "error.form.too_many",
	{"", "cannot_store"}:                 "error.form.cannot_store",
	{"", "no_room"}:                      "error.form.cannot_store",
	{"", "intake_stopped"}:               "error.form.cannot_store",
}

// longPause is what nobody counts in seconds any more.
const longPause = 90 * time.Second

// problem is what is wrong with a field, in the words of the page.
type problem struct {
	Field   string
	Message string
	Label   string // what is read out before it: "Error:"
}

// problems are what a form shows for an error: its violations, or the error itself
// when it is about no field. ok is false for what no form can show.
func (s *Site) problems(w words.Words, err error) (all []problem, ok bool) {
	known, found := errors.AsType[*fault.Error](err)
	if !found || known.Kind == fault.Internal {
		return nil, false
	}
	for _, v := range violationsOf(known) {
		all = append(all, problem{v.Field, s.sentence(w, v, known.RetryAfter), w.Text("layout.error")})
	}
	return all, true
}

// sentence is a violation in the words of the page. What only a program can have
// done is told in general words: no browser sends a field twice.
func (s *Site) sentence(w words.Words, v fault.Violation, pause time.Duration) string {
	key := sentences[[2]string{v.Field, v.Code}]
	switch {
	case key == "error.resume.too_large":
		return w.Text(key, "Size", s.Intake.Shelf.MaxText())
	case key == "error.resume.name_mismatch":
		return w.Text(key, "Extension", v.Value)
	case key == "error.form.too_many" && pause > longPause:
		return w.Text("error.form.too_many_minutes", "Count", int((pause+time.Minute-1)/time.Minute))
	case key == "error.form.too_many":
		return w.Text(key, "Count", int((pause+time.Second-1)/time.Second))
	case key != "":
		return w.Text(key)
	case v.Field == "" || strings.HasPrefix(v.Field, "("):
		return w.Text("error.form.damaged")
	}
	return w.Text("error.field.damaged")
}
