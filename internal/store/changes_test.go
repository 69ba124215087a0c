package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"usher/internal/lead"
	"usher/internal/store"
	"usher/internal/storetest"
)

// Changes are numbered in the order of the commits, each once, whoever shares a commit
// with whom; what failed has no number that is missing later.
func TestChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		before, err := s.NewestChange(ctx)
		if err != nil || before != 0 {
			t.Fatalf("at first %d, %v", before, err)
		}
		first := storetest.Add(t, s, 1)
		var wait sync.WaitGroup
		for n := range 40 {
			wait.Go(func() {
				_, _ = s.ChangeLead(ctx, first.ID, func(l lead.Lead) (lead.Lead, []lead.Event, error) {
					event := lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Noted, At: l.CreatedAt.Add(time.Duration(n)), Data: map[string]string{"text": "x"}}
					if n%4 == 0 { // fails after it was written
						return l, []lead.Event{event, event}, nil
					}
					if n%4 == 1 {
						return l, nil, errors.New("refused")
					}
					return l, []lead.Event{event}, nil
				})
			})
		}
		wait.Wait()
		newest, err := s.NewestChange(ctx)
		if err != nil || newest != 21 {
			t.Errorf("newest is %d, %v; want 21", newest, err)
		}
		seen := int64(0)
		for {
			page, err := s.Changes(ctx, seen, 6)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				if c.Seq != seen+1 || c.LeadID != first.ID {
					t.Errorf("after %d comes %+v", seen, c)
				}
				seen = c.Seq
			}
		}
		if seen != newest {
			t.Errorf("read up to %d of %d", seen, newest)
		}
	})
}
