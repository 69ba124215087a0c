package report

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/text/language"

	"usher/internal/lead"
)

// Question is what a report is asked.
type Question struct {
	Period
	Target time.Duration // within which the firm means to contact a lead; 0 for none
	Now    time.Time
}

// Lead is what a report knows of one lead.
type Lead struct {
	ReceivedAt  time.Time
	ContactedAt time.Time // see FirstContact
	Language    string    // BCP 47; empty once it is erased
	State       lead.State
	Erased      bool
}

// Move is an event of a lead that tells of reaching out.
type Move struct {
	Kind lead.EventKind // MarkedReached, Reopened or Undone
	At   time.Time
}

// FirstContact is when somebody reached out for the first time, of all moves in their
// order; the zero time when nobody has. What was undone was a slip and no contact, while
// a lead that was reopened was contacted before.
func FirstContact(moves []Move) time.Time {
	for i, m := range moves {
		slip := i+1 < len(moves) && moves[i+1].Kind == lead.Undone
		if m.Kind == lead.MarkedReached && !slip {
			return m.At
		}
	}
	return time.Time{}
}

// Figures are those of the leads that came in on some days. An erased lead counts as
// received, and as contacted when it was: times are no personal data. It waits for
// nobody, so it is never waiting or overdue.
type Figures struct {
	Received  int
	Contacted int
	// Median and P90 are the time from receipt to the first contact by nearest rank,
	// over those contacted; nil when there is none.
	Median, P90 *time.Duration
	Within      int // contacted within the target; 0 without a target, like Late and Overdue
	Late        int // contacted after it
	Waiting     int // not contacted
	Overdue     int // of those waiting, for longer than the target
}

// Share is the part, 0 to 1, that was contacted within the target, among those of
// which it is known: a lead that has just come in is no failure yet, one that is
// overdue is. It is nil when there is none.
func (f Figures) Share() *float64 {
	known := f.Within + f.Late + f.Overdue
	if known == 0 {
		return nil
	}
	share := float64(f.Within) / float64(known)
	return &share
}

// Day is the figures of the leads that came in on one day, or from that day on in its week.
type Day struct {
	Date string // such as 2026-11-23
	Figures
}

// Language is how many leads came in a language, erased ones left out.
type Language struct {
	Tag   string // BCP 47
	Leads int
}

// Report is the answer.
type Report struct {
	Question
	Days      []Day // every day of the period, oldest first
	Weeks     []Day // the same, by weeks that begin with Monday; the first and the last may be cut
	Totals    Figures
	Languages []Language         // most leads first
	States    map[lead.State]int // leads of the period in each state now, erased ones left out
	Backlog   Backlog
	Funnel    Funnel
}

// Backlog is who waits now, whatever the period.
type Backlog struct {
	Ages     []int // by Ages, and those beyond the last of them
	OldestID string
	OldestAt time.Time // zero when nobody waits
}

// Ages are the upper bounds of the backlog's ages; beyond the last there are more.
func Ages() []time.Duration {
	return []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}
}

// tally gathers the figures of some days.
type tally struct {
	Figures
	took []time.Duration
}

func (t *tally) add(l Lead, q Question) {
	t.Received++
	target := q.Target > 0
	if l.ContactedAt.IsZero() {
		if !l.Erased {
			t.Waiting++
			if target && q.Now.Sub(l.ReceivedAt) > q.Target {
				t.Overdue++
			}
		}
		return
	}
	t.Contacted++
	took := max(0, l.ContactedAt.Sub(l.ReceivedAt)) // a clock may have been put back
	t.took = append(t.took, took)
	switch {
	case !target:
	case took <= q.Target:
		t.Within++
	default:
		t.Late++
	}
}

func (t *tally) figures() Figures {
	slices.Sort(t.took)
	t.Median, t.P90 = rank(t.took, 50), rank(t.took, 90)
	return t.Figures
}

// rank is a percentile by nearest rank: the smallest value that so many percent of all
// don't exceed. Nil when there is none. The values are sorted.
func rank(sorted []time.Duration, percent int) *time.Duration {
	if len(sorted) == 0 {
		return nil
	}
	v := sorted[(len(sorted)*percent+99)/100-1]
	return &v
}

// Tally makes a report from its leads, which come in any order.
type Tally struct {
	q         Question
	dates     []string
	days      map[string]*tally
	mondays   []string          // the first day of each week, which may be no Monday in the first
	weeks     map[string]*tally // by every date that is in them
	all       tally
	languages map[string]int
	states    map[lead.State]int
}

// NewTally begins one.
func NewTally(q Question) *Tally {
	t := &Tally{q: q, dates: q.Dates(), days: map[string]*tally{}, weeks: map[string]*tally{}, languages: map[string]int{}, states: map[lead.State]int{}}
	day := civil(q.First)
	for i, date := range t.dates {
		t.days[date] = &tally{}
		if i == 0 || day.Weekday() == time.Monday {
			t.mondays = append(t.mondays, date)
		}
		first := t.mondays[len(t.mondays)-1]
		if t.weeks[first] == nil {
			t.weeks[first] = &tally{}
		}
		t.weeks[date] = t.weeks[first]
		day = day.AddDate(0, 0, 1)
	}
	return t
}

// Add takes a lead in. One of another day is left out.
func (t *Tally) Add(l Lead) {
	date := t.q.DateOf(l.ReceivedAt)
	if t.days[date] == nil {
		return
	}
	t.days[date].add(l, t.q)
	t.weeks[date].add(l, t.q)
	t.all.add(l, t.q)
	if !l.Erased {
		t.languages[l.Language]++
		t.states[l.State]++
	}
}

// Report gives the figures of what was added: days, weeks, totals, languages and states.
func (t *Tally) Report() Report {
	r := Report{Question: t.q, States: t.states}
	for _, date := range t.dates {
		r.Days = append(r.Days, Day{date, t.days[date].figures()})
	}
	for _, monday := range t.mondays {
		r.Weeks = append(r.Weeks, Day{monday, t.weeks[monday].figures()})
	}
	r.Totals = t.all.figures()
	languages := map[string]int{}
	for tag, leads := range t.languages {
		languages[canonical(tag)] += leads
	}
	for tag, leads := range languages {
		r.Languages = append(r.Languages, Language{tag, leads})
	}
	slices.SortFunc(r.Languages, func(a, b Language) int { return cmp.Or(b.Leads-a.Leads, cmp.Compare(a.Tag, b.Tag)) })
	return r
}

// canonical is a language tag in one spelling of many: es-MX for ES_mx. A lead keeps
// what was sent.
func canonical(tag string) string {
	known, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	return known.String()
}
