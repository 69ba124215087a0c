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

// index makes a lead findable.
func (s *Store) index(ctx context.Context, t tx, l lead.Lead) error {
	docid, err := freeDocid(ctx, t, l.CreatedAt.UnixMicro())
	if err != nil {
		return err
	}
	text := words(l)
	_, err = t.ExecContext(ctx, `INSERT INTO lead_search (docid, lead_id, words) VALUES ($1, $2, $3)`, docid, l.ID, text)
	s.derived.words = append(s.derived.words, indexed{docid: docid, words: text})
	return err
}

// freeDocid gives the lead that was received then its place among the found ones.
// Leads of the same microsecond stand behind each other.
func freeDocid(ctx context.Context, t tx, received int64) (int64, error) {
	const window = 1000
	for {
		var last sql.NullInt64
		err := t.QueryRowContext(ctx, `SELECT MAX(docid) FROM lead_search WHERE docid >= $1 AND docid < $2`, received, received+window).Scan(&last)
		switch {
		case err != nil:
			return 0, err
		case !last.Valid:
			return received, nil
		case last.Int64+1 < received+window:
			return last.Int64 + 1, nil
		}
		received += window
	}
}

// forget makes a lead unfindable. Its row in lead_search goes with the lead.
func (s *Store) forget(ctx context.Context, t tx, leadID string) error {
	gone := indexed{gone: true}
	err := t.QueryRowContext(ctx, `SELECT docid, words FROM lead_search WHERE lead_id = $1`, leadID).Scan(&gone.docid, &gone.words)
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

func (s *Store) indexAll(ctx context.Context, t tx) error {
	q := keyset{oldest: true}
	for {
		rows, err := q.page(ctx, t, `SELECT `+leadColumns+` FROM leads`, 1000)
		leads, err := collect(rows, err, scanLeadRows)
		if err != nil || len(leads) == 0 {
			return err
		}
		for _, l := range leads {
			if err := s.index(ctx, t, l); err != nil {
				return err
			}
		}
		if err := s.writeDerived(ctx); err != nil { // this write is alone, so that nobody else's is among it
			return err
		}
		last := leads[len(leads)-1]
		q = keyset{oldest: true}
		q.after("created_at", last.CreatedAt, last.ID)
	}
}
