package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/lead"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/system"
)

func TestLastBackup(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if b, err := s.LastBackup(t.Context()); b != nil || err != nil {
			t.Errorf("at first: %+v, %v", b, err)
		}
		for _, want := range []system.Backup{
			{TakenAt: storetest.Epoch, Leads: 3, Bytes: 5 << 40, Damaged: 1}, {TakenAt: storetest.Epoch.Add(time.Hour), Leads: 4},
		} {
			if err := s.RecordBackup(t.Context(), want); err != nil {
				t.Fatal(err)
			}
			got, err := storetest.Again(t, s).LastBackup(t.Context())
			if diff := cmp.Diff(&want, got); diff != "" || err != nil {
				t.Errorf("(-want +got):\n%s%v", diff, err)
			}
		}
	})
}

// The newest thing is the newest lead, or what was done last.
func TestNewestStored(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		check := func(when string, want time.Time) {
			t.Helper()
			if got, err := s.NewestStored(t.Context()); err != nil || !got.Equal(want) {
				t.Errorf("%s: %v, %v; want %v", when, got, err, want)
			}
		}
		check("at first", time.Time{})
		l := storetest.Add(t, s, 7)
		check("a lead", l.CreatedAt)
		noted := func(at time.Time) {
			t.Helper()
			_, err := s.ChangeLead(t.Context(), l.ID, func(l lead.Lead) (lead.Lead, []lead.Event, error) {
				return l, []lead.Event{{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Noted, At: at}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		noted(l.CreatedAt.Add(time.Hour))
		check("a note", l.CreatedAt.Add(time.Hour))
		noted(l.CreatedAt.Add(-time.Hour)) // the clock was set back
		check("an older note", l.CreatedAt)
	})
}

func TestNewestStoredUsesIndexes(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	if plan := planOf(t, s, store.NewestStoredQuery); !strings.Contains(plan, "INDEX events_seq") || !strings.Contains(plan, "INDEX leads_newest") || strings.Contains(plan, "TEMP B-TREE") {
		t.Error(plan)
	}
}

func TestExtent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.Add(t, s, 1)
		newest, err := store.NewestSchema()
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Extent(t.Context())
		if err != nil || e.Schema != newest || e.Bytes < 4096 || (e.Engine == "sqlite") != (e.Log > 0) || (e.Engine == "sqlite") != (s.Path() != "") {
			t.Errorf("%+v, %v", e, err)
		}
	})
}
