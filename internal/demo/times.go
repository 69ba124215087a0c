package demo

import (
	"sort"
	"time"
)

// zone is the firm's: New York in winter, without the tables that a small system
// may not have.
func zone() *time.Location { return time.FixedZone("EST", -5*60*60) }

// rhythm is how the leads of ninety days spread over their hours.
type rhythm struct {
	start time.Time
	upTo  []float64 // of all leads, how many have come by the end of each hour
}

// quiet is what the rhythm leaves to the leads that are always there: the newest.
const quiet = 3 * time.Hour

func newRhythm(now time.Time) rhythm {
	begin, end := now.AddDate(0, 0, -Days), now.Add(-quiet)
	r := rhythm{start: begin}
	sum := 0.0
	for hour := begin; hour.Before(end); hour = hour.Add(time.Hour) {
		sum += weight(hour.In(zone()))
		r.upTo = append(r.upTo, sum)
	}
	for i := range r.upTo {
		r.upTo[i] /= sum
	}
	return r
}

// weight is how many people write in an hour, beside others.
func weight(t time.Time) float64 {
	w := 0.5
	switch hour := t.Hour(); {
	case hour >= 9 && hour < 17:
		w = 10
	case hour >= 7 && hour < 22:
		w = 4
	case hour >= 22:
		w = 1.5
	}
	if weekend(t) {
		w *= 0.35
	}
	return w
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// at is when such a part of all leads has come, from 0 to below 1.
func (r rhythm) at(part float64) time.Time {
	hour := min(sort.SearchFloat64s(r.upTo, part), len(r.upTo)-1)
	before := 0.0
	if hour > 0 {
		before = r.upTo[hour-1]
	}
	within := (part - before) / (r.upTo[hour] - before)
	return r.start.Add(time.Duration(hour)*time.Hour + time.Duration(within*float64(time.Hour))).Truncate(time.Microsecond)
}

// latest are the newest leads before now: there are always some in today's inbox.
func latest() []time.Duration {
	return []time.Duration{147 * time.Minute, 102 * time.Minute, 63 * time.Minute, 31 * time.Minute, 9 * time.Minute, 19 * time.Second}
}

// eager is how many leads one and the same person makes within a day.
const eager = 5

// eagerFrom is the first lead of the eager person, or none.
func (d *Demo) eagerFrom() int {
	if d.n < 50 {
		return -eager
	}
	return d.n / 3
}

// arrival is when lead i came in; a later lead's is later.
func (d *Demo) arrival(i int) time.Time {
	if k := i - d.eagerFrom(); k > 0 && k < eager { // minutes after the first, before whoever comes next
		first, next := d.regular(d.eagerFrom()), d.regular(d.eagerFrom()+eager)
		step := min(next.Sub(first)/(eager+1), 47*time.Minute)
		return first.Add(time.Duration(k) * step).Truncate(time.Microsecond)
	}
	return d.regular(i)
}

func (d *Demo) regular(i int) time.Time {
	late := latest()
	late = late[max(0, len(late)-d.n/50):]
	if newest := d.n - len(late); i >= newest {
		return d.now.Add(-late[i-newest])
	}
	jitter := 0.1 + 0.8*d.random(forTime, i).Float64() // within its own part, so that the order stays
	return d.rhythm.at((float64(i) + jitter) / float64(d.n-len(late)))
}

// office moves a time into the firm's working hours.
func office(t time.Time, minutes int) time.Time {
	local := t.In(zone())
	if !weekend(local) && local.Hour() >= 8 && local.Hour() < 18 {
		return t
	}
	morning := time.Date(local.Year(), local.Month(), local.Day(), 8, 40+minutes%60, local.Second(), local.Nanosecond(), zone())
	for morning.Before(local) || weekend(morning) {
		morning = morning.AddDate(0, 0, 1)
	}
	return morning.UTC()
}
