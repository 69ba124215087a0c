package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
)

// Erasure is that a lead was erased, by whom and when.
type Erasure struct {
	LeadID string
	At     time.Time
	Actor  string // a user's id; empty when nobody knows any more
}

// EachErasure calls visit for every erased lead in the order of their ids, reading
// some at a time.
func (s *Store) EachErasure(ctx context.Context, visit func(Erasure) error) error {
	after := ""
	for {
		rows, err := s.read.QueryContext(ctx, `SELECT lead_id, erased_at,
			COALESCE((SELECT MAX(e.actor) FROM events e WHERE e.lead_id = tombstones.lead_id AND e.kind = 'erased'), '')
			FROM tombstones WHERE lead_id > $1 ORDER BY lead_id LIMIT 500`, after)
		erasures, err := collect(rows, err, func(r *sql.Rows) (Erasure, error) {
			var e Erasure
			var erased int64
			err := r.Scan(&e.LeadID, &erased, &e.Actor)
			e.At = at(erased)
			return e, err
		})
		if err != nil || len(erasures) == 0 {
			return s.translate(err)
		}
		for _, e := range erasures {
			if err := visit(e); err != nil {
				return err
			}
		}
		after = erasures[len(erasures)-1].LeadID
	}
}

// ResumeBytes tells how many bytes the resumes of all leads have.
func (s *Store) ResumeBytes(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(SUM(resume_size), 0) FROM leads`).Scan(&n)
	return n, s.translate(err)
}

// SchemaVersion tells which migration was the last that this database saw.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&n)
	return n, s.translate(err)
}

// NewestSchema is the last migration that this program knows.
func NewestSchema() (int64, error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return 0, err
	}
	newest := int64(0)
	for _, entry := range entries {
		version, err := goose.NumericComponent(entry.Name())
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, nil
}
