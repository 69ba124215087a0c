package config

import (
	"fmt"
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"time"
)

// Config is everything that an operator can set, checked and ready to use.
// Load makes it; the zero value is not a usable configuration.
type Config struct {
	Listen         string         // host:port to serve on; an empty host is every interface
	BaseURL        *url.URL       // what links begin with: scheme and host, no path, never nil
	DataDir        string         // as given, cleaned; relative to the working directory
	DatabaseURL    string         // empty: SQLite in the data directory
	ResumeURL      string         // empty: files in the data directory
	SecretKey      []byte         // decoded; nil: made at the first start
	SMTP           *SMTP          // nil: messages are captured, not sent
	MailFrom       *mail.Address  // nil only without SMTP
	MailRetryFirst time.Duration  // the pause after the first failed try
	MailRetryMax   time.Duration  // the longest pause between tries
	SMTPTimeout    time.Duration  // for one SMTP command
	AttorneyEmails []string       // empty: the first admin
	AdminEmail     string         // empty: a one-time setup link is printed
	AdminPassword  string         // set if and only if AdminEmail is
	PublicRate     Rate           // what one network may submit
	MaxResumeBytes int64          // of one resume
	TrustedProxies []netip.Prefix // masked; whose forwarded headers count
	FirmName       string         // empty: the pages name no firm
	Languages      []string       // of the public pages, the first is the default
	LogFormat      LogFormat      // never empty

	origins []origin // one for each setting, in the table's order
}

// SMTP is the mail server that messages are handed to.
type SMTP struct {
	Host     string // a name or an IP address, without brackets
	Port     int
	User     string // empty: no sign-in
	Password string
	Implicit bool // TLS from the first byte (smtps), not by STARTTLS
	TLS      TLSPolicy
}

// TLSPolicy says what happens when the mail server offers no STARTTLS.
type TLSPolicy string

// The policies. Whatever the policy, a TLS handshake that was begun and failed
// never falls back to plain text.
const (
	TLSRequired      TLSPolicy = "required"      // don't send without TLS
	TLSOpportunistic TLSPolicy = "opportunistic" // take TLS where it is offered
	TLSOff           TLSPolicy = "off"           // never ask for it
)

// Rate is how many public submissions one network may make.
type Rate struct {
	Off       bool    // no limit; PerMinute and Burst are 0
	PerMinute float64 // the sustained rate
	Burst     int     // how many at once, at least 1
}

// LogFormat says how log records are written.
type LogFormat string

// The formats. Auto is text on a terminal and JSON elsewhere.
const (
	LogAuto LogFormat = "auto"
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Format keeps secrets out of whatever prints a Config by accident, %+v and
// %#v included. Print is the way to show one.
func (Config) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "config.Config{see Print}") }

// LogValue keeps secrets out of the log.
func (Config) LogValue() slog.Value { return slog.StringValue("config.Config{see Print}") }

// Format shows the server without the user and the password.
func (s SMTP) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.Redacted()) }

// LogValue is the server without the user and the password.
func (s SMTP) LogValue() slog.Value { return slog.StringValue(s.Redacted()) }
