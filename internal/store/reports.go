package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"usher/internal/report"
)

var _ report.Store = (*Store)(nil)

// reportLeads is the query for leads that came in at some time, a row for each of the
// events that tell when somebody reached out, in their order. A lead has a microsecond
// of its own (see place), so that created_at tells one from the next.
const reportLeads = `SELECT l.created_at, l.language, l.state, COALESCE(e.kind, ''), COALESCE(e.at, 0)
	FROM leads l LEFT JOIN events e ON e.lead_id = l.id AND e.kind IN ('reached_out', 'reopened', 'undone')
	WHERE l.created_at >= $1 AND l.created_at < $2 ORDER BY l.created_at, l.id, e.at, e.id`

// reportErased is the same for erased leads: there is the tombstone, and their events
// are there still, without their data.
const reportErased = `SELECT g.created_at, '', '', COALESCE(e.kind, ''), COALESCE(e.at, 0)
	FROM tombstones g LEFT JOIN events e ON e.lead_id = g.lead_id AND e.kind IN ('reached_out', 'reopened', 'undone')
	WHERE g.created_at >= $1 AND g.created_at < $2 ORDER BY g.created_at, g.lead_id, e.at, e.id`

// ReportLeads implements report.Store.
func (s *Store) ReportLeads(ctx context.Context, from, before time.Time, visit func(report.Lead)) error {
	done, err := s.occupy(ctx, s.counting) // a year takes a while, and others read too
	if err != nil {
		return err
	}
	defer done()
	for _, query := range []string{reportLeads, reportErased} {
		rows, err := s.read.QueryContext(ctx, query, from.UnixMicro(), before.UnixMicro())
		if err == nil {
			err = visitLeads(rows, query == reportErased, visit)
		}
		if err != nil {
			return s.translate(err)
		}
	}
	return nil
}

// visitLeads makes leads of the rows of their events.
func visitLeads(rows *sql.Rows, erased bool, visit func(report.Lead)) error {
	defer func() { _ = rows.Close() }()
	var (
		next, current  report.Lead
		received, when int64
		move           report.Move
		moves          []report.Move
	)
	finish := func() {
		if !current.ReceivedAt.IsZero() {
			current.ContactedAt = report.FirstContact(moves)
			visit(current)
		}
		moves = moves[:0]
	}
	for rows.Next() {
		if err := rows.Scan(&received, &next.Language, &next.State, &move.Kind, &when); err != nil {
			return err
		}
		next.ReceivedAt, next.Erased = at(received), erased
		if !next.ReceivedAt.Equal(current.ReceivedAt) {
			finish()
			current = next
		}
		if move.Kind != "" {
			move.At = at(when)
			moves = append(moves, move)
		}
	}
	finish()
	return rows.Err()
}

// ReportBacklog implements report.Store.
func (s *Store) ReportBacklog(ctx context.Context, bounds []time.Time) (report.Backlog, error) {
	var q keyset
	var age strings.Builder
	for i, bound := range bounds {
		fmt.Fprintf(&age, " WHEN created_at > %s THEN %d", q.bind(bound.UnixMicro()), i)
	}
	b := report.Backlog{Ages: make([]int, len(bounds)+1)}
	rows, err := s.read.QueryContext(ctx, fmt.Sprintf(`SELECT CASE%s ELSE %d END AS age, COUNT(*) FROM leads WHERE state = 'PENDING' GROUP BY 1`,
		age.String(), len(bounds)), q.args...)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var age, n int
		err := r.Scan(&age, &n)
		b.Ages[age] = n
		return struct{}{}, err
	})
	if err != nil {
		return b, s.translate(err)
	}
	var oldest int64
	err = s.read.QueryRowContext(ctx, `SELECT id, created_at FROM leads WHERE state = 'PENDING' ORDER BY created_at, id LIMIT 1`).Scan(&b.OldestID, &oldest)
	if errors.Is(err, sql.ErrNoRows) {
		return b, nil
	}
	b.OldestAt = at(oldest)
	return b, s.translate(err)
}
