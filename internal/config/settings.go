package config

import (
	"strings"

	"usher/internal/words"
)

// Setting describes one setting to whoever writes a command line, an example
// file or a page of documentation.
type Setting struct {
	Name    string // the environment variable, such as USHER_LISTEN
	Flag    string // the command line's flag, such as --listen
	Help    string // one line: what it is for and how to write it
	Default string // the value that holds when it is unset; may be empty
	Unset   string // what an unset one without a Default means
	Example string // a good value; empty for what has none
	Secret  bool   // its value is never shown; it is also read from FileName
}

// FileName is the variable that names a file with a secret's value.
func (s Setting) FileName() string { return s.Name + fileSuffix }

const (
	prefix     = "USHER_"
	testPrefix = "USHER_TEST_" // for the tests of Usher; never a setting
	fileSuffix = "_FILE"
)

// setting is a row of the table: what people see and how the value is read.
type setting struct {
	Setting
	parse func(c *Config, value string) error
	show  func(c *Config) string // only where the given text isn't what to show
}

// Settings is the table, in the order in which people should read it.
func Settings() []Setting {
	rows := table()
	out := make([]Setting, len(rows))
	for i, row := range rows {
		out[i] = row.Setting
	}
	return out
}

// table is the one list of settings. Everything else is derived from it.
func table() []setting {
	var rows []setting
	rows = append(rows, serverSettings()...)
	rows = append(rows, mailSettings()...)
	rows = append(rows, intakeSettings()...)
	for i := range rows {
		word := strings.TrimPrefix(rows[i].Name, prefix)
		rows[i].Flag = "--" + strings.ReplaceAll(strings.ToLower(word), "_", "-")
	}
	return rows
}

func serverSettings() []setting {
	return []setting{
		{Setting{
			Name: "USHER_LISTEN", Default: "127.0.0.1:8080",
			Help: "host:port to serve on; the default is reachable from this machine only",
		}, parseListen, nil},
		{Setting{
			Name: "USHER_BASE_URL", Unset: "http://localhost and the listen port", Example: "https://intake.firm.example",
			Help: "what links begin with, as people reach the server",
		}, parseBaseURL, func(c *Config) string { return c.BaseURL.String() }},
		{Setting{
			Name: "USHER_DATA_DIR", Default: "./data",
			Help: "database, resumes and keys",
		}, parseDataDir, nil},
		{Setting{
			Name: "USHER_DATABASE_URL", Unset: "SQLite in the data directory", Secret: true,
			Help: "leave it unset: PostgreSQL comes later",
		}, parseDatabaseURL, nil},
		{Setting{
			Name: "USHER_RESUME_URL", Unset: "files in the data directory", Secret: true,
			Help: "leave it unset: S3-compatible storage comes later",
		}, parseResumeURL, nil},
		{Setting{
			Name: "USHER_SECRET_KEY", Unset: "made at the first start and kept in the data directory", Secret: true,
			Help: "at least 32 bytes as hex, as `openssl rand -hex 32` prints; changing it ends tokens and links",
		}, parseSecretKey, nil},
		{Setting{
			Name: "USHER_TRUSTED_PROXIES", Unset: "none", Example: "127.0.0.1, 10.0.0.0/8",
			Help: "addresses or networks, with commas, whose forwarded headers count",
		}, parseTrustedProxies, nil},
		{Setting{
			Name: "USHER_LOG_FORMAT", Default: "auto",
			Help: "text, json, or auto: text on a terminal, JSON elsewhere",
		}, parseLogFormat, nil},
	}
}

//nolint:gosec // the password in the URL is an example
func mailSettings() []setting {
	return []setting{
		{Setting{
			Name: "USHER_SMTP_URL", Unset: "messages are captured in the outbox, not sent", Secret: true,
			Example: "smtp://user:password@mail.firm.example:587",
			Help:    "the mail server: smtp://user:password@host:587 or smtps://…:465; ?tls=required (default), opportunistic or off",
		}, parseSMTP, func(c *Config) string { return c.SMTP.Redacted() }},
		{Setting{
			Name: "USHER_MAIL_FROM", Unset: "none; needed with USHER_SMTP_URL", Example: "Firm Name <intake@firm.example>",
			Help: "the sender of every message",
		}, parseMailFrom, nil},
		{Setting{
			Name: "USHER_MAIL_RETRY", Default: "30s..1h",
			Help: "first and longest pause between tries",
		}, parseMailRetry, nil},
		{Setting{
			Name: "USHER_SMTP_TIMEOUT", Default: "5m",
			Help: "how long one SMTP command may take",
		}, parseSMTPTimeout, nil},
		{Setting{
			Name: "USHER_ATTORNEY_EMAIL", Unset: "the first admin", Example: "attorney@firm.example, intake@firm.example",
			Help: "where the firm's notification goes; several with commas",
		}, parseAttorneyEmails, nil},
	}
}

func intakeSettings() []setting {
	return []setting{
		{Setting{
			Name: "USHER_ADMIN_EMAIL", Unset: "a one-time setup link is printed", Example: "admin@firm.example",
			Help: "the first admin, made only while there is no user; needs USHER_ADMIN_PASSWORD",
		}, parseAdminEmail, nil},
		{Setting{
			Name: "USHER_ADMIN_PASSWORD", Unset: "a one-time setup link is printed", Secret: true,
			Help: "the first admin's password; needs USHER_ADMIN_EMAIL",
		}, parseAdminPassword, nil},
		{Setting{
			Name: "USHER_PUBLIC_RATE", Default: "60/min",
			Help: "submissions from one network (IPv4 address, IPv6 /64), half a minute's worth at once; N/s, N/min, N/h or off, which also stops noting how fast a form was sent",
		}, parsePublicRate, nil},
		{Setting{
			Name: "USHER_MAX_RESUME_BYTES", Default: "10MiB",
			Help: "the largest resume: bytes, or with KB, MB, KiB, MiB",
		}, parseMaxResumeBytes, nil},
		{Setting{
			Name: "USHER_FIRM_NAME", Unset: "the pages name no firm", Example: "Ortiz & Bauer",
			Help: "the firm's name, as prospects know it",
		}, parseFirmName, nil},
		{Setting{
			Name: "USHER_LANGUAGES", Default: strings.Join(words.Shipped(), ","),
			Help: "languages of the public pages and mails, with commas, the first is the default; en-XA is one more, for tests",
		}, parseLanguages, nil},
	}
}
