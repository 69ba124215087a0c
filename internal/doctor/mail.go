package doctor

import (
	"context"
	"fmt"

	"usher/internal/mail"
)

const tryIt = "usher doctor --send-to you@firm.example sends a test message."

// mail goes as far with the mail server as one can without sending anything.
func (e *exam) mail(ctx context.Context) []Finding {
	if e.Mail == nil {
		return one(Note, "Messages are captured in the outbox, not sent.", "Set USHER_SMTP_URL and USHER_MAIL_FROM. Then "+tryIt)
	}
	server := e.Config.SMTP.Redacted()
	if err := e.Mail.Probe(ctx, e.From.Address); err != nil {
		return []Finding{failed(server+" can't be used", err)}
	}
	how := "by STARTTLS where it is offered"
	switch {
	case e.Config.SMTP.Implicit, e.Config.SMTP.TLS == "required":
		how = "with TLS and a certificate that is right"
	case e.Config.SMTP.TLS == "off":
		how = "without TLS"
	}
	signIn := ", takes the sign-in"
	if e.Config.SMTP.User == "" {
		signIn = ""
	}
	text := fmt.Sprintf("%s answers (%s)%s and takes the sender.", server, how, signIn)
	if e.SendTo != (mail.Address{}) {
		return one(OK, text, "")
	}
	return one(OK, text, tryIt)
}

// testMessage sends one, if asked to.
func (e *exam) testMessage(ctx context.Context) []Finding {
	switch {
	case e.SendTo == (mail.Address{}):
		return nil
	case e.Mail == nil:
		return one(Problem, "No test message was sent: no mail server is set.", "Set USHER_SMTP_URL and USHER_MAIL_FROM.")
	}
	if err := e.Tester.Send(ctx, e.SendTo); err != nil {
		return []Finding{failed("The test message was not taken", err)}
	}
	return one(OK, "The mail server took the test message to "+e.SendTo.Typed+" (250).",
		"Look whether it arrived, and not as spam; if it did, let the DNS of the sender's domain have SPF, DKIM and DMARC records for this server.")
}

// failed says what the mail server said, and what helps against it.
func failed(what string, err error) Finding {
	why, remedy := mail.Explain(err)
	return Finding{Level: Problem, Text: what + ": " + why, Do: remedy}
}
