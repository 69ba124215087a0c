package mail

import (
	"cmp"
	"errors"
	"time"
)

// Policy is when a message is tried again and when it is given up. The zero
// value of a field stands for its default.
type Policy struct {
	First    time.Duration // pause after the first failed try; default 30 s
	Max      time.Duration // longest pause between two tries; default 1 h
	Horizon  time.Duration // how long after CreatedAt tries go on; default 5 days
	TryLimit time.Duration // longest that one try may take; default 10 min
	Grace    time.Duration // what running tries get when the dispatcher stops; default 5 s
}

func (p Policy) withDefaults() Policy {
	p.First = cmp.Or(p.First, 30*time.Second)
	p.Max = max(cmp.Or(p.Max, time.Hour), p.First)
	p.Horizon = cmp.Or(p.Horizon, 5*24*time.Hour)
	p.TryLimit = cmp.Or(p.TryLimit, 10*time.Minute)
	p.Grace = cmp.Or(p.Grace, 5*time.Second)
	return p
}

const (
	// maxRefusals is how many tries a message has had when a 5xx is final: one
	// more than the first, for servers that refuse by mistake.
	maxRefusals = 2
	// maxDoubtful is how many tries may have ended in doubt: each may have been a
	// copy, and nobody gets a third.
	maxDoubtful = 2
)

// Before decides whether a claimed message may be tried at all. ok is false when
// two tries ended in doubt: the result is then to be settled without a try.
func (p Policy) Before(m Message) (result Result, ok bool) {
	if m.Doubtful < maxDoubtful {
		return Result{}, true
	}
	return Result{State: Dead, LastError: "Usher was cut off twice while the mail server was taking this message. " +
		"It may have been delivered, even twice; retry it by hand if it was not."}, false
}

// After decides what a try has made of a message. err is what Send returned, and
// m.Attempts counts the try. jitter is a random number from 0 to below 1.
//
// A failed try is repeated after First, doubling with each try up to Max, each
// pause varied by up to 20 % either way and never beyond Max. The message is dead
// once the next try would come later than Horizon after CreatedAt, or when the
// server refuses it and it had a try before.
func (p Policy) After(m Message, err error, now time.Time, jitter float64) Result {
	p = p.withDefaults()
	switch {
	case err == nil:
		return Result{State: Sent, SentAt: now}
	case errors.Is(err, ErrCaptured):
		return Result{State: Captured}
	}
	failure := failureOf(err)
	next := now.Add(vary(double(p.First, m.Attempts-1, p.Max), p.Max, jitter))
	if failure.Trouble == Refused && m.Attempts >= maxRefusals || next.After(m.CreatedAt.Add(p.Horizon)) {
		return Result{State: Dead, LastError: failure.Error()}
	}
	return Result{State: Retrying, LastError: failure.Error(), NextAt: next}
}

// double doubles a pause so many times, up to a limit.
func double(pause time.Duration, times int, limit time.Duration) time.Duration {
	for ; times > 0 && pause < limit; times-- {
		pause *= 2
	}
	return min(pause, limit)
}

// vary spreads a pause over 80 % to 120 % of itself, so that messages that failed
// together don't come back together. It never exceeds the limit.
func vary(pause, limit time.Duration, jitter float64) time.Duration {
	return min(time.Duration(float64(pause)*(0.8+0.4*jitter)), limit)
}
