package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"usher/internal/live"
)

var _ live.Source = (*Store)(nil)

const newestChange = `SELECT COALESCE(MAX(seq), 0) FROM events WHERE seq IS NOT NULL`

// NewestChange implements live.Source.
func (s *Store) NewestChange(ctx context.Context) (int64, error) {
	var newest int64
	err := s.read.QueryRowContext(ctx, newestChange).Scan(&newest)
	return newest, s.translate(err)
}

// Changes implements live.Source.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]live.Change, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT seq, kind, lead_id, data FROM events WHERE seq IS NOT NULL AND seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	changes, err := collect(rows, err, func(r *sql.Rows) (live.Change, error) {
		var c live.Change
		var data string
		if err := r.Scan(&c.Seq, &c.Kind, &c.LeadID, &data); err != nil {
			return c, err
		}
		var told struct {
			MessageID string `json:"message_id"`
		}
		err := json.Unmarshal([]byte(data), &told)
		c.MessageID = told.MessageID
		return c, err
	})
	return changes, s.translate(err)
}
