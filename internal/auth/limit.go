package auth

import "time"

// Limit says how often something may be tried, and how long whoever goes on has to
// wait. It is a function of what is known: nothing here reads a clock or stores.
type Limit struct {
	Free   int // tries in a window that nobody waits for
	Window time.Duration
	// Pause is what the last free try is followed by. It doubles with each further
	// one, up to Longest, and a whole window without a try ends it. Without a Pause
	// the next try is one of the next window.
	Pause, Longest time.Duration
}

// Quota limits one purpose, by name and network at once.
type Quota struct {
	// Purpose keeps what is counted here apart from what others count.
	Purpose string
	// Paired counts a name in one network, and else a name wherever it comes from.
	Paired              bool
	PerName, PerNetwork Limit
}

// The quotas in use.
var (
	// SignIns are failed ones.
	SignIns = Quota{
		Purpose: "sign-in", Paired: true,
		PerName:    Limit{Free: 10, Window: 15 * time.Minute, Pause: time.Second, Longest: 5 * time.Minute},
		PerNetwork: Limit{Free: 100, Window: 15 * time.Minute, Pause: time.Second, Longest: 5 * time.Minute},
	}
	// PasswordResets are requests for a mail with a link. Nobody is told of the limit:
	// the answer is the same, and nothing is sent.
	PasswordResets = Quota{
		Purpose: "password reset",
		PerName: Limit{Free: 3, Window: time.Hour}, PerNetwork: Limit{Free: 20, Window: time.Hour},
	}
	// PasswordResetsADay keep whoever asks hour by hour from filling somebody's mailbox.
	PasswordResetsADay = Quota{
		Purpose: "password reset, by the day",
		PerName: Limit{Free: 10, Window: 24 * time.Hour}, PerNetwork: Limit{Free: 200, Window: 24 * time.Hour},
	}
)

// Tries is what is known of one who tries; the zero value is that of nobody.
type Tries struct {
	Times    int
	Since    time.Time // begin of the window
	Latest   time.Time
	LapsesAt time.Time // when they count no more, unless more are added
}

// Try adds a try, or refuses it and tells how long the next one has to wait.
func (l Limit) Try(t Tries, now time.Time) (next Tries, wait time.Duration) {
	if wait = l.Wait(t, now); wait > 0 {
		return t, wait
	}
	return l.Add(t, now), 0
}

// Wait is how long the next try has to wait.
func (l Limit) Wait(t Tries, now time.Time) time.Duration {
	if t.Times < l.Free || l.lapsed(t, now) {
		return 0
	}
	until := t.LapsesAt
	if l.Pause > 0 {
		until = t.Latest.Add(min(l.Longest, l.Pause<<min(t.Times-l.Free, 20)))
	}
	return max(0, until.Sub(now))
}

// Add adds a try that has been made, whether it should have waited or not.
func (l Limit) Add(t Tries, now time.Time) Tries {
	if l.lapsed(t, now) {
		t = Tries{Since: now}
	}
	t.Times++
	if now.After(t.Latest) {
		t.Latest = now
	}
	t.LapsesAt = t.Since.Add(l.Window)
	if l.Pause > 0 && t.Times >= l.Free {
		t.LapsesAt = t.Latest.Add(l.Window)
	}
	return t
}

// lapsed tells whether the tries count no more. Those that a clock of the future has
// seen do not count either: it was set back since, and nobody waits for its return.
func (l Limit) lapsed(t Tries, now time.Time) bool {
	return !now.Before(t.LapsesAt) || t.Latest.Sub(now) >= l.Window
}
