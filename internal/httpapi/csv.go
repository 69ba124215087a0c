package httpapi

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"usher/internal/audit"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/staff"
)

// exportColumns are those of the file. Programs know them by name: new ones go to
// the end.
func exportColumns() []string {
	return []string{
		"reference", "state", "first_name", "last_name", "single_name", "email", "language", "created_at", "reached_out_at", "reached_out_by",
		"channel", "assignee", "resume_filename", "id",
	}
}

// exportLeads writes the leads of a list as one file (RFC 4180). The first page is
// read before anything is sent, so that a database that can't be read is an error
// like any other; later the answer can only be cut off, and it is, so that nobody
// takes half a file for a whole one.
func (s *Server) exportLeads(w http.ResponseWriter, r *http.Request, u staff.User) error {
	q := queryOf(r)
	page := lead.Page{Filter: q.filter(u), Oldest: q.oldestFirst(), Limit: exportPage}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	names, err := s.userEmails(r.Context())
	if err != nil {
		return err
	}
	first, err := s.Leads.Reader.Leads(r.Context(), page)
	if err != nil {
		return err
	}
	beginFile(w, "leads-"+s.Now().UTC().Format(time.DateOnly)+".csv")
	if r.Method == http.MethodHead {
		return nil
	}
	n, err := writeRows(w, rows[lead.Lead]{
		columns: exportColumns(), first: first, limit: page.Limit, row: func(l lead.Lead) []string { return exportRow(l, names) },
		after: func(last lead.Lead) ([]lead.Lead, error) {
			page.After = &lead.Position{CreatedAt: last.CreatedAt, ID: last.ID}
			return s.Leads.Reader.Leads(r.Context(), page)
		},
	})
	s.Audit.Note(r.Context(), audit.LeadsExported, "", audit.Data{Facts: exportFacts(q, n, err)})
	if err != nil {
		s.cutOff(r, n, err)
	}
	s.Log.Info("leads exported", "request_id", edge.RequestID(r), "user", u.ID, "leads", n)
	return nil
}

// exportFacts say what of the leads was asked for, how many there were and whether all
// of them could be sent. What somebody searched for isn't kept: it may be a name.
func exportFacts(q *query, n int, err error) map[string]string {
	facts := q.known("state", "assignee", "language", "same_email_as", "from", "to", "sort")
	facts["rows"] = strconv.Itoa(n)
	if q.values.Has("q") {
		facts["q"] = "searched"
	}
	if err != nil {
		facts["cut_off"] = "true"
	}
	return facts
}

// userEmails gives the addresses of all users by their ids.
func (s *Server) userEmails(ctx context.Context) (map[string]string, error) {
	users, err := s.Staff.Everybody(ctx)
	emails := make(map[string]string, len(users))
	for _, u := range users {
		emails[u.ID] = u.Email
	}
	return emails, err
}

// exportRow is a lead as a row of the file.
func exportRow(l lead.Lead, emails map[string]string) []string {
	email := func(id string) string {
		if known, ok := emails[id]; ok || id == "" {
			return known
		}
		return id // of somebody who came while the file was written
	}
	return []string{
		l.Reference, string(l.State), l.FirstName, l.LastName, strconv.FormatBool(l.SingleName), l.Email, l.Language,
		exportTime(l.CreatedAt), exportTime(l.ReachedOutAt), email(l.ReachedOutBy), string(l.Channel), email(l.Assignee), l.Resume.Filename, l.ID,
	}
}

func exportOperation() operation {
	return operation{
		id: "exportLeads", tag: "Leads", summary: "Export leads as CSV",
		text: "All leads of the list that has the same filters, as one file: UTF-8 with a byte order mark, a header line, lines ended by CRLF " +
			"(RFC 4180). Users stand there with their e-mail addresses, times in UTC (RFC 3339). What a spreadsheet would take for a formula has an " +
			"apostrophe before it. A file that can't be written to its end is cut off by closing the connection.",
		params: append(filterParams(), sortParam()), status: http.StatusOK, gives: "The file.", media: csvMedia, samples: []sample{{"Two lines", exampleExport()}},
		headers: []string{"Content-Disposition"}, problems: countRefusals(filterCodes+" sort: `unknown_sort`.", unknownState()),
	}
}

// exampleExport is the beginning of a file, without its mark.
func exampleExport() string {
	var file strings.Builder
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	l := lead.Lead{
		ID: exampleID, Reference: "7K4-Q2M", FirstName: "María", LastName: "Carreño", Email: "maria@example.com", Language: "en", State: lead.ReachedOut,
		CreatedAt: exampleTime(), ReachedOutAt: exampleTime().Add(2 * time.Hour), ReachedOutBy: exampleUserID, Channel: lead.ByPhone,
	}
	l.Resume.Filename = "maria-cv.pdf"
	_ = w.Write(exportColumns()) // a Builder never fails
	_ = w.Write(exportRow(l, map[string]string{exampleUserID: "ana@firm.example"}))
	w.Flush()
	return file.String()
}
