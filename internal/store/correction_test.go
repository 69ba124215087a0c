package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/search"
	"usher/internal/store"
	"usher/internal/storetest"
)

// correctTo is a decision that gives a lead another address.
func correctTo(t *testing.T, address string, at time.Time) func(lead.Lead, int) (lead.Lead, []lead.Event, mail.Message, error) {
	t.Helper()
	to, err := mail.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	return func(l lead.Lead, _ int) (lead.Lead, []lead.Event, mail.Message, error) {
		l.Email, l.EmailKey = to.Typed, to.Key()
		l.Version++
		id := storetest.NewID()
		return l, []lead.Event{{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.AddressCorrected, At: at}}, mail.Message{
			ID: id, LeadID: l.ID, Kind: mail.Confirmation, Recipient: to.Typed, RecipientKey: to.Key(), MessageID: "<" + id + "@firm.example>",
			State: mail.Queued, CreatedAt: at, NextAt: at,
		}, nil
	}
}

// confirmations are the states of a lead's messages to its prospect, by recipient.
func confirmations(t *testing.T, s *store.Store, id string) map[string]mail.State {
	t.Helper()
	messages, err := s.Messages(t.Context(), mail.Page{LeadID: id, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]mail.State{}
	for _, m := range messages {
		if m.Kind == mail.Confirmation {
			states[m.Recipient] = m.State
		}
	}
	return states
}

func TestCorrectAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testCorrectAddress)
}

func testCorrectAddress(t *testing.T, s *store.Store) {
	ctx := t.Context()
	before := storetest.Add(t, s, 1)
	other := storetest.Add(t, s, 2)
	at := before.CreatedAt.Add(time.Minute)
	after, err := s.CorrectAddress(ctx, before.ID, correctTo(t, "right@mended.example", at))
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := s.Lead(ctx, before.ID); err != nil || kept != after || kept.Email != "right@mended.example" || kept.Version != before.Version+1 {
		t.Errorf("kept %+v, %v", kept, err)
	}
	states := confirmations(t, s, before.ID)
	if states[before.Email] != mail.Suppressed || states["right@mended.example"] != mail.Queued {
		t.Errorf("messages: %v", states)
	}
	for text, want := range map[string]int{"right@mended.example": 1, before.Email: 0, "prospect2": 1} {
		words := search.Terms(text)
		found, err := s.Leads(ctx, lead.Page{Filter: lead.Filter{Words: &words}, Limit: 10})
		if err != nil || len(found) != want {
			t.Errorf("%q finds %d leads, %v; want %d", text, len(found), err, want)
		}
	}
	if state, err := s.Confirmation(ctx, after); err != nil || state != mail.Queued {
		t.Errorf("Confirmation = %v, %v", state, err)
	}
	// Back to the first address: the message that it had is sent after all.
	if _, err := s.CorrectAddress(ctx, before.ID, correctTo(t, before.Email, at.Add(time.Minute))); err != nil {
		t.Fatal(err)
	}
	states = confirmations(t, s, before.ID)
	if states[before.Email] != mail.Queued || states["right@mended.example"] != mail.Suppressed || len(states) != 2 {
		t.Errorf("messages after the way back: %v", states)
	}
	times := 0
	_, err = s.CorrectAddress(ctx, before.ID, func(l lead.Lead, n int) (lead.Lead, []lead.Event, mail.Message, error) {
		times = n
		return l, nil, mail.Message{}, nil
	})
	if err != nil || times != 2 {
		t.Errorf("corrected %d times, %v; want 2", times, err)
	}
	if untouched := confirmations(t, s, other.ID); untouched[other.Email] != mail.Queued {
		t.Errorf("another lead's messages: %v", untouched)
	}
}

// Going to and fro is no way around the cap of confirmations.
func TestCorrectAddressCounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		const victim = "victim@example.com"
		var leads []lead.Lead
		for n := range 2 * mail.ConfirmationsPerDay {
			l, event, messages := storetest.LeadOf(t, n+1, victim, storetest.Epoch.Add(time.Duration(n)*time.Second))
			kept, _, err := s.AddLead(ctx, l, event, messages, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.CorrectAddress(ctx, kept.ID, correctTo(t, fmt.Sprintf("away%d@example.com", n), kept.CreatedAt)); err != nil {
				t.Fatal(err)
			}
			leads = append(leads, kept)
		}
		queued := 0
		for _, l := range leads {
			if _, err := s.CorrectAddress(ctx, l.ID, correctTo(t, victim, l.CreatedAt.Add(time.Minute))); err != nil {
				t.Fatal(err)
			}
			if confirmations(t, s, l.ID)[victim] == mail.Queued {
				queued++
			}
		}
		if queued != mail.ConfirmationsPerDay {
			t.Errorf("%d confirmations wait for one address, %d may", queued, mail.ConfirmationsPerDay)
		}
	})
}

// What is being sent at this moment can't be held back; when it fails it isn't tried
// again. A refusal keeps nothing.
func TestCorrectAddressLate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		l := storetest.Add(t, s, 1)
		if due, err := s.Claim(ctx, "lease", l.CreatedAt, l.CreatedAt.Add(time.Minute), 10); err != nil || len(due) != 2 {
			t.Fatalf("claimed %d, %v", len(due), err)
		}
		refused := errors.New("refused")
		_, err := s.CorrectAddress(ctx, l.ID, func(l lead.Lead, _ int) (lead.Lead, []lead.Event, mail.Message, error) {
			return l, nil, mail.Message{}, refused
		})
		if !errors.Is(err, refused) {
			t.Errorf("a refusal came back as %v", err)
		}
		if _, err := s.CorrectAddress(ctx, l.ID, correctTo(t, "right@mended.example", l.CreatedAt)); err != nil {
			t.Fatal(err)
		}
		if states := confirmations(t, s, l.ID); states[l.Email] != mail.Queued || states["right@mended.example"] != mail.Queued {
			t.Errorf("messages: %v", states)
		}
		messages, err := s.Messages(ctx, mail.Page{LeadID: l.ID, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			if m.Recipient != "right@mended.example" {
				if err := s.Settle(ctx, m.ID, "lease", mail.Result{State: mail.Retrying, LastError: "451", NextAt: l.CreatedAt}); err != nil {
					t.Fatal(err)
				}
			}
		}
		due, err := s.Claim(ctx, "again", l.CreatedAt.Add(time.Minute), l.CreatedAt.Add(time.Hour), 10)
		if err != nil || len(due) != 2 { // the notification, and the note to the new address
			t.Errorf("claimed %d, %v", len(due), err)
		}
		for _, d := range due {
			if d.Recipient == l.Email {
				t.Errorf("a note goes to the address that was left: %+v", d.Message)
			}
		}
		if states := confirmations(t, s, l.ID); states[l.Email] != mail.Suppressed {
			t.Errorf("messages after a failed try: %v", states)
		}
		if _, err := s.CorrectAddress(ctx, storetest.NewID(), correctTo(t, "right@mended.example", l.CreatedAt)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a lead that isn't there: %v", err)
		}
	})
}
