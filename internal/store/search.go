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
	if _, err := t.ExecContext(ctx, `INSERT INTO lead_search (docid, lead_id, words) VALUES ($1, $2, $3)`, docid, l.ID, text); err != nil {
		return err
	}
	if s.dialect.addWords == "" {
		return nil
	}
	_, err = t.ExecContext(ctx, s.dialect.addWords, docid, text)
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
	if s.dialect.dropWords == "" {
		return nil
	}
	_, err := t.ExecContext(ctx, s.dialect.dropWords, leadID)
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
		last := leads[len(leads)-1]
		q = keyset{oldest: true}
		q.after("created_at", last.CreatedAt, last.ID)
	}
}

// The words of a query are looked for in one of two ways. The index gives the
// leads with rare words at once, but it reads a word that most leads have (an
// address's "com") to its end. Such common words are checked on the leads that the
// list or the rare words bring up. What is common is read off the newest leads.
const (
	sampled    = 100
	commonFrom = 10 // of the sample
	walkFrom   = 5  // of the sample has all words: the list will bring up a page soon
)

// plan says how the words of a query are looked for: some in the index, the
// others on what it gives. With none for the index, the list is walked.
type plan struct{ match, check []string }

// sample is the words of the newest leads, and after how many commits they were.
type sample struct {
	texts   []string
	commits int64
}

// newest gives a sample that is young enough to tell what is common.
func (s *Store) newest(ctx context.Context) ([]string, error) {
	known, commits := s.sample.Load(), s.group.commits.Load()
	if known != nil && len(known.texts) == sampled && commits-known.commits < sampled {
		return known.texts, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT words FROM lead_search ORDER BY docid DESC LIMIT $1`, sampled)
	texts, err := collect(rows, err, func(r *sql.Rows) (string, error) {
		var text string
		err := r.Scan(&text)
		return " " + text, err
	})
	if err == nil {
		s.sample.Store(&sample{texts, commits})
	}
	return texts, err
}

// planFor reads off the newest leads how common words are.
func (s *Store) planFor(ctx context.Context, words []string) (plan, error) {
	sample, err := s.newest(ctx)
	if err != nil {
		return plan{}, err
	}
	var p plan
	for _, word := range words {
		if having(sample, word) >= commonFrom {
			p.check = append(p.check, word)
		} else {
			p.match = append(p.match, word)
		}
	}
	if len(p.match) == 0 && having(sample, words...) < walkFrom {
		p.match, p.check = words, nil // common words that are rare together
	}
	return p, nil
}

// having counts the sampled texts that have all words.
func having(sample []string, words ...string) (n int) {
	for _, text := range sample {
		all := true
		for _, word := range words {
			all = all && strings.Contains(text, " "+word)
		}
		if all {
			n++
		}
	}
	return n
}
