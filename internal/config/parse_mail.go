package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	portSubmission  = 587 // RFC 6409
	portSubmissions = 465 // RFC 8314
	maxMailRetry    = 24 * time.Hour
	maxSMTPTimeout  = time.Hour
)

// errSMTPForm is all that a malformed SMTP URL is told: any part of one may be
// a piece of the password, when that holds a character that URLs reserve.
var errSMTPForm = errors.New("is no valid address of a mail server; write it like smtp://user:password@host:587, " +
	"with / ? # @ : and % in the user or password percent-encoded")

func parseSMTP(c *Config, value string) error {
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil || u.Opaque != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
		return errSMTPForm
	}
	s := SMTP{Host: u.Hostname(), TLS: TLSRequired, User: u.User.Username()}
	switch u.Scheme {
	case "smtp":
		s.Port = portSubmission
	case "smtps":
		s.Port, s.Implicit = portSubmissions, true
	default:
		return errSMTPForm
	}
	if !isHost(s.Host) || strings.HasSuffix(u.Host, ":") {
		return errSMTPForm
	}
	if p := u.Port(); p != "" {
		n, ok := portNumber(p)
		if !ok || n == 0 {
			return errSMTPForm
		}
		s.Port = n
	}
	if err := s.signIn(u.User); err != nil {
		return err
	}
	if err := s.options(u.RawQuery); err != nil {
		return err
	}
	c.SMTP = &s
	return nil
}

// signIn takes both of user and password, or neither. Control characters
// would end the line of an SMTP command.
func (s *SMTP) signIn(user *url.Userinfo) error {
	if user == nil {
		return nil
	}
	s.Password, _ = user.Password()
	if s.User == "" || s.Password == "" {
		return errors.New("needs both a user and a password before the @, or neither")
	}
	if strings.ContainsFunc(s.User+s.Password, unicode.IsControl) {
		return errors.New("holds a control character in the user or password")
	}
	return nil
}

func (s *SMTP) options(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errSMTPForm
	}
	policy, given := values["tls"]
	delete(values, "tls")
	if len(values) > 0 || len(policy) > 1 {
		return errors.New("knows only one option after the ?: tls=required, tls=opportunistic or tls=off")
	}
	if !given {
		return nil
	}
	switch s.TLS = TLSPolicy(policy[0]); s.TLS {
	case TLSRequired:
		return nil
	case TLSOpportunistic, TLSOff:
		if s.Implicit {
			return errors.New("smtps:// is always TLS; use smtp:// with this tls= option, or leave the option out")
		}
		return nil
	default:
		return errors.New("has an unknown tls= option; write tls=required, tls=opportunistic or tls=off")
	}
}

// Redacted is the server as a URL with *** in place of user and password.
func (s SMTP) Redacted() string {
	u := url.URL{
		Scheme: "smtp", Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)),
		RawQuery: "tls=" + string(s.TLS),
	}
	if s.Implicit {
		u.Scheme = "smtps"
	}
	out := u.String()
	if s.User != "" {
		out = strings.Replace(out, "://", "://***@", 1)
	}
	return out
}

func parseMailFrom(c *Config, value string) error {
	from, err := mail.ParseAddress(value)
	if err != nil || strings.ContainsFunc(from.Name, unicode.IsControl) {
		return fmt.Errorf("%q is no sender; write it like Firm Name <intake@firm.example>", value)
	}
	c.MailFrom = from
	return nil
}

func parseMailRetry(c *Config, value string) error {
	first, longest, found := strings.Cut(value, "..")
	a, errA := time.ParseDuration(strings.TrimSpace(first))
	b, errB := time.ParseDuration(strings.TrimSpace(longest))
	if !found || errA != nil || errB != nil || a <= 0 || b < a || b > maxMailRetry {
		return fmt.Errorf("%q is no range of pauses up to 24h; write it like 30s..1h", value)
	}
	c.MailRetryFirst, c.MailRetryMax = a, b
	return nil
}

func parseSMTPTimeout(c *Config, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > maxSMTPTimeout {
		return fmt.Errorf("%q is no time up to 1h; write it like 5m or 30s", value)
	}
	c.SMTPTimeout = d
	return nil
}

func parseAttorneyEmails(c *Config, value string) error {
	seen := map[string]bool{}
	for item := range strings.SplitSeq(value, ",") {
		email, err := parseEmail(strings.TrimSpace(item))
		if err != nil {
			return err
		}
		// Every address is one message, so one that stands here twice counts once.
		if key := strings.ToLower(email); !seen[key] {
			seen[key] = true
			c.AttorneyEmails = append(c.AttorneyEmails, email)
		}
	}
	return nil
}

func parseAdminEmail(c *Config, value string) error {
	email, err := parseEmail(value)
	c.AdminEmail = email
	return err
}

// parseEmail checks the shape only; what Usher can send to is decided by
// mail.ParseAddress where the address is used.
func parseEmail(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", fmt.Errorf("%q is no e-mail address; write it like name@firm.example", s)
	}
	return s, nil
}

func parseAdminPassword(c *Config, value string) error {
	c.AdminPassword = value
	return nil
}
