package mail

import (
	"context"
	"log/slog"
	"time"
)

// StuckAfter is how long a message may wait unsent before people are told.
const StuckAfter = 10 * time.Minute

const (
	poll       = 15 * time.Second      // how often to look without being woken: another process may have stored a message
	rest       = 50 * time.Millisecond // shortest wait between two looks
	gather     = 10 * time.Millisecond // after a wake, so that messages that come together share a claim
	margin     = time.Minute           // how much longer than a try its lease lasts
	storeLimit = 3 * time.Second       // longest wait for one write to the outbox, so that stopping ends
	lookEvery  = time.Minute           // how often to look for stuck messages
)

// Env is what the dispatcher takes from its surroundings.
type Env struct {
	Now      func() time.Time
	Jitter   func() float64 // random, from 0 to below 1; safe for concurrent use
	NewLease func() string  // a fresh, unguessable lease each time
	Log      *slog.Logger
}

// Dispatcher brings the messages of an outbox to a mail server. Use Run or Once,
// one call at a time; Wake and Summary are safe at any time.
type Dispatcher struct {
	outbox Outbox
	render *Renderer
	sender Sender
	policy Policy
	env    Env
	host   *host
	wake   chan struct{}

	looked, alarmed time.Time // last look for stuck messages, last alarm; owned by Run
}

// NewDispatcher makes a dispatcher. A nil sender stands for Capture.
func NewDispatcher(outbox Outbox, render *Renderer, sender Sender, policy Policy, env Env) *Dispatcher {
	if sender == nil {
		sender = Capture{}
	}
	policy = policy.withDefaults()
	return &Dispatcher{
		outbox: outbox, render: render, sender: sender, policy: policy, env: env,
		host: newHost(policy), wake: make(chan struct{}, 1),
	}
}

// Wake says that there may be a new message. It never blocks.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Summary counts the messages that people may have to look after; with accounts those
// about users' accounts too.
func (d *Dispatcher) Summary(ctx context.Context, accounts bool) (Summary, error) {
	return d.outbox.MessageSummary(ctx, d.env.Now().Add(-StuckAfter), accounts)
}

// Run dispatches until ctx ends, and then returns nil: what was claimed and not
// begun is released, and running tries get Policy.Grace to end. Trouble with the
// outbox is logged and waited out.
func (d *Dispatcher) Run(ctx context.Context) error {
	s := d.begin(ctx)
	defer s.end()
	d.looked = d.env.Now() // what waited for the start of this process isn't stuck
	troubles := 0
	for ctx.Err() == nil {
		d.alarm(ctx)
		_, err := s.round(ctx, d.env.Now())
		var wait time.Duration
		if err == nil {
			wait, err = s.next(ctx)
		}
		if err != nil && ctx.Err() == nil {
			d.env.Log.Error("outbox unavailable", "error", err)
			pause(ctx, vary(double(time.Second, troubles, poll), poll, d.env.Jitter()))
			troubles++
			continue
		}
		troubles = 0
		s.wait(ctx, wait)
	}
	return nil
}

// Once tries and settles everything that is due now, and tells how many messages
// that were. Tries that leave the server Unreachable end the pass early: the rest
// waits for the next.
func (d *Dispatcher) Once(ctx context.Context) (int, error) {
	s := d.begin(ctx)
	defer s.end()
	due := d.env.Now() // fixed, so that a retry which comes due meanwhile is not tried twice
	total := 0
	for ctx.Err() == nil {
		begun, err := s.round(ctx, due)
		total += begun
		if err != nil {
			return total, err
		}
		if begun == 0 && d.host.idle() {
			return total, nil
		}
		select {
		case <-ctx.Done():
		case <-d.host.freed:
		}
	}
	return total, ctx.Err()
}

// alarm logs, at most every StuckAfter, that messages are stuck.
func (d *Dispatcher) alarm(ctx context.Context) {
	now := d.env.Now()
	if now.Sub(d.looked) < lookEvery || now.Sub(d.alarmed) < StuckAfter {
		return
	}
	d.looked = now
	sum, err := d.Summary(ctx, true)
	if err != nil || sum.Stuck == 0 {
		return // a broken outbox is logged by Run
	}
	d.alarmed = now
	d.env.Log.Error("messages are stuck", "count", sum.Stuck, "for_at_least", StuckAfter)
}

// pause waits, or not when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
