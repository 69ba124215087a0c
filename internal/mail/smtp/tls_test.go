package smtp_test

import (
	"testing"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/mail/smtptest"
)

// TestTLS: what goes out encrypted, what in plain text, and what not at all. A
// failed handshake never ends in plain text.
func TestTLS(t *testing.T) {
	t.Parallel()
	config, pool := smtptest.Certificate(t)
	for name, c := range map[string]struct {
		options smtptest.Options
		change  func(*smtp.Config)
		sent    bool
		text    string
	}{
		"required":              {options: smtptest.Options{TLS: config}, sent: true, change: func(c *smtp.Config) { c.TLS, c.RootCAs = smtp.Required, pool }},
		"opportunistic":         {options: smtptest.Options{TLS: config}, sent: true, change: func(c *smtp.Config) { c.TLS, c.RootCAs = smtp.Opportunistic, pool }},
		"implicit":              {options: smtptest.Options{TLS: config, ImplicitTLS: true}, sent: true, change: func(c *smtp.Config) { c.ImplicitTLS, c.RootCAs = true, pool }},
		"opportunistic, none":   {sent: true, change: func(c *smtp.Config) { c.TLS = smtp.Opportunistic }},
		"off, offered":          {options: smtptest.Options{TLS: config}, sent: true, change: func(*smtp.Config) {}},
		"required, none":        {change: func(c *smtp.Config) { c.TLS = smtp.Required }, text: "the mail server does not offer STARTTLS, and tls=required (STARTTLS)"},
		"required, bad":         {options: smtptest.Options{TLS: config}, change: func(c *smtp.Config) { c.TLS = smtp.Required }, text: "TLS failed: tls: failed to verify certificate: x509: certificate signed by unknown authority (STARTTLS)"},
		"opportunistic, bad":    {options: smtptest.Options{TLS: config}, change: func(c *smtp.Config) { c.TLS = smtp.Opportunistic }},
		"implicit, bad":         {options: smtptest.Options{TLS: config, ImplicitTLS: true}, change: func(c *smtp.Config) { c.ImplicitTLS = true }},
		"AUTH in TLS":           {options: smtptest.Options{TLS: config, User: "u", Password: "p"}, sent: true, change: func(c *smtp.Config) { c.TLS, c.RootCAs, c.User, c.Password = smtp.Required, pool, "u", "p" }},
		"AUTH, implicit":        {options: smtptest.Options{TLS: config, ImplicitTLS: true, User: "u", Password: "p"}, sent: true, change: func(c *smtp.Config) { c.ImplicitTLS, c.RootCAs, c.User, c.Password = true, pool, "u", "p" }},
		"AUTH on loopback":      {options: smtptest.Options{User: "u", Password: "p"}, sent: true, change: func(c *smtp.Config) { c.User, c.Password = "u", "p" }},
		"AUTH, wrong":           {options: smtptest.Options{User: "u", Password: "p"}, change: func(c *smtp.Config) { c.User, c.Password = "u", "q" }, text: "535 5.7.8 Authentication failed (AUTH)"},
		"AUTH, not offered":     {change: func(c *smtp.Config) { c.User, c.Password = "u", "p" }, text: "the mail server offers no way to sign in that is safe here (AUTH)"},
		"AUTH wanted, not done": {options: smtptest.Options{User: "u", Password: "p"}, change: func(*smtp.Config) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t, c.options)
			calls := 0
			err := senderFor(t, server, c.change).Send(t.Context(), letterTo(t, "ana@mail.example"), agree(&calls))
			server.Close()
			if copies := len(server.Copies()); c.sent != (err == nil) || c.sent != (copies == 1) || c.sent != (calls == 1) {
				t.Fatalf("%v, %d copies, %d hand-overs", err, copies, calls)
			}
			if c.sent {
				return
			}
			f := failure(t, err)
			if f.Trouble != mail.Unreachable || c.text != "" && f.Error() != c.text {
				t.Errorf("%v: %v, want %q", f.Trouble, f, c.text)
			}
		})
	}
}

// TestOfferedButBroken: STARTTLS that is offered and then refused ends the try
// under every policy that uses it.
func TestOfferedButBroken(t *testing.T) {
	t.Parallel()
	for _, policy := range []smtp.TLS{smtp.Required, smtp.Opportunistic} {
		server := smtptest.Start(t)
		server.Arm(smtptest.Fault{Stage: smtptest.Hello, Reply: "250-smtptest\r\n250 STARTTLS", Times: -1})
		err := senderFor(t, server, func(c *smtp.Config) { c.TLS = policy }).
			Send(t.Context(), letterTo(t, "ana@mail.example"), agree(new(int)))
		if f := failure(t, err); f.Trouble != mail.Unreachable || f.Code != 454 {
			t.Errorf("%s: %v", policy, err)
		}
		server.Close()
		if len(server.Copies()) != 0 {
			t.Errorf("%s: sent in plain text", policy)
		}
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg smtp.Config
		ok  bool
	}{
		"least":                  {smtp.Config{Host: "mail.example", Port: 587}, true},
		"no host":                {smtp.Config{Port: 587}, false},
		"no port":                {smtp.Config{Host: "mail.example"}, false},
		"unknown policy":         {smtp.Config{Host: "mail.example", Port: 25, TLS: "maybe"}, false},
		"off, password":          {smtp.Config{Host: "mail.example", Port: 25, TLS: smtp.Off, User: "u"}, false},
		"off, password, here":    {smtp.Config{Host: "127.0.0.1", Port: 25, TLS: smtp.Off, User: "u"}, true},
		"off, smtps":             {smtp.Config{Host: "mail.example", Port: 465, TLS: smtp.Off, User: "u", ImplicitTLS: true}, true},
		"line break in EHLO":     {smtp.Config{Host: "mail.example", Port: 25, Hello: "a\r\nb"}, false},
		"off, without password":  {smtp.Config{Host: "mail.example", Port: 25, TLS: smtp.Off}, true},
		"negative command limit": {smtp.Config{Host: "mail.example", Port: 25, Timeout: -1}, false},
	} {
		if _, err := smtp.New(c.cfg); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
