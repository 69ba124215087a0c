package smtp

import (
	"errors"
	"slices"
	"strings"

	wire "github.com/wneessen/go-mail/smtp"
)

var errNoAuth = errors.New("the mail server offers no way to sign in that is safe here")

// mechanism picks how to sign in, from what the server's EHLO offers. Over TLS the
// password is safe as it is, and PLAIN and LOGIN are what works everywhere: many
// servers offer SCRAM for accounts that have no SCRAM secret. Without TLS only a
// server on this machine gets to see credentials.
func (s *Sender) mechanism(offered string, encrypted bool) (wire.Auth, error) {
	c := s.cfg
	if !encrypted && !isLoopback(c.Host) {
		return nil, errNoAuth
	}
	names := strings.Fields(strings.ToUpper(offered))
	for _, m := range []struct {
		name string
		auth func() wire.Auth
	}{
		{"PLAIN", func() wire.Auth { return wire.PlainAuth("", c.User, c.Password, c.Host, true) }},
		{"LOGIN", func() wire.Auth { return wire.LoginAuth(c.User, c.Password, c.Host, true) }},
		{"SCRAM-SHA-256", func() wire.Auth { return wire.ScramSHA256Auth(c.User, c.Password) }},
		{"SCRAM-SHA-1", func() wire.Auth { return wire.ScramSHA1Auth(c.User, c.Password) }},
		{"CRAM-MD5", func() wire.Auth { return wire.CRAMMD5Auth(c.User, c.Password) }},
	} {
		if slices.Contains(names, m.name) {
			return m.auth(), nil
		}
	}
	return nil, errNoAuth
}
