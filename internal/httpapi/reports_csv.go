package httpapi

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/report"
	"usher/internal/staff"
)

// table is one part of a report as rows. Programs know its columns by name: new ones
// go to the end.
type table struct {
	columns []string
	rows    [][]string
}

// The tables, by the names that clients ask for.
const (
	tableDays      = "days"
	tableWeeks     = "weeks"
	tableLanguages = "languages"
	tableBacklog   = "backlog"
	tableFunnel    = "funnel"
)

// exportReport writes one table of a report as a file (RFC 4180).
func (s *Server) exportReport(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	q := queryOf(r)
	name, sent := q.one("report")
	switch name {
	case tableDays, tableWeeks, tableLanguages, tableBacklog, tableFunnel:
	default:
		code := "unknown_report"
		if !sent {
			code = "required"
		}
		q.refuse("report", code, "Use days, weeks, languages, backlog or funnel.")
	}
	question, err := s.question(r, q)
	if err != nil {
		return err
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	t, err := s.table(r.Context(), name, question)
	if err != nil {
		return err
	}
	file, err := t.file()
	if err != nil {
		return err
	}
	first, last := question.First.Format(time.DateOnly), question.Last.Format(time.DateOnly)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	beginFile(w, fmt.Sprintf("report-%s-%s-%s.csv", name, first, last))
	if r.Method == http.MethodHead {
		return nil
	}
	s.Audit.Note(r.Context(), audit.ReportExported, "", audit.Data{Facts: map[string]string{"report": name, "from": first, "to": last}})
	_, _ = w.Write(file) // a reader who left can't be told
	return nil
}

// table makes no more of a report than the table needs.
func (s *Server) table(ctx context.Context, name string, q report.Question) (table, error) {
	switch name {
	case tableBacklog:
		b, err := s.Reports.Backlog(ctx, q.Now)
		return backlogTable(b), err
	case tableFunnel:
		return s.funnelTable(ctx, q.Period)
	}
	made, err := s.Reports.Days(ctx, q)
	switch name {
	case tableLanguages:
		return languagesTable(made.Languages), err
	case tableWeeks:
		return daysTable(made.Weeks), err
	}
	return daysTable(made.Days), err
}

func daysTable(days []report.Day) table {
	t := table{columns: []string{"date", "received", "contacted", "median_seconds", "p90_seconds", "within", "late", "waiting", "overdue", "share_within"}}
	for _, d := range days {
		f, share := figures(d.Figures), ""
		if f.Share != nil {
			share = strconv.FormatFloat(*f.Share, 'f', 4, 64)
		}
		t.rows = append(t.rows, []string{
			d.Date, strconv.Itoa(f.Received), strconv.Itoa(f.Contacted), cell(f.Median), cell(f.P90),
			strconv.Itoa(f.Within), strconv.Itoa(f.Late), strconv.Itoa(f.Waiting), strconv.Itoa(f.Overdue), share,
		})
	}
	return t
}

func languagesTable(languages []report.Language) table {
	t := table{columns: []string{"language", "received"}}
	for _, l := range languages {
		t.rows = append(t.rows, []string{l.Tag, strconv.Itoa(l.Leads)})
	}
	return t
}

func backlogTable(b report.Backlog) table {
	t := table{columns: []string{"from_seconds", "to_seconds", "leads"}}
	for _, a := range backlogView(b).Ages {
		t.rows = append(t.rows, []string{strconv.FormatInt(a.From, 10), cell(a.To), strconv.Itoa(a.Leads)})
	}
	return t
}

// funnelTable has more than the report: each day and language by itself.
func (s *Server) funnelTable(ctx context.Context, p report.Period) (table, error) {
	t := table{columns: []string{"date", "language", "step", "field", "code", "count"}}
	counts, err := s.Reports.Funnel(ctx, p)
	for _, c := range counts {
		t.rows = append(t.rows, []string{c.Day, c.Language, string(c.Step), c.Field, c.Code, strconv.FormatInt(c.Times, 10)})
	}
	return t, err
}

// cell is a number that there may not be.
func cell(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// file is the table as a file. It is small, so that it is made whole before anything
// is sent.
func (t table) file() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff") // without it Excel reads another encoding
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(t.columns); err != nil {
		return nil, err
	}
	for _, row := range t.rows {
		if err := w.Write(defused(row)); err != nil { // a language is what a stranger sent
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
