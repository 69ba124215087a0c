package mail

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"usher/internal/fault"
)

// Tester sends test messages past the outbox, so that whoever asks for one hears
// at once what the mail server says of it. One at a time: a second would only wait
// for the same server.
type Tester struct {
	Render *Renderer
	Sender Sender // nil where messages are captured
	Domain string // right-hand side of Message-IDs
	Now    func() time.Time
	NewID  func() string
	// Limit is how often, whoever asks: each is a letter of the firm's, and its mail
	// server counts them. Nil for no limit.
	Limit *rate.Limiter

	busy sync.Mutex
}

// NewTestLimit allows a few test messages in a row, and then one every ten seconds.
func NewTestLimit() *rate.Limiter { return rate.NewLimiter(rate.Every(testEvery), 5) }

const testEvery = 10 * time.Second

// testPause is when to ask again while another test runs. Most take no longer.
const testPause = 5 * time.Second

// Sending tells whether there is a mail server to send to.
func (t *Tester) Sending() bool { return t.Sender != nil }

// Send sends one and waits for the answer, which is nil once the mail server took
// it. It waits for as long as ctx lets it. Errors: fault.Conflict without a mail
// server, fault.Throttled while another test runs or after too many; any other tells what went
// wrong, see [Explain].
func (t *Tester) Send(ctx context.Context, to Address) error {
	if !t.Sending() {
		return fault.New(fault.Conflict, "no_mail_server", "There is no mail server: messages are captured in the outbox. Set USHER_SMTP_URL.")
	}
	if !t.busy.TryLock() {
		return &fault.Error{
			Kind: fault.Throttled, Code: "test_running", RetryAfter: testPause,
			Detail: "Another test message is being sent right now. Try again in a moment.",
		}
	}
	defer t.busy.Unlock()
	if t.Limit != nil && !t.Limit.AllowN(t.Now(), 1) {
		return &fault.Error{
			Kind: fault.Throttled, Code: "too_many_tests", RetryAfter: testEvery,
			Detail: "Too many test messages were sent. Wait before the next one.",
		}
	}
	letter, err := t.Render.Test(to, "<"+t.NewID()+"@"+t.Domain+">", t.Now())
	if err != nil {
		return err
	}
	return t.Sender.Send(ctx, letter, func(context.Context) error { return nil }) // nothing is kept of it
}
