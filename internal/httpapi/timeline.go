package httpapi

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/staff"
)

// EventView is one line of a lead's timeline.
type EventView struct {
	ID    string            `json:"id" format:"uuid"`
	Kind  lead.EventKind    `json:"kind" enum:"received,reached_out,channel_set,reopened,undone,assigned,note,resume_viewed,address_corrected,message_changed" doc:"What happened."`
	At    time.Time         `json:"at"`
	Actor *string           `json:"actor" format:"uuid" doc:"The user who did it; null for the prospect and for Usher itself."`
	Data  map[string]string `json:"data" doc:"What there is to say about it, by kind; see the description of the timeline."`
}

// EventList is a page of a timeline.
type EventList struct {
	Items      []EventView `json:"items"`
	NextCursor *string     `json:"next_cursor" doc:"For the next page; null at the end."`
}

// NoteBody is a note of the firm's.
type NoteBody struct {
	Text string `json:"text" minLength:"1" maxLength:"10000" example:"Called, no answer. Will try again on Thursday." doc:"Line breaks are kept."`
}

// AssigneeBody says who takes care of a lead.
type AssigneeBody struct {
	Assignee *string `json:"assignee" example:"me" doc:"The id of a user, me, or null for nobody."`
}

func eventView(e lead.Event) EventView {
	return EventView{ID: e.ID, Kind: e.Kind, At: e.At, Actor: maybe(e.Actor), Data: e.Data}
}

func (s *Server) listEvents(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	q, list := queryOf(r), "events of "+id
	limit := q.limit()
	var after *lead.Position
	if p := q.cursor(s.Cursors, list); p != nil {
		after = &lead.Position{CreatedAt: p.createdAt, ID: p.id}
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	events, err := s.Leads.Reader.Events(r.Context(), id, limit+1, after) // one more tells whether there is a next page
	if err != nil {
		return err
	}
	var page EventList
	page.Items, page.NextCursor = onePage(events, limit, eventView, func(e lead.Event) *string {
		return nextCursor(s.Cursors, list, e.At, e.ID)
	})
	return writeJSON(w, http.StatusOK, page)
}

func (s *Server) addNote(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	var text *string
	if err := readJSON(w, r, field{"text", &text}); err != nil {
		return err
	}
	if text == nil {
		text = new(string)
	}
	note, err := s.Leads.Note(r.Context(), id, *text, u.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, eventView(note))
}

func (s *Server) assignLead(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	var to nullable
	if err := readJSON(w, r, field{"assignee", &to}); err != nil {
		return err
	}
	if !to.sent {
		return fault.Violated([]fault.Violation{{Field: "assignee", Code: "required", Message: "Send the id of a user, me, or null for nobody."}})
	}
	assignee := ""
	switch {
	case to.value == nil:
	case *to.value == "me":
		assignee = u.ID
	default:
		known, err := uuid.Parse(*to.value)
		if err != nil || len(*to.value) != 36 {
			return lead.NobodyKnown()
		}
		assignee = known.String()
	}
	l, err := s.Leads.Assign(r.Context(), id, assignee, u.ID, seen(r))
	return answerLead(w, l, err)
}
