package report

import (
	"sort"
	"time"
)

// MostDays is how many days a report may be about: a year.
const MostDays = 366

// Period is whole days in a zone. A day has 24 hours but where the clocks change.
type Period struct {
	First, Last time.Time // both are in it; of each only the date counts, whatever its zone
	Zone        *time.Location
}

// DateOf is the date of a moment in the period's zone, such as 2026-11-23.
func (p Period) DateOf(at time.Time) string { return at.In(p.Zone).Format(time.DateOnly) }

// Days is how many there are; 0 or less when the last comes before the first.
func (p Period) Days() int { return int(civil(p.Last).Sub(civil(p.First))/(24*time.Hour)) + 1 }

// Dates are those of its days, oldest first.
func (p Period) Dates() []string {
	var dates []string
	for at, last := civil(p.First), civil(p.Last); !at.After(last); at = at.AddDate(0, 0, 1) {
		dates = append(dates, at.Format(time.DateOnly))
	}
	return dates
}

// Bounds are when it begins, and when it is over.
func (p Period) Bounds() (from, before time.Time) {
	return begins(civil(p.First), p.Zone), begins(civil(p.Last).AddDate(0, 0, 1), p.Zone)
}

// civil is the midnight in UTC of a time's date, so that dates can be reckoned with.
func civil(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// begins is the first moment of a date in a zone. Some days have no midnight, and some
// have two, so it is looked for: no zone is more than 15 hours from UTC.
func begins(date time.Time, zone *time.Location) time.Time {
	earliest := date.Add(-15 * time.Hour)
	seconds := sort.Search(30*60*60, func(n int) bool {
		return !civil(earliest.Add(time.Duration(n) * time.Second).In(zone)).Before(date)
	})
	return earliest.Add(time.Duration(seconds) * time.Second)
}
