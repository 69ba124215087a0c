// Package live tells whoever listens of what was committed, the moment it was: by
// ids, in the order of the commits, and without a gap for those who come back.
//
// The table of events is the only queue. A [Hub] reads what is new in it, once for
// all listeners, whenever a commit wakes it, and once a second in case another
// process has committed. A listener that can't keep up is let go: it comes back and
// says how far it had come.
package live

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"usher/internal/fault"
)

// The bounds of a hub.
const (
	Most      = 500 // listeners at once
	PageSize  = 500 // changes that are read at once
	mostWaits = 32  // pages that wait for a listener
	pollEvery = time.Second
	// gatherFor is how long what is announced is gathered: whoever goes through leads
	// quickly must neither keep every stream busy nor make the slow ones fall behind.
	gatherFor = 500 * time.Millisecond
)

// Change is one event of a lead's, by its ids.
type Change struct {
	Seq       int64  // grows by one with each event, in the order of the commits; 0 for what is told and not kept
	Kind      string // as the timeline has it
	LeadID    string
	MessageID string // of a message that changed; empty for the rest
	// UserIDs are who looks at the lead now, of the kind [Presence], or who has changed,
	// of the kind [User]; nil for the rest.
	UserIDs []string
}

// Presence is the kind of change that says who looks at a lead. It is in no table:
// whoever comes back asks who is there now.
const Presence = "presence"

// User is the kind of change that says whose rights are others now. It is in no table
// either, and wakes every listener, so that whoever may not listen any more goes.
const User = "user"

// SignOut is the kind of change that says that sessions or keys have ended. It wakes
// every listener for the same reason, and nobody is told of it.
const SignOut = "sign_out"

// Source is the table of events.
type Source interface {
	// NewestChange is the highest Seq that is committed; 0 when there is none.
	NewestChange(ctx context.Context) (int64, error)
	// Changes gives those behind a Seq, oldest first.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
}

// Hub hands changes to listeners. It is safe for concurrent use.
type Hub struct {
	source Source
	log    *slog.Logger
	wake   chan struct{}

	mu        sync.Mutex
	listeners map[*Listener]struct{}
	begun     uint64 // how many ever began
	last      int64  // what the listeners have been told of
	stopped   bool

	gathering sync.Mutex        // is held for a moment only, unlike mu
	announced map[string]Change // and not yet told, the latest of each subject
}

// NewHub makes a hub, which tells nobody anything before Run.
func NewHub(source Source, log *slog.Logger) *Hub {
	return &Hub{source: source, log: log, wake: make(chan struct{}, 1), listeners: map[*Listener]struct{}{}, announced: map[string]Change{}}
}

// Listener is one who listens.
type Listener struct {
	// From is the Seq behind which Changes begins.
	From int64
	// Changes gives what is new. It is closed when the listener has to go: it was too
	// slow, or the server stops.
	Changes <-chan []Change

	hub   *Hub
	to    chan []Change
	who   string
	begun uint64
}

// Wake says that something was committed. It never waits.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default: // it is awake
	}
}

// Listen begins to listen for a user, by id. The caller closes the listener. Errors:
// fault.Unavailable when as many listen as can, or the server stops.
func (h *Hub) Listen(ctx context.Context, who string) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || !h.makeRoom(who) {
		return nil, &fault.Error{
			Kind: fault.Unavailable, Code: "too_many_streams", RetryAfter: 30 * time.Second,
			Detail: "As many streams are open as the server has room for. Ask for the lists instead, and try again later.",
		}
	}
	if len(h.listeners) == 0 { // nobody has been told of what came since
		newest, err := h.source.NewestChange(ctx)
		if err != nil {
			return nil, err
		}
		h.last = newest
	}
	to := make(chan []Change, mostWaits)
	h.begun++
	l := &Listener{From: h.last, Changes: to, hub: h, to: to, who: who, begun: h.begun}
	h.listeners[l] = struct{}{}
	return l, nil
}

// makeRoom tells whether there is room for a user to listen. When as many listen as can, whoever listens most
// often has the oldest let go for somebody who would still have fewer: no tab left open in a
// loop keeps the others out.
func (h *Hub) makeRoom(who string) bool {
	if len(h.listeners) < Most {
		return true
	}
	times := map[string]int{}
	for l := range h.listeners {
		times[l.who]++
	}
	byTimes := func(a, b *Listener) int {
		return cmp.Or(cmp.Compare(times[a.who], times[b.who]), cmp.Compare(b.begun, a.begun))
	}
	goes := slices.MaxFunc(slices.Collect(maps.Keys(h.listeners)), byTimes)
	if times[goes.who] <= times[who]+1 {
		return false
	}
	h.drop(goes)
	return true
}

// Close ends the listening. A second time it does nothing.
func (l *Listener) Close() {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.hub.drop(l)
}

func (h *Hub) drop(l *Listener) {
	if _, there := h.listeners[l]; there {
		delete(h.listeners, l)
		close(l.to)
	}
}

// Run tells the listeners what is new until ctx ends, and then lets them go.
func (h *Hub) Run(ctx context.Context) error {
	defer h.Stop()
	poll, gathered := time.NewTicker(pollEvery), time.NewTicker(gatherFor)
	defer poll.Stop()
	defer gathered.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-gathered.C:
			h.tellAnnounced()
			continue
		case <-h.wake:
		case <-poll.C:
		}
		for more := true; more; {
			var err error
			if more, err = h.tell(ctx); err != nil && ctx.Err() == nil {
				h.log.Warn("what is new could not be read; it is tried again", "error", err)
			}
		}
	}
}

// tell reads a page of what is new and hands it on. more says that there may be
// another one.
func (h *Hub) tell(ctx context.Context) (more bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.listeners) == 0 {
		return false, nil
	}
	changes, err := h.source.Changes(ctx, h.last, PageSize)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	h.last = changes[len(changes)-1].Seq
	h.hand(changes)
	return len(changes) == PageSize, nil
}

func (h *Hub) hand(changes []Change) {
	for l := range h.listeners {
		select {
		case l.to <- changes:
		default: // it comes back and says how far it had come
			h.drop(l)
		}
	}
}

// Announce tells the listeners of something that is not kept, within gatherFor. Of
// what is announced of one lead meanwhile they hear the latest. It never waits.
func (h *Hub) Announce(c Change) {
	h.gathering.Lock()
	defer h.gathering.Unlock()
	h.announced[c.subject()] = c
}

// subject is what a change is about: a later one takes its place.
func (c Change) subject() string {
	if c.Kind == User {
		return c.Kind + " " + strings.Join(c.UserIDs, " ")
	}
	return c.Kind + " " + c.LeadID
}

// tellAnnounced hands on what was announced, as one page.
func (h *Hub) tellAnnounced() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gathering.Lock()
	page := slices.SortedFunc(maps.Values(h.announced), func(a, b Change) int { return cmp.Compare(a.LeadID, b.LeadID) })
	clear(h.announced)
	h.gathering.Unlock()
	if len(page) > 0 {
		h.hand(page)
	}
}

// Stop lets all listeners go and takes no more.
func (h *Hub) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for l := range h.listeners {
		h.drop(l)
	}
}
