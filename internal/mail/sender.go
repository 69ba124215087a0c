package mail

import (
	"context"
	"errors"
	"fmt"
)

// Sender gives one letter to the mail server.
type Sender interface {
	// Send returns nil once the server took the letter (250 after DATA) and a
	// *Failure otherwise. It calls handOver once, right before the first byte of
	// the content goes out; if that fails, the server must not get a complete
	// message, and the error that Send returns wraps handOver's. Send returns soon
	// after ctx ends.
	Send(ctx context.Context, letter Letter, handOver func(context.Context) error) error
}

// ErrCaptured says that a letter was kept instead of being sent.
var ErrCaptured = errors.New("captured: no mail server is configured")

// Capture is the Sender where no mail server is configured: nothing leaves the
// machine, and every message settles as Captured.
type Capture struct{}

// Send captures the letter.
func (Capture) Send(context.Context, Letter, func(context.Context) error) error { return ErrCaptured }

// Trouble says what a failed try is about.
type Trouble int

// The kinds of trouble.
const (
	Deferred    Trouble = iota // this message, and it may pass: 4xx, a cut, a timeout
	Refused                    // this message, for good: 5xx to MAIL, RCPT, DATA or the content
	Unreachable                // the mail server itself: dial, greeting, EHLO, TLS, AUTH; 5xx too
)

// String names the trouble for logs.
func (t Trouble) String() string {
	return [...]string{"deferred", "refused", "unreachable"}[t]
}

// Failure is why a letter was not sent. It holds no personal data.
type Failure struct {
	Trouble Trouble
	Stage   string // the SMTP command, or "dial", "greeting", "content"; for staff and logs
	Code    int    // the server's reply code (RFC 5321 section 4.2); 0 when it gave no answer
	Text    string // what the server or the network said, made safe by Scrub
	Cause   error  // for errors.Is; never shown, for it may quote the server
}

// Error is the line that staff see as a message's last error.
func (f *Failure) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("%s (%s)", f.Text, f.Stage)
	}
	return fmt.Sprintf("%d %s (%s)", f.Code, f.Text, f.Stage)
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// failureOf reads any error of a try. What is no *Failure is a bug or a broken
// outbox: it may pass, and its text may hold anything, so it is not shown.
func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Trouble: Deferred, Stage: "Usher", Text: "the try broke off before the mail server had the message; see the log", Cause: err}
}
