package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/live"
	"usher/internal/staff"
)

// Live is what the stream needs to know of what is committed.
type Live interface {
	Listen(ctx context.Context, who string) (*live.Listener, error)
	Changes(ctx context.Context, after int64, limit int) ([]live.Change, error)
}

// The pace of a stream.
const (
	// heartbeat is how long a stream is silent at most. Proxies cut off what is silent
	// for longer, and a session that has ended is noticed by then.
	heartbeat = 15 * time.Second
	// mostMissed is how many changes somebody who comes back is told of one by one.
	// Whoever missed more does better to ask for everything again.
	mostMissed = 2000
)

// The types of event in a stream.
const (
	streamReceived = "lead.received"
	streamChanged  = "lead.changed"
	streamMessage  = "message.changed"
	streamPresence = "presence.changed"
	streamUser     = "user.changed"
	streamReset    = "reset"
)

// StreamData is what an event of the stream says: ids only, so that nothing personal
// is in it and everything is asked for by who may see it.
type StreamData struct {
	LeadID    string `json:"lead_id,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	// UserIDs is null but for presence.changed, where it may be empty, and user.changed.
	UserIDs []string `json:"user_ids,omitzero"`
}

// stream sends what happens as it happens (server-sent events, WHATWG HTML section
// 9.2) until the client goes, the session ends or the server stops.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, by auth.Caller) error {
	known, returns, err := lastEventID(r)
	if err != nil {
		return err
	}
	listener, err := s.Live.Listen(r.Context(), by.ID)
	if err != nil {
		return err
	}
	defer listener.Close()
	missed, complete, err := s.missed(r.Context(), known, returns, listener.From)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold it back
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	out := eventWriter{w, http.NewResponseController(w)}
	// The first event has no data: it only tells the browser where to go on from.
	begin := fmt.Sprintf("retry: 2000\nid: %d\n\n", listener.From)
	if !complete {
		begin = fmt.Sprintf("retry: 2000\nid: %d\nevent: %s\ndata: {}\n\n", listener.From, streamReset)
	}
	if len(missed) > 0 {
		begin = "retry: 2000\n\n"
	}
	if out.raw(begin) != nil || out.changes(missed) != nil || out.changes(s.present()) != nil {
		return nil // whoever has gone can't be told
	}
	s.pass(r, out, listener)
	return nil
}

// present is who looks at what as a stream begins.
func (s *Server) present() (all []live.Change) {
	for _, l := range s.Presence.All() {
		all = append(all, live.Change{Kind: live.Presence, LeadID: l.LeadID, UserIDs: l.UserIDs})
	}
	return all
}

// pass hands on what comes. An error means that the client has gone, which is how
// streams end.
func (s *Server) pass(r *http.Request, out eventWriter, listener *live.Listener) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if s.stillSignedIn(r) != nil || out.raw(":\n\n") != nil {
				return
			}
		case changes, open := <-listener.Changes:
			if !open || s.stillSignedIn(r) != nil || out.changes(changes) != nil {
				return
			}
		}
	}
}

// stillSignedIn tells whether a stream may stay. Who may not read leads any more has to
// go too.
func (s *Server) stillSignedIn(r *http.Request) error { return s.stillMay(r, staff.ReadLeads) }

// lastEventID is how far the client had come; returns is false when it comes anew.
func lastEventID(r *http.Request) (known int64, returns bool, err error) {
	sent := r.Header.Values("Last-Event-ID")
	if len(sent) == 0 || len(sent) == 1 && sent[0] == "" {
		return 0, false, nil
	}
	known, err = strconv.ParseInt(sent[0], 10, 64)
	if err != nil || known < 0 || len(sent) > 1 {
		return 0, false, fault.Violated([]fault.Violation{{Field: "Last-Event-ID", Code: "invalid_id", Message: "Use the id of an event as the stream gave it, or leave it out."}})
	}
	return known, true, nil
}

// missed are the changes since a client was last told, up to now. It is not complete
// when they are too many, or when the client knows of more than has happened: then
// the database is another one.
func (s *Server) missed(ctx context.Context, known int64, returns bool, now int64) (all []live.Change, complete bool, err error) {
	switch {
	case !returns || known == now:
		return nil, true, nil
	case known > now || now-known > mostMissed:
		return nil, false, nil
	}
	for known < now {
		page, err := s.Live.Changes(ctx, known, live.PageSize)
		if err != nil {
			return nil, false, err
		}
		for _, c := range page {
			if c.Seq <= now { // the rest comes by the listener
				all = append(all, c)
			}
		}
		if len(page) == 0 {
			return all, true, nil
		}
		known = page[len(page)-1].Seq
	}
	return all, true, nil
}

// eventWriter writes to a stream, and does so at once.
type eventWriter struct {
	w       io.Writer
	control *http.ResponseController
}

func (e eventWriter) raw(text string) error {
	if _, err := io.WriteString(e.w, text); err != nil {
		return err
	}
	return e.control.Flush()
}

func (e eventWriter) changes(changes []live.Change) error {
	var text []byte
	for _, c := range changes {
		if c.Kind == live.SignOut {
			continue // whoever had to go has gone
		}
		kind, data := streamEvent(c)
		body, err := json.Marshal(data)
		if err != nil { // our own type always marshals
			return err
		}
		if c.Seq > 0 { // who comes back goes on behind it
			text = fmt.Appendf(text, "id: %d\n", c.Seq)
		}
		text = fmt.Appendf(text, "event: %s\ndata: %s\n\n", kind, body)
	}
	if len(text) == 0 {
		return nil
	}
	return e.raw(string(text))
}

func streamEvent(c live.Change) (kind string, data StreamData) {
	data.LeadID = c.LeadID
	switch {
	case c.Kind == live.Presence:
		data.UserIDs = c.UserIDs
		return streamPresence, data
	case c.Kind == live.User:
		data.UserIDs = c.UserIDs
		return streamUser, data
	case c.Kind == string(lead.Received):
		return streamReceived, data
	case c.Kind == string(lead.MessageChanged) && c.MessageID != "":
		data.MessageID = c.MessageID
		return streamMessage, data
	}
	return streamChanged, data
}

func streamOperation() operation {
	const example = "retry: 2000\nid: 481\n\nid: 482\nevent: lead.received\ndata: {\"lead_id\":\"" + exampleID + "\"}\n\n" +
		"event: presence.changed\ndata: {\"lead_id\":\"" + exampleID + "\",\"user_ids\":[\"" + exampleUserID + "\"]}\n\n" +
		"id: 483\nevent: message.changed\ndata: {\"lead_id\":\"" + exampleID + "\",\"message_id\":\"" + exampleMessageID + "\"}\n\n:\n\n"
	return operation{
		id: "stream", tag: "Leads", summary: "Hear what happens as it happens",
		text: "Server-sent events, ids only:\n\n- `lead.received`: `lead_id`\n- `lead.changed`: `lead_id`; also when it is deleted\n" +
			"- `message.changed`: `message_id`, `lead_id`\n- `presence.changed`: `lead_id`, `user_ids`, those who look at it now; without an id, and all that holds when a stream begins\n- `user.changed`: `user_ids`, of whom an admin has changed the role or another right; without an id\n- `reset`: more was missed than is told one by one; ask for everything again\n\n" +
			"They come in the order of the commits, each once and none left out for a client that comes back with Last-Event-ID. A line with a colon comes " +
			"when nothing else does. The stream ends with the session.",
		params: []param{{"Last-Event-ID", inHeader, "The id of the last event that came; a browser sends it by itself.", anyText(), "481"}},
		status: http.StatusOK, gives: "A stream that doesn't end.", media: "text/event-stream", samples: []sample{{"A lead comes in", example}},
		problems: staffReads(
			invalid("Last-Event-ID: `invalid_id`.", fault.Violation{
				Field: "Last-Event-ID", Code: "invalid_id", Message: "Use the id of an event as the stream gave it, or leave it out.",
			}),
			refusal{err: &fault.Error{
				Kind: fault.Unavailable, Code: "too_many_streams", RetryAfter: 30 * time.Second,
				Detail: "As many streams are open as the server has room for. Ask for the lists instead, and try again later.",
			}, when: "500 streams are open, and nobody has more of them than the caller; or the server stops."},
		),
	}
}
