package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"

	wire "github.com/wneessen/go-mail/smtp"

	"usher/internal/mail"
)

var errNoTLS = errors.New("the mail server does not offer STARTTLS, and tls=required")

// session is one connection to the mail server, for one letter.
type session struct {
	*Sender
	conn      *bounded
	client    *wire.Client
	encrypted bool
	to        mail.Address // whom the letter is for, so that failures don't repeat it
	// open says that a message was begun and not ended. Any further command would
	// end it with a dot, so there is no goodbye then.
	open bool
}

// dial connects, says hello, encrypts and signs in. Whatever fails up to here is
// about the server, not about the letter.
func (s *Sender) dial(ctx context.Context, to mail.Address) (*session, error) {
	conn, err := s.connect(ctx)
	if err != nil {
		return nil, fail(mail.Unreachable, "dial", to, err)
	}
	c := &session{Sender: s, conn: &bounded{Conn: conn}, to: to}
	for _, step := range []struct {
		stage string
		do    func() error
	}{
		{"greeting", c.greet},
		{"EHLO", func() error { return c.client.Hello(s.cfg.Hello) }},
		{"STARTTLS", c.encrypt},
		{"AUTH", c.signIn},
	} {
		if err := c.step(ctx, mail.Unreachable, step.stage, step.do); err != nil {
			_ = c.conn.Close()
			return nil, err
		}
	}
	return c, nil
}

func (s *Sender) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.Timeout, errSlow)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.cfg.Host, strconv.Itoa(s.cfg.Port)))
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return conn, err
}

func (c *session) step(ctx context.Context, about mail.Trouble, stage string, do func() error) error {
	if err := c.conn.step(ctx, c.cfg.Timeout, do); err != nil {
		return fail(about, stage, c.to, err)
	}
	return nil
}

func (c *session) greet() (err error) {
	conn := net.Conn(c.conn)
	if c.cfg.ImplicitTLS {
		secure := tls.Client(conn, c.tlsConfig())
		if err := secure.Handshake(); err != nil { //nolint:noctx // step bounds it by closing the connection
			return err
		}
		conn, c.encrypted = secure, true
	}
	c.client, err = wire.NewClient(conn, c.cfg.Host)
	return err
}

// encrypt never lets a session go on in plain text after a failed handshake: the
// error ends it.
func (c *session) encrypt() error {
	if c.encrypted || c.cfg.TLS == Off {
		return nil
	}
	if offered, _ := c.client.Extension("STARTTLS"); !offered {
		if c.cfg.TLS == Required {
			return errNoTLS
		}
		return nil
	}
	c.encrypted = true
	return c.client.StartTLS(c.tlsConfig())
}

func (c *session) signIn() error {
	if c.cfg.User == "" {
		return nil
	}
	_, offered := c.client.Extension("AUTH")
	auth, err := c.mechanism(offered, c.encrypted)
	if err != nil {
		return err
	}
	return c.client.Auth(auth)
}

func (s *Sender) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.cfg.Host, RootCAs: s.cfg.RootCAs, MinVersion: tls.VersionTLS12}
}

// begin says whom the letter is from and for, and asks to send it: the writer
// takes the content, and closing it ends the message.
func (c *session) begin(ctx context.Context, letter mail.Letter) (content io.WriteCloser, err error) {
	// Not every server knows SMTPUTF8 (RFC 6531), so only a letter that needs it asks.
	utf8 := !letter.From.Address.ASCII() || !letter.To.ASCII()
	c.client.SkipSMTPUTF8(!utf8)
	if offered, _ := c.client.Extension("SMTPUTF8"); utf8 && !offered {
		return nil, &mail.Failure{Trouble: mail.Refused, Stage: "MAIL",
			Text: "the mail server can't take an address with letters beyond ASCII (no SMTPUTF8)"}
	}
	from, to := "<"+letter.From.Address.Envelope()+">", "<"+letter.To.Envelope()+">"
	if err := c.step(ctx, mail.Deferred, "MAIL", func() error { return c.client.Mail(from) }); err != nil {
		return nil, err
	}
	if err := c.step(ctx, mail.Deferred, "RCPT", func() error { return c.client.Rcpt(to) }); err != nil {
		return nil, err
	}
	err = c.step(ctx, mail.Deferred, "DATA", func() (err error) {
		content, err = c.client.Data()
		return err
	})
	c.open = err == nil
	return content, err
}

// close leaves. QUIT is sent and its answer not awaited: the letter's fate is
// decided, and every moment between a 250 and our commit is one in which a crash
// makes a second copy.
func (c *session) close(ctx context.Context) {
	if !c.open {
		_ = c.conn.step(ctx, c.cfg.Timeout, func() error {
			_ = c.client.Text.PrintfLine("QUIT")
			return c.client.Close() // with TLS, says so before it closes
		})
	}
	_ = c.conn.Close()
}
