package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

func noCheck(int, int) error { return nil }

// keyTold makes the message that tells a user of a new key.
func keyTold(t testing.TB, u staff.User) mail.Message {
	t.Helper()
	m := storetest.Told(t, u)
	m.Kind = mail.APIKeyAdded
	return m
}

// addKey keeps a key of a user, made some minutes after the epoch.
func addKey(t *testing.T, s *store.Store, u staff.User, minute int, expires time.Time) auth.APIKey {
	t.Helper()
	k := auth.APIKey{
		ID: storetest.NewID(), UserID: u.ID, Name: "Naïve importer", Scopes: "leads:read files:read", Digest: storetest.NewID(),
		CreatedAt: storetest.Epoch.Add(time.Duration(minute) * time.Minute), ExpiresAt: expires,
	}
	if err := s.AddAPIKey(t.Context(), k, keyTold(t, u), noCheck); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAPIKeys)
}

func testAPIKeys(t *testing.T, s *store.Store) {
	u, other := storetest.User("ana@firm.example", staff.Admin), storetest.User("ben@firm.example", staff.Viewer)
	for _, u := range []staff.User{u, other} {
		if err := s.AddUser(t.Context(), u, false); err != nil {
			t.Fatal(err)
		}
	}
	first, second := addKey(t, s, u, 1, time.Time{}), addKey(t, s, u, 2, storetest.Epoch.Add(time.Hour))
	others := addKey(t, s, other, 3, time.Time{})
	list := func(owner string, want ...auth.APIKey) {
		t.Helper()
		if got, err := s.APIKeys(t.Context(), owner); err != nil || !slices.Equal(got, want) {
			t.Errorf("APIKeys = %+v, %v; want %+v", got, err, want)
		}
	}
	list(u.ID, second, first)
	list("", others, second, first)
	for _, minute := range []int{20, 10} { // an older use comes late and counts for nothing
		if err := s.SeeAPIKeys(t.Context(), map[string]time.Time{first.ID: storetest.Epoch.Add(time.Duration(minute) * time.Minute), "none": storetest.Epoch}); err != nil {
			t.Fatal(err)
		}
	}
	first.LastUsedAt = storetest.Epoch.Add(20 * time.Minute)
	if got, owner, err := s.APIKey(t.Context(), first.ID); err != nil || got != first || owner != u {
		t.Errorf("APIKey = %+v, %+v, %v", got, owner, err)
	}
	if _, _, err := s.APIKey(t.Context(), storetest.NewID()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such key: %v, want NotFound", err)
	}
	refused := errors.New("refused")
	if err := s.RemoveAPIKey(t.Context(), first.ID, func(k auth.APIKey) error {
		if k != first {
			t.Errorf("check is asked about %+v", k)
		}
		return refused
	}); !errors.Is(err, refused) {
		t.Errorf("a refused removal: %v", err)
	}
	list(u.ID, second, first)
	for _, want := range []error{nil, fault.New(fault.NotFound, "not_found", "")} {
		err := s.RemoveAPIKey(t.Context(), first.ID, func(auth.APIKey) error { return nil })
		if fault.KindOf(err) != fault.KindOf(want) {
			t.Errorf("RemoveAPIKey: %v, want %v", err, want)
		}
	}
	tidy := func(at time.Time) {
		t.Helper()
		if err := s.Tidy(t.Context(), at, at); err != nil {
			t.Fatal(err)
		}
	}
	tidy(second.ExpiresAt.Add(auth.ExpiredKeysLife - time.Microsecond))
	list("", others, second)
	tidy(second.ExpiresAt.Add(auth.ExpiredKeysLife))
	list("", others)
}

// However many are made at once, a user gets no more than the check allows.
func TestAPIKeysAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAPIKeysAtOnce)
}

func testAPIKeysAtOnce(t *testing.T, s *store.Store) {
	u := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), u, false); err != nil {
		t.Fatal(err)
	}
	full := errors.New("full")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			k := auth.APIKey{ID: storetest.NewID(), UserID: u.ID, Name: "x", Scopes: "admin", Digest: "d", CreatedAt: storetest.Epoch}
			err := s.AddAPIKey(t.Context(), k, keyTold(t, u), func(owned, _ int) error {
				if owned >= 3 {
					return full
				}
				return nil
			})
			if err != nil && !errors.Is(err, full) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if keys, err := s.APIKeys(t.Context(), u.ID); err != nil || len(keys) != 3 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}
