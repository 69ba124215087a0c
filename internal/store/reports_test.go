package store_test

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"usher/internal/funnel"
	"usher/internal/lead"
	"usher/internal/report"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// contacts changes leads as staff do, each at a minute of its own.
type contacts struct {
	t      *testing.T
	s      *store.Store
	user   string
	minute int
}

func (c *contacts) change(id string, decide func(lead.Lead, lead.Actor) (lead.Lead, []lead.Event, error)) time.Time {
	c.t.Helper()
	c.minute++
	by := lead.Actor{UserID: c.user, At: storetest.Epoch.Add(time.Duration(c.minute) * time.Minute)}
	_, err := c.s.ChangeLead(c.t.Context(), id, func(l lead.Lead) (lead.Lead, []lead.Event, error) {
		after, events, err := decide(l, by)
		for i := range events {
			events[i].ID, events[i].LeadID, events[i].At, events[i].Actor = storetest.NewID(), id, by.At, c.user
		}
		return after, events, err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return by.At
}

func (c *contacts) reach(id string) time.Time {
	c.t.Helper()
	reached := lead.ReachedOut
	return c.change(id, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) {
		return l.Apply(lead.Mark{State: &reached}, by)
	})
}

func (c *contacts) reopen(id string, later time.Duration) {
	c.t.Helper()
	c.change(id, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) {
		by.At = by.At.Add(later)
		return l.Reopen("", by)
	})
}

func (c *contacts) erase(id string) {
	c.t.Helper()
	erased := lead.Event{ID: storetest.NewID(), LeadID: id, Kind: lead.Erased, At: storetest.Epoch.Add(time.Hour)}
	if _, err := c.s.EraseLead(c.t.Context(), id, func(lead.Lead) error { return nil }, erased); err != nil {
		c.t.Fatal(err)
	}
}

func reported(t *testing.T, s *store.Store, from, before time.Time) []report.Lead {
	t.Helper()
	var all []report.Lead
	if err := s.ReportLeads(t.Context(), from, before, func(l report.Lead) { all = append(all, l) }); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b report.Lead) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	return all
}

// A report finds every lead of its time, and when somebody first reached out to it.
func TestReportLeads(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testReportLeads)
}

func testReportLeads(t *testing.T, s *store.Store) {
	u := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), u, false); err != nil {
		t.Fatal(err)
	}
	c := &contacts{t: t, s: s, user: u.ID}
	var leads []lead.Lead
	for n := range 8 {
		leads = append(leads, storetest.Add(t, s, n))
	}
	want := make([]report.Lead, len(leads))
	for i, l := range leads {
		want[i] = report.Lead{ReceivedAt: l.CreatedAt, Language: l.Language, State: lead.Pending}
	}
	want[1].ContactedAt, want[1].State = c.reach(leads[1].ID), lead.ReachedOut
	c.reach(leads[2].ID)
	c.reopen(leads[2].ID, 0) // at once: a slip
	c.reach(leads[3].ID)
	c.reopen(leads[3].ID, 0)
	want[3].ContactedAt, want[3].State = c.reach(leads[3].ID), lead.ReachedOut
	want[4].ContactedAt = c.reach(leads[4].ID)
	c.reopen(leads[4].ID, 20*time.Minute)
	c.erase(leads[5].ID)
	want[5].Language, want[5].State, want[5].Erased = "", "", true
	want[6].ContactedAt = c.reach(leads[6].ID)
	c.erase(leads[6].ID)
	want[6].Language, want[6].State, want[6].Erased = "", "", true

	all := reported(t, s, leads[0].CreatedAt, leads[7].CreatedAt.Add(time.Microsecond))
	if diff := gocmp.Diff(want, all); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	some := reported(t, s, leads[1].CreatedAt, leads[6].CreatedAt)
	if diff := gocmp.Diff(want[1:6], some); diff != "" {
		t.Errorf("some (-want +got):\n%s", diff)
	}
	if none := reported(t, s, leads[7].CreatedAt.Add(time.Microsecond), leads[7].CreatedAt.Add(time.Hour)); len(none) > 0 {
		t.Errorf("%+v", none)
	}
}

// The backlog is who waits, by age, and the oldest of them.
func TestReportBacklog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testReportBacklog)
}

func testReportBacklog(t *testing.T, s *store.Store) {
	at := func(second int) time.Time { return storetest.Epoch.Add(time.Duration(second) * time.Second) }
	bounds := []time.Time{at(4), at(2)}
	none, err := s.ReportBacklog(t.Context(), bounds)
	if diff := gocmp.Diff(report.Backlog{Ages: []int{0, 0, 0}}, none); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	u := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), u, false); err != nil {
		t.Fatal(err)
	}
	c := &contacts{t: t, s: s, user: u.ID}
	var leads []lead.Lead
	for n := range 7 { // at seconds 0 to 6
		leads = append(leads, storetest.Add(t, s, n))
	}
	c.reach(leads[0].ID)
	c.erase(leads[6].ID)
	got, err := s.ReportBacklog(t.Context(), bounds)
	want := report.Backlog{Ages: []int{1, 2, 2}, OldestID: leads[1].ID, OldestAt: leads[1].CreatedAt}
	if diff := gocmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFunnelIsAdded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFunnelIsAdded)
}

func testFunnelIsAdded(t *testing.T, s *store.Store) {
	count := func(day string, times int64, step funnel.Step, code string) funnel.Count {
		return funnel.Count{Day: day, Event: funnel.Event{Step: step, Language: "en", Code: code}, Times: times}
	}
	add := func(counts ...funnel.Count) {
		t.Helper()
		if err := s.AddFunnel(t.Context(), counts); err != nil {
			t.Fatal(err)
		}
	}
	add(count("2026-11-22", 1, funnel.Viewed, ""), count("2026-11-23", 5, funnel.Viewed, ""), count("2026-11-23", 2, funnel.Refused, "required"))
	add(count("2026-11-23", 7, funnel.Viewed, ""), count("2026-11-23", 1, funnel.Refused, "invalid_email"), count("2026-11-24", 1, funnel.Submitted, ""))
	if err := s.AddFunnel(t.Context(), []funnel.Count{count("2026-11-23", 100, funnel.Viewed, ""), count("2026-11-23", 1, "unheard of", "")}); err == nil {
		t.Error("a step that there isn't is taken")
	}
	want := []funnel.Count{
		count("2026-11-23", 1, funnel.Refused, "invalid_email"), count("2026-11-23", 2, funnel.Refused, "required"),
		count("2026-11-23", 12, funnel.Viewed, ""), count("2026-11-24", 1, funnel.Submitted, ""),
	}
	got, err := storetest.Again(t, s).Funnel(t.Context(), "2026-11-23", "2026-11-24")
	slices.SortFunc(got, func(a, b funnel.Count) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Code, b.Code))
	})
	if diff := gocmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := s.Funnel(t.Context(), "2026-11-25", "2026-11-20"); err != nil {
		t.Error(errors.Unwrap(err))
	}
}

// A year of a hundred thousand leads is read by index alone where it can be.
func TestReportPlan(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	for _, query := range store.ReportQueries() {
		plan := planOf(t, s, query, int64(1), int64(2))
		if !strings.Contains(plan, "USING COVERING INDEX events_contact (lead_id=?)") || !strings.Contains(plan, "_newest (created_at>? AND created_at<?)") || strings.Contains(plan, "SCAN") {
			t.Errorf("plan: %s", plan)
		}
	}
}
