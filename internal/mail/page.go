package mail

import (
	"slices"
	"time"

	"usher/internal/fault"
)

// Page asks for one page of the outbox, newest first.
type Page struct {
	State          State  // empty for all
	LeadID         string // empty for all
	Accounts       bool   // also messages about users' accounts
	Limit          int    // 1..100
	AfterCreatedAt time.Time
	AfterID        string // empty for the first page
}

// Valid tells whether s is one of the states.
func (s State) Valid() bool {
	return slices.Contains(States(), s)
}

// Retry decides what a person's wish to try a message again does: it is due at
// once, however often it failed. What waits to be sent anyway only moves
// forward. Errors: fault.Conflict for what was sent, and for what was suppressed,
// because the cap protects somebody's mailbox.
func Retry(m Message, now time.Time) (Message, error) {
	switch m.State {
	case Sent:
		return m, fault.New(fault.Conflict, "already_sent", "The message was sent already.")
	case Suppressed:
		return m, fault.New(fault.Conflict, "suppressed", "This one is held back: the address had its confirmations for the day, or the prospect has corrected it.")
	case Queued, Retrying:
		if m.NextAt.After(now) {
			m.NextAt = now
		}
	default:
		m.State, m.NextAt, m.Doubtful = Queued, now, 0
	}
	return m, nil
}
