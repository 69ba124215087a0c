package app_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"
)

const reportsPath = "/api/v1/reports"

// theReport is a report as clients see it, with every member of it.
type theReport struct {
	From          string           `json:"from"`
	To            string           `json:"to"`
	TimeZone      string           `json:"time_zone"`
	ContactWithin int              `json:"contact_within_hours"`
	MadeAt        time.Time        `json:"made_at"`
	Days          []reportDay      `json:"days"`
	Weeks         []reportDay      `json:"weeks"`
	Totals        reportFigures    `json:"totals"`
	ByLanguage    []reportLanguage `json:"by_language"`
	ByState       map[string]int   `json:"by_state"`
	Backlog       reportBacklog    `json:"backlog"`
	Funnel        theFunnel        `json:"funnel"`
}

type reportFigures struct {
	Received  int      `json:"received"`
	Contacted int      `json:"contacted"`
	Median    *int     `json:"median_seconds"`
	P90       *int     `json:"p90_seconds"`
	Within    int      `json:"within"`
	Late      int      `json:"late"`
	Waiting   int      `json:"waiting"`
	Overdue   int      `json:"overdue"`
	Share     *float64 `json:"share_within"`
}

type reportDay struct {
	Date string `json:"date"`
	reportFigures
}

type reportLanguage struct {
	Language string `json:"language"`
	Received int    `json:"received"`
}

type reportBacklog struct {
	Pending  int         `json:"pending"`
	Ages     []reportAge `json:"ages"`
	OldestID *string     `json:"oldest_id"`
	OldestAt *time.Time  `json:"oldest_received_at"`
}

type reportAge struct {
	From  int  `json:"from_seconds"`
	To    *int `json:"to_seconds"`
	Leads int  `json:"leads"`
}

type theFunnel struct {
	Views      int           `json:"views"`
	Starts     int           `json:"starts"`
	Submits    int           `json:"submits"`
	APISubmits int           `json:"api_submits"`
	Errors     []formRefusal `json:"errors"`
}

type formRefusal struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Count int    `json:"count"`
}

func (s *server) report(t testing.TB, query string) theReport {
	t.Helper()
	got := s.do(t, req{path: reportsPath + "?" + query, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[theReport](t, got)
}

// ages are the leads of each age.
func (b reportBacklog) leads() (all []int) {
	for _, a := range b.Ages {
		all = append(all, a.Leads)
	}
	return all
}

// Nobody has come yet: every day is there, and nothing is made up.
func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.report(t, "")
	same(t, "period", []string{got.From, got.To, got.TimeZone}, []string{"2026-10-25", "2026-11-23", "UTC"})
	same(t, "days", len(got.Days), 30)
	same(t, "the first day", got.Days[0], reportDay{Date: "2026-10-25"})
	same(t, "totals", got.Totals, reportFigures{})
	same(t, "made", got.MadeAt, s.clock.Now())
	same(t, "by state", got.ByState, map[string]int{"PENDING": 0, "REACHED_OUT": 0})
	same(t, "backlog", got.Backlog, reportBacklog{Ages: []reportAge{
		{0, new(3600), 0}, {3600, new(14400), 0}, {14400, new(86400), 0}, {86400, new(259200), 0}, {259200, new(604800), 0}, {604800, nil, 0},
	}})
	same(t, "funnel", got.Funnel, theFunnel{Errors: []formRefusal{}})
	if got.ByLanguage == nil {
		t.Error("by_language is null")
	}
}

// Leads are reported by the days of the firm, from receipt to the first contact, beside
// what the firm means to keep to.
func TestReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.set(t, members{"time_zone": "America/New_York", "contact_within_hours": 2}) // it is four in the morning there
	first := s.submitted(t, text("language", "es"))
	s.clock.Add(time.Hour)
	wantStatus(t, s.mark(t, first.ID, `{"state":"REACHED_OUT"}`), 200)
	s.clock.Add(time.Minute)
	wantStatus(t, s.reopen(t, first.ID, s.attorney(t), `{}`), 200) // a slip
	s.clock.Add(59 * time.Minute)
	wantStatus(t, s.mark(t, first.ID, `{"state":"REACHED_OUT"}`), 200) // after two hours, to the minute
	second := s.submitted(t)
	s.clock.Add(3 * time.Hour)
	wantStatus(t, s.mark(t, second.ID, `{"state":"REACHED_OUT"}`), 200)
	s.clock.Add(15 * time.Minute)
	wantStatus(t, s.reopen(t, second.ID, s.attorney(t), `{}`), 200) // it was contacted, and waits again
	s.clock.Add(15*time.Hour - 15*time.Minute - 2*time.Second)      // 04:59:58 UTC: a moment before midnight there
	third := s.submitted(t)
	s.clock.Add(3 * time.Second) // the next day
	erased := s.submitted(t)
	wantStatus(t, s.mark(t, erased.ID, `{"state":"REACHED_OUT"}`), 200)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + erased.ID, token: s.admin(t)}), 204)
	s.clock.Add(30 * time.Minute)

	got := s.report(t, "from=2026-11-22")
	same(t, "period", []string{got.From, got.To, got.TimeZone}, []string{"2026-11-22", "2026-11-24", "America/New_York"})
	same(t, "target", got.ContactWithin, 2)
	same(t, "days", got.Days, []reportDay{
		{Date: "2026-11-22"},
		{"2026-11-23", reportFigures{Received: 3, Contacted: 2, Median: new(7200), P90: new(10800), Within: 1, Late: 1, Waiting: 1, Share: new(0.5)}},
		{"2026-11-24", reportFigures{Received: 1, Contacted: 1, Median: new(0), P90: new(0), Within: 1, Share: new(1.0)}},
	})
	same(t, "totals", got.Totals, reportFigures{Received: 4, Contacted: 3, Median: new(7200), P90: new(10800), Within: 2, Late: 1, Waiting: 1, Share: new(2.0 / 3)})
	same(t, "by language", got.ByLanguage, []reportLanguage{{"en", 2}, {"es", 1}})
	same(t, "by state", got.ByState, map[string]int{"PENDING": 2, "REACHED_OUT": 1})
	same(t, "backlog", got.Backlog.leads(), []int{1, 0, 1, 0, 0, 0})
	same(t, "pending", got.Backlog.Pending, 2)
	same(t, "the oldest", []any{*got.Backlog.OldestID, *got.Backlog.OldestAt}, []any{second.ID, second.CreatedAt})

	s.clock.Add(2 * time.Hour)
	late := s.report(t, "from=2026-11-23&to=2026-11-23")
	same(t, "one day, and its lead overdue", late.Totals, reportFigures{
		Received: 3, Contacted: 2, Median: new(7200), P90: new(10800), Within: 1, Late: 1, Waiting: 1, Overdue: 1, Share: new(1.0 / 3),
	})
	same(t, "its backlog is of now", late.Backlog.leads(), []int{0, 1, 1, 0, 0, 0})
	s.set(t, members{"contact_within_hours": 0})
	same(t, "without a target", s.report(t, "from=2026-11-23&to=2026-11-23").Totals, reportFigures{
		Received: 3, Contacted: 2, Median: new(7200), P90: new(10800), Waiting: 1,
	})
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + third.ID, token: s.admin(t)}), 204)
	same(t, "an erased lead waits for nobody", s.report(t, "from=2026-11-23&to=2026-11-23").Totals.Waiting, 0)
}

func TestReportRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{reportsPath + "?", reportsPath + "/csv?report=days&"} {
		get := func(query string) req { return req{path: path + query, token: s.attorney(t)} }
		s.run(t, []scenario{
			{name: "a year", req: get("from=2024-01-01&to=2024-12-31"), status: 200},
			{name: "more", req: get("from=2024-01-01&to=2025-01-01"), status: 422, bad: []string{"from too_long"}},
			{name: "long ago until now", req: get("from=2024-01-01"), status: 422, bad: []string{"from too_long"}},
			{name: "backwards", req: get("from=2026-11-23&to=2026-11-22"), status: 422, bad: []string{"from after_to"}},
			{name: "one day", req: get("from=2026-11-23&to=2026-11-23"), status: 200},
			{name: "tomorrow", req: get("from=2026-11-24"), status: 422, bad: []string{"from after_to"}},
			{name: "days to come", req: get("from=2026-11-24&to=2026-11-30"), status: 200},
			{name: "the end alone", req: get("to=2020-02-29"), status: 200},
			{name: "the first days", req: get("to=0001-01-01"), status: 200},
			{name: "the year 0", req: get("to=0000-01-01"), status: 422, bad: []string{"to invalid_date"}},
			{name: "no dates", req: get("from=" + marker + "&to=2026-02-30"), status: 422, bad: []string{"from invalid_date", "to invalid_date"}},
			{name: "times", req: get("from=2026-11-23T00:00:00Z"), status: 422, bad: []string{"from invalid_date"}},
			{name: "empty", req: get("from="), status: 422, bad: []string{"from invalid_date"}},
			{name: "twice", req: get("to=2026-11-23&to=2026-11-23"), status: 422, bad: []string{"to duplicate"}},
			{name: "broken", req: get("from=%zz"), status: 422, bad: []string{"from malformed"}},
			{name: "unknown", req: get("limit=0&x=%zz"), status: 200},
			{name: "nobody", req: req{path: path}, status: 401, code: "unauthenticated"},
		})
	}
	s.run(t, []scenario{
		{name: "no table", req: req{path: reportsPath + "/csv", token: s.attorney(t)}, status: 422, bad: []string{"report required"}},
		{name: "another table", req: req{path: reportsPath + "/csv?report=" + marker + "&from=x", token: s.attorney(t)}, status: 422, bad: []string{"from invalid_date", "report unknown_report"}},
	})
}

// Each table is a file that a spreadsheet opens.
func TestReportFiles(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.set(t, members{"contact_within_hours": 24})
	l := s.submitted(t, text("language", "es"))
	s.clock.Add(90 * time.Minute)
	wantStatus(t, s.mark(t, l.ID, `{"state":"REACHED_OUT"}`), 200)
	s.submitted(t)
	s.page(t, "/?lang=es")
	s.fill(t, good(text("email", "x"))...)
	s.Flush(t.Context())
	for name, want := range map[string]string{
		"days": "date,received,contacted,median_seconds,p90_seconds,within,late,waiting,overdue,share_within\r\n" +
			"2026-11-22,0,0,,,0,0,0,0,\r\n2026-11-23,2,1,5400,5400,1,0,1,0,1.0000\r\n",
		"weeks": "date,received,contacted,median_seconds,p90_seconds,within,late,waiting,overdue,share_within\r\n" +
			"2026-11-22,0,0,,,0,0,0,0,\r\n2026-11-23,2,1,5400,5400,1,0,1,0,1.0000\r\n",
		"languages": "language,received\r\nen,1\r\nes,1\r\n",
		"backlog":   "from_seconds,to_seconds,leads\r\n0,3600,1\r\n3600,14400,0\r\n14400,86400,0\r\n86400,259200,0\r\n259200,604800,0\r\n604800,,0\r\n",
		"funnel": "date,language,step,field,code,count\r\n2026-11-23,en,api_submit,,,1\r\n2026-11-23,en,refused,email,invalid_email,1\r\n" +
			"2026-11-23,en,start,,,1\r\n2026-11-23,es,api_submit,,,1\r\n2026-11-23,es,view,,,1\r\n",
	} {
		at := req{path: reportsPath + "/csv?from=2026-11-22&report=" + name, token: s.attorney(t)}
		got := s.do(t, at)
		wantStatus(t, got, http.StatusOK)
		same(t, name, got.body, "\ufeff"+want)
		same(t, "its name", got.header.Get("Content-Disposition"), `attachment; filename="report-`+name+`-2026-11-22-2026-11-23.csv"`)
		same(t, "its type", got.header.Get("Content-Type"), "text/csv; charset=utf-8; header=present")
		same(t, "not kept", got.header.Get("Cache-Control"), "no-store")
		if _, err := csv.NewReader(strings.NewReader(want)).ReadAll(); err != nil {
			t.Error(err)
		}
	}
}
