package firm

import (
	"strings"
	"unicode/utf8"

	"usher/internal/fault"
	"usher/internal/lead"
)

// The longest texts, in code points.
const (
	MaxName   = 200
	MaxText   = 1000 // of each of Texts
	MaxNotice = 5000
)

// checkParagraph is checkText for each of Texts.
func checkParagraph(s string) (string, *fault.Violation) {
	return checkText(s, MaxText, "Shorten this text to 1,000 characters.", true)
}

// checkText trims a text and gives what is wrong with it, with no field. Refused are
// controls but, in several lines, the line feed, and whatever reorders the text
// around it.
func checkText(text string, most int, tooLong string, lines bool) (string, *fault.Violation) {
	text = strings.TrimSpace(text)
	broken := func(r rune) bool { return lead.Unprintable(r) && (!lines || r != '\n') }
	switch {
	case utf8.RuneCountInString(text) > most:
		return "", &fault.Violation{Code: "too_long", Message: tooLong}
	case (!utf8.ValidString(text) || strings.ContainsFunc(text, broken)) && lines:
		return "", &fault.Violation{Code: "invalid_characters", Message: "Remove control and text-direction characters; line breaks are fine."}
	case !utf8.ValidString(text) || strings.ContainsFunc(text, broken):
		return "", &fault.Violation{Code: "invalid_characters", Message: "Remove line breaks, control and text-direction characters."}
	case text != "" && !strings.ContainsFunc(text, lead.Visible):
		return "", &fault.Violation{Code: "invisible", Message: "Use characters that can be seen, or leave this empty."}
	}
	return text, nil
}
