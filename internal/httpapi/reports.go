package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/funnel"
	"usher/internal/lead"
	"usher/internal/report"
	"usher/internal/staff"
)

// Funnel counts what becomes of submissions, and never waits.
type Funnel interface{ Count(e funnel.Event) }

// ReportView is how the firm does, in figures.
type ReportView struct {
	From          string         `json:"from" format:"date" example:"2026-10-25"`
	To            string         `json:"to" format:"date" example:"2026-11-23"`
	TimeZone      string         `json:"time_zone" example:"America/New_York" doc:"The firm's, in which days begin and end."`
	ContactWithin int            `json:"contact_within_hours" example:"24" doc:"The firm's target now, by which all of the period is measured. 0: none, and then nothing is within, late or overdue."`
	MadeAt        time.Time      `json:"made_at"`
	Days          []ReportDay    `json:"days" doc:"Every day of the period, oldest first. What stands there is about the leads that came in on the day."`
	Weeks         []ReportDay    `json:"weeks" doc:"The same by weeks that begin with Monday, for long periods. The date is the first day of the week that is in the period."`
	Totals        ReportFigures  `json:"totals"`
	ByLanguage    []LanguageView `json:"by_language" doc:"The most frequent first."`
	ByState       Counts         `json:"by_state" doc:"The leads of the period, by the state that they are in now."`
	Backlog       BacklogView    `json:"backlog"`
	Funnel        FunnelView     `json:"funnel"`
}

// ReportFigures are those of the leads that came in on some days.
type ReportFigures struct {
	Received  int      `json:"received" example:"42" doc:"Leads that came in, erased ones among them."`
	Contacted int      `json:"contacted" example:"38" doc:"Those that somebody has reached out to since, erased ones among them. What was undone is no contact; what was reopened was one."`
	Median    *int64   `json:"median_seconds" example:"7200" doc:"From receipt to the first contact, by nearest rank over those contacted. Null: there is none."`
	P90       *int64   `json:"p90_seconds" example:"64800" doc:"Nine of ten did not take longer. Null: there is none."`
	Within    int      `json:"within" example:"33" doc:"Contacted within the target."`
	Late      int      `json:"late" example:"5" doc:"Contacted after it."`
	Waiting   int      `json:"waiting" example:"4" doc:"Nobody has reached out yet. Without erased ones."`
	Overdue   int      `json:"overdue" example:"1" doc:"Of those waiting, for longer than the target."`
	Share     *float64 `json:"share_within" example:"0.846" doc:"Within, of within, late and overdue: 0 to 1. Null: there is no target, or no lead of which it is known yet."`
}

// ReportDay is one day of the firm's zone.
type ReportDay struct {
	Date string `json:"date" format:"date" example:"2026-11-23"`
	ReportFigures
}

// LanguageView is how many leads came in a language.
type LanguageView struct {
	Language string `json:"language" example:"es" doc:"BCP 47."`
	Received int    `json:"received" example:"12" doc:"Without erased ones: their language is gone."`
}

// BacklogView is who waits now, whatever the period is.
type BacklogView struct {
	Pending  int        `json:"pending" example:"7"`
	Ages     []AgeView  `json:"ages" doc:"How long ago they came in, the newest first."`
	OldestID *string    `json:"oldest_id" format:"uuid" doc:"The pending lead that came in first; null when there is none."`
	OldestAt *time.Time `json:"oldest_received_at" doc:"When that was."`
}

// AgeView is the pending leads of an age.
type AgeView struct {
	From  int64  `json:"from_seconds" example:"3600" doc:"At least so old."`
	To    *int64 `json:"to_seconds" example:"14400" doc:"And younger than that; null: of any age beyond."`
	Leads int    `json:"leads" example:"3"`
}

// FunnelView is how far prospects came with the public form. Only numbers are kept,
// by day and language.
type FunnelView struct {
	Views      int           `json:"views" example:"310" doc:"The form was shown. Nobody is told from anybody, so that the same person twice is two."`
	Starts     int           `json:"starts" example:"120" doc:"Something was typed or chosen; without JavaScript it is known when the form is sent."`
	Submits    int           `json:"submits" example:"80" doc:"Became a lead."`
	APISubmits int           `json:"api_submits" example:"3" doc:"Leads that came by the API, which have no form and are in none of the others."`
	Errors     []RefusalView `json:"errors" doc:"Why forms were sent back; the most frequent first."`
}

// RefusalView is how often a form was sent back for a reason.
type RefusalView struct {
	Field string `json:"field" example:"email" doc:"Empty: the form as a whole."`
	Code  string `json:"code" example:"invalid_email"`
	Count int    `json:"count" example:"9"`
}

func (s *Server) getReport(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	q := queryOf(r)
	question, err := s.question(r, q)
	if err != nil {
		return err
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	made, err := s.Reports.Report(r.Context(), question)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, reportView(made))
}

// usualDays is how many days a report is about when nobody says.
const usualDays = 30

// question reads the period, and gives what is asked of it for the firm as it is now.
// What is wrong with the parameters is in q.
func (s *Server) question(r *http.Request, q *query) (report.Question, error) {
	current, err := s.Firm.Store.Firm(r.Context())
	if err != nil {
		return report.Question{}, err
	}
	now, zone := s.Now(), current.Profile.Location()
	last, _ := q.date("to", now.In(zone))
	first, sent := q.date("from", last.AddDate(0, 0, 1-usualDays))
	p := report.Period{First: first, Last: last, Zone: zone}
	switch days := p.Days(); {
	case len(q.bad) > 0:
	case days < 1 && sent:
		q.refuse("from", "after_to", "Use a day that isn't after the last one.")
	case days > report.MostDays:
		q.refuse("from", "too_long", "Ask for at most 366 days.")
	}
	return report.Question{Period: p, Target: current.Profile.Target(), Now: now}, nil
}

// date reads a day, and tells whether it was sent.
func (q *query) date(name string, usual time.Time) (time.Time, bool) {
	text, sent := q.one(name)
	if !sent {
		return usual, false
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1 { // what begins before the year 0 can't be said in an answer (RFC 3339)
		q.refuse(name, "invalid_date", "Use a date like 2026-11-23.")
	}
	return day, true
}

func reportView(r report.Report) ReportView {
	v := ReportView{
		From: r.First.Format(time.DateOnly), To: r.Last.Format(time.DateOnly), TimeZone: r.Zone.String(), ContactWithin: int(r.Target / time.Hour),
		MadeAt: r.Now, Days: reportDays(r.Days), Weeks: reportDays(r.Weeks), Totals: figures(r.Totals), ByLanguage: make([]LanguageView, 0, len(r.Languages)),
		ByState: Counts{Pending: r.States[lead.Pending], ReachedOut: r.States[lead.ReachedOut]}, Backlog: backlogView(r.Backlog),
		Funnel: FunnelView{r.Funnel.Views, r.Funnel.Starts, r.Funnel.Submits, r.Funnel.APISubmits, make([]RefusalView, 0, len(r.Funnel.Refusals))},
	}
	for _, l := range r.Languages {
		v.ByLanguage = append(v.ByLanguage, LanguageView{l.Tag, l.Leads})
	}
	for _, e := range r.Funnel.Refusals {
		v.Funnel.Errors = append(v.Funnel.Errors, RefusalView{e.Field, e.Code, e.Times})
	}
	return v
}

func reportDays(days []report.Day) []ReportDay {
	all := make([]ReportDay, len(days))
	for i, d := range days {
		all[i] = ReportDay{d.Date, figures(d.Figures)}
	}
	return all
}

func figures(f report.Figures) ReportFigures {
	return ReportFigures{f.Received, f.Contacted, seconds(f.Median), seconds(f.P90), f.Within, f.Late, f.Waiting, f.Overdue, f.Share()}
}

// seconds is a length of time in whole seconds; null when there is none.
func seconds(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	n := int64(*d / time.Second)
	return &n
}

func backlogView(b report.Backlog) BacklogView {
	v := BacklogView{OldestID: maybe(b.OldestID), OldestAt: maybe(b.OldestAt)}
	ages := report.Ages()
	from := int64(0)
	for i, leads := range b.Ages {
		age := AgeView{From: from, Leads: leads}
		if i < len(ages) {
			from = int64(ages[i] / time.Second)
			age.To = maybe(from)
		}
		v.Ages = append(v.Ages, age)
		v.Pending += leads
	}
	return v
}
