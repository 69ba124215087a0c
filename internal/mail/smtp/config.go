package smtp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"usher/internal/mail"
)

// TLS says whether STARTTLS (RFC 3207) is needed. With ImplicitTLS it is moot.
type TLS string

// The policies for STARTTLS.
const (
	Required      TLS = "required"      // no TLS, no mail
	Opportunistic TLS = "opportunistic" // used when offered; a handshake that fails is a failure, never plain text
	Off           TLS = "off"           // never used
)

// Config says which mail server takes the mails and how to talk to it.
type Config struct {
	Host     string
	Port     int
	User     string // empty: no AUTH
	Password string
	// ImplicitTLS begins with TLS (RFC 8314 section 3.3), as smtps on port 465 does.
	ImplicitTLS bool
	TLS         TLS           // default Required
	Timeout     time.Duration // for each SMTP command with its answer, however slowly it drips; default 5 min
	TryLimit    time.Duration // for a whole try; 0: only the caller's context bounds it
	Hello       string        // what EHLO says, a name or an IP address; default "localhost"
	RootCAs     *x509.CertPool
}

// Sender sends letters to one mail server. It is safe for concurrent use.
type Sender struct{ cfg Config }

// New checks the configuration. It connects to nothing.
func New(cfg Config) (*Sender, error) {
	if cfg.TLS == "" {
		cfg.TLS = Required
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Minute
	}
	if cfg.Hello == "" {
		cfg.Hello = "localhost"
	}
	switch {
	case cfg.Host == "" || strings.ContainsAny(cfg.Host, " \r\n"):
		return nil, errors.New("smtp: the host is missing or holds spaces")
	case cfg.Port < 1 || cfg.Port > 65535:
		return nil, fmt.Errorf("smtp: port %d is not in 1..65535", cfg.Port)
	case cfg.TLS != Required && cfg.TLS != Opportunistic && cfg.TLS != Off:
		return nil, fmt.Errorf("smtp: tls=%q is not required, opportunistic or off", cfg.TLS)
	case cfg.Timeout < 0 || cfg.TryLimit < 0:
		return nil, errors.New("smtp: a time limit is negative")
	case strings.ContainsAny(cfg.Hello, " \r\n"):
		return nil, errors.New("smtp: the EHLO name holds spaces")
	case cfg.TLS == Off && !cfg.ImplicitTLS && cfg.User != "" && !isLoopback(cfg.Host):
		return nil, errors.New("smtp: tls=off would send the password in the clear to another machine")
	}
	cfg.Hello = literal(cfg.Hello)
	return &Sender{cfg}, nil
}

// literal writes an IP address as EHLO wants it (RFC 5321 section 4.1.3).
func literal(name string) string {
	switch ip := net.ParseIP(name); {
	case ip == nil:
		return name
	case ip.To4() != nil:
		return "[" + ip.String() + "]"
	default:
		return "[IPv6:" + ip.String() + "]"
	}
}

var _ mail.Sender = (*Sender)(nil)

// isLoopback goes by the name alone: nothing is looked up.
func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
