package store

import (
	"context"
	"database/sql"
	"fmt"

	"usher/internal/lead"
)

// Held is what the database says must be there for one lead.
type Held struct {
	Lead          lead.Lead
	Confirmations int
	Notifications int
	Searchable    bool
}

// EachLead calls visit for every lead in the order of their ids, reading some at
// a time, so that it can run while the server works.
func (s *Store) EachLead(ctx context.Context, visit func(Held) error) error {
	after := ""
	for {
		rows, err := s.read.QueryContext(ctx, `SELECT `+leadColumns+`,
			(SELECT COUNT(*) FROM messages m WHERE m.lead_id = leads.id AND m.kind = 'confirmation'),
			(SELECT COUNT(*) FROM messages m WHERE m.lead_id = leads.id AND m.kind = 'notification'),
			EXISTS (SELECT 1 FROM lead_search s WHERE s.lead_id = leads.id)
			FROM leads WHERE id > $1 ORDER BY id LIMIT 500`, after)
		held, err := collect(rows, err, func(r *sql.Rows) (Held, error) {
			var h Held
			var err error
			h.Lead, err = scanLead(withMore{r, []any{&h.Confirmations, &h.Notifications, &h.Searchable}})
			return h, err
		})
		if err != nil || len(held) == 0 {
			return s.translate(err)
		}
		for _, h := range held {
			if err := visit(h); err != nil {
				return err
			}
		}
		after = held[len(held)-1].Lead.ID
	}
}

type withMore struct {
	scanner
	more []any
}

func (w withMore) Scan(dest ...any) error { return w.scanner.Scan(append(dest, w.more...)...) }

// CountLeads tells how many leads there are, for a progress bar.
func (s *Store) CountLeads(ctx context.Context) (int, error) {
	var n int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM leads`).Scan(&n)
	return n, s.translate(err)
}

// Miscounted gives each state and assignee whose counter is not the number of its
// leads.
func (s *Store) Miscounted(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT state, assignee, SUM(n) FROM (
			SELECT state, assignee, leads AS n FROM lead_counts
			UNION ALL SELECT state, COALESCE(assignee, ''), -COUNT(*) FROM leads GROUP BY state, assignee
		) counted GROUP BY state, assignee HAVING SUM(n) <> 0`)
	findings, err := collect(rows, err, func(r *sql.Rows) (string, error) {
		var state, assignee string
		var off int
		err := r.Scan(&state, &assignee, &off)
		return fmt.Sprintf("the counter of leads in state %s with assignee %q is off by %d", state, assignee, off), err
	})
	return findings, s.translate(err)
}

// Integrity asks the engine to check its own file and gives what it finds.
// PostgreSQL has tools of its own for that.
func (s *Store) Integrity(ctx context.Context) ([]string, error) {
	if s.dialect != sqlite {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `PRAGMA integrity_check`)
	findings, err := collect(rows, err, func(r *sql.Rows) (string, error) {
		var line string
		err := r.Scan(&line)
		return line, err
	})
	if len(findings) == 1 && findings[0] == "ok" {
		findings = nil
	}
	return findings, s.translate(err)
}
