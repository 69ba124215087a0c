package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/mail/smtptest"
)

func smtpSender(tb testing.TB, s *smtptest.Server, timeout time.Duration) *smtp.Sender {
	tb.Helper()
	sender, err := smtp.New(smtp.Config{Host: s.Host(), Port: s.Port(), TLS: smtp.Opportunistic, Timeout: timeout})
	if err != nil {
		tb.Fatal(err)
	}
	return sender
}

// TestFaultsEndToEnd is promise 14 and 16 with a real server: what one fault makes
// of one message, that the others go out in the same pass, and that everything
// arrives as one confirmed copy under one Message-ID once the fault is over.
func TestFaultsEndToEnd(t *testing.T) {
	t.Parallel()
	const bad, short = "bad@mail.example", 250 * time.Millisecond
	for name, c := range map[string]struct {
		fault   smtptest.Fault
		timeout time.Duration // default 10 s: nothing should take that long
		state   mail.State    // of the message that met the fault, after the first pass
		says    string        // its last error holds this
		host    bool          // the fault is the server's: the first to come meets it, and all pause
		copies  int           // whole messages that the server got of it in the end
	}{
		"421 greeting":      {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "421 4.3.2 busy", Then: smtptest.Cut}, state: mail.Retrying, says: "421", host: true, copies: 1},
		"cut greeting":      {fault: smtptest.Fault{Stage: smtptest.Greeting, Then: smtptest.Cut}, state: mail.Retrying, says: "lost", host: true, copies: 1},
		"hang greeting":     {fault: smtptest.Fault{Stage: smtptest.Greeting, Then: smtptest.Hang}, timeout: short, state: mail.Retrying, says: "in time", host: true, copies: 1},
		"garbage greeting":  {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "* OK IMAP4rev1 ready", Then: smtptest.Cut}, state: mail.Retrying, says: "not SMTP", host: true, copies: 1},
		"550 EHLO and HELO": {fault: smtptest.Fault{Stage: smtptest.Hello, Reply: "550 who?", Then: smtptest.Cut}, state: mail.Retrying, says: "550", host: true, copies: 1},
		"454 STARTTLS":      {fault: smtptest.Fault{Stage: smtptest.Hello, Reply: "250-x\r\n250 STARTTLS"}, state: mail.Retrying, says: "454", host: true, copies: 1},
		"421 RCPT, cut":     {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "421 4.3.2 closing", Then: smtptest.Cut}, state: mail.Retrying, says: "421", copies: 1},
		"450 RCPT":          {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "450 4.2.0 later"}, state: mail.Retrying, says: "450", copies: 1},
		"550 RCPT":          {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "550 5.1.1 <bad@mail.example> unknown"}, state: mail.Retrying, says: "550 5.1.1 [address] unknown", copies: 1},
		"550 RCPT twice":    {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "550 5.1.1 unknown", Times: -1}, state: mail.Retrying, says: "550", copies: 0},
		"hang RCPT":         {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Then: smtptest.Hang}, timeout: short, state: mail.Retrying, says: "in time", copies: 1},
		"drip RCPT":         {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "250 " + strings.Repeat("x", 200), Drip: 30 * time.Millisecond}, timeout: short, state: mail.Retrying, says: "in time", copies: 1},
		"garbage RCPT":      {fault: smtptest.Fault{Stage: smtptest.Rcpt, For: bad, Reply: "\x00\x01\xff", Then: smtptest.Cut}, state: mail.Retrying, says: "not SMTP", copies: 1},
		"hang DATA":         {fault: smtptest.Fault{Stage: smtptest.Data, For: bad, Then: smtptest.Hang}, timeout: short, state: mail.Retrying, says: "in time", copies: 1},
		"451 content":       {fault: smtptest.Fault{Stage: smtptest.Content, For: bad, Reply: "451 4.3.0 later"}, state: mail.Retrying, says: "451", copies: 2},
		"554 content":       {fault: smtptest.Fault{Stage: smtptest.Content, For: bad, Reply: "554 5.7.1 spam", Times: -1}, state: mail.Retrying, says: "554", copies: 2},
		"hang content":      {fault: smtptest.Fault{Stage: smtptest.Content, For: bad, Then: smtptest.Hang}, timeout: short, state: mail.Retrying, says: "in time", copies: 2},
		"cut after the dot": {fault: smtptest.Fault{Stage: smtptest.Content, For: bad, Then: smtptest.Cut}, state: mail.Retrying, says: "lost", copies: 2},
		"cut after the 250": {fault: smtptest.Fault{Stage: smtptest.After, For: bad, Then: smtptest.Cut}, state: mail.Sent, copies: 1},
		"QUIT hangs":        {fault: smtptest.Fault{Stage: smtptest.Quit, For: bad, Then: smtptest.Hang}, state: mail.Sent, copies: 1},
		"QUIT refused":      {fault: smtptest.Fault{Stage: smtptest.Quit, For: bad, Reply: "554 no"}, state: mail.Sent, copies: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t)
			o, k := newMemory(), newClock()
			id := o.add(bad)
			others := 5
			for i := range others {
				o.add(fmt.Sprintf("ana%d@mail.example", i))
			}
			server.Arm(c.fault)
			if c.timeout == 0 {
				c.timeout = 10 * time.Second
			}
			e := env(k.now)
			d := mail.NewDispatcher(o, renderer(t), smtpSender(t, server, c.timeout), mail.Policy{}, e)
			pass(t, d)
			m := o.get(id)
			if c.host { // whoever came first met it
				if o.count(mail.Retrying) != 1 {
					t.Errorf("after the first pass: %v", o.states())
				}
				m = mail.Message{State: mail.Retrying, LastError: lastErrors(o)}
			} else if sent := o.count(mail.Sent); sent < others {
				t.Errorf("the others wait: %v", o.states())
			}
			if m.State != c.state || !strings.Contains(m.LastError, c.says) || strings.Contains(m.LastError, "@") {
				t.Errorf("after the first pass %s: %q, want %s: %q", m.State, m.LastError, c.state, c.says)
			}
			for range 3 {
				k.move(2 * time.Minute)
				pass(t, d)
			}
			checkDelivered(t, o, server, id, c.fault.Times == -1, c.copies)
		})
	}
}

func pass(t *testing.T, d *mail.Dispatcher) {
	t.Helper()
	if _, err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func lastErrors(o *memory) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for _, r := range o.rows {
		all = append(all, r.LastError)
	}
	return strings.Join(all, "")
}

// checkDelivered: one confirmed copy of each message under its Message-ID; of the
// bad one so many copies in all, and none confirmed when it must be dead.
func checkDelivered(t *testing.T, o *memory, server *smtptest.Server, bad string, dead bool, copies int) {
	t.Helper()
	server.Close()
	confirmed, whole := map[string]int{}, map[string]int{}
	for _, c := range server.Copies() {
		whole[c.MessageID]++
		if c.Confirmed {
			confirmed[c.MessageID]++
		}
	}
	for _, id := range o.order {
		want := 1
		if id == bad && dead {
			want = 0
			if m := o.get(id); m.State != mail.Dead || m.Attempts != 2 {
				t.Errorf("%s is %s after %d attempts", id, m.State, m.Attempts)
			}
		} else if m := o.get(id); m.State != mail.Sent {
			t.Errorf("%s is %s: %s", id, m.State, m.LastError)
		}
		if n := confirmed["<"+id+"@usher.example>"]; n != want {
			t.Errorf("%d confirmed copies of %s", n, id)
		}
	}
	if n := whole["<"+bad+"@usher.example>"]; n != copies {
		t.Errorf("%d whole copies of the bad one, want %d", n, copies)
	}
	if len(whole) > len(o.order) {
		t.Errorf("%d Message-IDs for %d messages", len(whole), len(o.order))
	}
	o.check(t)
}

// TestServerDown: nobody listens, then somebody does.
func TestServerDown(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t)
	server.Close()
	o, k := newMemory(), newClock()
	for range 20 {
		o.add("ana@mail.example")
	}
	down := smtpSender(t, server, 10*time.Second)
	up := smtptest.Start(t)
	var sender mail.Sender = down
	d := mail.NewDispatcher(o, renderer(t), sendFunc(func(ctx context.Context, l mail.Letter, h func(context.Context) error) error {
		return sender.Send(ctx, l, h)
	}), mail.Policy{}, env(k.now))
	pass(t, d)
	if n := o.count(mail.Retrying); n < 1 || n > 2 || !strings.Contains(lastErrors(o), "connection refused (dial)") {
		t.Errorf("%v %s", o.states(), lastErrors(o))
	}
	sender = smtpSender(t, up, 10*time.Second)
	k.move(time.Minute)
	pass(t, d)
	if o.count(mail.Sent) != 20 || len(up.Wait(t, 20)) != 20 {
		t.Errorf("%v", o.states())
	}
	o.check(t)
}

// TestBadCertificate: nothing goes out in plain text.
func TestBadCertificate(t *testing.T) {
	t.Parallel()
	config, _ := smtptest.Certificate(t)
	server := smtptest.Start(t, smtptest.Options{TLS: config})
	o, k := newMemory(), newClock()
	o.add("ana@mail.example")
	pass(t, mail.NewDispatcher(o, renderer(t), smtpSender(t, server, 10*time.Second), mail.Policy{}, env(k.now)))
	if m := o.get("m1"); m.State != mail.Retrying || !strings.Contains(m.LastError, "certificate") || len(server.Copies()) != 0 {
		t.Errorf("%+v", m)
	}
}

// TestHandOverFails: the outbox can't record the hand-over, so nobody gets a mail
// that nobody knows of; once it can, everybody gets one.
func TestHandOverFails(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t)
	o, k := newMemory(), newClock()
	for range 5 {
		o.add("ana@mail.example")
	}
	o.fail = func(call string) error {
		if call == "hand over" {
			return errors.New("disk I/O error")
		}
		return nil
	}
	d := mail.NewDispatcher(o, renderer(t), smtpSender(t, server, 10*time.Second), mail.Policy{}, env(k.now))
	pass(t, d)
	if o.count(mail.Retrying) != 5 || len(server.Copies()) != 0 {
		t.Errorf("%v, %d copies", o.states(), len(server.Copies()))
	}
	o.fail = nil
	k.move(time.Minute)
	pass(t, d)
	checkDelivered(t, o, server, "m1", false, 1)
}
