package resume

import (
	"context"
	"errors"
	"time"
)

// Sweep removes what nobody owns and returns how much it was: drafts that a
// crash left behind, and kept resumes whose lead was never stored. Only entries
// last written more than olderThan before now are looked at; it must be longer
// than any request can take, or a resume is removed between its Keep and the
// insert of its lead. Only the holder of the data lock may sweep.
//
// known tells whether a lead refers to key; its error ends the sweep before
// anything is removed. An entry that can't be removed doesn't keep the others:
// those errors come back joined.
func (s *Shelf) Sweep(ctx context.Context, now time.Time, olderThan time.Duration,
	known func(ctx context.Context, key string) (bool, error),
) (removed int, err error) {
	oldest := now.Add(-olderThan)
	var stale []string
	err = s.storage.List(ctx, func(e Entry) error {
		if !e.ModTime.Before(oldest) {
			return nil
		}
		if !e.Temporary {
			owned, err := known(ctx, e.Key)
			if owned || err != nil {
				return err
			}
		}
		stale = append(stale, e.Key)
		return nil
	})
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, key := range stale {
		if err := s.storage.Remove(ctx, key); err != nil {
			failed = append(failed, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(failed...)
}
