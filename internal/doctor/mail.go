package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	const text = "This is a test message of Usher (usher doctor). Whoever reads it can be told of leads.\n"
	letter := mail.Letter{
		From: e.From, To: e.SendTo, Subject: "Usher: test message", Text: text, HTML: "<p>" + text + "</p>",
		MessageID: e.MessageID, Date: e.Now(), AutoSubmitted: "auto-generated",
	}
	if err := e.Mail.Send(ctx, letter, func(context.Context) error { return nil }); err != nil {
		return []Finding{failed("The test message was not taken", err)}
	}
	return one(OK, "The mail server took the test message to "+e.SendTo.Typed+" (250).",
		"Look whether it arrived, and not as spam; if it did, let the DNS of the sender's domain have SPF, DKIM and DMARC records for this server.")
}

// failed says what the mail server said, and what helps against it.
func failed(what string, err error) Finding {
	f, ok := errors.AsType[*mail.Failure](err)
	if !ok {
		return Finding{Level: Problem, Text: what + ": " + err.Error() + "."}
	}
	return Finding{Level: Problem, Text: what + ": " + strings.TrimSuffix(f.Error(), ".") + ".", Do: remedy(f)}
}

func remedy(f *mail.Failure) string {
	certificate := strings.Contains(f.Text, "certificate")
	switch {
	case certificate:
		return "The certificate must be valid for the host in USHER_SMTP_URL, and of an issuer that this machine trusts (SSL_CERT_FILE can name one of your own)."
	case f.Stage == "dial" && strings.Contains(f.Text, "name"):
		return "Check the host in USHER_SMTP_URL."
	case f.Stage == "dial":
		return "Check host and port in USHER_SMTP_URL, and that this machine may connect there: many networks block 25, few block 587."
	case f.Stage == "greeting":
		return "Check the port in USHER_SMTP_URL: smtps:// begins with TLS (465), smtp:// goes on with STARTTLS (587)."
	case f.Stage == "STARTTLS":
		return "Use smtps:// with port 465 if the server has it; ?tls=opportunistic is for a server on a network of your own."
	case f.Stage == "AUTH":
		return "Check user and password in USHER_SMTP_URL; percent-encode / ? # @ : and %. Some providers want a password made for apps."
	case f.Stage == "MAIL":
		return "Set USHER_MAIL_FROM to an address that the mail server lets this user send from."
	case f.Stage == "RCPT":
		return "Check the address; if it is right, the mail server doesn't let this user send there."
	}
	return "Ask whoever runs the mail server what it means."
}
