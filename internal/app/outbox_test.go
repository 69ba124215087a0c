package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/mail/smtptest"
)

const (
	summaryPath  = "/api/v1/messages/summary"
	testMailPath = "/api/v1/messages/test"
)

type messageSummary struct {
	Sending bool `json:"sending"`
	Waiting int  `json:"waiting"`
	Stuck   int  `json:"stuck"`
	Dead    int  `json:"dead"`
}

func TestMessageSummary(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example")
	want := func(when string, want messageSummary) {
		t.Helper()
		got := s.do(t, req{path: summaryPath, token: s.attorney(t)})
		wantStatus(t, got, http.StatusOK)
		same(t, when, into[messageSummary](t, got), want)
		metrics := s.do(t, req{path: "/metrics"}).body
		if line := fmt.Sprintf("usher_messages_stuck %d\n", want.Stuck); !strings.Contains(metrics, line) {
			t.Errorf("%s: the metrics don't say %s", when, line)
		}
	}
	want("empty", messageSummary{Sending: true})
	s.submitted(t)
	s.clock.Add(10*time.Minute - time.Microsecond)
	want("queued", messageSummary{Sending: true, Waiting: 2})
	s.clock.Add(time.Microsecond)
	want("for ten minutes", messageSummary{Sending: true, Waiting: 2, Stuck: 2})
	s.submitted(t)
	s.post.answer(&mail.Failure{Trouble: mail.Deferred, Stage: "RCPT", Code: 451, Text: "later"})
	s.deliver(t)
	want("retrying", messageSummary{Sending: true, Waiting: 4, Stuck: 2})
	s.post.answer(&mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "no such user"})
	s.clock.Add(time.Hour)
	s.deliver(t)
	want("dead", messageSummary{Sending: true, Dead: 4})
	s.post.answer(nil)
	s.submitted(t)
	s.deliver(t)
	want("sent", messageSummary{Sending: true, Dead: 4})
	s.invite(t, "ben@firm.example")
	want("who was invited is an admin's matter", messageSummary{Sending: true, Dead: 4})
	same(t, "to an admin", into[messageSummary](t, s.do(t, req{path: summaryPath, token: s.admin(t)})), messageSummary{Sending: true, Waiting: 1, Dead: 4})
	same(t, "without a mail server", start(t).do(t, req{path: summaryPath, token: s.attorney(t)}).status, http.StatusUnauthorized) // another firm's token
	other := start(t)
	same(t, "without a mail server", other.do(t, req{path: summaryPath, token: other.attorney(t)}).body, `{"sending":false,"waiting":0,"stuck":0,"dead":0}`+"\n")
	same(t, "a link to choose a password by", other.askReset(t, attorneyEmail).body, `{"sending":false}`+"\n")
}

// Nobody can make the firm's mail server busy with test messages.
func TestTestMailIsLimited(t *testing.T) {
	t.Parallel()
	s, post := sending(t)
	for range 5 {
		s.testMail(t, s.attorney(t))
	}
	for _, token := range []string{s.attorney(t), s.admin(t)} {
		got := s.do(t, req{method: http.MethodPost, path: testMailPath, token: token})
		if got.status != http.StatusTooManyRequests || got.code(t) != "too_many_tests" || got.header.Get("Retry-After") != "10" {
			t.Errorf("the sixth: %d %s", got.status, got.body)
		}
	}
	same(t, "sent", len(post.Copies()), 5)
	s.clock.Add(10 * time.Second)
	same(t, "ten seconds later", s.testMail(t, s.attorney(t)).State, "sent")
}

type testAnswer struct {
	Recipient string  `json:"recipient"`
	State     string  `json:"state"`
	Error     *string `json:"error"`
}

// sending is a server whose letters really go to a mail server.
func sending(t *testing.T) (*server, *smtptest.Server) {
	t.Helper()
	post := smtptest.Start(t)
	s := start(t, fmt.Sprintf("USHER_SMTP_URL=smtp://127.0.0.1:%d?tls=off", post.Port()), "USHER_MAIL_FROM=Firm <intake@firm.example>")
	s.post.passOn()
	return s, post
}

func (s *server) testMail(t testing.TB, token string) testAnswer {
	t.Helper()
	got := s.do(t, req{method: http.MethodPost, path: testMailPath, token: token})
	wantStatus(t, got, http.StatusOK)
	return into[testAnswer](t, got)
}

// A test message goes to whoever asks for it, past the outbox.
func TestTestMail(t *testing.T) {
	t.Parallel()
	s, post := sending(t)
	before := s.census(t)
	same(t, "the attorney's", s.testMail(t, s.attorney(t)), testAnswer{attorneyEmail, "sent", nil})
	same(t, "the admin's", s.testMail(t, s.admin(t)), testAnswer{adminEmail, "sent", nil})
	got := s.do(t, req{method: http.MethodPost, path: testMailPath, token: s.admin(t), ctype: "application/json", body: "{}"})
	same(t, "with an empty object", got.body, `{"recipient":"`+adminEmail+`","state":"sent","error":null}`+"\n")
	copies := post.Copies()
	for i, to := range []string{attorneyEmail, adminEmail, adminEmail} {
		if len(copies) != 3 || len(copies[i].Recipients) != 1 || copies[i].Recipients[0] != to || copies[i].From != "intake@firm.example" || !copies[i].Confirmed {
			t.Fatalf("copies %+v", copies)
		}
		for _, part := range []string{
			"Subject: Test message from Usher\r\n", "Auto-Submitted: auto-generated\r\n", "From: \"Firm\" <intake@firm.example>\r\n", "This is a test message from Usher.", baseURL,
		} {
			if !strings.Contains(copies[i].Content, part) {
				t.Errorf("no %q in %s", part, copies[i].Content)
			}
		}
	}
	if copies[1].MessageID == copies[2].MessageID || !strings.HasSuffix(copies[1].MessageID, "@firm.example>") {
		t.Errorf("Message-ID %s and %s", copies[1].MessageID, copies[2].MessageID)
	}
	same(t, "written", s.census(t), before)
}

// What the mail server has against it is told as the doctor tells it, without the
// address.
func TestTestMailFails(t *testing.T) {
	t.Parallel()
	s, post := sending(t)
	for name, c := range map[string]struct {
		fault smtptest.Fault
		want  string
	}{
		"refused": {smtptest.Fault{Stage: smtptest.Rcpt, Reply: "550 5.7.1 <" + attorneyEmail + "> Relaying denied."},
			"550 5.7.1 [address] Relaying denied. (RCPT). Check the address; if it is right, the mail server doesn't let this user send there."},
		"not now": {smtptest.Fault{Stage: smtptest.Content, Reply: "451 4.3.0 Try again later"},
			"451 4.3.0 Try again later (content). Ask whoever runs the mail server what it means."},
		"cut": {smtptest.Fault{Stage: smtptest.Greeting, Then: smtptest.Cut},
			"the connection was lost (greeting). Check the port in USHER_SMTP_URL: smtps:// begins with TLS (465), smtp:// goes on with STARTTLS (587)."},
	} {
		post.Arm(c.fault)
		got := s.testMail(t, s.attorney(t))
		if got.State != "failed" || got.Error == nil || *got.Error != c.want || got.Recipient != attorneyEmail {
			t.Errorf("%s: %+v, error %v", name, got, got.Error)
		}
		post.Heal()
	}
	s.post.server = sender(func(context.Context) error { return errors.New(marker) })
	if got := s.testMail(t, s.attorney(t)); got.State != "failed" || got.Error == nil || strings.Contains(*got.Error, marker) {
		t.Errorf("what is no answer of a mail server: %+v, error %v", got, got.Error)
	}
	s.post.server = sender(func(context.Context) error { return nil })
	same(t, "afterwards", s.testMail(t, s.attorney(t)).State, "sent")
}

// sender takes any letter.
type sender func(ctx context.Context) error

func (f sender) Send(ctx context.Context, _ mail.Letter, _ func(context.Context) error) error {
	return f(ctx)
}

// One test runs at a time, for a limited time, and no longer than somebody waits
// for it.
func TestTestMailOneAtATime(t *testing.T) {
	t.Parallel()
	s, _ := sending(t)
	begun, ended := make(chan bool), make(chan error)
	s.post.server = sender(func(ctx context.Context) error {
		_, limited := ctx.Deadline()
		begun <- limited
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	token, other := s.attorney(t), s.admin(t)
	ctx, cancel := context.WithCancel(t.Context())
	var first sync.WaitGroup
	first.Go(func() {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+testMailPath, nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.Header.Set("Authorization", "Bearer "+token)
		if got, err := s.http.Do(r); err == nil {
			got.Body.Close()
			t.Errorf("answered %d", got.StatusCode)
		}
	})
	if !<-begun {
		t.Error("it may take for ever")
	}
	for _, token := range []string{token, other} {
		got := s.do(t, req{method: http.MethodPost, path: testMailPath, token: token})
		if got.status != http.StatusTooManyRequests || got.code(t) != "test_running" {
			t.Errorf("meanwhile: %d %s", got.status, got.body)
		}
	}
	cancel()
	first.Wait()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTestMailRefusals(t *testing.T) {
	t.Parallel()
	s, post := sending(t)
	json := func(body string) req {
		return req{method: http.MethodPost, path: testMailPath, token: s.attorney(t), ctype: "application/json", body: body}
	}
	s.run(t, []scenario{
		{name: "a recipient", req: json(`{"recipient":"` + marker + `@example.com"}`), status: 422, bad: []string{"recipient unknown_field"}},
		{name: "a query", req: req{method: http.MethodPost, path: testMailPath + "?recipient=x@example.com&to=x", token: s.attorney(t)}, status: 200},
		{name: "a list", req: json(`[]`), status: 422, code: "not_an_object"},
		{name: "cut", req: json(`{`), status: 400, code: "malformed_json"},
		{name: "long", req: json(`{"x":"` + strings.Repeat("x", 128<<10) + `"}`), status: 413, code: "too_large"},
		{name: "a form", req: req{method: http.MethodPost, path: testMailPath, token: s.attorney(t), ctype: "application/x-www-form-urlencoded", body: "a=b"}, status: 415},
		{name: "encoded", req: json(`{}`).with("Content-Encoding", "gzip"), status: 415, code: "unsupported_encoding"},
		{name: "nobody", req: req{method: http.MethodPost, path: testMailPath, ctype: "application/json", body: "{"}, status: 401},
	})
	same(t, "messages", len(post.Copies()), 1)
	same(t, "its recipient", post.Copies()[0].Recipients, []string{attorneyEmail})
	none := start(t)
	got := none.do(t, req{method: http.MethodPost, path: testMailPath, token: none.attorney(t)})
	if got.status != http.StatusConflict || got.code(t) != "no_mail_server" {
		t.Errorf("without a mail server: %d %s", got.status, got.body)
	}
	same(t, "letters", len(none.post.sent), 0)
}
