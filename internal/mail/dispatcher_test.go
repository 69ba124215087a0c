package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"usher/internal/mail"
)

// run starts a dispatcher and returns what stops it and waits for its end.
func run(t *testing.T, d *mail.Dispatcher) (stop func()) {
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
		want := []time.Duration{time.Second, 31 * time.Second, 91 * time.Second, 211 * time.Second}
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

func TestStop(t *testing.T) {
	t.Parallel()
	cut := &mail.Failure{Trouble: mail.Deferred, Stage: "content", Text: "cut", Cause: context.Canceled}
	for name, c := range map[string]struct {
		sender   sendFunc
		state    mail.State
		attempts int
		leased   bool
	}{
		"ends in time": {state: mail.Sent, attempts: 1, sender: func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			time.Sleep(3 * time.Second)
			return h(ctx)
		}},
		"cut before the hand-over": {state: mail.Queued, sender: func(ctx context.Context, _ mail.Letter, _ func(context.Context) error) error {
			<-ctx.Done()
			return cut
		}},
		"cut after the hand-over": {state: mail.Queued, attempts: 1, leased: true, sender: func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			_ = h(ctx)
			<-ctx.Done()
			return cut
		}},
		"answered after the hand-over": {state: mail.Retrying, attempts: 1, sender: func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			_ = h(ctx)
			<-ctx.Done()
			return &mail.Failure{Stage: "content", Code: 451, Text: "later"}
		}},
		"taken at the last moment": {state: mail.Sent, attempts: 1, sender: func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			_ = h(ctx)
			<-ctx.Done()
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := newMemory()
				for range 6 {
					o.add("ana@mail.example", due)
				}
				d := mail.NewDispatcher(o, renderer(t), c.sender, mail.Policy{}, env(time.Now))
				stop := run(t, d)
				time.Sleep(time.Second)
				begun := time.Now()
				stop()
				if took := time.Since(begun); took > 6*time.Second {
					t.Errorf("stopping took %v", took)
				}
				for _, id := range []string{"m1", "m2"} {
					if m := o.get(id); m.State != c.state || m.Attempts != c.attempts || o.leased(id) != c.leased {
						t.Errorf("%s: %s after %d attempts, leased %v", id, m.State, m.Attempts, o.leased(id))
					}
				}
				for _, id := range []string{"m3", "m4", "m5", "m6"} {
					if m := o.get(id); m.State != mail.Queued || m.Attempts != 0 || o.leased(id) {
						t.Errorf("%s was not begun: %s after %d attempts, leased %v", id, m.State, m.Attempts, o.leased(id))
					}
				}
				o.check(t)
			})
		})
	}
}

// TestNeverAThirdCopy: a process that dies twice after the hand-over leaves a
// message that only a person sends again.
func TestNeverAThirdCopy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		o.add("ana@mail.example", due)
		copies := 0
		sender := sendFunc(func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			if err := h(ctx); err != nil {
				return err
			}
			copies++
			<-ctx.Done()
			return ctx.Err()
		})
		for range 4 {
			stop := run(t, mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now)))
			time.Sleep(time.Second)
			stop()
			o.voidAll()
			o.mu.Lock()
			o.leases = map[string]bool{}
			o.mu.Unlock()
		}
		if m := o.get("m1"); copies != 2 || m.State != mail.Dead || !strings.Contains(m.LastError, "may have been delivered") {
			t.Errorf("%d copies, %+v", copies, m)
		}
		o.check(t)
	})
}

// TestLostLease: whoever lost the lease doesn't send, and settles nothing.
func TestLostLease(t *testing.T) {
	t.Parallel()
	o, c := newMemory(), newClock()
	o.add("ana@mail.example")
	sent := 0
	sender := sendFunc(func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
		o.mu.Lock()
		o.rows["m1"].Lease = "somebody else's"
		o.mu.Unlock()
		if err := h(ctx); err != nil {
			return err
		}
		sent++
		return nil
	})
	if _, err := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(c.now)).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := o.get("m1"); sent != 0 || m.State != mail.Queued || !o.leased("m1") {
		t.Errorf("%d sent, %+v", sent, m)
	}
}

// TestOutboxTrouble: Run outlives a broken outbox, says so, and a sent message is
// settled as soon as the outbox is back, without a second copy.
func TestOutboxTrouble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		for range 10 {
			o.add("ana@mail.example", due)
		}
		var broken atomic.Bool
		o.fail = func(string) error {
			if broken.Load() {
				return errors.New("disk I/O error")
			}
			return nil
		}
		copies := 0
		var mu sync.Mutex
		sender := sendFunc(func(ctx context.Context, _ mail.Letter, h func(context.Context) error) error {
			if err := h(ctx); err != nil {
				return err
			}
			mu.Lock()
			copies++
			mu.Unlock()
			broken.Store(true)
			return nil
		})
		var log bytes.Buffer
		e := env(time.Now)
		e.Log = slog.New(slog.NewTextHandler(&log, nil))
		stop := run(t, mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, e))
		for range 200 {
			time.Sleep(20 * time.Second)
			broken.Store(false)
		}
		stop()
		if copies != 10 || o.count(mail.Sent) != 10 {
			t.Errorf("%d copies, %v", copies, o.states())
		}
		if s := log.String(); !strings.Contains(s, "outbox unavailable") || strings.Contains(s, "ana@") || strings.Contains(s, "Silva") {
			t.Errorf("log: %s", s)
		}
		o.check(t)
	})
}

// TestEveryCallFailsOnce: the Nth call to the outbox fails, for every N until a
// pass makes fewer calls: nobody is left out, and nobody gets two mails.
func TestEveryCallFailsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for nth := 1; ; nth++ {
			o := newMemory()
			for range 3 {
				o.add("ana@mail.example", due)
			}
			calls := 0
			o.fail = func(string) error {
				if calls++; calls == nth {
					return errors.New("disk I/O error")
				}
				return nil
			}
			copies := map[string]int{}
			var mu sync.Mutex
			sender := sendFunc(func(ctx context.Context, l mail.Letter, h func(context.Context) error) error {
				if err := h(ctx); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				copies[l.MessageID]++
				return nil
			})
			d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(time.Now))
			for range 4 {
				_, _ = d.Once(t.Context())
				time.Sleep(time.Minute)
			}
			want := map[string]int{"<m1@usher.example>": 1, "<m2@usher.example>": 1, "<m3@usher.example>": 1}
			if diff := cmp.Diff(want, copies); diff != "" || o.count(mail.Sent) != 3 {
				t.Fatalf("call %d failed: %v %s", nth, o.states(), diff)
			}
			o.check(t)
			if calls < nth {
				t.Logf("%d calls, each failed once", calls)
				return
			}
		}
	})
}

func TestAlarm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMemory()
		o.add("ana@mail.example", due)
		sender := sendFunc(func(context.Context, mail.Letter, func(context.Context) error) error { return deferred })
		var log bytes.Buffer
		e := env(time.Now)
		e.Log = slog.New(slog.NewTextHandler(&log, nil))
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, e)
		stop := run(t, d)
		time.Sleep(9 * time.Minute)
		if n, err := d.Stuck(t.Context()); n != 0 || err != nil {
			t.Errorf("%d stuck after 9 minutes, %v", n, err)
		}
		time.Sleep(62 * time.Minute)
		if n, err := d.Stuck(t.Context()); n != 1 || err != nil {
			t.Errorf("%d stuck, %v", n, err)
		}
		stop()
		if n := strings.Count(log.String(), "messages are stuck"); n < 6 || n > 7 {
			t.Errorf("%d alarms in an hour", n)
		}
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, "@") || strings.Contains(line, "greylisted") || strings.Contains(line, "Silva") {
				t.Errorf("log: %s", line)
			}
		}
	})
}

// TestSettledIsNeverClaimed lets servers answer at random: every message ends as
// its answers say, none is tried after its end, and every try has the same letter.
func TestSettledIsNeverClaimed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		o, c := newMemory(), newClock()
		script := map[string][]error{}
		for range rapid.IntRange(1, 12).Draw(rt, "messages") {
			id := o.add("ana@mail.example")
			script["<"+id+"@usher.example>"] = rapid.SliceOfN(rapid.SampledFrom([]error{deferred, refused, unreachable, nil}), 1, 8).Draw(rt, id)
		}
		var mu sync.Mutex
		ended := map[string]bool{}
		sender := sendFunc(func(ctx context.Context, l mail.Letter, h func(context.Context) error) error {
			mu.Lock()
			defer mu.Unlock()
			if ended[l.MessageID] {
				rt.Errorf("%s was tried after its end", l.MessageID)
			}
			if len(script[l.MessageID]) == 0 {
				ended[l.MessageID] = true
				return h(ctx)
			}
			err := script[l.MessageID][0]
			script[l.MessageID] = script[l.MessageID][1:]
			if err == nil {
				ended[l.MessageID] = true
				return h(ctx)
			}
			return err
		})
		d := mail.NewDispatcher(o, renderer(t), sender, mail.Policy{}, env(c.now))
		for range 200 {
			if _, err := d.Once(t.Context()); err != nil {
				rt.Fatal(err)
			}
			c.move(time.Minute)
		}
		if n := o.count(mail.Sent) + o.count(mail.Dead); n != len(script) {
			rt.Errorf("%v", o.states())
		}
		if len(o.wrong) > 0 {
			rt.Error(o.wrong)
		}
	})
}
