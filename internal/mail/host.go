package mail

import (
	"sync"
	"time"
)

const (
	fewTries  = 2  // tries at once to a server that we don't know yet, or that was down
	manyTries = 8  // tries at once to a server that takes them
	maxTries  = 16 // all tries at once, those that hang included
	// patience is how long a try counts against the limit: one that hangs longer
	// holds nobody up.
	patience = 10 * time.Second
	// maxPause is the longest that trouble with the server holds everybody up.
	maxPause = time.Minute
)

// host is what the dispatcher knows about the mail server: how many tries it
// gets at once, and whether it is left alone for a moment.
type host struct {
	first, most time.Duration // of its pauses
	freed       chan struct{} // has a value after anything that may make room

	mu       sync.Mutex
	limit    int // tries at once, without those that hang
	counted  int // running tries that count against limit
	running  int // all running tries
	downs    int // pauses in a row
	pauseEnd time.Time
}

func newHost(p Policy) *host {
	return &host{first: p.First, most: min(p.Max, maxPause), limit: fewTries, freed: make(chan struct{}, 1)}
}

// ticket is one running try's place.
type ticket struct {
	host    *host
	downs   int // host.downs when the try began
	counted bool
	timer   *time.Timer
}

// enter takes a place if there is room.
func (h *host) enter() (*ticket, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.hasRoom() {
		return nil, false
	}
	h.counted++
	h.running++
	t := &ticket{host: h, downs: h.downs, counted: true}
	t.timer = time.AfterFunc(patience, t.uncount)
	return t, true
}

func (h *host) hasRoom() bool { return h.counted < h.limit && h.running < maxTries }

// batch is how many messages to claim: some for each place, or none without room.
func (h *host) batch() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.hasRoom() {
		return 0
	}
	return 4 * h.limit
}

// idle tells whether no try is running.
func (h *host) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running == 0
}

// paused tells for how long nothing should be tried; 0 when it may.
func (h *host) paused(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(h.pauseEnd.Sub(now), 0)
}

// uncount ends what the try counts against the limit, but not the try.
func (t *ticket) uncount() {
	t.host.mu.Lock()
	if t.counted {
		t.counted = false
		t.host.counted--
	}
	t.host.mu.Unlock()
	t.host.signal()
}

// leave gives the place back.
func (t *ticket) leave() {
	t.timer.Stop()
	t.host.mu.Lock()
	t.host.running--
	t.host.mu.Unlock()
	t.uncount()
}

func (h *host) signal() {
	select {
	case h.freed <- struct{}{}:
	default:
	}
}

// learn notes what a try said about the server. Trouble pauses everybody, longer
// each time in a row; of tries that ran side by side only the first to fail
// counts. An answer about the message shows that the server is there.
func (t *ticket) learn(err error, now time.Time, jitter float64) {
	h := t.host
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err != nil && failureOf(err).Trouble == Unreachable:
		if t.downs != h.downs {
			return
		}
		h.limit = fewTries
		h.pauseEnd = now.Add(vary(double(h.first, h.downs, h.most), h.most, jitter))
		h.downs++
	case err == nil:
		h.limit = min(h.limit+1, manyTries)
		h.downs, h.pauseEnd = 0, time.Time{}
	case failureOf(err).Code != 0:
		h.downs = 0
	}
}
