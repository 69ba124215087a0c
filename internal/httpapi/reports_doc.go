package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/report"
)

func periodParams() []param {
	return []param{
		{"from", inQuery, "The first day, in the firm's time zone; 29 days before `to` when left out.", dateSchema(), "2026-10-25"},
		{"to", inQuery, "The last day, which is in it; today when left out. At most 366 days.", dateSchema(), "2026-11-23"},
	}
}

// periodCodes says what can be wrong with them.
const periodCodes = "from, to: `invalid_date`. from: `after_to`, `too_long`."

func badPeriod() fault.Violation {
	return fault.Violation{Field: "from", Code: "after_to", Message: "Use a day that isn't after the last one."}
}

func reportOperation() operation {
	return operation{
		id: "getReport", tag: "Reports", summary: "Get how the firm does, in figures",
		text: "About whole days of the firm's time zone, of which those have 23 or 25 hours on which the clocks change. A day says what became, " +
			"until now, of the leads that came in on it. A deleted lead still counts where only times are needed: in `received`, `contacted` and the " +
			"times to the first contact. It isn't in `by_language`, `by_state`, `waiting` and `overdue`. The form's counts are some seconds old.",
		params: periodParams(), status: http.StatusOK, gives: "The report.",
		samples: []sample{{"Two days", exampleReport()}, {"A firm without leads", emptyReport()}}, problems: countRefusals(periodCodes, badPeriod()),
	}
}

func exportReportOperation() operation {
	return operation{
		id: "exportReport", tag: "Reports", summary: "Export a table of the report as CSV",
		text: "UTF-8 with a byte order mark, a header line, lines ended by CRLF (RFC 4180); what a spreadsheet would take for a formula has an " +
			"apostrophe before it. `funnel` has a row for each day, language and step: `view`, `start`, `refused` (with the field and the code), `submit`, " +
			"`api_submit`. `backlog` is as of now, whatever the period.",
		params: append([]param{{"report", inQuery, "Which table; it has to be there.", enumSchema(tableDays, tableWeeks, tableLanguages, tableBacklog, tableFunnel), tableDays}}, periodParams()...),
		status: http.StatusOK, gives: "The file.", media: csvMedia, samples: []sample{{"One day", exampleDays()}}, headers: []string{"Content-Disposition"},
		problems: countRefusals("report: `required`, `unknown_report`. "+periodCodes,
			fault.Violation{Field: "report", Code: "unknown_report", Message: "Use days, weeks, languages, backlog or funnel."}, badPeriod()),
	}
}

// exampleQuestion is about two days of a firm in New York.
func exampleQuestion() report.Question {
	day := exampleTime()
	zone := time.FixedZone("America/New_York", -5*60*60)
	return report.Question{Period: report.Period{First: day.AddDate(0, 0, -1), Last: day, Zone: zone}, Target: 24 * time.Hour, Now: day.Add(8 * time.Hour)}
}

func exampleReport() ReportView {
	at := exampleTime()
	tally := report.NewTally(exampleQuestion())
	tally.Add(report.Lead{ReceivedAt: at.Add(-20 * time.Hour), ContactedAt: at.Add(-18 * time.Hour), Language: "es", State: lead.ReachedOut})
	tally.Add(report.Lead{ReceivedAt: at, ContactedAt: at.Add(90 * time.Minute), Language: "en", State: lead.ReachedOut})
	tally.Add(report.Lead{ReceivedAt: at.Add(5 * time.Hour), Language: "es", State: lead.Pending})
	r := tally.Report()
	r.Backlog = report.Backlog{Ages: []int{0, 1, 0, 0, 0, 0}, OldestID: exampleID, OldestAt: at.Add(5 * time.Hour)}
	r.Funnel = report.Funnel{Views: 14, Starts: 5, Submits: 3, Refusals: []report.Refusal{{Field: "email", Code: "invalid_email", Times: 2}}}
	return reportView(r)
}

func emptyReport() ReportView {
	q := exampleQuestion()
	q.First, q.Target = q.Last, 0
	r := report.NewTally(q).Report()
	r.Backlog.Ages = make([]int, len(report.Ages())+1)
	return reportView(r)
}

func exampleDays() string {
	tally := report.NewTally(exampleQuestion())
	at := exampleTime()
	tally.Add(report.Lead{ReceivedAt: at, ContactedAt: at.Add(90 * time.Minute)})
	file, err := daysTable(tally.Report().Days[1:]).file()
	if err != nil { // a buffer never fails
		return ""
	}
	return string(file[len("\ufeff"):])
}
