package httpapi

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"usher/internal/edge"
	"usher/internal/lead"
)

const csvMedia = "text/csv"

// exportPage is how many rows of a file are in memory at a time.
const exportPage = 500

// rows are what a file is made of, a page at a time.
type rows[T any] struct {
	columns []string
	first   []T // the first page
	limit   int // of a page; a shorter one is the last
	row     func(T) []string
	after   func(last T) ([]T, error)
}

// beginFile begins the answer that a file is.
func beginFile(w http.ResponseWriter, name string) {
	h := w.Header()
	h.Set("Content-Type", csvMedia+"; charset=utf-8; header=present")
	h.Set("Content-Disposition", attachment(name))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}

// writeRows writes a file (RFC 4180) and tells how many rows of it were written. What
// is written is on its way after each page, so that memory holds one at a time, and
// somebody who has left is noticed. No cell is a formula.
func writeRows[T any](w http.ResponseWriter, r rows[T]) (int, error) {
	buffered := bufio.NewWriterSize(w, 64<<10)
	_, _ = buffered.WriteString("\ufeff") // without it Excel reads another encoding; an error shows at the flush
	file := csv.NewWriter(buffered)
	file.UseCRLF = true
	if err := file.Write(r.columns); err != nil {
		return 0, err
	}
	control := http.NewResponseController(w)
	page, n := r.first, 0
	for {
		for _, v := range page {
			if err := file.Write(defused(r.row(v))); err != nil {
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
		if len(page) < r.limit {
			return n, nil
		}
		var err error
		if page, err = r.after(page[len(page)-1]); err != nil {
			return n, err
		}
	}
}

// cutOff ends an answer that can't be written to its end, so that nobody takes half a
// file for a whole one.
func (s *Server) cutOff(r *http.Request, n int, err error) {
	edge.NoteError(r, err)
	if r.Context().Err() == nil { // else it was the client who left
		s.Log.Error("an export was cut off", "request_id", edge.RequestID(r), "rows", n, "error", err)
	}
	panic(http.ErrAbortHandler)
}

// exportTime is a time as JSON has it, and empty when there is none.
func exportTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339Nano)
}

// defused is a row of which no cell is a formula.
func defused(row []string) []string {
	for i, cell := range row {
		row[i] = defuse(cell)
	}
	return row
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
