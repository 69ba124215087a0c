package store

import (
	"context"
	"database/sql"

	"usher/internal/funnel"
)

var _ funnel.Store = (*Store)(nil)

// AddFunnel implements funnel.Store.
func (s *Store) AddFunnel(ctx context.Context, counts []funnel.Count) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for _, c := range counts {
			if _, err := t.ExecContext(ctx, `INSERT INTO funnel_counts (day, language, step, field, code, times) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (day, language, step, field, code) DO UPDATE SET times = funnel_counts.times + excluded.times`,
				c.Day, c.Language, c.Step, c.Field, c.Code, c.Times); err != nil {
				return err
			}
		}
		return nil
	})
}

// Funnel implements report.Store.
func (s *Store) Funnel(ctx context.Context, first, last string) ([]funnel.Count, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT day, language, step, field, code, times FROM funnel_counts
		WHERE day >= $1 AND day <= $2 ORDER BY day, language, step, field, code`, first, last)
	counts, err := collect(rows, err, func(r *sql.Rows) (funnel.Count, error) {
		var c funnel.Count
		err := r.Scan(&c.Day, &c.Language, &c.Step, &c.Field, &c.Code, &c.Times)
		return c, err
	})
	return counts, s.translate(err)
}
