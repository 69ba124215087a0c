package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"usher/internal/fault"
)

// MostTries is how many keys are remembered; beyond it go those that lapse first.
const MostTries = 100_000

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

// Tally keeps tries for all replicas, by keys that tell nobody who it was.
type Tally interface {
	// Tries gives what is known of keys, and leaves out those that nothing is known of.
	Tries(ctx context.Context, keys []string) (map[string]Tries, error)
	// ChangeTries keeps what a decision makes of what is known, in one transaction, and
	// forgets those that become zero.
	ChangeTries(ctx context.Context, keys []string, decide func(known map[string]Tries) (changed map[string]Tries)) error
}

// Throttle bounds how often something is tried, by name and network. Names that nobody
// has are counted like all others. The truth is in the tally; what it doesn't take at
// the moment waits in memory and counts here all the same.
type Throttle struct {
	tally Tally
	key   []byte
	log   *slog.Logger
	late  late
}

// NewThrottle makes a throttle over a tally. Its keys are digests under the secret key.
func NewThrottle(tally Tally, secret []byte, log *slog.Logger) *Throttle {
	return &Throttle{tally: tally, key: DeriveKey(secret, ForTries), log: log, late: late{tries: map[string]unsettled{}}}
}

// Attempt is who tries, as the throttle counts it.
type Attempt struct {
	counted []counted
	cleared []string // by a success
}

type counted struct {
	key   string
	limit Limit
}

func (a Attempt) keys() []string {
	keys := make([]string, len(a.counted))
	for i, c := range a.counted {
		keys[i] = c.key
	}
	return keys
}

// Stranger is an attempt by somebody of whom nothing is known but the name they gave
// and where they call from.
func (t *Throttle) Stranger(q Quota, name string, from netip.Addr) Attempt {
	network := Network(from)
	named := t.digest(q.Purpose, "name", name)
	if q.Paired {
		named = t.digest(q.Purpose, "pair", name, network)
	}
	return Attempt{[]counted{{named, q.PerName}, {t.digest(q.Purpose, "network", network), q.PerNetwork}}, []string{named}}
}

// Device is an attempt from a browser in which the same user has signed in before. It
// counts by itself: whatever strangers do in its network, it has tries of its own.
func (t *Throttle) Device(q Quota, device, name string, from netip.Addr) Attempt {
	own := counted{t.digest(q.Purpose, "device", device), q.PerName}
	return Attempt{[]counted{own}, append(t.Stranger(q, name, from).cleared, own.key)}
}

func (t *Throttle) digest(parts ...string) string {
	h := hmac.New(sha256.New, t.key)
	for _, part := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part) // a hash takes everything
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Check refuses with fault.Throttled whoever has to wait.
func (t *Throttle) Check(ctx context.Context, a Attempt, now time.Time) error {
	wait, err := t.wait(ctx, a, now)
	if err != nil || wait == 0 {
		return err
	}
	return &fault.Error{
		Kind: fault.Throttled, Code: "too_many_sign_ins", RetryAfter: wait,
		Detail: "Too many failed sign-ins. Wait before the next try.",
	}
}

func (t *Throttle) wait(ctx context.Context, a Attempt, now time.Time) (time.Duration, error) {
	late := t.late.of(a) // first, or what is stored in between would be missed in both
	known, err := t.tally.Tries(ctx, a.keys())
	var wait time.Duration
	for i, c := range a.counted {
		wait = max(wait, c.limit.Wait(late[i].onto(known[c.key]), now))
	}
	return wait, err
}

// Fail counts a failure. Once it returns, Check knows of it, here and, unless nothing
// can be stored, in all replicas.
func (t *Throttle) Fail(ctx context.Context, a Attempt, now time.Time) {
	t.late.add(a, now)
	t.settleNow(ctx, now)
}

// Succeed forgets the failures under the name. The network's stay: one good password
// doesn't excuse guesses at other names.
func (t *Throttle) Succeed(ctx context.Context, a Attempt, now time.Time) {
	known, err := t.tally.Tries(ctx, a.cleared)
	if err == nil && len(known) == 0 && !t.late.knows(a.cleared) {
		return
	}
	t.late.clear(a.cleared, now)
	t.settleNow(ctx, now)
}

// Allow tells whether one more of what somebody asks for is within the quota, and
// counts it then. Replicas that ask at once are counted exactly. Errors:
// fault.Unavailable while nothing can be counted, whoever asks.
func (t *Throttle) Allow(ctx context.Context, q Quota, name string, from netip.Addr, now time.Time) (bool, error) {
	a := t.Stranger(q, name, from)
	if wait, err := t.wait(ctx, a, now); err != nil || wait > 0 { // who has asked too often takes no turn of those who write
		return false, err
	}
	var allowed bool
	err := t.tally.ChangeTries(ctx, a.keys(), func(known map[string]Tries) map[string]Tries {
		changed := map[string]Tries{}
		for _, c := range a.counted {
			next, wait := c.limit.Try(known[c.key], now)
			if wait > 0 {
				return nil
			}
			changed[c.key] = next
		}
		allowed = true
		return changed
	})
	return allowed && err == nil, err
}
