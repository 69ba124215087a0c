package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/funnel"
	"usher/internal/lead"
	"usher/internal/report"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func after(hours float64) time.Time { return noon.Add(time.Duration(hours * float64(time.Hour))) }

func long(hours float64) *time.Duration {
	d := time.Duration(hours * float64(time.Hour))
	return &d
}

func TestFirstContact(t *testing.T) {
	t.Parallel()
	reached, reopened, undone := lead.MarkedReached, lead.Reopened, lead.Undone
	for about, c := range map[string]struct {
		kinds []lead.EventKind
		want  float64 // the number of the move, from 1; 0 for none
	}{
		"nobody":                         {nil, 0},
		"somebody":                       {[]lead.EventKind{reached}, 1},
		"a slip":                         {[]lead.EventKind{reached, undone}, 0},
		"after a slip":                   {[]lead.EventKind{reached, undone, reached}, 3},
		"after two":                      {[]lead.EventKind{reached, undone, reached, undone, reached}, 5},
		"reopened":                       {[]lead.EventKind{reached, reopened}, 1},
		"again":                          {[]lead.EventKind{reached, reopened, reached}, 1},
		"again, by a slip":               {[]lead.EventKind{reached, reopened, reached, undone}, 1},
		"a slip, then reopened":          {[]lead.EventKind{reached, undone, reached, reopened}, 3},
		"what can't be, an undone alone": {[]lead.EventKind{undone}, 0},
	} {
		var moves []report.Move
		for i, kind := range c.kinds {
			moves = append(moves, report.Move{Kind: kind, At: after(float64(i + 1))})
		}
		want := after(c.want)
		if c.want == 0 {
			want = time.Time{}
		}
		if got := report.FirstContact(moves); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", about, got, want)
		}
	}
}

func question(t *testing.T, target time.Duration) report.Question {
	t.Helper()
	return report.Question{Period: period(t, "2026-11-22", "2026-11-24", "UTC"), Target: target, Now: after(36)}
}

func figuresOf(q report.Question, leads ...report.Lead) report.Figures {
	tally := report.NewTally(q)
	for _, l := range leads {
		tally.Add(l)
	}
	return tally.Report().Totals
}

func contactedAfter(hours float64) report.Lead {
	return report.Lead{ReceivedAt: noon, ContactedAt: after(hours), Language: "en", State: lead.ReachedOut}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	waiting, old := report.Lead{ReceivedAt: after(13)}, report.Lead{ReceivedAt: noon}
	exactly := report.Lead{ReceivedAt: after(12)}
	for about, c := range map[string]struct {
		target float64
		leads  []report.Lead
		want   report.Figures
		share  float64 // -1 for none
	}{
		"nothing":     {24, nil, report.Figures{}, -1},
		"on time":     {24, []report.Lead{contactedAfter(24)}, report.Figures{Received: 1, Contacted: 1, Median: long(24), P90: long(24), Within: 1}, 1},
		"too late":    {23, []report.Lead{contactedAfter(24)}, report.Figures{Received: 1, Contacted: 1, Median: long(24), P90: long(24), Late: 1}, 0},
		"no target":   {0, []report.Lead{contactedAfter(2), old}, report.Figures{Received: 2, Contacted: 1, Median: long(2), P90: long(2), Waiting: 1}, -1},
		"not yet due": {24, []report.Lead{waiting, exactly}, report.Figures{Received: 2, Waiting: 2}, -1},
		"overdue":     {24, []report.Lead{old, contactedAfter(1), contactedAfter(2)}, report.Figures{Received: 3, Contacted: 2, Median: long(1), P90: long(2), Within: 2, Waiting: 1, Overdue: 1}, 2.0 / 3},
		"erased": {24, []report.Lead{{ReceivedAt: noon, Erased: true}, {ReceivedAt: noon, ContactedAt: after(3), Erased: true}},
			report.Figures{Received: 2, Contacted: 1, Median: long(3), P90: long(3), Within: 1}, 1},
		"a clock that was put back": {24, []report.Lead{contactedAfter(-5)}, report.Figures{Received: 1, Contacted: 1, Median: long(0), P90: long(0), Within: 1}, 1},
	} {
		got := figuresOf(question(t, *long(c.target)), c.leads...)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
		share := -1.0
		if s := got.Share(); s != nil {
			share = *s
		}
		if share != c.share {
			t.Errorf("%s: a share of %v, want %v", about, share, c.share)
		}
	}
}

// A language is one, however its tag was written.
func TestLanguages(t *testing.T) {
	t.Parallel()
	q := question(t, 0)
	tally := report.NewTally(q)
	for _, tag := range []string{"pt-BR", "PT_br", "es", "ES", "pt-br", "x-y"} {
		tally.Add(report.Lead{ReceivedAt: q.First, Language: tag, State: lead.Pending})
	}
	want := []report.Language{{Tag: "pt-BR", Leads: 3}, {Tag: "es", Leads: 2}, {Tag: "x-y", Leads: 1}}
	if diff := cmp.Diff(want, tally.Report().Languages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Percentiles are values that there are, by nearest rank.
func TestPercentiles(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]float64{1: {1, 1}, 2: {1, 2}, 3: {2, 3}, 9: {5, 9}, 10: {5, 9}, 11: {6, 10}, 20: {10, 18}, 100: {50, 90}, 101: {51, 91}} {
		var leads []report.Lead
		for i := range n {
			leads = append(leads, contactedAfter(float64(n-i)))
		}
		got := figuresOf(question(t, 0), leads...)
		if *got.Median != *long(want[0]) || *got.P90 != *long(want[1]) {
			t.Errorf("of %d: median %v, p90 %v", n, got.Median, got.P90)
		}
	}
}

// Each lead counts on the day on which it came in where the firm is; days without any
// are there.
func TestDays(t *testing.T) {
	t.Parallel()
	q := question(t, 24*time.Hour)
	q.Zone = zone(t, "America/New_York")
	tally := report.NewTally(q)
	for _, l := range []report.Lead{
		{ReceivedAt: time.Date(2026, 11, 22, 4, 59, 59, 0, time.UTC), Language: "fr", State: lead.Pending}, // the day before
		{ReceivedAt: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), Language: "es", State: lead.Pending},
		{ReceivedAt: time.Date(2026, 11, 25, 4, 59, 59, 0, time.UTC), Language: "en", State: lead.ReachedOut, ContactedAt: time.Date(2026, 11, 25, 5, 59, 59, 0, time.UTC)},
		{ReceivedAt: time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC), Language: "es", State: lead.Pending},
		{ReceivedAt: time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC), Erased: true},
		{ReceivedAt: time.Date(2026, 11, 25, 5, 0, 0, 0, time.UTC), Language: "fr", State: lead.Pending}, // the day after
	} {
		tally.Add(l)
	}
	got := tally.Report()
	want := []report.Day{
		{Date: "2026-11-22", Figures: report.Figures{Received: 1, Waiting: 1, Overdue: 1}},
		{Date: "2026-11-23"},
		{Date: "2026-11-24", Figures: report.Figures{Received: 3, Contacted: 1, Median: long(1), P90: long(1), Within: 1, Waiting: 1}},
	}
	if diff := cmp.Diff(want, got.Days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	weeks := []report.Day{ // the first is a Sunday
		{Date: "2026-11-22", Figures: want[0].Figures},
		{Date: "2026-11-23", Figures: want[2].Figures},
	}
	if diff := cmp.Diff(weeks, got.Weeks); diff != "" {
		t.Errorf("weeks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]report.Language{{Tag: "es", Leads: 2}, {Tag: "en", Leads: 1}}, got.Languages); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[lead.State]int{lead.Pending: 2, lead.ReachedOut: 1}, got.States); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestFunnel(t *testing.T) {
	t.Parallel()
	count := func(times int64, step funnel.Step, field, code string) funnel.Count {
		return funnel.Count{Day: "2026-11-23", Event: funnel.Event{Step: step, Language: "en", Field: field, Code: code}, Times: times}
	}
	got := report.NewFunnel([]funnel.Count{
		count(10, funnel.Viewed, "", ""), count(5, funnel.Viewed, "", ""), count(4, funnel.Started, "", ""), count(2, funnel.Submitted, "", ""),
		count(3, funnel.APISubmitted, "", ""), count(1, funnel.Refused, "resume", "required"), count(2, funnel.Refused, "email", "required"),
		count(2, funnel.Refused, "email", "invalid_email"), count(2, funnel.Refused, "resume", "required"),
	})
	want := report.Funnel{Views: 15, Starts: 4, Submits: 2, APISubmits: 3, Refusals: []report.Refusal{
		{Field: "resume", Code: "required", Times: 3}, {Field: "email", Code: "invalid_email", Times: 2}, {Field: "email", Code: "required", Times: 2},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
