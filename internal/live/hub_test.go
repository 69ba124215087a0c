package live_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"usher/internal/fault"
	"usher/internal/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// table is a table of events.
type table struct {
	mu     sync.Mutex
	newest int64
	broken error
	reads  func() // is called as it is read; nil for nothing
}

func (s *table) commit(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest += n
}

func (s *table) NewestChange(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest, s.broken
}

func (s *table) Changes(_ context.Context, after int64, limit int) (all []live.Change, err error) {
	if s.reads != nil {
		s.reads()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for seq := after + 1; seq <= s.newest && len(all) < limit; seq++ {
		all = append(all, live.Change{Seq: seq})
	}
	return all, s.broken
}

func run(t *testing.T, s *table) *live.Hub {
	t.Helper()
	hub := live.NewHub(s, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = hub.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return hub
}

func listen(t *testing.T, hub *live.Hub) *live.Listener {
	t.Helper()
	l, err := hub.Listen(t.Context(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// Everybody is told of everything behind where they began, in order.
func TestHubTells(t *testing.T) {
	t.Parallel()
	s := &table{newest: 7}
	hub := run(t, s)
	first := listen(t, hub)
	if first.From != 7 {
		t.Errorf("begins at %d", first.From)
	}
	s.commit(3 * live.PageSize)
	hub.Wake()
	for want := first.From + 1; want <= 7+3*live.PageSize; {
		for _, c := range <-first.Changes {
			if c.Seq != want {
				t.Fatalf("told of %d, want %d", c.Seq, want)
			}
			want++
		}
	}
	if second := listen(t, hub); second.From != 7+3*live.PageSize {
		t.Errorf("who comes later begins at %d", second.From)
	}
}

// Whoever doesn't listen is let go; the others don't wait for it.
func TestHubDropsTheSlow(t *testing.T) {
	t.Parallel()
	s := &table{}
	hub := run(t, s)
	slow, quick := listen(t, hub), listen(t, hub)
	for range 100 {
		s.commit(1)
		hub.Wake()
		if changes, open := <-quick.Changes; !open || len(changes) == 0 {
			t.Fatal("the quick one was let go")
		}
	}
	pages := 0
	for range slow.Changes { // it ends
		pages++
	}
	if pages == 0 || pages >= 100 {
		t.Errorf("the slow one had %d pages", pages)
	}
}

// Whoever goes through leads quickly makes nobody fall behind: of each lead the latest
// is told, and not all that was.
func TestHubGathersAnnouncements(t *testing.T) {
	t.Parallel()
	hub := run(t, &table{})
	l := listen(t, hub)
	const times = 10_000
	for n := range times {
		hub.Announce(live.Change{Kind: live.Presence, LeadID: "a", UserIDs: []string{strconv.Itoa(n)}})
		hub.Announce(live.Change{Kind: live.Presence, LeadID: "b", UserIDs: []string{strconv.Itoa(n)}})
	}
	latest := map[string]string{}
	for latest["a"] != strconv.Itoa(times-1) || latest["b"] != strconv.Itoa(times-1) {
		page, open := <-l.Changes
		if !open {
			t.Fatal("it was let go")
		}
		for _, c := range page {
			latest[c.LeadID] = c.UserIDs[0]
		}
	}
}

// What is announced of several users, and that sessions have ended, is told of each.
func TestHubAnnouncesEachSubject(t *testing.T) {
	t.Parallel()
	hub := run(t, &table{})
	l := listen(t, hub)
	want := map[string]bool{"user a": true, "user b": true, "sign_out ": true}
	hub.Announce(live.Change{Kind: live.User, UserIDs: []string{"a"}})
	hub.Announce(live.Change{Kind: live.User, UserIDs: []string{"b"}})
	hub.Announce(live.Change{Kind: live.SignOut})
	for len(want) > 0 {
		page, open := <-l.Changes
		if !open {
			t.Fatal("it was let go")
		}
		for _, c := range page {
			delete(want, c.Kind+" "+strings.Join(c.UserIDs, " "))
		}
	}
}

// A table that doesn't answer keeps nobody from announcing.
func TestHubAnnouncesWhileItReads(t *testing.T) {
	t.Parallel()
	reading, answer := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s := &table{reads: func() { once.Do(func() { close(reading) }); <-answer }}
	hub := run(t, s)
	l := listen(t, hub)
	<-reading
	hub.Announce(live.Change{Kind: live.Presence, LeadID: "a"})
	close(answer)
	if page := <-l.Changes; len(page) != 1 || page[0].LeadID != "a" {
		t.Errorf("told %v", page)
	}
}

// What couldn't be read is told later.
func TestHubGoesOn(t *testing.T) {
	t.Parallel()
	s := &table{}
	hub := run(t, s)
	l := listen(t, hub)
	s.mu.Lock()
	s.newest, s.broken = 1, errors.New("the disk is away")
	s.mu.Unlock()
	hub.Wake()
	if _, err := hub.Listen(t.Context(), "ana"); err != nil { // with others there nothing has to be read
		t.Error(err)
	}
	s.mu.Lock()
	s.broken = nil
	s.mu.Unlock()
	if changes := <-l.Changes; len(changes) != 1 { // by the poll, or by the wake if that came later
		t.Errorf("%v", changes)
	}
}

func TestHubStops(t *testing.T) {
	t.Parallel()
	hub := run(t, &table{})
	l := listen(t, hub)
	hub.Stop()
	if _, open := <-l.Changes; open {
		t.Error("told after the stop")
	}
	if _, err := hub.Listen(t.Context(), "ana"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("listen after the stop: %v", err)
	}
	l.Close() // once more is fine
}

// When as many listen as can, whoever listens most often makes room for the others, and
// nobody makes room for themselves.
func TestHubIsFair(t *testing.T) {
	t.Parallel()
	hub := run(t, &table{})
	all := make([]*live.Listener, live.Most)
	for i := range all {
		all[i] = listen(t, hub)
	}
	if _, err := hub.Listen(t.Context(), "ana"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one more of hers: %v", err)
	}
	for i := range live.Most / 2 {
		l, err := hub.Listen(t.Context(), "ben")
		if err != nil {
			t.Fatalf("his number %d: %v", i+1, err)
		}
		defer l.Close()
		if _, open := <-all[i].Changes; open {
			t.Fatalf("her number %d was told something", i+1)
		}
	}
	if _, err := hub.Listen(t.Context(), "ben"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("more than hers: %v", err)
	}
	for i, l := range all[live.Most/2:] {
		select {
		case <-l.Changes:
			t.Errorf("her number %d had to go", live.Most/2+i+1)
		default:
		}
	}
}
