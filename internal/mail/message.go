package mail

import "time"

// Kind says what a message is for.
type Kind string

// The kinds of message that a lead sets off.
const (
	Confirmation Kind = "confirmation" // to the prospect
	Notification Kind = "notification" // to the firm
)

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
	Suppressed State = "suppressed" // not sent: the address had its three confirmations today, or was corrected first
)

// States lists every state, for filters and documents.
func States() []State { return []State{Queued, Retrying, Sent, Dead, Captured, Suppressed} }

// Message is one e-mail to one recipient, as the outbox keeps it. It is unique
// by (LeadID, Kind, Recipient).
type Message struct {
	ID        string // UUIDv7
	LeadID    string
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
