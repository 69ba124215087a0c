package smtptest

import (
	"io"

	"github.com/emersion/go-sasl"
	smtp "github.com/emersion/go-smtp"
)

// backend is what the proper server does with mails: it writes them down.
type backend struct {
	server  *Server
	options Options
}

func (b backend) NewSession(*smtp.Conn) (smtp.Session, error) {
	if b.options.User == "" {
		return &session{backend: b, known: true}, nil
	}
	return &authSession{session{backend: b}}, nil
}

type session struct {
	backend
	known bool
	mail  Copy
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.mail = Copy{From: from, UTF8: o != nil && o.UTF8}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.Recipients = append(s.mail.Recipients, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Content, s.mail.Confirmed = string(content), true
	s.server.record(s.mail)
	return nil
}

func (s *session) Reset()        { s.mail = Copy{} }
func (s *session) Logout() error { return nil }

// authSession is a session that wants to know who it is talking to.
type authSession struct{ session }

func (s *authSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *authSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.options.User || password != s.options.Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}
