package smtp_test

import (
	"testing"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/mail/smtptest"
)

// A probe goes as far as the sender, and leaves no message behind.
func TestProbe(t *testing.T) {
	t.Parallel()
	from, err := mail.ParseAddress("intake@firm.example")
	if err != nil {
		t.Fatal(err)
	}
	tlsConfig, pool := smtptest.Certificate(t)
	server := smtptest.Start(t, smtptest.Options{TLS: tlsConfig, User: "usher", Password: "right"})
	for password, stage := range map[string]string{"right": "", "wrong": "AUTH"} {
		sender, err := smtp.New(smtp.Config{Host: server.Host(), Port: server.Port(), User: "usher", Password: password, RootCAs: pool})
		if err != nil {
			t.Fatal(err)
		}
		err = sender.Probe(t.Context(), from)
		if stage == "" && err != nil {
			t.Errorf("with the right password: %v", err)
		}
		if stage != "" && failure(t, err).Stage != stage {
			t.Errorf("with a wrong password: %v", err)
		}
	}
	if n := len(server.Copies()); n != 0 {
		t.Errorf("%d messages", n)
	}
	server.Arm(smtptest.Fault{Stage: smtptest.Mail, Reply: "553 5.7.1 not yours"})
	sender, err := smtp.New(smtp.Config{Host: server.Host(), Port: server.Port(), TLS: smtp.Off})
	if err != nil {
		t.Fatal(err)
	}
	if f := failure(t, sender.Probe(t.Context(), from)); f.Stage != "MAIL" || f.Code != 553 {
		t.Errorf("a refused sender: %v", f)
	}
}
