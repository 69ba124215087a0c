package mail

import (
	"context"
	"errors"
	"time"
)

// ErrLeaseLost says that a message is no longer leased to the caller: somebody
// else claimed it after the lease ran out, or its lead was erased.
var ErrLeaseLost = errors.New("the message is no longer leased to this dispatcher")

// Facts are what a letter may say about its lead.
type Facts struct {
	FirstName, LastName string
	SingleName          bool
	Email               string // as typed
	Reference           string
	Language            string
	ReceivedAt          time.Time
}

// Account is what a letter may say about the account of the user whom it goes to.
type Account struct {
	Name  string    // as the user is called; may be empty
	Until time.Time // when the link in it lapses; zero when it carries none
}

// Due is a message claimed for one try.
type Due struct {
	Message
	Lease   string // proof of the claim; Settle and HandOver ask for it
	Facts   Facts  // of a message about a lead
	Account Account
}

// Result is what one try made of a message.
type Result struct {
	State     State
	LastError string    // one line for staff, without personal data; empty when there is none
	NextAt    time.Time // zero unless State is Retrying
	SentAt    time.Time // zero unless State is Sent
}

// Summary is what of the outbox people may have to look after.
type Summary struct {
	Waiting int // queued or retrying
	Stuck   int // of those, the ones that have waited for StuckAfter or longer
	Dead    int // given up
}

// Outbox is what the dispatcher needs of the table of messages. Every method is
// one transaction that is on disk when it returns.
type Outbox interface {
	// Claim leases up to limit messages that are due at now, oldest first, to
	// the holder of lease until the given time, and counts a try begun on each.
	Claim(ctx context.Context, lease string, now, until time.Time, limit int) ([]Due, error)
	// HandOver records that the message is about to be given to the mail server,
	// so that a crash from here on is known to be a doubtful try. It returns
	// ErrLeaseLost when the lease is not the caller's any more.
	HandOver(ctx context.Context, id, lease string) error
	// Settle records what the try came to and ends the lease. It returns
	// ErrLeaseLost when the lease is not the caller's any more.
	Settle(ctx context.Context, id, lease string, result Result) error
	// Release gives back a claim that never reached the mail server, without
	// counting it as a try.
	Release(ctx context.Context, id, lease string) error
	// NextDue tells when the earliest unleased message is due; the zero time
	// when none waits.
	NextDue(ctx context.Context) (time.Time, error)
	// MessageSummary counts what is not done; stuck is what has waited since the
	// given time or longer. Messages about users' accounts count with accounts alone.
	// It must stay cheap however many messages were sent.
	MessageSummary(ctx context.Context, since time.Time, accounts bool) (Summary, error)
}
