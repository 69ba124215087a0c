package firm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
)

// The longest texts, in code points.
const (
	MaxName   = 200
	MaxText   = 1000 // of each of Texts
	MaxNotice = 5000
)

// checkText trims a text and gives what is wrong with it, with no field. Refused are
// controls but, in several lines, the line feed, and whatever reorders the text
// around it.
func checkText(text string, most int, tooLong string, lines bool) (string, *fault.Violation) {
	text = strings.TrimSpace(text)
	switch {
	case utf8.RuneCountInString(text) > most:
		return "", &fault.Violation{Code: "too_long", Message: tooLong}
	case utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return unprintable(r) && (!lines || r != '\n') }):
		return text, nil
	case lines:
		return "", &fault.Violation{Code: "invalid_characters", Message: "Remove control and text-direction characters; line breaks are fine."}
	}
	return "", &fault.Violation{Code: "invalid_characters", Message: "Remove line breaks, control and text-direction characters."}
}

// unprintable are controls, line separators, and bidi embeddings, overrides and
// isolates. Joiners and plain direction marks stay: texts need them.
func unprintable(r rune) bool {
	return unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029' ||
		(r >= '\u202A' && r <= '\u202E') || (r >= '\u2066' && r <= '\u2069')
}
