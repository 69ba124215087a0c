package audit

import (
	"log/slog"
	"maps"
	"time"
)

// Entry is one line of the audit.
type Entry struct {
	ID     string // UUIDv7
	At     time.Time
	Actor  Actor
	Action Action
	Target string // the id of the user, lead or view that it was done to; empty without one
	Data   Data
}

// LogValue implements slog.LogValuer: ids and the action. What else there is may be
// about people, and the log isn't.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("action", string(e.Action)), slog.String("actor", e.Actor.ID()), slog.String("target", e.Target), slog.Time("at", e.At),
	)
}

// Data is what there is to say of an entry, by names that don't change.
type Data struct {
	Facts  map[string]string `json:"facts,omitempty"`
	Before map[string]string `json:"before,omitempty"` // what differs, as it was
	After  map[string]string `json:"after,omitempty"`  // and as it is
}

// Changed is what differs between two states of the same thing. What a state lacks is
// empty in it.
func Changed(before, after map[string]string) Data {
	d := Data{Before: map[string]string{}, After: map[string]string{}}
	all := maps.Clone(before)
	maps.Copy(all, after)
	for name := range all {
		if before[name] != after[name] {
			d.Before[name], d.After[name] = before[name], after[name]
		}
	}
	return d
}

// Empty tells whether there is nothing to say.
func (d Data) Empty() bool { return len(d.Facts) == 0 && len(d.Before) == 0 && len(d.After) == 0 }

// Filter says which entries are asked for. The zero value asks for all.
type Filter struct {
	Actor    string    // a user's id, or a [Name]; empty for any
	Action   Action    // empty for any
	About    string    // of [About]; empty for any
	Target   string    // an id; empty for any
	From, To time.Time // both included; zero for no bound
}

// Page asks for one page of the entries, newest first.
type Page struct {
	Filter
	Limit int       // of entries, 1 or more
	After *Position // nil for the first page
}

// Position is a place between two entries.
type Position struct {
	At time.Time
	ID string
}
