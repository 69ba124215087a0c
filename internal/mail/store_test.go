package mail_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/mail/smtptest"
	"usher/internal/resume"
	"usher/internal/store"
	"usher/internal/storetest"
)

// open makes a SQLite store with so many leads, two messages each.
func open(tb testing.TB, leads int) *store.Store {
	tb.Helper()
	s := storetest.Open(tb)
	attorney, err := mail.ParseAddress("attorney@firm.example")
	if err != nil {
		tb.Fatal(err)
	}
	var n atomic.Int64
	newID := func() string { return fmt.Sprintf("01936e2f-0000-7000-8000-%012d", n.Add(1)) }
	for i := range leads {
		l, messages, err := lead.New(
			lead.Submission{FirstName: "Ana", LastName: "Silva", Email: fmt.Sprintf("ana%d@mail.example", i)},
			resume.Ref{Key: newID(), Filename: "a.pdf", ContentType: "application/pdf", Size: 1, SHA256: fmt.Sprintf("%064d", i)},
			lead.Draw{ID: newID(), Reference: fmt.Sprintf("R%05d", i), NewID: newID},
			lead.Firm{Attorneys: []mail.Address{attorney}, Post: mail.Post{Domain: "usher.example"}}, epoch)
		if err != nil {
			tb.Fatal(err)
		}
		received := lead.Event{ID: newID(), LeadID: l.ID, Kind: lead.Received, At: epoch}
		if _, _, err := s.AddLead(tb.Context(), l, received, messages, nil); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

// TestOnSQLite: the dispatcher, the real outbox and a real server together, with a
// fault on the way and a process that died in between.
func TestOnSQLite(t *testing.T) {
	t.Parallel()
	s, c, server := open(t, 20), newClock(), smtptest.Start(t)
	server.Arm(smtptest.Fault{Stage: smtptest.Rcpt, For: "ana3@mail.example", Reply: "450 4.2.0 later"})
	e := env(c.now)
	dead, err := s.Claim(t.Context(), "of a dead process", epoch, epoch.Add(time.Hour), 5)
	if err != nil || len(dead) != 5 {
		t.Fatal(len(dead), err)
	}
	if err := s.HandOver(t.Context(), dead[0].ID, dead[0].Lease); err != nil {
		t.Fatal(err)
	}
	if n, err := s.VoidLeases(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d doubtful, %v", n, err)
	}
	d := mail.NewDispatcher(s, renderer(t), smtpSender(t, server, 10*time.Second), mail.Policy{}, e)
	pass(t, d)
	c.move(time.Minute)
	pass(t, d)
	sent, err := s.Messages(t.Context(), mail.Page{State: mail.Sent, Limit: 100})
	if err != nil || len(sent) != 40 {
		t.Fatalf("%d sent, %v", len(sent), err)
	}
	ids := map[string]bool{}
	for _, c := range server.Wait(t, 40) {
		ids[c.MessageID] = true
	}
	for _, m := range sent {
		if !ids[m.MessageID] || m.Recipient == "ana3@mail.example" && m.Attempts != 2 || m.ID == dead[0].ID && m.Doubtful != 1 {
			t.Errorf("%+v", m)
		}
	}
	if next, err := s.NextDue(t.Context()); !next.IsZero() || err != nil {
		t.Errorf("something is due at %v, %v", next, err)
	}
}

// BenchmarkDrainSQLite is BenchmarkDrain with the real outbox: claim, hand-over
// and settlement are each on disk before the next step.
func BenchmarkDrainSQLite(b *testing.B) {
	const leads = 1_000
	server := smtptest.Start(b)
	sender := smtpSender(b, server, time.Minute)
	for b.Loop() {
		b.StopTimer()
		d := mail.NewDispatcher(open(b, leads), renderer(b), sender, mail.Policy{}, env(newClock().now))
		b.StartTimer()
		if n, err := d.Once(b.Context()); n != 2*leads || err != nil {
			b.Fatalf("%d tried, %v", n, err)
		}
	}
	b.ReportMetric(2*leads*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}
