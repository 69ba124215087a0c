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
		if sum, err := d.Summary(t.Context(), true); sum != (mail.Summary{Waiting: 1}) || err != nil {
			t.Errorf("after 9 minutes: %+v, %v", sum, err)
		}
		time.Sleep(62 * time.Minute)
		if sum, err := d.Summary(t.Context(), true); sum != (mail.Summary{Waiting: 1, Stuck: 1}) || err != nil {
			t.Errorf("after an hour: %+v, %v", sum, err)
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
