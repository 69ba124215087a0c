package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"usher/internal/audit"
	"usher/internal/lead"
)

var _ audit.Store = (*Store)(nil)

// record keeps what whoever acts in ctx has done, in the transaction of what they did.
func (s *Store) record(ctx context.Context, t tx, at time.Time, action audit.Action, target string, data audit.Data) error {
	return insertEntry(ctx, t, audit.Entry{ID: s.opts.NewID(), At: at, Actor: audit.ActorOf(ctx), Action: action, Target: target, Data: data})
}

func insertEntry(ctx context.Context, t tx, e audit.Entry) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO audit (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.At.UnixMicro(), e.Actor.ID(), e.Actor.KeyID, e.Action, e.Target, e.Actor.Network, string(data))
	return err
}

const auditColumns = `id, at, actor, api_key, action, target, network, data`

// Record implements audit.Store.
func (s *Store) Record(ctx context.Context, entries []audit.Entry) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for _, e := range entries {
			var n int // more than 0 after a commit of which nobody knew that it had come through
			if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM audit WHERE id = $1`, e.ID).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				continue
			}
			if err := insertEntry(ctx, t, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// AuditEntries implements audit.Store.
func (s *Store) AuditEntries(ctx context.Context, page audit.Page) ([]audit.Entry, error) {
	query, args := auditQuery(page)
	rows, err := s.read.QueryContext(ctx, query, args...)
	entries, err := collect(rows, err, scanEntry)
	return entries, s.translate(err)
}

func auditQuery(page audit.Page) (string, []any) {
	var q keyset
	for _, asked := range []struct{ column, value string }{{"actor", page.Actor}, {"action", string(page.Action)}, {"target", page.Target}} {
		if asked.value != "" {
			q.equal(asked.column, asked.value)
		}
	}
	if page.About != "" {
		bound := q.bind(page.About)
		q.condition("SUBSTR(action, 1, LENGTH(" + bound + ")) = " + bound)
	}
	if !page.From.IsZero() {
		q.condition("at >= " + q.bind(page.From.UnixMicro()))
	}
	if !page.To.IsZero() {
		q.condition("at <= " + q.bind(page.To.UnixMicro()))
	}
	if page.After != nil {
		q.after("at", page.After.At, page.After.ID)
	}
	return q.filtered(`SELECT `+auditColumns+` FROM audit`) + q.order("at", "id") + " LIMIT " + q.bind(page.Limit), q.args
}

func scanEntry(r *sql.Rows) (audit.Entry, error) {
	var e audit.Entry
	var micros int64
	var actor, data string
	if err := r.Scan(&e.ID, &micros, &actor, &e.Actor.KeyID, &e.Action, &e.Target, &e.Actor.Network, &data); err != nil {
		return e, err
	}
	e.At = at(micros)
	if name := audit.Name(actor); name.Valid() {
		e.Actor.Name = name
	} else {
		e.Actor.UserID = actor
	}
	return e, json.Unmarshal([]byte(data), &e.Data)
}

// recordEvent keeps an event of a lead's timeline that somebody of the firm has caused.
// What prospects and Usher itself do stands in the timeline only.
func (s *Store) recordEvent(ctx context.Context, t tx, e lead.Event) error {
	if e.Actor == "" {
		return nil
	}
	action, data := ofEvent(e)
	if action == "" {
		return fmt.Errorf("the audit has no action for an event of kind %s", e.Kind)
	}
	if audit.ActorOf(ctx).UserID != e.Actor { // of a view that waited, or of an erasure that is done again in a copy
		ctx = audit.As(ctx, audit.Actor{UserID: e.Actor})
	}
	return s.record(ctx, t, e.At, action, e.LeadID, data)
}

// ofEvent gives the action that an event is, and what of it may be kept for ever:
// nothing that somebody has written, since that may name a prospect.
func ofEvent(e lead.Event) (audit.Action, audit.Data) {
	states := audit.Data{Before: map[string]string{"state": e.Data["from"]}, After: map[string]string{"state": e.Data["to"]}}
	switch e.Kind { //nolint:exhaustive // the rest has no actor
	case lead.MarkedReached:
		if channel := e.Data["channel"]; channel != "" {
			states.Facts = map[string]string{"channel": channel}
		}
		return audit.LeadReachedOut, states
	case lead.Undone:
		return audit.LeadUndone, states
	case lead.Reopened:
		return audit.LeadReopened, states
	case lead.ChannelSet:
		return audit.LeadChannelSet, audit.Data{Facts: map[string]string{"channel": e.Data["channel"]}}
	case lead.Assigned:
		return audit.LeadAssigned, audit.Changed(map[string]string{"assignee": e.Data["from"]}, map[string]string{"assignee": e.Data["to"]})
	case lead.Noted:
		return audit.NoteAdded, audit.Data{}
	case lead.ResumeViewed:
		return audit.ResumeViewed, audit.Data{}
	case lead.Erased:
		return audit.LeadErased, audit.Data{}
	case lead.MessageChanged:
		return audit.MessageRetried, audit.Data{Facts: map[string]string{"message": e.Data["message_id"], "kind": e.Data["message_kind"]}}
	}
	return "", audit.Data{}
}
