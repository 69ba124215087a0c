package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"usher/internal/lead"
	"usher/internal/search"
)

// words are what a lead is found by, as one text.
func words(l lead.Lead) string {
	// A reference is also found when it is typed without its dash.
	return strings.Join(search.Terms(l.FirstName, l.LastName, l.Email, l.Reference, strings.ReplaceAll(l.Reference, "-", "")), " ")
}

// place gives a lead a microsecond of its own, so that one number says where it
// stands in every list.
func place(ctx context.Context, t tx, l lead.Lead) (lead.Lead, error) {
	free, err := freeDocid(ctx, t, l.CreatedAt.UnixMicro())
	l.CreatedAt = at(free)
	return l, err
}

// index makes a lead that has its place findable.
func (s *Store) index(ctx context.Context, t tx, l lead.Lead) error {
	docid, text := l.CreatedAt.UnixMicro(), words(l)
	_, err := t.ExecContext(ctx, `INSERT INTO lead_search (docid, lead_id, words) VALUES ($1, $2, $3)`, docid, l.ID, text)
	s.derived.words = append(s.derived.words, indexed{docid: docid, words: text})
	return err
}

// freeDocid gives the first microsecond from then on at which no lead was received.
func freeDocid(ctx context.Context, t tx, then int64) (int64, error) {
	var taken int
	err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM lead_search WHERE docid = $1`, then).Scan(&taken)
	if err != nil || taken == 0 {
		return then, err
	}
	err = t.QueryRowContext(ctx, `SELECT a.docid + 1 FROM lead_search a WHERE a.docid >= $1
		AND NOT EXISTS (SELECT 1 FROM lead_search b WHERE b.docid = a.docid + 1) ORDER BY a.docid LIMIT 1`, then).Scan(&then)
	return then, err
}

// forget makes a lead unfindable. Its row in lead_search goes with the lead.
func (s *Store) forget(ctx context.Context, t tx, leadID string) error {
	gone := indexed{gone: true}
	err := t.QueryRowContext(ctx, `SELECT docid, words FROM lead_search WHERE lead_id = $1`, leadID).Scan(&gone.docid, &gone.words)
	if errors.Is(err, sql.ErrNoRows) { // `usher verify` would tell; it keeps nobody from being erased
		return nil
	}
	s.derived.words = append(s.derived.words, gone)
	return err
}

// reindex makes the words of all leads anew when the rules for them have changed.
func (s *Store) reindex(ctx context.Context) error {
	var version int
	err := s.write.QueryRowContext(ctx, `SELECT version FROM search_rules`).Scan(&version)
	if err == nil && version == search.Rules {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s.translate(err)
	}
	again := &write{do: func(ctx context.Context, t tx) error {
		for _, statement := range append(s.dialect.clearWords, `DELETE FROM lead_search`, `DELETE FROM search_rules`) {
			if _, err := t.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		if err := s.indexAll(ctx, t); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, `INSERT INTO search_rules (version) VALUES ($1)`, search.Rules)
		return err
	}}
	return errors.Join(s.commit(ctx, []*write{again}), again.err)
}

// indexAll goes by the leads' ids, because their times may move.
func (s *Store) indexAll(ctx context.Context, t tx) error {
	after := ""
	for {
		rows, err := t.QueryContext(ctx, `SELECT `+leadColumns+` FROM leads WHERE id > $1 ORDER BY id LIMIT 1000`, after)
		leads, err := collect(rows, err, scanLeadRows)
		if err != nil || len(leads) == 0 {
			return err
		}
		for _, l := range leads {
			if err := s.indexAgain(ctx, t, l); err != nil {
				return err
			}
		}
		if err := s.writeDerived(ctx); err != nil { // this write is alone, so that nobody else's is among it
			return err
		}
		after = leads[len(leads)-1].ID
	}
}

// indexAgain makes a kept lead findable. Leads of older versions may share a
// microsecond, and then all but one are moved.
func (s *Store) indexAgain(ctx context.Context, t tx, l lead.Lead) error {
	placed, err := place(ctx, t, l)
	if err != nil {
		return err
	}
	if placed != l {
		if _, err := t.ExecContext(ctx, `UPDATE leads SET created_at = $1 WHERE id = $2`, placed.CreatedAt.UnixMicro(), l.ID); err != nil {
			return err
		}
	}
	return s.index(ctx, t, placed)
}
