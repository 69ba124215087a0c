package auth_test

import (
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/storetest"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	paused := auth.Limit{Free: 3, Window: 10 * time.Minute, Pause: time.Second, Longest: 5 * time.Second}
	counted := auth.Limit{Free: 3, Window: 10 * time.Minute}
	at := func(minutes float64) time.Time {
		return storetest.Epoch.Add(time.Duration(minutes * float64(time.Minute)))
	}
	tries := func(times int, since, latest, lapses float64) auth.Tries {
		return auth.Tries{Times: times, Since: at(since), Latest: at(latest), LapsesAt: at(lapses)}
	}
	const second = 1.0 / 60
	for _, c := range []struct {
		name  string
		limit auth.Limit
		tries auth.Tries
		now   float64
		next  auth.Tries
		wait  time.Duration
	}{
		{"the first", paused, auth.Tries{}, 0, tries(1, 0, 0, 10), 0},
		{"the second", paused, tries(1, 0, 0, 10), 4, tries(2, 0, 4, 10), 0},
		{"the last free one", paused, tries(2, 0, 4, 10), 5, tries(3, 0, 5, 15), 0},
		{"at once after it", paused, tries(3, 0, 5, 15), 5, tries(3, 0, 5, 15), time.Second},
		{"after its pause", paused, tries(3, 0, 5, 15), 5 + second, tries(4, 0, 5+second, 15+second), 0},
		{"the second pause", paused, tries(4, 0, 5, 15), 5 + second, tries(4, 0, 5, 15), time.Second},
		{"the third pause", paused, tries(5, 0, 5, 15), 5, tries(5, 0, 5, 15), 4 * time.Second},
		{"the longest", paused, tries(6, 0, 5, 15), 5, tries(6, 0, 5, 15), 5 * time.Second},
		{"the longest, for ever", paused, tries(1_000_000, 0, 5, 15), 5, tries(1_000_000, 0, 5, 15), 5 * time.Second},
		{"free ones lapse with their window", paused, tries(2, 0, 9, 10), 10, tries(1, 10, 10, 20), 0},
		{"pauses lapse after a window without a try", paused, tries(9, 0, 5, 15), 15, tries(1, 15, 15, 25), 0},
		{"and not before", paused, tries(9, 0, 5, 15), 14, tries(10, 0, 14, 24), 0},
		{"another clock is behind", paused, tries(3, 0, 5, 15), 5 - second, tries(3, 0, 5, 15), 2 * time.Second},
		{"and adds", paused, tries(1, 0, 5, 10), 4, tries(2, 0, 5, 10), 0},
		{"the clock was set back", paused, tries(9, 60, 60, 70), 0, tries(1, 0, 0, 10), 0},

		{"counted: the first", counted, auth.Tries{}, 0, tries(1, 0, 0, 10), 0},
		{"counted: the last", counted, tries(2, 0, 4, 10), 5, tries(3, 0, 5, 10), 0},
		{"counted: beyond", counted, tries(3, 0, 5, 10), 6, tries(3, 0, 5, 10), 4 * time.Minute},
		{"counted: the next window", counted, tries(3, 0, 5, 10), 10, tries(1, 10, 10, 20), 0},
	} {
		next, wait := c.limit.Try(c.tries, at(c.now))
		if next != c.next || wait != c.wait {
			t.Errorf("%s: %+v, a wait of %v; want %+v, %v", c.name, next, wait, c.next, c.wait)
		}
	}
}
