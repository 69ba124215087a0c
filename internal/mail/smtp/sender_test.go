package smtp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/mail/smtptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func address(tb testing.TB, s string) mail.Address {
	tb.Helper()
	a, err := mail.ParseAddress(s)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func letterTo(tb testing.TB, to string) mail.Letter {
	tb.Helper()
	return mail.Letter{
		From: mail.Mailbox{Name: "Firm, LLC", Address: address(tb, "intake@firm.example")},
		To:   address(tb, to), Subject: "Hello", Text: "Hello\n.\nA dot stood alone.\n", HTML: "<p>Hello</p>\n",
		MessageID: "<one@firm.example>", Date: time.Unix(1_800_000_000, 0).UTC(), AutoSubmitted: "auto-replied",
	}
}

func senderFor(tb testing.TB, s *smtptest.Server, change func(*smtp.Config)) *smtp.Sender {
	tb.Helper()
	cfg := smtp.Config{Host: s.Host(), Port: s.Port(), TLS: smtp.Off, Timeout: 10 * time.Second}
	if change != nil {
		change(&cfg)
	}
	sender, err := smtp.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return sender
}

// agree is a hand-over that counts itself.
func agree(calls *int) func(context.Context) error {
	return func(context.Context) error { *calls++; return nil }
}

func TestSend(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t)
	calls := 0
	sender := senderFor(t, server, func(c *smtp.Config) { c.Hello = "::1" })
	if err := sender.Send(t.Context(), letterTo(t, "ana@bücher.example"), agree(&calls)); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t, 1)
	want, err := smtp.Compose(letterTo(t, "ana@bücher.example"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Content != string(want) || calls != 1 || got[0].MessageID != "<one@firm.example>" {
		t.Errorf("the server has %+v after %d hand-overs", got, calls)
	}
	if got[0].Recipients[0] != "ana@xn--bcher-kva.example" || got[0].UTF8 {
		t.Errorf("envelope %v, SMTPUTF8 %v", got[0].Recipients, got[0].UTF8)
	}
}

func TestSMTPUTF8OnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t)
	calls := 0
	if err := senderFor(t, server, nil).Send(t.Context(), letterTo(t, "Анна@firm.example"), agree(&calls)); err != nil {
		t.Fatal(err)
	}
	if got := server.Wait(t, 1)[0]; !got.UTF8 || got.Recipients[0] != "Анна@firm.example" {
		t.Errorf("got %+v", got)
	}
	old := smtptest.Start(t, smtptest.Options{NoUTF8: true})
	err := senderFor(t, old, nil).Send(t.Context(), letterTo(t, "Анна@firm.example"), agree(&calls))
	if f := failure(t, err); f.Trouble != mail.Refused || calls != 1 || len(old.Copies()) != 0 {
		t.Errorf("without SMTPUTF8: %v", err)
	}
}

func failure(tb testing.TB, err error) *mail.Failure {
	tb.Helper()
	f, ok := errors.AsType[*mail.Failure](err)
	if !ok {
		tb.Fatalf("not a failure: %v", err)
	}
	return f
}

// TestFaults is the table of promise 14 as the sender sees it: what each fault is
// about, the words that staff see, and whether the hand-over was recorded.
func TestFaults(t *testing.T) {
	t.Parallel()
	const short = 150 * time.Millisecond
	for name, c := range map[string]struct {
		fault   smtptest.Fault
		timeout time.Duration
		trouble mail.Trouble
		code    int
		text    string
		handed  int
	}{
		"421 greeting":       {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "421 4.3.2 closing", Then: smtptest.Cut}, trouble: mail.Unreachable, code: 421},
		"554 greeting":       {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "554 go away", Then: smtptest.Cut}, trouble: mail.Unreachable, code: 554},
		"cut greeting":       {fault: smtptest.Fault{Stage: smtptest.Greeting, Then: smtptest.Cut}, trouble: mail.Unreachable, text: "the connection was lost (greeting)"},
		"garbage greeting":   {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "HTTP/1.1 400 Bad Request", Then: smtptest.Cut}, trouble: mail.Unreachable, text: "the answer is not SMTP (greeting)"},
		"hang greeting":      {fault: smtptest.Fault{Stage: smtptest.Greeting, Then: smtptest.Hang}, timeout: short, trouble: mail.Unreachable, text: "no complete answer in time (greeting)"},
		"502 EHLO":           {fault: smtptest.Fault{Stage: smtptest.Hello, Reply: "550 not you", Times: 2}, trouble: mail.Unreachable, code: 550},
		"hang EHLO":          {fault: smtptest.Fault{Stage: smtptest.Hello, Then: smtptest.Hang}, timeout: short, trouble: mail.Unreachable},
		"535 AUTH":           {fault: smtptest.Fault{Stage: smtptest.Auth, Reply: "535 5.7.8 bad credentials"}, trouble: mail.Unreachable, code: 535},
		"550 AUTH":           {fault: smtptest.Fault{Stage: smtptest.Auth, Reply: "550 5.7.1 no"}, trouble: mail.Unreachable, code: 550},
		"hang AUTH":          {fault: smtptest.Fault{Stage: smtptest.Auth, Then: smtptest.Hang}, timeout: short, trouble: mail.Unreachable},
		"421 MAIL":           {fault: smtptest.Fault{Stage: smtptest.Mail, Reply: "421 4.3.2 closing", Then: smtptest.Cut}, trouble: mail.Deferred, code: 421},
		"530 MAIL":           {fault: smtptest.Fault{Stage: smtptest.Mail, Reply: "530 5.7.0 Must issue STARTTLS first"}, trouble: mail.Unreachable, code: 530},
		"hang MAIL":          {fault: smtptest.Fault{Stage: smtptest.Mail, Then: smtptest.Hang}, timeout: short, trouble: mail.Deferred},
		"garbage MAIL":       {fault: smtptest.Fault{Stage: smtptest.Mail, Reply: "\x00\xff\x1b[2J what"}, trouble: mail.Deferred, text: "the answer is not SMTP (MAIL)"},
		"450 RCPT":           {fault: smtptest.Fault{Stage: smtptest.Rcpt, Reply: "450 4.2.0 greylisted"}, trouble: mail.Deferred, code: 450},
		"550 RCPT":           {fault: smtptest.Fault{Stage: smtptest.Rcpt, Reply: "550-5.1.1 <ana@mail.example>: no user\r\n550 5.1.1 called ana here"}, trouble: mail.Refused, text: "550 5.1.1 [address] no user 5.1.1 called [address] here (RCPT)", code: 550},
		"hang RCPT":          {fault: smtptest.Fault{Stage: smtptest.Rcpt, Then: smtptest.Hang}, timeout: short, trouble: mail.Deferred},
		"drip RCPT":          {fault: smtptest.Fault{Stage: smtptest.Rcpt, Reply: "250 " + strings.Repeat("slow ", 200), Drip: 20 * time.Millisecond}, timeout: short, trouble: mail.Deferred, text: "no complete answer in time (RCPT)"},
		"flood RCPT":         {fault: smtptest.Fault{Stage: smtptest.Rcpt, Reply: "250 " + strings.Repeat("x", 1<<20)}, trouble: mail.Deferred, text: "the answer is too long (RCPT)"},
		"554 DATA":           {fault: smtptest.Fault{Stage: smtptest.Data, Reply: "554 5.0.0 no"}, trouble: mail.Refused, code: 554},
		"hang DATA":          {fault: smtptest.Fault{Stage: smtptest.Data, Then: smtptest.Hang}, timeout: short, trouble: mail.Deferred},
		"451 content":        {fault: smtptest.Fault{Stage: smtptest.Content, Reply: "451 4.3.0 later"}, trouble: mail.Deferred, code: 451, handed: 1},
		"554 content":        {fault: smtptest.Fault{Stage: smtptest.Content, Reply: "554 5.7.1 spam"}, trouble: mail.Refused, code: 554, handed: 1},
		"hang content":       {fault: smtptest.Fault{Stage: smtptest.Content, Then: smtptest.Hang}, timeout: short, trouble: mail.Deferred, handed: 1},
		"cut after the dot":  {fault: smtptest.Fault{Stage: smtptest.Content, Then: smtptest.Cut}, trouble: mail.Deferred, text: "the connection was lost (content)", handed: 1},
		"half a 250 content": {fault: smtptest.Fault{Stage: smtptest.Content, Reply: "250-half", Then: smtptest.Cut}, trouble: mail.Deferred, handed: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t)
			server.Arm(c.fault)
			handed := 0
			err := senderFor(t, server, func(cfg *smtp.Config) {
				cfg.User, cfg.Password = "usher", "secret"
				if c.timeout > 0 {
					cfg.Timeout = c.timeout
				}
			}).Send(t.Context(), letterTo(t, "ana@mail.example"), agree(&handed))
			f := failure(t, err)
			if f.Trouble != c.trouble || f.Code != c.code || handed != c.handed {
				t.Errorf("%v: %v, code %d, %d hand-overs; want %v, %d, %d", f, f.Trouble, f.Code, handed, c.trouble, c.code, c.handed)
			}
			if c.text != "" && f.Error() != c.text {
				t.Errorf("staff see %q, want %q", f, c.text)
			}
		})
	}
}

// TestSentWhateverComesAfter: a 250 after DATA is sent (stack.md, trap 16).
func TestSentWhateverComesAfter(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]smtptest.Fault{
		"cut after the 250": {Stage: smtptest.After, Then: smtptest.Cut},
		"QUIT refused":      {Stage: smtptest.Quit, Reply: "554 5.0.0 stay"},
		"QUIT cut":          {Stage: smtptest.Quit, Then: smtptest.Cut},
		"QUIT hangs":        {Stage: smtptest.Quit, Then: smtptest.Hang},
		"another 2yz":       {Stage: smtptest.Content, Reply: "252 fine"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t)
			server.Arm(fault)
			calls := 0
			sender := senderFor(t, server, func(c *smtp.Config) { c.Timeout = time.Hour })
			if err := sender.Send(t.Context(), letterTo(t, "ana@mail.example"), agree(&calls)); err != nil {
				t.Errorf("not sent: %v", err)
			}
		})
	}
}

// TestRefusedHandOver: without the hand-over on record the server must not get a
// whole message, not even half of one with a dot.
func TestRefusedHandOver(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]smtptest.Fault{
		"proper server": nil,
		"script":        {{Stage: smtptest.After}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t)
			server.Arm(faults...)
			err := senderFor(t, server, nil).Send(t.Context(), letterTo(t, "ana@mail.example"),
				func(context.Context) error { return mail.ErrLeaseLost })
			if !errors.Is(err, mail.ErrLeaseLost) {
				t.Errorf("got %v", err)
			}
			server.Close() // waits for the session, so that nothing comes later
			if got := server.Copies(); len(got) != 0 {
				t.Errorf("the server has %q", got[0].Content)
			}
		})
	}
}

func TestContextEndsATry(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t)
	server.Arm(smtptest.Fault{Stage: smtptest.Content, Then: smtptest.Hang})
	ctx, cancel := context.WithCancel(t.Context())
	err := senderFor(t, server, func(c *smtp.Config) { c.Timeout = time.Hour }).
		Send(ctx, letterTo(t, "ana@mail.example"), func(context.Context) error { cancel(); return nil })
	if f := failure(t, err); f.Trouble != mail.Deferred || !errors.Is(err, context.Canceled) || f.Code != 0 {
		t.Errorf("got %v", err)
	}
	server.Heal()
	server.Arm(smtptest.Fault{Stage: smtptest.Rcpt, Then: smtptest.Hang})
	err = senderFor(t, server, func(c *smtp.Config) { c.Timeout, c.TryLimit = time.Hour, 100*time.Millisecond }).
		Send(t.Context(), letterTo(t, "ana@mail.example"), agree(new(int)))
	if f := failure(t, err); f.Text != "the try took too long" {
		t.Errorf("got %v", err)
	}
}
