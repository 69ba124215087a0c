package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

func TestAddLeadKeepsEverything(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAddLeadKeepsEverything)
}

func testAddLeadKeepsEverything(t *testing.T, s *store.Store) {
	want := storetest.Add(t, s, 1)
	got, err := s.Lead(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the lead came back different (-want +got):\n%s", diff)
	}
	messages, err := s.Messages(t.Context(), mail.Page{LeadID: want.ID, Limit: 10})
	if err != nil || len(messages) != 2 {
		t.Fatalf("messages = %v, %v; want two", messages, err)
	}
}

// The lead, its event, its messages and its key are one transaction: when any of
// them can't be kept, none is.
func TestAddLeadIsAllOrNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAddLeadIsAllOrNothing)
}

func testAddLeadIsAllOrNothing(t *testing.T, s *store.Store) {
	first := storetest.Add(t, s, 1)
	firstMessages, err := s.Messages(t.Context(), mail.Page{LeadID: first.ID, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	n := 1
	for name, spoil := range map[string]func(*lead.Event, []mail.Message){
		"event": func(e *lead.Event, _ []mail.Message) {
			*e = lead.Event{ID: first.ID, LeadID: first.ID}
			e.ID = firstEvent(t, s, first)
		},
		"message": func(_ *lead.Event, m []mail.Message) { m[1].MessageID = firstMessages[0].MessageID },
	} {
		n++
		number := n
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, event, messages := storetest.Lead(t, number)
			spoil(&event, messages)
			if _, _, err := s.AddLead(t.Context(), l, event, messages, &lead.Key{Value: "k", Fingerprint: "f", Now: l.CreatedAt}); err == nil {
				t.Fatal("AddLead took it")
			}
			if _, err := s.Lead(t.Context(), l.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("half a lead was kept: %v", err)
			}
			left, err := s.Messages(t.Context(), mail.Page{LeadID: l.ID, Limit: 10})
			if err != nil || len(left) != 0 {
				t.Errorf("messages of a lead that isn't there: %v, %v", left, err)
			}
		})
	}
}

func firstEvent(t *testing.T, s *store.Store, l lead.Lead) string {
	t.Helper()
	return queryText(t, s, `SELECT id FROM events WHERE lead_id = $1`, l.ID)
}

func TestReferenceTaken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testReferenceTaken)
}

func testReferenceTaken(t *testing.T, s *store.Store) {
	storetest.Add(t, s, 1)
	l, event, messages := storetest.Lead(t, 1)
	if _, _, err := s.AddLead(t.Context(), l, event, messages, nil); !errors.Is(err, lead.ErrReferenceTaken) {
		t.Errorf("err = %v, want ErrReferenceTaken", err)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testIdempotencyKey)
}

func testIdempotencyKey(t *testing.T, s *store.Store) {
	add := func(n int, fingerprint string, now time.Time) (lead.Lead, bool, error) {
		l, event, messages := storetest.Lead(t, n)
		return s.AddLead(t.Context(), l, event, messages, &lead.Key{Value: "key", Fingerprint: fingerprint, Now: now})
	}
	first, replayed, err := add(1, "same", storetest.Epoch)
	if err != nil || replayed {
		t.Fatalf("first: %v, %v", replayed, err)
	}
	again, replayed, err := add(2, "same", storetest.Epoch.Add(lead.KeyLife-1))
	if err != nil || !replayed || again.ID != first.ID {
		t.Errorf("a repeat gave %v, %v, %v; want the first lead", again.ID, replayed, err)
	}
	if _, _, err := add(3, "other", storetest.Epoch); fault.KindOf(err) != fault.Invalid {
		t.Errorf("another body under the key: %v, want Invalid", err)
	}
	later, replayed, err := add(4, "other", storetest.Epoch.Add(lead.KeyLife))
	if err != nil || replayed || later.ID == first.ID {
		t.Errorf("after 24 hours: %v, %v, %v; want a new lead", later.ID, replayed, err)
	}
	if counts, err := s.Counts(t.Context(), lead.Filter{}); err != nil || counts[lead.Pending] != 2 {
		t.Errorf("counts = %v, %v; want two leads", counts, err)
	}
}

func TestEqualSubmissionsAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testEqualSubmissionsAtOnce)
}

func testEqualSubmissionsAtOnce(t *testing.T, s *store.Store) {
	ids := make([]string, 12)
	replicas := []*store.Store{s, storetest.Again(t, s)}
	var group sync.WaitGroup
	for i := range ids {
		l, event, messages := storetest.Lead(t, i)
		group.Go(func() {
			kept, _, err := replicas[i%2].AddLead(t.Context(), l, event, messages, &lead.Key{Value: "k", Fingerprint: "f", Now: storetest.Epoch})
			if err != nil {
				t.Errorf("AddLead: %v", err)
			}
			ids[i] = kept.ID
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("more than one lead: %v", ids)
		}
	}
}

// Pages show each lead once, newest first, while others arrive.
func TestPagesAreStableUnderInserts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testPagesAreStableUnderInserts)
}

func testPagesAreStableUnderInserts(t *testing.T, s *store.Store) {
	const before = 25
	for n := range before {
		storetest.Add(t, s, n)
	}
	var seen []string
	page := lead.Page{Limit: 4}
	for next := before; ; next++ {
		leads, err := s.Leads(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range leads {
			seen = append(seen, l.LastName)
		}
		if len(leads) < page.Limit {
			break
		}
		last := leads[len(leads)-1]
		page.After = &lead.Position{CreatedAt: last.CreatedAt, ID: last.ID}
		storetest.Add(t, s, next) // newer than all: it must not move the pages
	}
	var want []string
	for n := before - 1; n >= 0; n-- {
		want = append(want, fmt.Sprint(n))
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestChangesAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testChangesAtOnceLoseNothing)
}

func testChangesAtOnceLoseNothing(t *testing.T, s *store.Store) {
	user := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), user, true); err != nil {
		t.Fatal(err)
	}
	l := storetest.Add(t, s, 1)
	reached := lead.ReachedOut
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			now := storetest.Epoch.Add(time.Duration(i) * time.Minute)
			_, err := s.ChangeLead(t.Context(), l.ID, func(before lead.Lead) (lead.Lead, []lead.Event, error) {
				after, events, err := before.Apply(lead.Mark{State: &reached}, lead.Actor{UserID: user.ID, At: now})
				for i := range events {
					events[i].ID, events[i].LeadID = storetest.NewID(), l.ID
				}
				return after, events, err
			})
			if err != nil {
				t.Errorf("ChangeLead: %v", err)
			}
		})
	}
	group.Wait()
	got, err := s.Lead(t.Context(), l.ID)
	if err != nil || got.State != lead.ReachedOut || got.Version != 2 {
		t.Errorf("lead = %v, version %d, %v; want one change", got.State, got.Version, err)
	}
	if n := queryText(t, s, `SELECT COUNT(*) FROM events WHERE kind = 'reached_out'`); n != "1" {
		t.Errorf("%s events tell of the change, want 1", n)
	}
}

func TestEraseLeavesATombstone(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	l, event, messages := storetest.LeadOf(t, 7, "verysecret@example.com", storetest.Epoch)
	if _, _, err := s.AddLead(t.Context(), l, event, messages, &lead.Key{Value: "k", Fingerprint: "f", Now: storetest.Epoch}); err != nil {
		t.Fatal(err)
	}
	erased := lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Erased, At: storetest.Epoch}
	if _, err := s.EraseLead(t.Context(), l.ID, func(lead.Lead) error { return nil }, erased); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lead(t.Context(), l.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the lead is still there: %v", err)
	}
	keys, err := s.UnfinishedErasures(t.Context())
	if err != nil || keys[l.ID] != l.Resume.Key {
		t.Errorf("unfinished = %v, %v; want the resume's key", keys, err)
	}
	if err := s.FinishErasure(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.UnfinishedErasures(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("unfinished = %v, %v; want none", keys, err)
	}
	for table, want := range map[string]string{"tombstones": "1", "events": "2", "messages": "0", "idempotency_keys": "0"} {
		if n := queryText(t, s, `SELECT COUNT(*) FROM `+table); n != want {
			t.Errorf("%s rows in %s, want %s", n, table, want)
		}
	}
	assertNoText(t, s.Path(), "verysecret")
}

// Somebody who reads while a lead is erased holds the scrubbing up, and no longer.
func TestErasedTextLeavesTheLog(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	l, event, messages := storetest.LeadOf(t, 7, "verysecret@example.com", storetest.Epoch)
	if _, _, err := s.AddLead(t.Context(), l, event, messages, nil); err != nil {
		t.Fatal(err)
	}
	done := holdReader(t, s.Path())
	erased := lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Erased, At: storetest.Epoch}
	if _, err := s.EraseLead(t.Context(), l.ID, func(lead.Lead) error { return nil }, erased); err != nil {
		t.Fatal(err)
	}
	done()
	storetest.Add(t, s, 8)
	if err := s.ScrubAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	assertNoText(t, s.Path(), "verysecret")
}

func TestViewsAreRecordedOnceInTenMinutes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testViewsAreRecordedOnceInTenMinutes)
}

func testViewsAreRecordedOnceInTenMinutes(t *testing.T, s *store.Store) {
	l := storetest.Add(t, s, 1)
	view := func(user string, minute int) {
		now := storetest.Epoch.Add(time.Duration(minute) * time.Minute)
		event := lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.ResumeViewed, At: now, Actor: user}
		if err := s.RecordView(t.Context(), event, now.Add(-10*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	view("ana", 0)
	view("ana", 9)
	view("raj", 9)
	view("ana", 11)
	if n := queryText(t, s, `SELECT COUNT(*) FROM events WHERE kind = 'resume_viewed'`); n != "3" {
		t.Errorf("%s views, want 3", n)
	}
}
