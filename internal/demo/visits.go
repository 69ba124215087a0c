package demo

import (
	"cmp"
	"slices"
	"time"

	"usher/internal/funnel"
	"usher/internal/lead"
)

// Sent is how many forms became leads, by day and by the language of the page.
type Sent map[pageDay]int

type pageDay struct{ day, language string }

// Add takes a lead in. One in a language that the pages don't have was sent from the
// first that they have.
func (s Sent) Add(l lead.Lead, zone *time.Location, pages []string) {
	language := l.Language
	if !slices.Contains(pages, language) {
		language = pages[0]
	}
	s[pageDay{l.CreatedAt.In(zone).Format(time.DateOnly), language}]++
}

// Visits are what the form has counted around the leads that came by it: for each that
// was sent some were only begun, more were only looked at, and some came back first.
func (d *Demo) Visits(sent Sent) []funnel.Count {
	days := make([]pageDay, 0, len(sent))
	for day := range sent {
		days = append(days, day)
	}
	slices.SortFunc(days, func(a, b pageDay) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.language, b.language)) })
	var all []funnel.Count
	for i, day := range days {
		r := d.random(forVisits, i)
		count := func(step funnel.Step, field, code string, times int) {
			if times > 0 {
				all = append(all, funnel.Count{Day: day.day, Event: funnel.Event{Step: step, Language: day.language, Field: field, Code: code}, Times: int64(times)})
			}
		}
		submits := sent[day]
		starts := submits + r.IntN(submits+2)
		count(funnel.Submitted, "", "", submits)
		count(funnel.Started, "", "", starts)
		count(funnel.Viewed, "", "", starts+submits+r.IntN(3*submits+3))
		for _, slip := range slips() {
			times := 0
			for range submits {
				if chance(r, slip.percent) {
					times++
				}
			}
			count(funnel.Refused, slip.field, slip.code, times)
		}
	}
	return all
}

// slip is what keeps so many of a hundred forms from being sent at once.
type slip struct {
	field, code string
	percent     float64
}

func slips() []slip {
	return []slip{
		{"resume", "required", 11}, {"email", "invalid_email", 7}, {"resume", "unsupported_type", 4}, {"last_name", "required", 3},
		{"email", "required", 2}, {"resume", "too_large", 1.5}, {"", "lapsed_form", 0.5},
	}
}
