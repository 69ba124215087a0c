package lead

import (
	"time"

	"usher/internal/mail"
	"usher/internal/resume"
)

// State is how far the firm has come with a lead.
type State string

// The states. A lead is Pending until somebody of the firm has reached out.
const (
	Pending    State = "PENDING"
	ReachedOut State = "REACHED_OUT"
)

// Valid tells whether s is one of the states.
func (s State) Valid() bool { return s == Pending || s == ReachedOut }

// Channel is how the firm reached out. It may be unknown.
type Channel string

// The channels.
const (
	NoChannel Channel = ""
	ByEmail   Channel = "email"
	ByPhone   Channel = "phone"
	ByOther   Channel = "other"
)

// Valid tells whether c names a channel; NoChannel doesn't.
func (c Channel) Valid() bool { return c == ByEmail || c == ByPhone || c == ByOther }

// Lead is the record that a submission became.
type Lead struct {
	ID           string // UUIDv7
	Reference    string // short and readable aloud, such as 7K4-Q2M
	FirstName    string // as typed, ends trimmed
	LastName     string // empty only with SingleName
	SingleName   bool
	Email        string // as typed, ends trimmed
	EmailKey     string // lower-cased ASCII form, for comparing
	Language     string // BCP 47
	State        State
	CreatedAt    time.Time
	Resume       resume.Ref
	ReachedOutAt time.Time // zero while pending
	ReachedOutBy string    // a user's id; empty while pending
	Channel      Channel
	Assignee     string // a user's id; empty when nobody is
	Notice       Notice // what stood above the Send button; zero when nothing did
	Version      int64  // grows by one with each change; the ETag
}

// Notice is which text of the firm's the prospect had before the eyes when sending.
type Notice struct {
	Language string // BCP 47, of the text
	Version  int64  // counts from 1; 0 when there was no notice
	Read     bool   // the prospect ticked that it was read; only asked for when the firm wants it
}

// EventKind says what an event tells.
type EventKind string

// The kinds of event that this package writes.
const (
	Received       EventKind = "received"
	MarkedReached  EventKind = "reached_out"
	ChannelSet     EventKind = "channel_set"
	Reopened       EventKind = "reopened"
	Undone         EventKind = "undone"
	ResumeViewed   EventKind = "resume_viewed"
	Assigned       EventKind = "assigned"
	Noted          EventKind = "note"
	MessageChanged EventKind = "message_changed"
	// AddressCorrected is the prospect's own doing, from the confirmation page.
	AddressCorrected EventKind = "address_corrected"
	Erased           EventKind = "erased"
	undoWindow                 = 10 * time.Minute
	viewWindow                 = 10 * time.Minute
	maxReasonRunes             = 1000
)

// Event is one line of a lead's timeline. It holds facts, never a prospect's
// content, so that it can outlive the lead.
type Event struct {
	ID     string // UUIDv7
	LeadID string
	Kind   EventKind
	At     time.Time
	Actor  string // a user's id; empty for a prospect and for Usher itself
	Data   map[string]string
}

// Story is a lead with everything that happened to it, as it is loaded from
// elsewhere.
type Story struct {
	Lead     Lead
	Events   []Event
	Messages []mail.Message
}
