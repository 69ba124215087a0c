package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/lead"
)

// The bounds of a group commit.
const (
	// writeWait bounds one write: waiting for its turn, for another process's lock
	// and for the disk.
	writeWait = 12 * time.Second
	// mostInGroup is how many writes share a commit at most.
	mostInGroup = 256
	// mostWaiting is how many writes may wait for their turn. Beyond it a client is
	// better told to come again than kept.
	mostWaiting = 1024
	// mostSubmissions is how many may wait when another submission comes: strangers
	// can't take the places of staff and of the outbox.
	mostSubmissions = 768
)

var errBusy = errors.New("too many writes are waiting")

// write is one function over a transaction that somebody waits for.
type write struct {
	do   func(ctx context.Context, t tx) error
	by   audit.Actor
	err  error
	done chan struct{} // closed once err is final
}

// group is the writes that wait. Whatever waits when a commit ends shares the
// next one, so that one sync pays for all of them; a lone write waits for nothing.
type group struct {
	mu      sync.Mutex
	waiting []*write
	busy    bool // somebody is committing and will look again

	writes, commits atomic.Int64
}

// join adds a write while fewer than most wait, and tells whether the caller has to begin committing.
func (g *group) join(w *write, most int) (begin bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) >= most {
		return false, errBusy
	}
	g.waiting = append(g.waiting, w)
	begin = !g.busy
	g.busy = true
	return begin, nil
}

// leave takes a write back, unless it has begun.
func (g *group) leave(w *write) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, w)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	return i >= 0
}

// next gives the writes of the next commit, oldest first. When there are none,
// committing ends.
func (g *group) next() []*write {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), mostInGroup)
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	g.busy = n > 0
	return batch
}

// update runs f in a write transaction. It begins by taking the write lock, so
// that what f reads is still true when it commits, and returns once what f wrote
// is on disk. Others' functions may run in the same transaction, before and after
// f, each under a savepoint of its own: f fails alone. A failed sync closes the
// latch, and from then on nothing is written any more.
func (s *Store) update(ctx context.Context, f func(ctx context.Context, t tx) error) error {
	return s.updateOf(ctx, mostWaiting, f)
}

// updateOf is update for those who may wait only while fewer than most do.
func (s *Store) updateOf(ctx context.Context, most int, f func(ctx context.Context, t tx) error) error {
	if err := errors.Join(s.latch.Err(), s.translate(ctx.Err())); err != nil {
		return err
	}
	w := &write{do: f, by: audit.ActorOf(ctx), done: make(chan struct{})}
	begin, err := s.group.join(w, most)
	if err != nil {
		return fault.Unstorable(err)
	}
	if begin {
		go s.commitWaiting() //nolint:gosec // it works for others too, and outlives this request
	}
	ctx, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	select {
	case <-w.done:
	case <-ctx.Done():
		if s.group.leave(w) {
			return s.translate(ctx.Err())
		}
		<-w.done // once it has begun it is seen through
	}
	return w.err
}

// commitWaiting commits until nobody waits.
func (s *Store) commitWaiting() {
	for batch := s.group.next(); len(batch) > 0; batch = s.group.next() {
		err := s.commit(context.Background(), batch)
		for _, w := range batch {
			if err != nil && w.err == nil {
				w.err = err
			}
			close(w.done)
		}
	}
}

// commit runs a batch in one transaction. Its error is that of the whole batch;
// what went wrong with one write only is that write's. The context bounds nothing
// but the wait for a connection: what has begun is seen through.
func (s *Store) commit(ctx context.Context, batch []*write) (err error) {
	if err := s.latch.Err(); err != nil { // it may have closed while they waited
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	if err := s.writer.take(waiting, s.write); err != nil {
		return s.translate(err)
	}
	defer func() { s.writer.give(err) }()
	ready := s.beforeCommit(ctx)
	if _, err := s.writer.conn.ExecContext(ctx, s.dialect.begin); err != nil {
		s.rollback(ctx)
		return s.translate(errors.Join(err, <-ready))
	}
	done, err := s.runAll(ctx, batch)
	if err == nil && done > 0 {
		err = s.writeDerived(ctx)
	}
	if err = errors.Join(err, <-ready); err != nil || done == 0 {
		s.rollback(ctx)
		return s.translate(err)
	}
	if _, err := s.writer.ExecContext(ctx, "COMMIT"); err != nil {
		s.rollback(ctx)
		if !rolledBack(err) {
			err = errors.Join(err, lead.ErrUncertain)
		}
		return s.translate(err)
	}
	s.group.commits.Add(1)
	s.group.writes.Add(int64(done))
	if s.opts.AfterCommit != nil {
		s.opts.AfterCommit()
	}
	return nil
}

// beforeCommit does what has to be done before a commit, while the writes run.
func (s *Store) beforeCommit(ctx context.Context) <-chan error {
	ready := make(chan error, 1)
	if s.opts.BeforeCommit == nil {
		ready <- nil
		return ready
	}
	go func() { ready <- s.opts.BeforeCommit(ctx) }()
	return ready
}

// runAll runs each write of a batch and tells how many succeeded. An error means
// that the transaction is gone, and with it what the others wrote.
func (s *Store) runAll(ctx context.Context, batch []*write) (done int, err error) {
	s.derived = derived{}
	for _, w := range batch {
		if len(batch) == 1 {
			w.err = s.translate(attempt(ctx, &s.writer, w))
		} else if w.err, err = s.runOne(ctx, w); err != nil {
			return 0, err
		}
		if w.err == nil {
			done++
		}
	}
	return done, nil
}

// runOne runs a write under a savepoint. It returns what went wrong with the
// write, and what went wrong with the transaction.
func (s *Store) runOne(ctx context.Context, w *write) (failed, lost error) {
	if _, err := s.writer.ExecContext(ctx, "SAVEPOINT one"); err != nil {
		return nil, err
	}
	before := s.derived.mark()
	if failed = attempt(ctx, &s.writer, w); failed != nil {
		s.derived.backTo(before)
		// An engine that was out of room or memory has ended the transaction by
		// itself, and then there is nothing to go back to.
		if _, err := s.writer.ExecContext(ctx, "ROLLBACK TO SAVEPOINT one"); err != nil {
			return nil, errors.Join(failed, err)
		}
	}
	_, lost = s.writer.ExecContext(ctx, "RELEASE SAVEPOINT one")
	return s.translate(failed), lost
}

// attempt runs a write, in the name of whoever asked for it. A panic is the failure of
// this one write: those who share its commit have no part in it.
func attempt(ctx context.Context, t tx, w *write) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return w.do(audit.As(ctx, w.by), t)
}

// Commits tells how many writes were kept since the start, in how many commits.
func (s *Store) Commits() (writes, commits int64) {
	return s.group.writes.Load(), s.group.commits.Load()
}
