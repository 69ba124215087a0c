package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

func claim(t testing.TB, s *store.Store, lease string, minute int) []mail.Due {
	t.Helper()
	now := storetest.Epoch.Add(time.Duration(minute) * time.Minute)
	due, err := s.Claim(t.Context(), lease, now, now.Add(10*time.Minute), 100)
	if err != nil {
		t.Fatalf("Claim: %v", err)
	}
	return due
}

func TestClaimGivesEachMessageOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testClaimGivesEachMessageOnce)
}

func testClaimGivesEachMessageOnce(t *testing.T, s *store.Store) {
	l := storetest.Add(t, s, 1)
	due := claim(t, s, "one", 1)
	if len(due) != 2 || due[0].Facts.Reference != l.Reference || due[0].Attempts != 1 {
		t.Fatalf("claimed %+v; want both messages of the lead, first try", due)
	}
	if again := claim(t, s, "two", 2); len(again) != 0 {
		t.Errorf("claimed %d messages that are leased", len(again))
	}
	if again := claim(t, s, "three", 12); len(again) != 2 {
		t.Errorf("claimed %d messages whose lease has lapsed, want 2", len(again))
	}
}

// The lease guard: who lost the lease changes nothing.
func TestOnlyTheLeaseHolderSettles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testOnlyTheLeaseHolderSettles)
}

func testOnlyTheLeaseHolderSettles(t *testing.T, s *store.Store) {
	storetest.Add(t, s, 1)
	id := claim(t, s, "old", 1)[0].ID
	claim(t, s, "new", 12)
	sent := mail.Result{State: mail.Sent, SentAt: storetest.Epoch}
	for name, call := range map[string]func(lease string) error{
		"HandOver": func(lease string) error { return s.HandOver(t.Context(), id, lease) },
		"Settle":   func(lease string) error { return s.Settle(t.Context(), id, lease, sent) },
		"Release":  func(lease string) error { return s.Release(t.Context(), id, lease) },
	} {
		if err := call("old"); !errors.Is(err, mail.ErrLeaseLost) {
			t.Errorf("%s with a lost lease: %v, want ErrLeaseLost", name, err)
		}
	}
	if err := s.Settle(t.Context(), id, "new", sent); err != nil {
		t.Errorf("Settle with the lease: %v", err)
	}
	if err := s.Settle(t.Context(), id, "new", sent); !errors.Is(err, mail.ErrLeaseLost) {
		t.Errorf("a second Settle: %v, want ErrLeaseLost", err)
	}
}

// The summary counts what isn't done, by the index of states alone: what was sent
// or captured costs it nothing.
func TestMessageSummary(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testMessageSummary)
}

func testMessageSummary(t *testing.T, s *store.Store) {
	var stories []lead.Story
	var want mail.Summary
	for n := range 60 { // two messages each, a second apart
		l, event, messages := storetest.Lead(t, n)
		state := mail.States()[n%len(mail.States())]
		for i := range messages {
			m := &messages[i]
			m.State, m.NextAt = state, time.Time{}
			if state == mail.Queued || state == mail.Retrying {
				m.NextAt = storetest.Epoch.Add(time.Hour)
				want.Waiting++
				if n <= 30 {
					want.Stuck++
				}
			}
			if state == mail.Dead {
				want.Dead++
			}
		}
		stories = append(stories, lead.Story{Lead: l, Events: []lead.Event{event}, Messages: messages})
	}
	if err := s.Load(t.Context(), stories); err != nil {
		t.Fatal(err)
	}
	for _, accounts := range []bool{true, false} {
		got, err := s.MessageSummary(t.Context(), storetest.Epoch.Add(30*time.Second), accounts)
		if err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	if s.Path() == "" {
		return
	}
	plan := planOf(t, s, store.SummaryQuery, storetest.Epoch.UnixMicro())
	if strings.Count(plan, "COVERING INDEX messages_state_newest (state=?") != 3 || strings.Count(plan, "messages") != 6 {
		t.Errorf("plan: %s", plan)
	}
}

func TestVoidLeasesCountsDoubtfulTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testVoidLeasesCountsDoubtfulTries)
}

func testVoidLeasesCountsDoubtfulTries(t *testing.T, s *store.Store) {
	l := storetest.Add(t, s, 1)
	due := claim(t, s, "dead process", 1)
	if err := s.HandOver(t.Context(), due[0].ID, "dead process"); err != nil {
		t.Fatal(err)
	}
	doubtful, err := s.VoidLeases(t.Context())
	if err != nil || doubtful != 1 {
		t.Errorf("VoidLeases = %d, %v; want 1 doubtful try", doubtful, err)
	}
	for _, d := range claim(t, s, "next process", 1) {
		want := 0
		if d.ID == due[0].ID {
			want = 1
		}
		if d.Doubtful != want {
			t.Errorf("message %s of lead %s has %d doubtful tries, want %d", d.Kind, l.ID, d.Doubtful, want)
		}
	}
}

func TestConfirmationsAreCapped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testConfirmationsAreCapped)
}

func testConfirmationsAreCapped(t *testing.T, s *store.Store) {
	states := func(n int, address string, hour int) (confirmation, notification mail.State) {
		l, event, messages := storetest.LeadOf(t, n, address, storetest.Epoch.Add(time.Duration(hour)*time.Hour))
		if _, _, err := s.AddLead(t.Context(), l, event, messages, nil); err != nil {
			t.Fatal(err)
		}
		kept, err := s.Messages(t.Context(), mail.Page{LeadID: l.ID, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range kept {
			if m.Kind == mail.Confirmation {
				confirmation = m.State
			} else {
				notification = m.State
			}
		}
		return confirmation, notification
	}
	for n, step := range []struct {
		address string
		hour    int
		want    mail.State
	}{
		{"maria@example.com", 0, mail.Queued},
		{"MARIA@example.com", 1, mail.Queued},
		{"maria@EXAMPLE.com", 2, mail.Queued},
		{"maria@example.com", 3, mail.Suppressed},
		{"other@example.com", 3, mail.Queued},
		{"maria@example.com", 23, mail.Suppressed},
		{"maria@example.com", 24, mail.Queued}, // the first is a day old now
		{"maria@example.com", 24, mail.Suppressed},
	} {
		confirmation, notification := states(n, step.address, step.hour)
		if confirmation != step.want || notification != mail.Queued {
			t.Errorf("step %d: confirmation %s, notification %s; want %s, queued", n, confirmation, notification, step.want)
		}
	}
}

func TestErasedLeadTakesItsMessagesAlong(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testErasedLeadTakesItsMessagesAlong)
}

func testErasedLeadTakesItsMessagesAlong(t *testing.T, s *store.Store) {
	l := storetest.Add(t, s, 1)
	id := claim(t, s, "sending", 1)[0].ID
	erased := lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Erased, At: storetest.Epoch}
	if _, err := s.EraseLead(t.Context(), l.ID, func(lead.Lead) error { return nil }, erased); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context(), id, "sending", mail.Result{State: mail.Sent}); !errors.Is(err, mail.ErrLeaseLost) {
		t.Errorf("settling an erased message: %v, want ErrLeaseLost", err)
	}
}

// Leads that came in before there was anybody to tell are told of once the first
// admin is made.
func TestFirstAdminIsToldOfEarlierLeads(t *testing.T) {
	t.Parallel()
	told := ""
	s := storetest.OpenAt(t, t.TempDir()+"/usher.db", store.Options{Enlist: func(l lead.Lead, email string) ([]mail.Message, error) {
		told = email
		address, err := mail.ParseAddress(email)
		return lead.Notifications(l, storetest.NewID, lead.Firm{Attorneys: []mail.Address{address}}), err
	}})
	l, event, messages := storetest.Lead(t, 1)
	if _, _, err := s.AddLead(t.Context(), l, event, messages[:1], nil); err != nil { // the confirmation alone
		t.Fatal(err)
	}
	if err := s.AddUser(t.Context(), storetest.User("ana@firm.example", staff.Admin), true); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Messages(t.Context(), mail.Page{LeadID: l.ID, Limit: 10})
	if err != nil || len(kept) != 2 || told != "ana@firm.example" {
		t.Errorf("messages %v, %v, told %q; want a notification to the admin", kept, err, told)
	}
}

// Whatever dispatchers do in whatever order, no two of them hold a message, and
// one that is sent is never given out again.
func TestClaimsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := storetest.OpenAt(t, fmt.Sprintf("%s/%s.db", t.TempDir(), storetest.NewID()), store.Options{})
		defer func() { _ = s.Close() }()
		for n := range 3 {
			storetest.Add(t, s, n)
		}
		held := map[string]string{} // message by lease
		until := map[string]time.Time{}
		sent := map[string]bool{}
		now := storetest.Epoch.Add(time.Minute)
		rt.Repeat(map[string]func(*rapid.T){
			"claim": func(rt *rapid.T) {
				lease := storetest.NewID()
				due, err := s.Claim(t.Context(), lease, now, now.Add(5*time.Minute), rapid.IntRange(1, 4).Draw(rt, "limit"))
				if err != nil {
					rt.Fatal(err)
				}
				for _, d := range due {
					if sent[d.ID] {
						rt.Fatalf("a sent message was given out")
					}
					if held[d.ID] != "" && until[d.ID].After(now) {
						rt.Fatalf("a leased message was given out")
					}
					held[d.ID], until[d.ID] = lease, now.Add(5*time.Minute)
				}
			},
			"settle": func(rt *rapid.T) {
				for id, lease := range held {
					if err := s.Settle(t.Context(), id, lease, mail.Result{State: mail.Sent, SentAt: now}); err != nil {
						rt.Fatalf("the holder could not settle: %v", err)
					}
					sent[id] = true
					delete(held, id)
					return
				}
			},
			"retry later": func(rt *rapid.T) {
				for id, lease := range held {
					if err := s.Settle(t.Context(), id, lease, mail.Result{State: mail.Retrying, NextAt: now.Add(time.Minute)}); err != nil {
						rt.Fatalf("the holder could not settle: %v", err)
					}
					delete(held, id)
					return
				}
			},
			"time passes": func(rt *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 400).Draw(rt, "seconds")) * time.Second)
			},
		})
	})
}
