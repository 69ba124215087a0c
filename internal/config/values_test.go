package config_test

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"usher/internal/config"
)

const (
	goodKey  = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	mailFrom = "USHER_MAIL_FROM=Firm <intake@firm.example>"
)

// equal compares configurations as a caller sees them. Config and SMTP hide
// their fields from printing, so a difference is told by field, not by value.
func equal(a, b any) bool {
	return cmp.Equal(a, b, cmpopts.IgnoreUnexported(config.Config{}), cmp.Comparer(func(x, y netip.Prefix) bool { return x == y }))
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Listen: "127.0.0.1:8080", BaseURL: &url.URL{Scheme: "http", Host: "localhost:8080"}, DataDir: "data",
		MailRetryFirst: 30 * time.Second, MailRetryMax: time.Hour, SMTPTimeout: 5 * time.Minute,
		PublicRate: config.Rate{PerMinute: 60, Burst: 30}, MaxResumeBytes: 10 << 20,
		Languages: []string{"en", "es", "zh-Hans", "pt-BR", "fr", "vi", "ar"}, LogFormat: config.LogAuto,
	}
	if !equal(c, want) {
		t.Error("the defaults differ from api.md's table")
	}
}

// TestGood sets one setting to one good value and looks at what comes out.
func TestGood(t *testing.T) {
	t.Parallel()
	smtp := func(s config.SMTP) func(config.Config) (any, any) {
		return func(c config.Config) (any, any) { return *c.SMTP, s }
	}
	proxies := func(want ...string) func(config.Config) (any, any) {
		return func(c config.Config) (any, any) {
			var got []string
			for _, p := range c.TrustedProxies {
				got = append(got, p.String())
			}
			return got, want
		}
	}
	rate := func(r config.Rate) func(config.Config) (any, any) {
		return func(c config.Config) (any, any) { return c.PublicRate, r }
	}
	size := func(n int64) func(config.Config) (any, any) {
		return func(c config.Config) (any, any) { return c.MaxResumeBytes, n }
	}
	base := func(want string) func(config.Config) (any, any) {
		return func(c config.Config) (any, any) { return c.BaseURL.String(), want }
	}
	for _, tt := range []struct {
		set string
		get func(config.Config) (got, want any)
	}{
		{"USHER_LISTEN=:9000", base("http://localhost:9000")},
		{"USHER_LISTEN=0.0.0.0:80", base("http://localhost")},
		{"USHER_LISTEN=[::1]:0", func(c config.Config) (any, any) { return c.Listen, "[::1]:0" }},
		{"USHER_LISTEN=localhost:8081", func(c config.Config) (any, any) { return c.Listen, "localhost:8081" }},
		{"USHER_BASE_URL=https://Intake.Firm.example/", base("https://intake.firm.example")},
		{"USHER_BASE_URL= http://[::1]:8080 ", base("http://[::1]:8080")},
		{"USHER_DATA_DIR=/var/lib/usher/", func(c config.Config) (any, any) { return c.DataDir, "/var/lib/usher" }},
		{"USHER_DATABASE_URL=", func(c config.Config) (any, any) { return c.DatabaseURL, "" }},
		{"USHER_RESUME_URL=", func(c config.Config) (any, any) { return c.ResumeURL, "" }},
		{"USHER_SECRET_KEY=" + goodKey, func(c config.Config) (any, any) { return len(c.SecretKey), 32 }},
		{"USHER_SECRET_KEY=" + strings.ToUpper(goodKey+goodKey), func(c config.Config) (any, any) { return len(c.SecretKey), 64 }},
		{"USHER_SMTP_URL=smtp://mail.firm.example", smtp(config.SMTP{Host: "mail.firm.example", Port: 587, TLS: config.TLSRequired})},
		{"USHER_SMTP_URL=smtps://u%40f.example:p%2Fw@10.0.0.1", smtp(config.SMTP{Host: "10.0.0.1", Port: 465, User: "u@f.example", Password: "p/w", Implicit: true, TLS: config.TLSRequired})},
		{"USHER_SMTP_URL=smtps://h:2465?tls=required", smtp(config.SMTP{Host: "h", Port: 2465, Implicit: true, TLS: config.TLSRequired})},
		{"USHER_SMTP_URL=smtp://[::1]:1025/?tls=off", smtp(config.SMTP{Host: "::1", Port: 1025, TLS: config.TLSOff})},
		{"USHER_SMTP_URL=smtp://h?tls=opportunistic", smtp(config.SMTP{Host: "h", Port: 587, TLS: config.TLSOpportunistic})},
		{"USHER_MAIL_FROM=Ortiz <a@firm.example>", func(c config.Config) (any, any) {
			return *c.MailFrom, mail.Address{Name: "Ortiz", Address: "a@firm.example"}
		}},
		{"USHER_MAIL_FROM=a@firm.example", func(c config.Config) (any, any) { return *c.MailFrom, mail.Address{Address: "a@firm.example"} }},
		{"USHER_MAIL_RETRY=500ms..5s", func(c config.Config) (any, any) {
			return []time.Duration{c.MailRetryFirst, c.MailRetryMax}, []time.Duration{500 * time.Millisecond, 5 * time.Second}
		}},
		{"USHER_SMTP_TIMEOUT=1500ms", func(c config.Config) (any, any) { return c.SMTPTimeout, 1500 * time.Millisecond }},
		{"USHER_ATTORNEY_EMAIL=a@f.example, b@f.example,A@F.example", func(c config.Config) (any, any) { return c.AttorneyEmails, []string{"a@f.example", "b@f.example"} }},
		{"USHER_ATTORNEY_EMAIL=josé@bücher.example", func(c config.Config) (any, any) { return c.AttorneyEmails, []string{"josé@bücher.example"} }},
		{"USHER_PUBLIC_RATE=60/min", rate(config.Rate{PerMinute: 60, Burst: 30})},
		{"USHER_PUBLIC_RATE=2/s", rate(config.Rate{PerMinute: 120, Burst: 60})},
		{"USHER_PUBLIC_RATE=30 / h", rate(config.Rate{PerMinute: 0.5, Burst: 1})},
		{"USHER_PUBLIC_RATE=off", rate(config.Rate{Off: true})},
		{"USHER_MAX_RESUME_BYTES=10485760", size(10 << 20)},
		{"USHER_MAX_RESUME_BYTES=5MB", size(5e6)},
		{"USHER_MAX_RESUME_BYTES=512 kib", size(512 << 10)},
		{"USHER_MAX_RESUME_BYTES=1GiB", size(1 << 30)},
		{"USHER_TRUSTED_PROXIES=10.1.2.3/8, ::1,127.0.0.1", proxies("10.0.0.0/8", "::1/128", "127.0.0.1/32")},
		{"USHER_TRUSTED_PROXIES=::ffff:192.0.2.1", proxies("192.0.2.1/32")},
		{"USHER_FIRM_NAME=Ortiz & Bauer", func(c config.Config) (any, any) { return c.FirmName, "Ortiz & Bauer" }},
		{"USHER_LANGUAGES=EN, en", func(c config.Config) (any, any) { return c.Languages, []string{"en"} }},
		{"USHER_LANGUAGES=ar,zh-hans, en-xa", func(c config.Config) (any, any) { return c.Languages, []string{"ar", "zh-Hans", "en-XA"} }},
		{"USHER_LOG_FORMAT=json", func(c config.Config) (any, any) { return c.LogFormat, config.LogJSON }},
		{"USHER_LOG_FORMAT=text", func(c config.Config) (any, any) { return c.LogFormat, config.LogText }},
	} {
		t.Run(tt.set, func(t *testing.T) {
			t.Parallel()
			c, err := config.Load(nil, []string{tt.set, mailFrom}[:pairs(tt.set)], t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if got, want := tt.get(c); !equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// pairs is how many of the two variables to set: only SMTP needs the sender.
func pairs(set string) int {
	if strings.HasPrefix(set, "USHER_SMTP_URL=") {
		return 2
	}
	return 1
}

// TestBad sets one setting to one bad value: exactly one line says which
// setting it is and what to do.
func TestBad(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, value, says string }{
		{"USHER_LISTEN", "8080", "like 127.0.0.1:8080"},
		{"USHER_LISTEN", "127.0.0.1:http", "port"},
		{"USHER_LISTEN", "127.0.0.1:65536", "port"},
		{"USHER_LISTEN", "a b:80", "host name"},
		{"USHER_LISTEN", "::1:80", "host:port"},
		{"USHER_BASE_URL", "intake.firm.example", "http:// or https://"},
		{"USHER_BASE_URL", "ftp://firm.example", "http:// or https://"},
		{"USHER_BASE_URL", "https://firm.example/intake", "path"},
		{"USHER_BASE_URL", "https://firm.example?x=1", "end after the host"},
		{"USHER_BASE_URL", "https://firm.example?", "end after the host"},
		{"USHER_BASE_URL", "https://firm.example/#", "end after the host"},
		{"USHER_BASE_URL", "https://u:p@firm.example", "user or a password"},
		{"USHER_BASE_URL", "https://", "host"},
		{"USHER_BASE_URL", "https://bücher.example", "xn--"},
		{"USHER_BASE_URL", "https://firm.example:", "port"},
		{"USHER_BASE_URL", "https://firm.example:0", "port"},
		{"USHER_BASE_URL", "https://-firm.example", "host"},
		{"USHER_DATA_DIR", "a\x00b", "control character"},
		{"USHER_DATA_DIR", " ", "white space"},
		{"USHER_DATABASE_URL", "postgres://u:p@h/db", "PostgreSQL is not in this release"},
		{"USHER_DATABASE_URL", "PostgreSQL://h/db", "PostgreSQL is not in this release"},
		{"USHER_DATABASE_URL", "mysql://h/db", "SQLite only"},
		{"USHER_RESUME_URL", "s3://bucket/prefix", "S3-compatible storage is not in this release"},
		{"USHER_RESUME_URL", "/srv/resumes", "leave it unset"},
		{"USHER_SECRET_KEY", "changeme", "not hex"},
		{"USHER_SECRET_KEY", goodKey[:62], "31 bytes"},
		{"USHER_SECRET_KEY", goodKey + "0", "not hex"},
		{"USHER_SECRET_KEY", strings.Repeat("00", 32), "guessed"},
		{"USHER_SECRET_KEY", strings.Repeat("deadbeef", 16), "guessed"},
		{"USHER_SMTP_URL", "mail.firm.example:587", "like smtp://"},
		{"USHER_SMTP_URL", "http://mail.firm.example", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://u:p%zz@h", "percent-encoded"},
		{"USHER_SMTP_URL", "smtp://u:pass#word@h", "percent-encoded"},
		{"USHER_SMTP_URL", "smtp://h:99999", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://h:", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://h/path", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://h?tls=off;x", "like smtp://"},
		{"USHER_SMTP_URL", "smtp://user@h", "both a user and a password"},
		{"USHER_SMTP_URL", "smtp://:word@h", "both a user and a password"},
		{"USHER_SMTP_URL", "smtp://u:p%0d%0aQUIT@h", "control character"},
		{"USHER_SMTP_URL", "smtp://h?verify=no", "only one option"},
		{"USHER_SMTP_URL", "smtp://h?tls=off&tls=required", "only one option"},
		{"USHER_SMTP_URL", "smtp://h?tls=no", "unknown tls="},
		{"USHER_SMTP_URL", "smtps://h?tls=off", "always TLS"},
		{"USHER_MAIL_FROM", "Firm Name", "no sender"},
		{"USHER_MAIL_FROM", "=?utf-8?q?a=0D=0Ab?= <a@f.example>", "no sender"},
		{"USHER_MAIL_RETRY", "30s", "like 30s..1h"},
		{"USHER_MAIL_RETRY", "1h..30s", "like 30s..1h"},
		{"USHER_MAIL_RETRY", "0s..1h", "like 30s..1h"},
		{"USHER_MAIL_RETRY", "1h..25h", "24h"},
		{"USHER_SMTP_TIMEOUT", "5", "like 5m"},
		{"USHER_SMTP_TIMEOUT", "-5m", "like 5m"},
		{"USHER_SMTP_TIMEOUT", "2h", "up to 1h"},
		{"USHER_ATTORNEY_EMAIL", "a@f.example,", "e-mail address"},
		{"USHER_ATTORNEY_EMAIL", "Ana <a@f.example>", "e-mail address"},
		{"USHER_PUBLIC_RATE", "60", "like 60/min"},
		{"USHER_PUBLIC_RATE", "0/min", "like 60/min"},
		{"USHER_PUBLIC_RATE", "1/day", "like 60/min"},
		{"USHER_PUBLIC_RATE", "-1/s", "or off"},
		{"USHER_MAX_RESUME_BYTES", "0", "like 10MiB"},
		{"USHER_MAX_RESUME_BYTES", "1.5MiB", "like 10MiB"},
		{"USHER_MAX_RESUME_BYTES", "MiB", "like 10MiB"},
		{"USHER_MAX_RESUME_BYTES", "10 potatoes", "like 10MiB"},
		{"USHER_MAX_RESUME_BYTES", "2GiB", "up to 1GiB"},
		{"USHER_MAX_RESUME_BYTES", "9223372036854775807GiB", "up to 1GiB"},
		{"USHER_TRUSTED_PROXIES", "proxy.firm.example", "10.0.0.0/8"},
		{"USHER_TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"},
		{"USHER_TRUSTED_PROXIES", "fe80::1%eth0", "10.0.0.0/8"},
		{"USHER_TRUSTED_PROXIES", "::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{"USHER_FIRM_NAME", strings.Repeat("é", 201), "200"},
		{"USHER_FIRM_NAME", "a\nb", "control character"},
		{"USHER_FIRM_NAME", "a\xff", "UTF-8"},
		{"USHER_LANGUAGES", "en,de", `"de" is no language that there is; there are en, es, zh-Hans, pt-BR, fr, vi, ar, and en-XA for tests`},
		{"USHER_LANGUAGES", "en,", "empty entry"},
		{"USHER_LOG_FORMAT", "xml", "text, json or auto"},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(nil, []string{tt.name + "=" + tt.value, mailFrom}[:pairs(tt.name+"=")], t.TempDir())
			if err == nil {
				t.Fatal("it was taken")
			}
			text := err.Error()
			if strings.Contains(text, "\n") || !strings.HasPrefix(text, tt.name+" (from environment):") || !strings.Contains(text, tt.says) {
				t.Errorf("want one line about %s that says %q, got:\n%s", tt.name, tt.says, text)
			}
		})
	}
}
