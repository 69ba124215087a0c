package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/auth"
)

var _ auth.Tally = (*Store)(nil)

// Tries implements auth.Tally.
func (s *Store) Tries(ctx context.Context, keys []string) (map[string]auth.Tries, error) {
	known, err := readTries(ctx, s.read, keys)
	return known, s.translate(err)
}

// ChangeTries implements auth.Tally.
func (s *Store) ChangeTries(ctx context.Context, keys []string, decide func(known map[string]auth.Tries) map[string]auth.Tries) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		known, err := readTries(ctx, t, keys)
		if err != nil {
			return err
		}
		for key, tries := range decide(known) {
			if err := writeTries(ctx, t, key, tries); err != nil {
				return err
			}
		}
		return nil
	})
}

func readTries(ctx context.Context, t tx, keys []string) (map[string]auth.Tries, error) {
	known := map[string]auth.Tries{}
	for _, key := range keys {
		var tries auth.Tries
		var since, latest, lapses int64
		err := t.QueryRowContext(ctx, `SELECT times, since, latest, lapses_at FROM tries WHERE who = $1`, key).
			Scan(&tries.Times, &since, &latest, &lapses)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		tries.Since, tries.Latest, tries.LapsesAt = at(since), at(latest), at(lapses)
		known[key] = tries
	}
	return known, nil
}

func writeTries(ctx context.Context, t tx, key string, tries auth.Tries) error {
	if tries.Times == 0 {
		_, err := t.ExecContext(ctx, `DELETE FROM tries WHERE who = $1`, key)
		return err
	}
	_, err := t.ExecContext(ctx, `INSERT INTO tries (who, times, since, latest, lapses_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (who) DO UPDATE SET times = excluded.times, since = excluded.since, latest = excluded.latest, lapses_at = excluded.lapses_at`,
		key, tries.Times, tries.Since.UnixMicro(), tries.Latest.UnixMicro(), tries.LapsesAt.UnixMicro())
	return err
}

// TidyTries forgets the tries that have lapsed, and beyond so many those that would
// lapse first. It writes only when there is something to forget.
func (s *Store) TidyTries(ctx context.Context, now time.Time, most int) error {
	var all, lapsed int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN lapses_at <= $1 THEN 1 ELSE 0 END), 0) FROM tries`, now.UnixMicro()).
		Scan(&all, &lapsed)
	if err != nil {
		return s.translate(err)
	}
	first := max(lapsed, all-most)
	if first == 0 {
		return nil
	}
	return s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `DELETE FROM tries WHERE who IN (SELECT who FROM tries ORDER BY lapses_at, who LIMIT $1)`, first)
		return err
	})
}
