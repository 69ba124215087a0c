package e2e

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"usher/internal/mail/smtptest"
)

// letter is a mail as its reader sees it.
type letter struct {
	header     netmail.Header
	text, html string
}

// parseLetter reads a mail of one or more text parts.
func parseLetter(t testing.TB, content string) (l letter) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v: %s", err, content)
	}
	l.header = m.Header
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q: %v", m.Header.Get("Content-Type"), err)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = part
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			body = quotedprintable.NewReader(part)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.html = string(b)
		} else {
			l.text = string(b)
		}
	}
}

// through gives the settings that send mail through a server without TLS, and
// soon again when it fails.
func through(server *smtptest.Server) []string {
	return []string{
		fmt.Sprintf("USHER_SMTP_URL=smtp://%s:%d?tls=off", server.Host(), server.Port()),
		"USHER_MAIL_FROM=Firm <intake@firm.example>", "USHER_MAIL_RETRY=200ms..2s", "USHER_SMTP_TIMEOUT=5s",
	}
}

// drained waits until no message of the outbox waits any more.
func (s *server) drained(limit time.Duration) {
	s.t.Helper()
	eventually(s.t, limit, func() error {
		metrics := string(s.get("/metrics").body)
		for _, state := range []string{"queued", "retrying"} {
			if line := `usher_messages{state="` + state + `"} `; !strings.Contains(metrics, line+"0\n") {
				_, rest, _ := strings.Cut(metrics, line)
				n, _, _ := strings.Cut(rest, "\n")
				return fmt.Errorf("%s messages are %s", n, state)
			}
		}
		return nil
	})
}
