package mail_test

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
)

// FuzzRender: whatever a prospect is called, the mail parses back as one message
// with exactly the headers that we write, one recipient, two parts, and no link
// but ours.
func FuzzRender(f *testing.F) {
	for _, name := range []string{
		"Ana", "José María", "محمد", "\r\nBcc: x@evil.example", "=?utf-8?q?=0D=0ABcc:_x?=", "{{.}}", "https://evil.example",
		"<a href=\"//evil.example\">x</a>", "\r\n.\r\nMAIL FROM:<x>", strings.Repeat("long ", 80), strings.Repeat("界", 200), "\x00", "\r\n\r\nbody",
	} {
		f.Add(name, name, true)
		f.Add(name, "Silva", false)
	}
	english, arabic := renderer(f), renderer(f, "ar")
	f.Fuzz(func(t *testing.T, first, last string, single bool) {
		if !utf8.ValidString(first) || !utf8.ValidString(last) || len(first)+len(last) > 1600 {
			return
		}
		facts := mail.Facts{FirstName: first, LastName: last, SingleName: single, Email: "ana@mail.example", Reference: "7K4-Q2M", ReceivedAt: epoch}
		for _, kind := range []mail.Kind{mail.Confirmation, mail.Notification} {
			for _, r := range []*mail.Renderer{english, arabic} {
				due := dueFor(kind, facts)
				letter, err := r.Render(due)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := smtp.Compose(letter)
				if err != nil {
					t.Fatal(err)
				}
				checkMail(t, due, letter, raw)
			}
		}
	})
}

func checkMail(t *testing.T, due mail.Due, letter mail.Letter, raw []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") { // RFC 5322 section 2.1.1
			t.Errorf("bad line %q", line)
		}
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	if due.Kind == mail.Notification {
		want = slices.Insert(want, 6, "Reply-To")
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(m.Header))); diff != "" {
		t.Error(diff)
	}
	for name, values := range m.Header {
		if len(values) != 1 {
			t.Errorf("%d times %s", len(values), name)
		}
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != due.Recipient || to[0].Name != "" {
		t.Errorf("to %v, %v", to, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != strings.Join(strings.Fields(letter.Subject), " ") {
		t.Errorf("subject %q, want %q (%v)", subject, letter.Subject, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, content := range []string{letter.Text, letter.HTML} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(quotedprintable.NewReader(part))
		if text := strings.ReplaceAll(string(got), "\r\n", "\n"); err != nil || text != content {
			t.Errorf("part %q, want %q (%v)", text, content, err)
		}
		checkLinks(t, due, content)
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("a third part: %v", err)
	}
}

// checkLinks finds no link in a mail but our own one in the firm's.
func checkLinks(t *testing.T, due mail.Due, content string) {
	t.Helper()
	content = strings.ToLower(content)
	if due.Kind == mail.Notification {
		link := "https://usher.example/app/leads/" + due.LeadID
		if strings.Count(content, link) != 1 {
			t.Errorf("not our link once: %s", content)
		}
		content = strings.ReplaceAll(content, link, "")
		content = strings.ReplaceAll(content, `<a href="">`, "")
	}
	marks := []string{"://", "www.", "mailto:"}
	if strings.HasPrefix(content, "<!doctype html>") {
		marks = append(marks, "<a", "<img", "<script")
	}
	for _, mark := range marks {
		if strings.Contains(content, mark) {
			t.Errorf("%q in %s", mark, content)
		}
	}
}
