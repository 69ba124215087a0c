package mail_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"usher/internal/mail"
)

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
