package auth

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// late is what the tally doesn't know yet. Each failure passes through it: it counts
// from the moment that it is known here, and leaves once it is stored. On a full disk
// it waits.
type late struct {
	settling sync.Mutex // held while what waits is stored

	mu    sync.Mutex
	tries map[string]unsettled // by key
	stuck bool                 // nothing could be stored the last time
}

// unsettled is what has happened to one key: how often it was cleared, and the tries
// since then.
type unsettled struct {
	limit   Limit
	clears  int
	times   []time.Time
	touched time.Time
}

// onto is what becomes of the stored tries.
func (u unsettled) onto(t Tries) Tries {
	if u.clears > 0 {
		t = Tries{}
	}
	for _, at := range u.times {
		t = u.limit.Add(t, at)
	}
	return t
}

// mostSettled is how many keys are stored in one transaction.
const mostSettled = 1000

func (l *late) of(a Attempt) []unsettled {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]unsettled, len(a.counted))
	for i, c := range a.counted {
		all[i] = l.tries[c.key]
	}
	return all
}

func (l *late) knows(keys []string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(keys, func(key string) bool { _, ok := l.tries[key]; return ok })
}

func (l *late) add(a Attempt, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range a.counted {
		l.makeRoom(c.key)
		u := l.tries[c.key]
		u.limit, u.touched = c.limit, now
		u.times = append(slices.Clip(u.times), now) // others hold copies
		l.tries[c.key] = u
	}
}

func (l *late) clear(keys []string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		l.makeRoom(key)
		u := l.tries[key]
		l.tries[key] = unsettled{limit: u.limit, clears: u.clears + 1, touched: now}
	}
}

// makeRoom drops the stalest key where a new one would be one too many.
func (l *late) makeRoom(key string) {
	if _, known := l.tries[key]; known || len(l.tries) < MostTries {
		return
	}
	var stalest string
	for key, u := range l.tries {
		if stalest == "" || u.touched.Before(l.tries[stalest].touched) {
			stalest = key
		}
	}
	delete(l.tries, stalest)
}

// some gives what is to be stored next.
func (l *late) some() map[string]unsettled {
	l.mu.Lock()
	defer l.mu.Unlock()
	some := map[string]unsettled{}
	for key, u := range l.tries {
		if some[key] = u; len(some) == mostSettled {
			break
		}
	}
	return some
}

// settled forgets what was stored, and keeps what has happened since. It tells whether
// the trouble is over that kept it from being stored.
func (l *late) settled(stored map[string]unsettled) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stuck = false
	for key, was := range stored {
		u := l.tries[key]
		if u.clears == was.clears {
			u.clears, u.times = 0, u.times[min(len(was.times), len(u.times)):] // fewer where it had to make room
		}
		if l.tries[key] = u; u.clears == 0 && len(u.times) == 0 {
			delete(l.tries, key)
		}
	}
}

// isStuck tells whether nothing could be stored the last time.
func (l *late) isStuck() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stuck
}

// stick notes that nothing can be stored, tells whether that is news, and forgets what
// would not count any more.
func (l *late) stick(now time.Time) (news bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.tries, func(_ string, u unsettled) bool { return now.Sub(u.touched) > longestWindow })
	news, l.stuck = !l.stuck, true
	return news
}

// longestWindow is that of all quotas: what is older says nothing more.
const longestWindow = time.Hour

// settleNow stores what waits, unless that failed the last time: then Flush tries
// again, and nobody who signs in waits for it.
func (t *Throttle) settleNow(ctx context.Context, now time.Time) {
	t.late.settling.Lock()
	defer t.late.settling.Unlock()
	if !t.late.isStuck() {
		t.settle(context.WithoutCancel(ctx), now)
	}
}

// Flush tries to store what waits in memory. The caller repeats it.
func (t *Throttle) Flush(ctx context.Context, now time.Time) {
	t.late.settling.Lock()
	defer t.late.settling.Unlock()
	for t.settle(ctx, now) {
	}
}

// settle stores some of what waits, and tells whether there may be more. Whoever calls
// it holds settling. When a commit is in doubt, what it held may be counted twice:
// nobody has more tries for it.
func (t *Throttle) settle(ctx context.Context, now time.Time) (more bool) {
	some := t.late.some()
	if len(some) == 0 {
		return false
	}
	err := t.tally.ChangeTries(ctx, slices.Collect(maps.Keys(some)), func(known map[string]Tries) map[string]Tries {
		changed := map[string]Tries{}
		for key, u := range some {
			changed[key] = u.onto(known[key])
		}
		return changed
	})
	if err != nil {
		if t.late.stick(now) {
			t.log.Warn("failed sign-ins are counted in memory because that can't be stored", "error", err)
		}
		return false
	}
	t.late.settled(some)
	return len(some) == mostSettled
}
