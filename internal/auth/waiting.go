package auth

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
)

// waiting is what the store doesn't know yet. On a full disk people must still be
// able to sign in, to read and to sign out, and no request waits for it to be
// written down that it came.
type waiting struct {
	mu      sync.Mutex
	unsaved map[string]unsaved   // by session
	ended   map[string]end       // by session
	seen    map[string]time.Time // when a session was used

	users notes // when a user was there
	keys  notes // when an API key was used
}

// notes are when something was last seen, by its id.
type notes struct {
	mu  sync.Mutex
	all map[string]time.Time
}

func (n *notes) note(id string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all == nil {
		n.all = map[string]time.Time{}
	}
	n.all[id] = now
}

// take gives them, and forgets them.
func (n *notes) take() map[string]time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := n.all
	n.all = nil
	return all
}

// unsaved is a session that waits in memory, with the digest of what stands for it.
type unsaved struct {
	session Session
	digest  string
	expires time.Time
	by      audit.Actor
}

// end is when a session ended. It is kept when it is stored too: a request may have
// read the row right before.
type end struct {
	at     time.Time
	why    audit.Action
	by     audit.Actor
	stored bool
}

const mostUnsaved = 1000

func newWaiting() waiting {
	return waiting{unsaved: map[string]unsaved{}, ended: map[string]end{}, seen: map[string]time.Time{}}
}

// hold keeps a session, unless too many wait already.
func (w *waiting) hold(u unsaved) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.unsaved) >= mostUnsaved {
		return false
	}
	w.unsaved[u.session.ID] = u
	return true
}

func (w *waiting) drop(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.unsaved, id)
}

// take gives the session that waits under an id, if any, and lets go of it.
func (w *waiting) take(id string) (unsaved, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.unsaved[id]
	delete(w.unsaved, id)
	return u, ok
}

func (w *waiting) byID(id string) (Session, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.unsaved[id]
	return u.session, ok
}

// byDigest gives the session that waits and that a digest stands for.
func (w *waiting) byDigest(digest string) (Session, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.unsaved {
		if u.digest == digest {
			return u.session, true
		}
	}
	return Session{}, false
}

func (w *waiting) has(digest string) bool {
	_, ok := w.byDigest(digest)
	return ok
}

// of gives the sessions of a user that wait.
func (w *waiting) of(user string) (all []Session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.unsaved {
		if u.session.UserID == user {
			all = append(all, u.session)
		}
	}
	return all
}

// recall adds to a session what is known here of its end and its use.
func (w *waiting) recall(s Session) Session {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, over := w.ended[s.ID]; over && s.EndedAt.IsZero() {
		s.EndedAt = e.at
	}
	if seen := w.seen[s.ID]; seen.After(s.SeenAt) {
		s.SeenAt = seen
	}
	return s
}

func (w *waiting) see(id string, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[id] = now
}

func (w *waiting) end(id string, e end) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended[id] = e
}

// copies gives what has to be stored.
func (w *waiting) copies() (sessions []unsaved, ends map[string]end, seen map[string]time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ends = map[string]end{}
	for id, e := range w.ended {
		if !e.stored {
			ends[id] = e
		}
	}
	return slices.Collect(maps.Values(w.unsaved)), ends, maps.Clone(w.seen)
}

func (w *waiting) forgetSeen(stored map[string]time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range stored {
		delete(w.seen, id)
	}
}

// keep stores a session, or holds it in memory until the store takes it.
func (s *Service) keep(ctx context.Context, session Session, digest string, expires time.Time) error {
	u := unsaved{session, digest, expires, audit.ActorOf(ctx)}
	err := s.store.AddSession(context.WithoutCancel(ctx), u.session, u.digest, u.expires)
	if fault.KindOf(err) != fault.Unavailable || !s.waiting.hold(u) {
		return err
	}
	s.log.Warn("a session waits in memory because it can't be stored", "session", u.session.ID, "error", err)
	return nil
}

// end ends a session, from memory when its end can't be stored now.
func (s *Service) end(ctx context.Context, id string, why audit.Action) error {
	s.flushing.Lock() // else a flush could store it after its end
	defer s.flushing.Unlock()
	over := end{at: s.now(), why: why, by: audit.ActorOf(ctx)}
	err := s.store.EndSession(context.WithoutCancel(ctx), id, why, over.at)
	if fault.KindOf(err) == fault.Unavailable {
		s.waiting.end(id, over)
		s.log.Warn("the end of a session waits in memory because it can't be stored", "session", id, "error", err)
		err = nil
	}
	if err != nil {
		return err
	}
	s.ended()
	if held, ok := s.waiting.take(id); ok {
		s.tellOf(held, over)
	}
	return nil
}

// tellOf tells the audit of a session that has come and gone in memory.
func (s *Service) tellOf(held unsaved, over end) {
	session := held.session
	s.audit.Wait(audit.Entry{
		ID: s.newID(), At: session.CreatedAt, Actor: held.by, Action: audit.SessionBegan, Target: session.UserID, Data: audit.Data{Facts: session.Facts()},
	})
	s.audit.Wait(audit.Entry{
		ID: s.newID(), At: over.at, Actor: over.by, Action: over.why, Target: session.UserID, Data: audit.Data{Facts: map[string]string{"session": session.ID}},
	})
}

// Flush tries to store what waits in memory. The caller repeats it.
func (s *Service) Flush(ctx context.Context) {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	sessions, ends, seen := s.waiting.copies()
	if s.flushSessions(ctx, sessions) && s.flushEnds(ctx, ends) && len(seen) > 0 {
		s.flushSeen(ctx, seen)
	}
	s.flushNotes(ctx, s.waiting.users.take(), s.watch.SeeUsers)
	s.flushNotes(ctx, s.waiting.keys.take(), s.keys.SeeAPIKeys)
	s.throttle.Flush(ctx, s.now())
}

// flushNotes stores who was there. What can't be stored is forgotten: whoever is still
// there is seen again.
func (s *Service) flushNotes(ctx context.Context, seen map[string]time.Time, store func(context.Context, map[string]time.Time) error) {
	if len(seen) == 0 {
		return
	}
	if err := store(ctx, seen); err != nil && fault.KindOf(err) != fault.Unavailable {
		s.log.Warn("when users or API keys were last seen could not be stored", "error", err)
	}
}

func (s *Service) flushSessions(ctx context.Context, sessions []unsaved) (done bool) {
	for _, u := range sessions {
		err := s.store.AddSession(audit.As(ctx, u.by), u.session, u.digest, u.expires)
		if fault.KindOf(err) == fault.Unavailable {
			return false
		}
		if err != nil { // a commit in doubt had stored it after all, or nothing ever will
			s.log.Warn("a session that waited in memory is dropped from there", "session", u.session.ID, "error", err)
		}
		s.waiting.drop(u.session.ID)
	}
	return true
}

func (s *Service) flushEnds(ctx context.Context, ends map[string]end) (done bool) {
	for id, e := range ends {
		err := s.store.EndSession(audit.As(ctx, e.by), id, e.why, e.at)
		if fault.KindOf(err) == fault.Unavailable {
			return false
		}
		if err != nil {
			s.log.Warn("the end of a session could not be stored", "session", id, "error", err)
			continue // here it stays ended
		}
		e.stored = true
		s.waiting.end(id, e)
	}
	return true
}

func (s *Service) flushSeen(ctx context.Context, seen map[string]time.Time) {
	err := s.browsers.See(ctx, seen)
	if fault.KindOf(err) == fault.Unavailable {
		return
	}
	if err != nil {
		s.log.Warn("when sessions were last seen could not be stored", "error", err)
	}
	s.waiting.forgetSeen(seen)
}
