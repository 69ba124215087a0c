package mail

import (
	"slices"
	"time"
)

// Kind says what a message is for.
type Kind string

// The kinds of message that a lead sets off.
const (
	Confirmation Kind = "confirmation" // to the prospect
	Notification Kind = "notification" // to the firm
)

// The kinds of message to a user, about their account.
const (
	Invitation      Kind = "invitation"       // carries a link to choose the first password
	PasswordReset   Kind = "password_reset"   // carries a link to choose another one
	PasswordChanged Kind = "password_changed" // tells that it was
	APIKeyAdded     Kind = "api_key_added"    //nolint:gosec // tells that there is a key; no credential itself
)

// Kinds lists every kind, for filters and documents.
func Kinds() []Kind {
	return []Kind{Confirmation, Notification, Invitation, PasswordReset, PasswordChanged, APIKeyAdded}
}

// OfAccount tells whether a message is about a user's account, not about a lead.
func (k Kind) OfAccount() bool { return slices.Contains(Kinds()[2:], k) }

// State is where a message stands on its way to the mail server.
type State string

// The states of a message. A message that is being sent right now is still
// queued or retrying: its lease, not its state, says so.
const (
	Queued     State = "queued"     // not tried yet
	Retrying   State = "retrying"   // tried, failed for now, due again at NextAt
	Sent       State = "sent"       // the mail server took it (250 after DATA)
	Dead       State = "dead"       // refused, or tried for too long; a button retries it
	Captured   State = "captured"   // kept here, because no mail server is configured
	Suppressed State = "suppressed" // not sent: see Message.LastError, or the address had its three confirmations today
)

// States lists every state, for filters and documents.
func States() []State { return []State{Queued, Retrying, Sent, Dead, Captured, Suppressed} }

// Message is one e-mail to one recipient, as the outbox keeps it. It is about a lead,
// and unique by (LeadID, Kind, Recipient), or about a user's account.
type Message struct {
	ID        string // UUIDv7
	LeadID    string // empty when it is about an account
	UserID    string // whose account; empty when it is about a lead
	LinkID    string // of the link that it carries; empty when it carries none
	Kind      Kind
	Recipient string // as typed; RecipientKey is what is compared
	// RecipientKey is the lower-cased ASCII form of Recipient.
	RecipientKey string
	// MessageID is the RFC 5322 Message-ID with its angle brackets. It is chosen
	// once and kept for ever, so that a duplicate can be told from a second mail.
	MessageID string
	State     State
	Attempts  int    // tries begun
	Doubtful  int    // tries that died between handing over and hearing the answer
	LastError string // of the last try, for staff; empty when there was none
	CreatedAt time.Time
	NextAt    time.Time // when the next try is due; zero when none is
	SentAt    time.Time // zero until sent
}

// Post is what all messages of an installation have in common.
type Post struct {
	Domain   string // right-hand side of Message-IDs
	Captures bool   // there is no mail server: messages are kept and not sent
}

// Message makes a message that is due at once. What it is about is for the caller to add.
func (p Post) Message(id string, kind Kind, to Address, now time.Time) Message {
	m := Message{
		ID: id, Kind: kind, Recipient: to.Typed, RecipientKey: to.Key(), MessageID: "<" + id + "@" + p.Domain + ">",
		State: Queued, CreatedAt: now, NextAt: now,
	}
	if p.Captures {
		m.State, m.NextAt = Captured, time.Time{}
	}
	return m
}

// ConfirmationsPerDay is how many confirmations one address gets in 24 hours,
// so that the public form can't be used to bomb somebody's mailbox.
const ConfirmationsPerDay = 3

// Capped decides the first state of a message, given how many confirmations
// its recipient had in the last 24 hours. The cap never touches the firm's mail.
func Capped(m Message, confirmationsToday int) Message {
	if m.Kind == Confirmation && confirmationsToday >= ConfirmationsPerDay {
		m.State, m.NextAt = Suppressed, time.Time{}
	}
	return m
}
