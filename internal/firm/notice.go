package firm

import (
	"slices"
	"strings"
	"time"

	"usher/internal/fault"
)

// Notice is the firm's legal text above the Send button, in one language. Versions
// count 1, 2, 3… over all languages and are never used again. An empty text
// withdraws the notice of its language.
type Notice struct {
	Language    string
	Version     int64
	Text        string
	PublishedAt time.Time
	PublishedBy string // a user's id
}

// NewNotice is what an admin publishes. What is nil was not sent.
type NewNotice struct{ Language, Text *string }

// Check gives every violation, and the notice with a trimmed text. Languages are
// those of the firm's pages; in another a notice can only be withdrawn.
func (n NewNotice) Check(languages []string) (Notice, []fault.Violation) {
	var checked Notice
	var bad []fault.Violation
	text, v := n.checkText()
	if checked.Text = text; v != nil {
		v.Field = "text"
		bad = append(bad, *v)
	}
	switch {
	case n.Language == nil:
		bad = append(bad, fault.Violation{Field: "language", Code: "required", Message: "Send the notice's language. " + useLanguage(languages)})
	case !slices.Contains(languages, *n.Language) && (n.Text == nil || checked.Text != ""):
		bad = append(bad, unknownLanguage("language", languages))
	default:
		checked.Language = *n.Language
	}
	return checked, bad
}

func (n NewNotice) checkText() (string, *fault.Violation) {
	if n.Text == nil {
		return "", &fault.Violation{Code: "required", Message: "Send the notice; an empty one withdraws it."}
	}
	return checkText(*n.Text, MaxNotice, "Shorten the notice to 5,000 characters.", true)
}

// after decides what becomes of a notice when newest is the newest of its language,
// of version 0 when there is none: saying the same again changes nothing. Errors:
// Invalid when there is nothing to withdraw.
func (n Notice) after(newest Notice) (Notice, error) {
	if newest.Version > 0 && newest.Text == n.Text {
		return newest, nil
	}
	if newest.Version == 0 && n.Text == "" {
		return n, fault.Violated([]fault.Violation{{Field: "text", Code: "required", Message: "Write the notice. There is none in this language to withdraw."}})
	}
	return n, nil
}

func unknownLanguage(field string, languages []string) fault.Violation {
	return fault.Violation{Field: field, Code: "unknown_language", Message: useLanguage(languages)}
}

func useLanguage(languages []string) string {
	return "Use a language of the firm's pages: " + strings.Join(languages, ", ") + "."
}
