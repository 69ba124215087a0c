package mail_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/mail"
)

// run starts a dispatcher and returns what stops it and waits for its end.
func run(t *testing.T, d *mail.Dispatcher) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func TestCapture(t *testing.T) {
	t.Parallel()
	o, c := newMemory(), newClock()
	for range 50 {
		o.add("ana@mail.example")
	}
	d := mail.NewDispatcher(o, renderer(t), nil, mail.Policy{}, env(c.now))
	if n, err := d.Once(t.Context()); n != 50 || err != nil || o.count(mail.Captured) != 50 {
		t.Errorf("%d tried, %d captured, %v", n, o.count(mail.Captured), err)
	}
	if n, err := d.Once(t.Context()); n != 0 || err != nil {
		t.Errorf("then %d, %v", n, err)
	}
	o.check(t)
}

func TestRunWakesAndRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		var tries []time.Duration
		start := time.Now()
		sender := sendFunc(func(ctx context.Context, _ mail.Letter, handOver func(context.Context) error) error {
			tries = append(tries, time.Since(start))
			if len(tries) < 4 {
				return deferred
			}
			return handOver(ctx)
		})
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now))
		defer run(t, d)()
		time.Sleep(time.Second)
		o.add("ana@mail.example", func(d *mail.Due) { d.CreatedAt, d.NextAt = time.Now(), time.Now() })
		d.Wake()
		time.Sleep(time.Hour)
		synctest.Wait()
		const gather = 10 * time.Millisecond // the dispatcher waits for more after a wake
		want := []time.Duration{time.Second + gather, 31*time.Second + gather, 91*time.Second + gather, 211*time.Second + gather}
		if diff := cmp.Diff(want, tries); diff != "" {
			t.Error(diff)
		}
		if m := o.get("m1"); m.State != mail.Sent || m.Attempts != 4 || m.SentAt.Sub(start) != want[3] {
			t.Errorf("%+v", m)
		}
		o.check(t)
	})
}

func due(d *mail.Due) { d.CreatedAt, d.NextAt = time.Now(), time.Now() }

// TestUnreachable: a server that is down for an hour is asked now and then, by few
// messages, and the others lose nothing by it.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		for range 10_000 {
			o.add("ana@mail.example", due)
		}
		var asked, sent atomic.Int64
		back := time.Now().Add(time.Hour)
		sender := sendFunc(func(ctx context.Context, _ mail.Letter, handOver func(context.Context) error) error {
			asked.Add(1)
			if time.Now().Before(back) {
				return unreachable
			}
			sent.Add(1)
			return handOver(ctx)
		})
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now))
		defer run(t, d)()
		time.Sleep(time.Until(back))
		if n := asked.Load(); n < 60 || n > 150 {
			t.Errorf("the dead server was asked %d times in an hour", n)
		}
		untouched := 0
		o.mu.Lock()
		for _, r := range o.rows {
			if r.Attempts == 0 && r.State == mail.Queued {
				untouched++
			}
		}
		o.mu.Unlock()
		if untouched < 9_800 {
			t.Errorf("only %d messages kept their attempts", untouched)
		}
		time.Sleep(2 * time.Hour)
		if sent.Load() != 10_000 || o.count(mail.Sent) != 10_000 {
			t.Errorf("%d sent, %d settled as sent", sent.Load(), o.count(mail.Sent))
		}
		o.check(t)
	})
}

// TestOneBadRecipient: tries that hang cost the others at most a moment, and never
// run more than sixteen at once.
func TestOneBadRecipient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		for range 20 {
			o.add("bad@mail.example", due)
		}
		for range 1_000 {
			o.add("ana@mail.example", due)
		}
		var running, most, hanging atomic.Int64
		sender := sendFunc(func(ctx context.Context, l mail.Letter, handOver func(context.Context) error) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			if l.To.Local == "bad" && hanging.Add(1) <= 12 {
				<-ctx.Done()
				return &mail.Failure{Stage: "RCPT", Text: "hung", Cause: ctx.Err()}
			}
			time.Sleep(100 * time.Millisecond)
			return handOver(ctx)
		})
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now))
		defer run(t, d)()
		time.Sleep(3 * time.Minute)
		if sent := o.count(mail.Sent); sent != 1_008 {
			t.Errorf("%d sent beside 12 that hang, want 1008", sent)
		}
		if most.Load() > 16 {
			t.Errorf("%d at once", most.Load())
		}
		o.check(t)
	})
}

// TestConcurrency: two at once to a new server, eight to one that takes them, two
// again after trouble.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		for range 300 {
			o.add("ana@mail.example", due)
		}
		var running, most atomic.Int64
		var down atomic.Bool
		sender := sendFunc(func(ctx context.Context, _ mail.Letter, handOver func(context.Context) error) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			time.Sleep(time.Second)
			if down.Load() {
				return unreachable
			}
			return handOver(ctx)
		})
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now))
		defer run(t, d)()
		expect := func(after time.Duration, want int64) {
			t.Helper()
			most.Store(0)
			time.Sleep(after)
			if most.Load() != want {
				t.Errorf("%d at once, want %d", most.Load(), want)
			}
		}
		expect(500*time.Millisecond, 2)
		expect(20*time.Second, 8)
		down.Store(true)
		time.Sleep(2 * time.Second)
		down.Store(false)
		expect(29500*time.Millisecond, 2) // the pause of 30 s, and half a second of the next two
		expect(20*time.Second, 8)
	})
}
