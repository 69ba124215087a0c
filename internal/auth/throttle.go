package auth

import (
	"net/netip"
	"sync"
	"time"

	"usher/internal/fault"
)

// The sign-in limits. Only failures count.
const (
	freePerPair    = 10  // failures for one name from one network in a window
	freePerNetwork = 100 // failures from one network in a window
	window         = 15 * time.Minute
	firstPause     = time.Second
	longestPause   = 5 * time.Minute
	mostTracked    = 100_000 // entries; beyond it the stalest go first
)

// Network is what counts as one place that somebody calls from: an IPv4 address
// or an IPv6 /64.
func Network(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		prefix, err := addr.Prefix(64)
		if err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

// Throttle counts failed sign-ins in memory, by name and network and by network
// alone. Names that nobody has are counted like all others.
type Throttle struct {
	mu    sync.Mutex
	tries map[tryKey]*tries
}

type tryKey struct{ name, network string }

type tries struct {
	failures int
	since    time.Time // begin of the window
	last     time.Time
	until    time.Time // end of the current pause
}

// NewThrottle makes an empty throttle.
func NewThrottle() *Throttle { return &Throttle{tries: map[tryKey]*tries{}} }

// Check refuses with fault.Throttled while the name or the network is paused.
func (t *Throttle) Check(name, network string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var until time.Time
	for _, key := range []tryKey{{name, network}, {"", network}} {
		if e := t.tries[key]; e != nil && e.until.After(until) {
			until = e.until
		}
	}
	if !until.After(now) {
		return nil
	}
	return &fault.Error{
		Kind: fault.Throttled, Code: "too_many_sign_ins", RetryAfter: until.Sub(now),
		Detail: "Too many failed sign-ins. Wait before the next try.",
	}
}

// Fail counts a failure against the pair and the network.
func (t *Throttle) Fail(name, network string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fail(tryKey{name, network}, freePerPair, now)
	t.fail(tryKey{"", network}, freePerNetwork, now)
}

func (t *Throttle) fail(key tryKey, free int, now time.Time) {
	e := t.tries[key]
	if e == nil || now.Sub(e.last) > window || (e.failures < free && now.Sub(e.since) > window) {
		t.makeRoom(now)
		e = &tries{since: now}
		t.tries[key] = e
	}
	e.failures++
	e.last = now
	if over := e.failures - free; over >= 0 {
		e.until = now.Add(min(longestPause, firstPause<<min(over, 20)))
	}
}

// Succeed clears the pair. The network's count stays: one good password doesn't
// excuse guesses at other names.
func (t *Throttle) Succeed(name, network string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, tryKey{name, network})
}

func (t *Throttle) makeRoom(now time.Time) {
	if len(t.tries) < mostTracked {
		return
	}
	var stalest tryKey
	oldest := now
	for key, e := range t.tries {
		if now.Sub(e.last) > window {
			delete(t.tries, key)
		} else if e.last.Before(oldest) {
			stalest, oldest = key, e.last
		}
	}
	if len(t.tries) >= mostTracked {
		delete(t.tries, stalest)
	}
}
