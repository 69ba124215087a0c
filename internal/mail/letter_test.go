package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
)

var update = flag.Bool("update", false, "write the golden mails anew")

func dueFor(kind mail.Kind, facts mail.Facts) mail.Due {
	recipient := facts.Email
	if kind == mail.Notification {
		recipient = "attorney@firm.example"
	}
	return mail.Due{
		Message: mail.Message{
			ID: "01936e2f-0000-7000-8000-000000000001", LeadID: "01936e2f-0000-7000-8000-000000000002",
			Kind: kind, Recipient: recipient, MessageID: "<01936e2f.1@usher.example>", CreatedAt: epoch.Add(time.Second),
		},
		Facts: facts,
	}
}

// people are those who are hard to write to, and a usual one.
func people() map[string]mail.Facts {
	all := map[string]mail.Facts{
		"usual":      {FirstName: "Ana", LastName: "O'Neill", Email: "ana@mail.example"},
		"one-name":   {FirstName: "Suharto", LastName: "Suharto", SingleName: true, Email: "Suharto@bücher.example"},
		"arabic":     {FirstName: strings.TrimSpace(strings.Repeat("عبد الرحمن ", 9)), LastName: "بن عبد العزيز آل سعود", Email: "محمد@mail.example"},
		"link":       {FirstName: "https://evil.example/x", LastName: "www.evil.example", Email: "www.evil.example/x@mail.example"},
		"template":   {FirstName: "{{.Firm}} <b>bold</b>", LastName: `"&amp; =?utf-8?q?x?=`, Email: "ana@mail.example"},
		"phone":      {FirstName: "Call", LastName: "+1 555 0100", Email: "o'hara+tag@mail.example"},
		"initials":   {FirstName: "J.R.", LastName: "Smith Jr.", Email: "jr@mail.example"},
		"line-break": {FirstName: "Ana\r\nBcc: x@evil.example", LastName: "Silva\u202e\u2028", Email: "ana@mail.example"},
	}
	for who, facts := range all {
		facts.Reference, facts.Language, facts.ReceivedAt = "7K4-Q2M", "en", epoch.In(time.FixedZone("EST", -5*3600))
		all[who] = facts
	}
	return all
}

// TestGolden shows each mail as it leaves: headers, text and HTML. Run with
// -update after a change, and read the difference.
func TestGolden(t *testing.T) {
	t.Parallel()
	for who, facts := range people() {
		for _, kind := range []mail.Kind{mail.Confirmation, mail.Notification} {
			golden(t, filepath.Join("testdata", string(kind)+"-"+who+".golden"), written(t, renderer(t), dueFor(kind, facts)))
		}
	}
}

// written is a whole letter: headers, text and HTML.
func written(t *testing.T, r *mail.Renderer, due mail.Due) string {
	t.Helper()
	letter, err := r.Render(due)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := smtp.Compose(letter)
	if err != nil {
		t.Fatal(err)
	}
	headers, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	return strings.ReplaceAll(headers, "\r\n", "\n") + "\n\n--- subject\n" + letter.Subject +
		"\n--- text\n" + letter.Text + "--- html\n" + letter.HTML
}

// TestGoldenTest shows the test message, which names nobody but the Usher that sent
// it.
func TestGoldenTest(t *testing.T) {
	t.Parallel()
	to, err := mail.ParseAddress("ana@firm.example")
	if err != nil {
		t.Fatal(err)
	}
	letter, err := renderer(t).Test(to, "<01936e2f.1@usher.example>", epoch)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := smtp.Compose(letter)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "test.golden"), strings.ReplaceAll(string(raw), "\r\n", "\n"))
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
}

// TestWithoutFirm: no firm's name, no promise in anybody's.
func TestWithoutFirm(t *testing.T) {
	t.Parallel()
	letter, err := rendererFor(t, mail.Letterhead{}).Render(dueFor(mail.Confirmation, mail.Facts{FirstName: "Ana", Email: "ana@mail.example"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"What happens next: Someone will read it.\n", "You are not yet a client: sending"} {
		if !strings.Contains(letter.Text, want) {
			t.Errorf("%q is missing in %s", want, letter.Text)
		}
	}
	for _, word := range []string{"confidential", "attorney", "soon", "hours", "days", "!"} {
		if strings.Contains(strings.ToLower(letter.Text), word) {
			t.Errorf("the confirmation says %q", word)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "usher.example", "ftp://usher.example", "https://"} {
		if _, err := mail.NewRenderer(nil, nil, mail.Mailbox{}, base); err == nil {
			t.Errorf("base %q was taken", base)
		}
	}
	due := dueFor("unknown", mail.Facts{Email: "ana@mail.example"})
	if _, err := renderer(t).Render(due); err == nil {
		t.Error("an unknown kind was rendered")
	}
	due = dueFor(mail.Confirmation, mail.Facts{Email: "a@b.example, c@d.example"})
	if _, err := renderer(t).Render(due); err == nil {
		t.Error("two recipients were rendered")
	}
}

func TestParseMailbox(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"intake@firm.example":                      "|intake@firm.example",
		"Firm, LLC. <intake@firm.example>":         "Firm, LLC.|intake@firm.example",
		`"Firm \"A\"" <intake@FIRM.example>`:       `Firm "A"|intake@firm.example`,
		"Müller & Söhne <post@bücher.example>":     "Müller & Söhne|post@xn--bcher-kva.example",
		"Firm\r\nBcc: x@y.example <a@b.example>":   "FirmBcc: x@y.example|a@b.example",
		"Firm <intake@firm.example":                "error",
		"Firm":                                     "error",
		"a@b.example, c@d.example":                 "error",
		"Firm <intake@firm.example>, <x@y.example": "error",
	} {
		m, err := mail.ParseMailbox(in)
		got := m.Name + "|" + m.Address.Envelope()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
