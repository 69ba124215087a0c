package smtp

import (
	"context"
	"fmt"
	"io"

	"usher/internal/mail"
)

// Send sends one letter over a connection of its own. See mail.Sender for what it
// promises; every error is a *mail.Failure but the one that wraps handOver's.
func (s *Sender) Send(ctx context.Context, letter mail.Letter, handOver func(context.Context) error) error {
	if s.cfg.TryLimit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.TryLimit)
		defer cancel()
	}
	content, err := Compose(letter)
	if err != nil {
		return &mail.Failure{Trouble: mail.Refused, Stage: "compose", Text: "the message can't be written", Cause: err}
	}
	session, err := s.dial(ctx, letter.To)
	if err != nil {
		return err
	}
	defer session.close(ctx)
	writer, err := session.begin(ctx, letter)
	if err != nil {
		return err
	}
	// The server waits for the content now. Should handOver fail, the connection
	// is closed without the final dot, and the server must drop what it has
	// (RFC 5321 section 4.1.1.4).
	if err := handOver(ctx); err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	return session.finish(ctx, writer, content)
}

// finish sends the content and hears the answer.
func (c *session) finish(ctx context.Context, writer io.WriteCloser, content []byte) error {
	taken := false
	err := c.conn.step(ctx, c.cfg.Timeout, func() error {
		if _, err := writer.Write(content); err != nil {
			return err
		}
		err := writer.Close()
		reply := replyOf(err)
		taken = err == nil || reply != nil && reply.Code/100 == 2 // go-mail wants 250; any 2yz is a yes
		return err
	})
	c.open = err != nil && replyOf(err) == nil
	if taken { // a yes counts, even at the last moment
		return nil
	}
	return fail(mail.Deferred, "content", c.to, err)
}
