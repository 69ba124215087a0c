package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"usher/internal/fault"
)

// Store keeps entries.
type Store interface {
	// Record keeps entries that no other transaction tells of, all of them or none. One
	// that is there already stays as it is.
	Record(ctx context.Context, entries []Entry) error
	// AuditEntries gives a page, newest first. What a change has left is there as soon
	// as the change is.
	AuditEntries(ctx context.Context, page Page) ([]Entry, error)
}

// Book writes down what changes nothing in the database. While that can't be stored,
// as on a full disk, entries wait in memory, and stand in the log: nobody is kept from
// reading or signing in.
type Book struct {
	Store Store
	Now   func() time.Time
	NewID func() string
	Log   *slog.Logger

	mu      sync.Mutex
	waiting []Entry
}

// mostWaiting is how many entries wait in memory, some 5 MB. The log has all of them.
const mostWaiting = 10_000

// mostAtOnce is how many of those that wait are written in one transaction.
const mostAtOnce = 500

// Note writes down what whoever acts in the context has done.
func (b *Book) Note(ctx context.Context, action Action, target string, data Data) {
	e := Entry{ID: b.NewID(), At: b.Now(), Actor: ActorOf(ctx), Action: action, Target: target, Data: data}
	if err := b.Store.Record(context.WithoutCancel(ctx), []Entry{e}); err != nil {
		b.Log.Warn("an entry of the audit waits to be stored", "entry", e, "error", err)
		b.Wait(e)
	}
}

// Wait keeps an entry in memory until the next Flush, for what must take no time. It is
// lost when the process is killed before.
func (b *Book) Wait(e Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) < mostWaiting {
		b.waiting = append(b.waiting, e)
	}
}

// Flush stores the entries that wait in memory. The caller repeats it.
func (b *Book) Flush(ctx context.Context) {
	b.mu.Lock()
	waiting := b.waiting
	b.waiting = nil
	b.mu.Unlock()
	for most := mostAtOnce; len(waiting) > 0; {
		n := min(len(waiting), most)
		err := b.Store.Record(ctx, waiting[:n])
		switch {
		case err == nil:
			waiting = waiting[n:]
		case fault.KindOf(err) == fault.Unavailable:
			b.mu.Lock()
			b.waiting = append(waiting, b.waiting...)
			b.mu.Unlock()
			return
		case n > 1: // one of them is at fault, and the others mustn't wait for it
			most = 1
		default:
			b.Log.Error("an entry of the audit can't be stored and stands here only", "entry", waiting[0], "error", err)
			waiting = waiting[1:]
		}
	}
}
