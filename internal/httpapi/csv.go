package httpapi

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/staff"
)

const csvMedia = "text/csv"

// exportColumns are those of the file. Programs know them by name: new ones go to
// the end.
func exportColumns() []string {
	return []string{
		"reference", "state", "first_name", "last_name", "single_name", "email", "language", "created_at", "reached_out_at", "reached_out_by",
		"channel", "assignee", "resume_filename", "id",
	}
}

// exportPage is how many leads are in memory at a time.
const exportPage = 500

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
	h := w.Header()
	h.Set("Content-Type", csvMedia+"; charset=utf-8; header=present")
	h.Set("Content-Disposition", attachment("leads-"+s.Now().UTC().Format(time.DateOnly)+".csv"))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	n, err := s.writeExport(r.Context(), w, page, first, names)
	if err != nil {
		edge.NoteError(r, err)
		if r.Context().Err() == nil { // else it was the client who left
			s.Log.Error("an export was cut off", "request_id", edge.RequestID(r), "leads", n, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	s.Log.Info("leads exported", "request_id", edge.RequestID(r), "user", u.ID, "leads", n)
	return nil
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

// writeExport writes the first page of leads and all that come after it, and tells
// how many that were. What is written is on its way after each page, so that memory
// holds one at a time, and somebody who has left is noticed.
func (s *Server) writeExport(ctx context.Context, w http.ResponseWriter, page lead.Page, leads []lead.Lead, emails map[string]string) (int, error) {
	buffered := bufio.NewWriterSize(w, 64<<10)
	_, _ = buffered.WriteString("\ufeff") // without it Excel reads another encoding; an error shows at the flush
	file := csv.NewWriter(buffered)
	file.UseCRLF = true
	if err := file.Write(exportColumns()); err != nil {
		return 0, err
	}
	control := http.NewResponseController(w)
	for n := 0; ; {
		for _, l := range leads {
			if err := file.Write(exportRow(l, emails)); err != nil {
				return n, err
			}
			n++
		}
		file.Flush()
		if err := file.Error(); err != nil {
			return n, err
		}
		if err := control.Flush(); err != nil {
			return n, fmt.Errorf("flush: %w", err)
		}
		if len(leads) < page.Limit {
			return n, nil
		}
		last := leads[len(leads)-1]
		page.After = &lead.Position{CreatedAt: last.CreatedAt, ID: last.ID}
		var err error
		if leads, err = s.Leads.Reader.Leads(ctx, page); err != nil {
			return n, err
		}
	}
}

// exportRow is a lead as a row of the file.
func exportRow(l lead.Lead, emails map[string]string) []string {
	email := func(id string) string {
		if known, ok := emails[id]; ok || id == "" {
			return known
		}
		return id // of somebody who came while the file was written
	}
	row := []string{
		l.Reference, string(l.State), l.FirstName, l.LastName, strconv.FormatBool(l.SingleName), l.Email, l.Language,
		exportTime(l.CreatedAt), exportTime(l.ReachedOutAt), email(l.ReachedOutBy), string(l.Channel), email(l.Assignee), l.Resume.Filename, l.ID,
	}
	for i, cell := range row {
		row[i] = defuse(cell)
	}
	return row
}

// exportTime is a time as JSON has it, and empty when there is none.
func exportTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339Nano)
}

// defuse keeps a spreadsheet from taking what a stranger wrote for a formula
// (OWASP, CSV injection): what would begin one gets an apostrophe before it.
// Characters that aren't seen don't hide it, for programs drop some of them. Where
// lists are written with semicolons, a spreadsheet begins a cell after each, and
// takes quotes there for its own.
func defuse(cell string) string {
	first, rest, more := strings.Cut(cell, ";")
	if begins(first, "\t\r\n") || begins(bare(first), "=+-@＝＋－＠") {
		first = "'" + first
	}
	if !more {
		return first
	}
	pieces := strings.Split(rest, ";")
	for i, piece := range pieces {
		if text := bare(strings.ReplaceAll(piece, `"`, "")); begins(text, "=+-@＝＋－＠") && strings.Trim(text, "-－ ") != "" {
			pieces[i] = "'" + piece
		}
	}
	return first + ";" + strings.Join(pieces, ";")
}

// bare is a text from its first character that people see.
func bare(text string) string {
	return strings.TrimLeftFunc(text, func(r rune) bool { return !lead.Visible(r) })
}

// begins tells whether a text begins with one of some characters.
func begins(text, with string) bool {
	for _, r := range text {
		return strings.ContainsRune(with, r)
	}
	return false
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
