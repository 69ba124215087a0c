package mail

import (
	"context"
	"sync"
	"time"
)

// shift is one Run or Once: what it claimed and what it has running.
type shift struct {
	*Dispatcher
	queue []claim         // claimed, not begun; owned by the loop
	tries context.Context // of running tries; ends some Grace after the loop
	stop  context.CancelFunc
	wg    sync.WaitGroup
}

// claim is a due message with the end of its lease.
type claim struct {
	Due
	until time.Time
}

func (d *Dispatcher) begin(ctx context.Context) *shift {
	s := &shift{Dispatcher: d}
	s.tries, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	return s
}

// round begins as many due messages as there is room for, and tells how many.
func (s *shift) round(ctx context.Context, due time.Time) (begun int, err error) {
	for ctx.Err() == nil {
		if s.host.paused(s.env.Now()) > 0 {
			s.release()
			return begun, nil
		}
		if len(s.queue) == 0 {
			if err := s.claim(ctx, due); err != nil || len(s.queue) == 0 {
				return begun, err
			}
		}
		c := s.queue[0]
		if c.until.Sub(s.env.Now()) < s.policy.TryLimit {
			s.release() // waited too long: its lease might end during the try
			continue
		}
		place, ok := s.host.enter()
		if !ok {
			return begun, nil
		}
		s.queue = s.queue[1:]
		begun++
		s.wg.Go(func() {
			defer place.leave()
			s.try(c, place)
		})
	}
	return begun, nil
}

// claim fills the queue, if there is room to begin anything.
func (s *shift) claim(ctx context.Context, due time.Time) error {
	limit := s.host.batch()
	if limit == 0 {
		return nil
	}
	// The lease counts from the present, not from due, which may be long past.
	until := s.env.Now().Add(s.policy.TryLimit + margin)
	batch, err := s.outbox.Claim(ctx, s.env.NewLease(), due, until, limit)
	for _, due := range batch {
		s.queue = append(s.queue, claim{due, until})
	}
	return err
}

// release gives back what is claimed and not begun. What can't be given back
// comes free when its lease ends.
func (s *shift) release() {
	ctx, cancel := s.storing()
	defer cancel()
	for _, c := range s.queue {
		s.giveBack(ctx, c)
	}
	s.queue = nil
}

func (s *shift) giveBack(ctx context.Context, c claim) {
	if err := s.outbox.Release(ctx, c.ID, c.Lease); err != nil {
		s.env.Log.Warn("message not released", "message", c.ID, "error", err)
	}
}

// storing is a context for what must be written even while stopping.
func (s *shift) storing() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(s.tries), storeLimit)
}

// next tells how long there is nothing to do.
func (s *shift) next(ctx context.Context) (time.Duration, error) {
	now := s.env.Now()
	if wait := s.host.paused(now); wait > 0 {
		return wait, nil
	}
	if len(s.queue) > 0 || s.host.batch() == 0 {
		return poll, nil // until a place is free
	}
	at, err := s.outbox.NextDue(ctx)
	if err != nil || at.IsZero() {
		return poll, err
	}
	return min(max(at.Sub(now), rest), poll), nil
}

// wait returns after so long, or as soon as there may be something to do.
func (s *shift) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-s.wake:
		pause(ctx, gather)
	case <-s.host.freed:
	}
}

// end releases what was not begun, and waits for what was: for Grace by itself,
// then cancelled.
func (s *shift) end() {
	s.release()
	timer := time.AfterFunc(s.policy.Grace, s.stop)
	s.wg.Wait()
	timer.Stop()
	s.stop()
}
