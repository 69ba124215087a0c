package store_test

import (
	"fmt"
	"testing"
	"time"

	"usher/internal/lead"
	"usher/internal/search"
	"usher/internal/storetest"
)

// Many leads are erased from an index of many pages: nothing names them any more,
// whether it was of one segment or of several, and the others are found as before.
func TestErasedWordsLeaveTheIndex(t *testing.T) {
	t.Parallel()
	const n, each = 1500, 5
	for _, batch := range []int{n, n / 10} { // each batch makes a segment
		s := storetest.Open(t)
		var stories []lead.Story
		var ids []string
		for i := range n {
			l, event, messages := storetest.LeadOf(t, i, fmt.Sprintf("p%d@example.com", i), storetest.Epoch.Add(time.Duration(i)*time.Millisecond))
			l.LastName = fmt.Sprintf("%c%c%dsurname%d", 'a'+i%26, 'a'+i/26%26, i*7919%10007, i)
			ids = append(ids, l.ID)
			stories = append(stories, lead.Story{Lead: l, Events: []lead.Event{event}, Messages: messages})
			if len(stories) == batch {
				if err := s.Load(t.Context(), stories); err != nil {
					t.Fatal(err)
				}
				stories = nil
			}
		}
		for i := 0; i < n; i += each {
			erased := lead.Event{ID: storetest.NewID(), LeadID: ids[i], Kind: lead.Erased}
			if _, err := s.EraseLead(t.Context(), ids[i], func(lead.Lead) error { return nil }, erased); err != nil {
				t.Fatal(err)
			}
		}
		if found, err := s.HasStrayWords(t.Context()); err != nil || !found {
			t.Fatalf("erasing leaves nothing behind (%v): this test shows nothing", err)
		}
		if err := s.ScrubAgain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if found, err := s.HasStrayWords(t.Context()); err != nil || found {
			t.Errorf("batches of %d: the index still names who was erased (%v)", batch, err)
		}
		words := search.Query("example")
		counts, err := s.Counts(t.Context(), lead.Filter{Words: &words})
		if err != nil || counts[lead.Pending] != n-n/each {
			t.Errorf("batches of %d: found %v, %v; want %d", batch, counts, err, n-n/each)
		}
		if findings, err := s.Integrity(t.Context()); err != nil || len(findings) > 0 {
			t.Errorf("batches of %d: %v, %v", batch, findings, err)
		}
	}
}
