package store_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

func TestTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testTries)
}

func testTries(t *testing.T, s *store.Store) {
	at := func(minute int) time.Time { return storetest.Epoch.Add(time.Duration(minute) * time.Minute) }
	first := auth.Tries{Times: 1, Since: at(0), Latest: at(0), LapsesAt: at(15)}
	more := auth.Tries{Times: 12, Since: at(1), Latest: at(9), LapsesAt: at(24)}
	change := func(want, to map[string]auth.Tries) {
		t.Helper()
		err := s.ChangeTries(t.Context(), []string{"a", "b"}, func(known map[string]auth.Tries) map[string]auth.Tries {
			if diff := cmp.Diff(want, known); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
			return to
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	none := map[string]auth.Tries{}
	change(none, nil)
	change(none, map[string]auth.Tries{"a": first, "other": more})
	change(map[string]auth.Tries{"a": first}, map[string]auth.Tries{"a": more, "b": first})
	change(map[string]auth.Tries{"a": more, "b": first}, map[string]auth.Tries{"a": {}, "never": {}})
	known, err := s.Tries(t.Context(), []string{"a", "b", "other"})
	if diff := cmp.Diff(map[string]auth.Tries{"b": first, "other": more}, known); diff != "" || err != nil {
		t.Errorf("Tries: %v (-want +got):\n%s", err, diff)
	}
}

func TestTidyTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testTidyTries)
}

func testTidyTries(t *testing.T, s *store.Store) {
	at := func(minute int) time.Time { return storetest.Epoch.Add(time.Duration(minute) * time.Minute) }
	changed, keys := map[string]auth.Tries{}, []string{}
	for i := range 10 {
		keys = append(keys, fmt.Sprint("key", i))
		changed[keys[i]] = auth.Tries{Times: 1, Since: at(0), Latest: at(0), LapsesAt: at(10 + i)}
	}
	if err := s.ChangeTries(t.Context(), nil, func(map[string]auth.Tries) map[string]auth.Tries { return changed }); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		minute, most, left, commits int
	}{{9, 10, 10, 0}, {12, 10, 7, 1}, {12, 7, 7, 0}, {12, 4, 4, 1}, {100, 4, 0, 1}, {200, 0, 0, 0}} {
		before, _ := s.Commits()
		if err := s.TidyTries(t.Context(), at(c.minute), c.most); err != nil {
			t.Fatal(err)
		}
		left, err := s.Tries(t.Context(), keys[10-c.left:])
		if err != nil || len(left) != c.left {
			t.Errorf("after %d minutes: %d are left, want %d: %v", c.minute, len(left), c.left, err)
		}
		if all := queryText(t, s, `SELECT CAST(COUNT(*) AS TEXT) FROM tries`); all != fmt.Sprint(c.left) {
			t.Errorf("after %d minutes: %s are left, want %d", c.minute, all, c.left)
		}
		if after, _ := s.Commits(); after-before != int64(c.commits) {
			t.Errorf("after %d minutes: %d commits, want %d", c.minute, after-before, c.commits)
		}
	}
}

// replicas are the throttles of two servers over one database.
func replicas(t *testing.T, s *store.Store) [2]*auth.Throttle {
	t.Helper()
	var both [2]*auth.Throttle
	for i, at := range []*store.Store{s, storetest.Again(t, s)} {
		both[i] = auth.NewThrottle(at, make([]byte, 32), slog.New(slog.DiscardHandler))
	}
	return both
}

var here = netip.MustParseAddr("192.0.2.1")

// Failures at two replicas at once are all counted, each once.
func TestReplicasCountExactly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testReplicasCountExactly)
}

func testReplicasCountExactly(t *testing.T, s *store.Store) {
	const each = 40
	var group sync.WaitGroup
	for _, throttle := range replicas(t, s) {
		for range each {
			group.Go(func() {
				throttle.Fail(t.Context(), throttle.Stranger(auth.SignIns, "ann", here), storetest.Epoch)
			})
		}
	}
	group.Wait()
	for _, of := range []string{"MIN", "MAX"} { // of the pair and of the network
		if n := queryText(t, s, `SELECT CAST(`+of+`(times) AS TEXT) FROM tries`); n != fmt.Sprint(2*each) {
			t.Errorf("%s: %s failures are counted, want %d", of, n, 2*each)
		}
	}
}

// Of what is asked for at two replicas at once exactly as much is allowed as the quota
// has, whoever asks first.
func TestReplicasShareAQuota(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testReplicasShareAQuota)
}

func testReplicasShareAQuota(t *testing.T, s *store.Store) {
	both := replicas(t, s)
	ask := func(name func(i int) string, now time.Time) int64 {
		var allowed atomic.Int64
		var group sync.WaitGroup
		for _, throttle := range both {
			for i := range 20 {
				group.Go(func() {
					ok, err := throttle.Allow(t.Context(), auth.PasswordResets, name(i), here, now)
					if err != nil {
						t.Error(err)
					}
					if ok {
						allowed.Add(1)
					}
				})
			}
		}
		group.Wait()
		return allowed.Load()
	}
	ann := func(int) string { return "ann" }
	others := func(i int) string { return fmt.Sprint("name", i) }
	for _, c := range []struct {
		what string
		name func(i int) string
		now  time.Time
		want int64
	}{
		{"one name", ann, storetest.Epoch, 3},
		{"the network's rest", others, storetest.Epoch, 17},
		{"nothing is left", others, storetest.Epoch.Add(time.Hour - time.Microsecond), 0},
		{"the next hour", ann, storetest.Epoch.Add(time.Hour), 3},
	} {
		if got := ask(c.name, c.now); got != c.want {
			t.Errorf("%s: %d are allowed, want %d", c.what, got, c.want)
		}
	}
}

// Of a hundred guesses at once, at two servers with two slots each, three more are
// looked at than one server with one slot would: what is in a slot can't be taken back.
func TestGuessesAtReplicas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testGuessesAtReplicas)
}

func testGuessesAtReplicas(t *testing.T, s *store.Store) {
	const slots = 2
	user := storetest.User("ann@firm.example", staff.Admin)
	user.PasswordHash = "" // costs as much, and nobody can guess it
	if err := s.AddUser(t.Context(), user, true); err != nil {
		t.Fatal(err)
	}
	var looked, refused atomic.Int64
	var group sync.WaitGroup
	for _, throttle := range replicas(t, s) {
		service := serviceOver(s, throttle, slots)
		for range 50 {
			group.Go(func() {
				_, err := service.SignIn(t.Context(), user.Email, "a wrong guess", auth.Place{Addr: here})
				switch {
				case errors.Is(err, auth.ErrGrant):
					looked.Add(1)
				case fault.KindOf(err) == fault.Throttled:
					refused.Add(1)
				default:
					t.Errorf("SignIn: %v", err)
				}
			})
		}
	}
	group.Wait()
	if n := looked.Load(); n < 10 || n > 10+2*slots-1 {
		t.Errorf("%d guesses were looked at", n)
	}
	if n := queryText(t, s, `SELECT CAST(MAX(times) AS TEXT) FROM tries`); n != fmt.Sprint(looked.Load()) {
		t.Errorf("%s failures are counted of %d", n, looked.Load())
	}
}

// serviceOver signs people in, with so many passwords hashed at once.
func serviceOver(s *store.Store, throttle *auth.Throttle, slots int) *auth.Service {
	log := slog.New(slog.DiscardHandler)
	return auth.NewService(auth.Config{
		Audit: &audit.Book{Store: s, Now: storetest.Now, NewID: storetest.NewID, Log: log},
		Store: s, Browsers: s, Watch: s, Keys: s, Ended: func() {}, Passwords: auth.NewPasswords(slots), Throttle: throttle, Secret: make([]byte, 32),
		Issuer: "http://usher.example", Now: storetest.Now, NewID: storetest.NewID, Log: log,
	})
}

// A name that no database could hold is nobody's, like any other.
func TestNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testNamesThatAreNoText)
}

func testNamesThatAreNoText(t *testing.T, s *store.Store) {
	service := serviceOver(s, replicas(t, s)[0], 1)
	for _, name := range []string{"", "\x00", "ann@firm.example\x00", "\xff\xfe", "ann@firm.example\xff", "\n"} {
		if _, err := service.SignIn(t.Context(), name, "\x00\xff", auth.Place{Addr: here}); !errors.Is(err, auth.ErrGrant) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
