package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"usher/internal/lead"
)

// insertEvent adds a line to a lead's timeline, and to the audit when somebody of the
// firm has caused it.
func (s *Store) insertEvent(ctx context.Context, t tx, e lead.Event) error {
	if err := s.recordEvent(ctx, t, e); err != nil {
		return err
	}
	return insertEventRow(ctx, t, e)
}

func insertEventRow(ctx context.Context, t tx, e lead.Event) error {
	if e.Data == nil {
		e.Data = map[string]string{}
	}
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO events (id, lead_id, kind, at, actor, data, seq) VALUES ($1, $2, $3, $4, $5, $6, (`+newestChange+`) + 1)`,
		e.ID, e.LeadID, e.Kind, e.At.UnixMicro(), e.Actor, string(data))
	return err
}

// Events implements lead.Reader.
func (s *Store) Events(ctx context.Context, leadID string, limit int, after *lead.Position) ([]lead.Event, error) {
	if _, err := s.Lead(ctx, leadID); err != nil {
		return nil, err
	}
	q := eventsQuery(leadID, after)
	rows, err := s.read.QueryContext(ctx, q.filtered(`SELECT id, lead_id, kind, at, actor, data FROM events`)+q.order("at", "id")+
		" LIMIT "+q.bind(limit), q.args...)
	events, err := collect(rows, err, func(r *sql.Rows) (lead.Event, error) {
		var e lead.Event
		var micros int64
		var data string
		if err := r.Scan(&e.ID, &e.LeadID, &e.Kind, &micros, &e.Actor, &data); err != nil {
			return e, err
		}
		e.At = at(micros)
		return e, json.Unmarshal([]byte(data), &e.Data)
	})
	return events, s.translate(err)
}

func eventsQuery(leadID string, after *lead.Position) *keyset {
	var q keyset
	q.equal("lead_id", leadID)
	if after != nil {
		q.after("at", after.CreatedAt, after.ID)
	}
	return &q
}
