package httpapi

import (
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"usher/internal/lead"
	"usher/internal/search"
	"usher/internal/staff"
)

// The most that q may hold.
const (
	maxQuery = 1000 // characters
	maxWords = 32   // that say something different
)

// filter reads what a list and its counts have in common.
func (q *query) filter(u staff.User) lead.Filter {
	return lead.Filter{
		State: q.state(), Assignee: q.assignee(u), Language: q.language(), Words: q.words(),
		SameEmailAs: q.id("same_email_as"), From: q.time("from", 0), To: q.time("to", 24*time.Hour-time.Microsecond),
	}
}

func (q *query) state() lead.State {
	text, sent := q.one("state")
	if sent && !lead.State(text).Valid() {
		q.refuse("state", "unknown_state", "Use PENDING or REACHED_OUT.")
	}
	return lead.State(text)
}

// assignee is a user's id; me is the caller, and none asks for leads without one.
func (q *query) assignee(u staff.User) *string {
	text, sent := q.one("assignee")
	if !sent {
		return nil
	}
	switch text {
	case "me":
		return &u.ID
	case "none":
		return new(string)
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		q.refuse("assignee", "invalid_id", "Use the id of a user, me, or none.")
	}
	text = id.String()
	return &text
}

func (q *query) language() string {
	text, sent := q.one("language")
	if sent && !lead.LanguageTag(text) {
		q.refuse("language", "invalid_language", "Use a language tag like es or pt-BR.")
	}
	return text
}

// id reads the id of a lead, which need not be one that there is.
func (q *query) id(name string) string {
	text, sent := q.one(name)
	if !sent {
		return ""
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		q.refuse(name, "invalid_id", "Use the id of a lead.")
	}
	return id.String()
}

func (q *query) words() *[]string {
	text, sent := q.one("q")
	if !sent {
		return nil
	}
	words := search.Query(text)
	if utf8.RuneCountInString(text) > maxQuery || len(words) > maxWords {
		q.refuse("q", "too_long", "Search for at most 32 words, in 1,000 characters.")
	}
	return &words
}

// longestTime is how many bytes a time with nanoseconds and a zone takes.
const longestTime = len(time.RFC3339Nano)

// time reads a time or, for a whole day in UTC, a date; of a day it takes the
// moment that is so far into it.
func (q *query) time(name string, intoDay time.Duration) time.Time {
	text, sent := q.one(name)
	if !sent {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err == nil {
		at = at.Add(intoDay)
	} else {
		at, err = time.Parse(time.RFC3339Nano, text)
	}
	if err != nil || len(text) > longestTime { // time.Parse takes a fraction of any length
		q.refuse(name, "invalid_time", "Use a time like 2026-11-23T09:00:00Z, or a date like 2026-11-23.")
	}
	if below := at.Sub(at.Truncate(time.Microsecond)); name == "from" && below > 0 {
		at = at.Add(time.Microsecond - below) // times are stored in microseconds
	}
	if at.Before(time.Unix(0, 0)) { // nothing is as old, and the zero time would be no bound
		at = time.Unix(0, 0)
	}
	return at.UTC()
}

// oldestFirst reads how the list is sorted.
func (q *query) oldestFirst() bool {
	text, sent := q.one("sort")
	if sent && text != "newest" && text != "oldest" {
		q.refuse("sort", "unknown_sort", "Use newest or oldest.")
	}
	return text == "oldest"
}

// filterParams are the parameters that filter reads.
func filterParams() []param {
	return []param{
		stateParam(),
		{"q", inQuery, "Words, each of which must be the beginning of a word of the names, the e-mail address or the reference; case and " +
			"accents don't count. Whatever is no letter or digit ends a word, and without any of them nothing is found.", textSchema(maxQuery), "jose 7k4"},
		{"assignee", inQuery, "Only leads of this user: an id, me, or none for leads without one.", anyText(), "me"},
		{"language", inQuery, "Only leads in this language, or in a form of it: `es` finds `es-MX` too. A language tag; case doesn't count.", textSchema(lead.MaxLanguage), "es"},
		{"from", inQuery, "Only leads received then or later: a time, or a date for the whole day (UTC).", anyText(), "2026-11-01"},
		{"to", inQuery, "Only leads received then or earlier: a time, or a date for the whole day (UTC).", anyText(), "2026-11-30T12:00:00Z"},
		{"same_email_as", inQuery, "Only leads of the same e-mail address as this lead, itself among them: its id.", uuidSchema(), exampleID},
	}
}

func sortParam() param {
	return param{"sort", inQuery, "Which come first; newest when left out.", enumSchema("newest", "oldest"), "oldest"}
}

// filterCodes says what can be wrong with them.
const filterCodes = "state: `unknown_state`. q: `too_long`. assignee, same_email_as: `invalid_id`. language: `invalid_language`. from, to: `invalid_time`."
