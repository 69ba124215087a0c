package fault

import (
	"errors"
	"sync"
	"time"
)

// ErrSync marks a failed fsync. After one the kernel may have dropped the dirty
// pages and will report the next fsync as a success, so nobody can know what is
// on disk (PostgreSQL, "fsyncgate", 2018). The only honest answer is to stop.
var ErrSync = errors.New("fsync failed")

// Latch stops intake for the rest of the process's life once a sync has failed.
// One latch is shared by everything that writes; the zero value is open.
type Latch struct {
	mu    sync.Mutex
	cause error
	trip  []func(error)
}

// OnTrip registers what to do, once, when the latch closes.
func (l *Latch) OnTrip(f func(cause error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trip = append(l.trip, f)
}

// Trip closes the latch for good. Only the first cause is kept.
func (l *Latch) Trip(cause error) {
	l.mu.Lock()
	first := l.cause == nil
	if first {
		l.cause = cause
	}
	trip := l.trip
	l.mu.Unlock()
	if first {
		for _, f := range trip {
			f(cause)
		}
	}
}

// Err is nil while the latch is open, and the refusal to give to callers once
// it has closed.
func (l *Latch) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause == nil {
		return nil
	}
	return &Error{
		Kind: Unavailable, Code: "intake_stopped", RetryAfter: time.Minute, Cause: l.cause,
		Detail: "The server's disk failed to confirm a write, so intake is stopped until the operator restarts it. Nothing was kept.",
	}
}
