package lead

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
)

const maxNoteRunes = 10_000

// noteText is the text of a note as it is kept: as it was typed, without white
// space at its ends. Errors: Invalid, field text.
func noteText(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case !strings.ContainsFunc(text, unicode.IsGraphic):
		return "", badText("required", "Write something.")
	case utf8.RuneCountInString(text) > maxNoteRunes:
		return "", badText("too_long", "Shorten the note to 10,000 characters.")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, notInNotes):
		return "", badText("control_characters", "Remove the control characters; line breaks and tabs are fine.")
	}
	return text, nil
}

func badText(code, message string) error {
	return fault.Violated([]fault.Violation{{Field: "text", Code: code, Message: message}})
}

func notInNotes(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// Assign decides what happens when the lead is given to a user, or, with an empty
// id, to nobody. A repeat changes nothing. Errors: Stale for an old version.
func (l Lead) Assign(assignee string, by Actor) (Lead, []Event, error) {
	if err := by.Seen.check(l); err != nil {
		return l, nil, err
	}
	if l.Assignee == assignee {
		return l, nil, nil
	}
	event := Event{Kind: Assigned, Data: map[string]string{"from": l.Assignee, "to": assignee}}
	l.Assignee = assignee
	l.Version++
	return l, []Event{event}, nil
}

// NobodyKnown refuses an assignee who is no user that could take a lead.
func NobodyKnown() error {
	return fault.Violated([]fault.Violation{{Field: "assignee", Code: "unknown_user", Message: "Use the id of a user who can sign in, me, or null for nobody."}})
}
