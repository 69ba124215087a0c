package disk

import "sync"

// sharedSync makes the folder's names durable. Who comes while a sync runs can't
// rely on it, since his name may be too young for it; but all of them can share
// the next one.
type sharedSync struct {
	sync func() error

	running sync.Mutex // held while syncing

	mu   sync.Mutex
	next *pass // begins once the running one has ended; nil when nobody waits for it
}

// pass is one sync that several wait for.
type pass struct {
	done chan struct{}
	err  error
}

// Wait returns after a sync that began after the call. A lone caller waits for
// nobody.
func (s *sharedSync) Wait() error {
	s.mu.Lock()
	if p := s.next; p != nil {
		s.mu.Unlock()
		<-p.done
		return p.err
	}
	p := &pass{done: make(chan struct{})}
	s.next = p
	s.mu.Unlock()

	s.running.Lock()
	s.mu.Lock()
	s.next = nil // who comes from here on is too late for this one
	s.mu.Unlock()
	p.err = s.sync()
	s.running.Unlock()
	close(p.done)
	return p.err
}
