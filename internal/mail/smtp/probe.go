package smtp

import (
	"context"

	"usher/internal/mail"
)

// Probe goes through everything that a letter needs of the server but the letter:
// it connects, encrypts, signs in and names the sender, and sends nothing. Every
// error is a *mail.Failure.
func (s *Sender) Probe(ctx context.Context, from mail.Address) error {
	c, err := s.dial(ctx, mail.Address{})
	if err != nil {
		return err
	}
	defer c.close(ctx)
	c.client.SkipSMTPUTF8(from.ASCII())
	return c.step(ctx, mail.Deferred, "MAIL", func() error { return c.client.Mail("<" + from.Envelope() + ">") })
}
