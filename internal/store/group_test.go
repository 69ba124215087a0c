package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/search"
	"usher/internal/store"
	"usher/internal/storetest"
)

type exec = func(query string, args ...any) error

// held keeps the writer busy until release is called, so that what is written
// meanwhile has to wait, and shares the next commit.
func held(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.Update(context.WithoutCancel(t.Context()), func(context.Context, exec) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	return sync.OnceFunc(func() {
		close(end)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// many begins n writes, one after the other, and gives their errors once all have
// ended. write is told its number.
func many(t *testing.T, s *store.Store, n int, write func(i int, exec exec) error) (wait func() []error) {
	t.Helper()
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		queued := s.Waiting()
		group.Go(func() {
			errs[i] = s.Update(t.Context(), func(_ context.Context, exec exec) error { return write(i, exec) })
		})
		for s.Waiting() == queued { // the order of writing is that of asking
			runtime.Gosched()
		}
	}
	return func() []error {
		group.Wait()
		return errs
	}
}

const addSession = `INSERT INTO idempotency_keys (key, fingerprint, lead_id, created_at) VALUES ($1, '', $2, 0)`

// Writes that wait together share one commit; the one that fails, fails alone,
// whatever way it fails in.
func TestGroupSharesACommitNotAFailure(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testGroupSharesACommitNotAFailure)
}

func testGroupSharesACommitNotAFailure(t *testing.T, s *store.Store) {
	l := storetest.Add(t, s, 1)
	release := held(t, s)
	_, before := s.Commits()
	wait := many(t, s, 16, func(i int, exec exec) error {
		if err := exec(addSession, fmt.Sprint(i), l.ID); err != nil {
			return err
		}
		switch i {
		case 3: // a decision against it, after something was written
			return fault.New(fault.Conflict, "no", "No.")
		case 5: // refused by the engine
			return exec(addSession, "0", l.ID)
		case 7:
			panic("a mistake of ours")
		case 9: // no such statement
			return exec(`NONSENSE`)
		}
		return nil
	})
	release()
	for i, err := range wait() {
		failing := i == 3 || i == 5 || i == 7 || i == 9
		if (err != nil) != failing {
			t.Errorf("write %d: %v", i, err)
		}
		if kept := queryText(t, s, `SELECT COUNT(*) FROM idempotency_keys WHERE key = $1`, fmt.Sprint(i)); (kept == "0") != failing {
			t.Errorf("write %d was kept %s times", i, kept)
		}
		if i == 3 && fault.KindOf(err) != fault.Conflict || i == 7 && !strings.Contains(err.Error(), "a mistake of ours") {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if _, after := s.Commits(); after-before != 2 {
		t.Errorf("%d commits for the one that held the writer and 16 that waited together, want 2", after-before)
	}
}

// Who gives up while waiting has written nothing; who has begun is seen through.
func TestGivingUpWhileWaiting(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	l := storetest.Add(t, s, 1)
	release := held(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		left <- s.Update(ctx, func(_ context.Context, exec exec) error { return exec(addSession, "left", l.ID) })
	}()
	for s.Waiting() == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-left; fault.KindOf(err) != fault.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("the one who left: %v", err)
	}
	release()
	ctx, cancel = context.WithCancel(t.Context())
	if err := s.Update(ctx, func(_ context.Context, exec exec) error {
		cancel()
		return exec(addSession, "begun", l.ID)
	}); err != nil {
		t.Errorf("the one who had begun: %v", err)
	}
	if n := queryText(t, s, `SELECT COUNT(*) FROM idempotency_keys WHERE key = 'begun'`); n != "1" {
		t.Errorf("what had begun was kept %s times", n)
	}
	if n := queryText(t, s, `SELECT COUNT(*) FROM idempotency_keys WHERE key = 'left'`); n != "0" {
		t.Errorf("what was given up was kept %s times", n)
	}
}

// Beyond a bound nobody is kept waiting: 503, and what waited before is written.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	release := held(t, s)
	wait := many(t, s, store.MostWaiting, func(int, exec) error { return nil })
	if err := s.Update(t.Context(), func(context.Context, exec) error { return nil }); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one too many: %v, want Unavailable", err)
	}
	release()
	for i, err := range wait() {
		if err != nil {
			t.Errorf("write %d: %v", i, err)
		}
	}
}

// A lead that can't be kept leaves nothing in what is written for the whole group.
func TestFailedLeadInAGroup(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFailedLeadInAGroup)
}

func testFailedLeadInAGroup(t *testing.T, s *store.Store) {
	storetest.Add(t, s, 0)
	taken := firstEventOf(t, s)
	release := held(t, s)
	const n, failing = 8, 4
	var group sync.WaitGroup
	for i := 1; i <= n; i++ {
		l, event, messages := storetest.Lead(t, i)
		if i == failing {
			event.ID = taken // fails after the lead was written
		}
		queued := s.Waiting()
		group.Go(func() {
			if _, _, err := s.AddLead(t.Context(), l, event, messages, nil); (err != nil) != (i == failing) {
				t.Errorf("lead %d: %v", i, err)
			}
		})
		for s.Waiting() == queued {
			runtime.Gosched()
		}
	}
	release()
	group.Wait()
	counts, err := s.Counts(t.Context(), lead.Filter{})
	if err != nil || counts[lead.Pending] != n {
		t.Errorf("counted %v, %v; want %d", counts, err, n)
	}
	for i := range n + 1 {
		words := search.Query(fmt.Sprintf("prospect%d", i))
		found, err := s.Counts(t.Context(), lead.Filter{Words: &words})
		if err != nil || (found[lead.Pending] == 1) != (i != failing) {
			t.Errorf("lead %d is found %d times, %v", i, found[lead.Pending], err)
		}
	}
	if miscounted, err := s.Miscounted(t.Context()); err != nil || len(miscounted) > 0 {
		t.Errorf("%v, %v", miscounted, err)
	}
	if findings, err := s.Integrity(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("%v, %v", findings, err)
	}
}

func firstEventOf(t *testing.T, s *store.Store) string {
	t.Helper()
	return queryText(t, s, `SELECT MIN(id) FROM events`)
}
