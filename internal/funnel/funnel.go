// Package funnel counts what happens to the public form: how often it is looked at,
// begun, refused and sent. It keeps numbers by day and language and nothing else: no
// cookie, no address, nothing that could tell one visitor from another.
package funnel

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Step is what happened to the form.
type Step string

// The steps, in the order in which a prospect takes them.
const (
	Viewed       Step = "view"
	Started      Step = "start"   // the first use of a field
	Refused      Step = "refused" // one for each violation of a form that was sent
	Submitted    Step = "submit"  // the form became a lead
	APISubmitted Step = "api_submit"
)

// Other stands for a language that the pages don't have, and for what is wrong in a
// way that no browser brings about.
const Other = "other"

// Event is one thing that happened. Field and Code come from closed sets, because
// each pair is a row of its own; only a refusal has them.
type Event struct {
	Step        Step
	Language    string // BCP 47
	Field, Code string
}

// Count is how often something happened on a day.
type Count struct {
	Day string // such as 2026-11-23, in the firm's zone
	Event
	Times int64
}

// Store keeps the counts.
type Store interface {
	// AddFunnel adds to what is counted already, all of it or nothing.
	AddFunnel(ctx context.Context, counts []Count) error
}

// mostWaiting bounds the memory that waiting counts take: far more than the days,
// languages, fields and codes of a week.
const mostWaiting = 10_000

// Counter counts in memory, so that nobody who looks at the form waits for a disk,
// until Flush. What was counted since is lost when the process is killed; it is a
// handful, and no lead is among it. It is safe for concurrent use.
type Counter struct {
	Store     Store
	Languages []string                                 // of the pages; another counts as Other
	Zone      func(ctx context.Context) *time.Location // the firm's
	Ready     func(ctx context.Context) error          // nil when a lead could be stored now
	Now       func() time.Time

	mu      sync.Mutex
	zone    *time.Location // as Flush last learned it
	waiting map[key]int64
}

type key struct {
	day string
	Event
}

// Count adds one. It never waits for anything.
func (c *Counter) Count(e Event) {
	if !slices.Contains(c.Languages, e.Language) {
		e.Language = Other
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	zone := c.zone
	if zone == nil {
		zone = time.UTC
	}
	c.add(key{c.Now().In(zone).Format(time.DateOnly), e}, 1)
}

// add is called with the lock held.
func (c *Counter) add(k key, times int64) {
	if c.waiting == nil {
		c.waiting = map[key]int64{}
	}
	if _, known := c.waiting[k]; known || len(c.waiting) < mostWaiting {
		c.waiting[k] += times
	}
}

// Flush stores what waits, and learns the firm's zone for what comes. While no lead
// could be stored nothing is written: the last room of a disk isn't for counts. What
// can't be stored waits on.
func (c *Counter) Flush(ctx context.Context) error {
	zone := c.Zone(ctx)
	c.mu.Lock()
	c.zone = zone
	n := len(c.waiting)
	c.mu.Unlock()
	if n == 0 || c.Ready(ctx) != nil {
		return nil
	}
	counts := c.take()
	err := c.Store.AddFunnel(ctx, counts)
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, n := range counts {
			c.add(key{n.Day, n.Event}, n.Times)
		}
	}
	return err
}

func (c *Counter) take() []Count {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := make([]Count, 0, len(c.waiting))
	for k, times := range c.waiting {
		counts = append(counts, Count{k.day, k.Event, times})
	}
	c.waiting = nil
	return counts
}
