package httpapi

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// MessageView is one e-mail of the outbox.
type MessageView struct {
	ID        string     `json:"id" format:"uuid"`
	LeadID    string     `json:"lead_id" format:"uuid"`
	Kind      mail.Kind  `json:"kind" enum:"confirmation,notification" doc:"To the prospect, or to the firm."`
	Recipient string     `json:"recipient" example:"maria@example.com"`
	State     mail.State `json:"state" enum:"queued,retrying,sent,dead,captured,suppressed"`
	Attempts  int        `json:"attempts" doc:"Tries begun."`
	LastError *string    `json:"last_error" doc:"Of the last try; null when there was none."`
	NextAt    *time.Time `json:"next_at" doc:"When the next try is due; null when none is."`
	SentAt    *time.Time `json:"sent_at" doc:"When the mail server took it."`
}

// MessageList is a page of the outbox.
type MessageList struct {
	Items      []MessageView `json:"items"`
	NextCursor *string       `json:"next_cursor" doc:"For the next page; null at the end."`
}

func messageView(m mail.Message) MessageView {
	return MessageView{
		ID: m.ID, LeadID: m.LeadID, Kind: m.Kind, Recipient: m.Recipient, State: m.State, Attempts: m.Attempts,
		LastError: maybe(m.LastError), NextAt: maybe(m.NextAt), SentAt: maybe(m.SentAt),
	}
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	q := queryOf(r)
	page := mail.Page{Limit: q.limit()}
	if text, sent := q.one("state"); sent {
		if page.State = mail.State(text); !page.State.Valid() {
			q.refuse("state", "unknown_state", "Use queued, retrying, sent, dead, captured or suppressed.")
		}
	}
	if text, sent := q.one("lead_id"); sent {
		id, err := uuid.Parse(text)
		if err != nil || len(text) != 36 {
			q.refuse("lead_id", "invalid_id", "Use the id of a lead.")
		}
		page.LeadID = id.String()
	}
	if p := q.cursor(s.Cursors, "messages"); p != nil {
		page.AfterCreatedAt, page.AfterID = p.createdAt, p.id
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	page.Limit++ // one more tells whether there is a next page
	messages, err := s.Outbox.Messages(r.Context(), page)
	if err != nil {
		return err
	}
	var list MessageList
	list.Items, list.NextCursor = onePage(messages, page.Limit-1, messageView, func(m mail.Message) *string {
		return nextCursor(s.Cursors, "messages", m.CreatedAt, m.ID)
	})
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) retryMessage(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "message")
	if err != nil {
		return err
	}
	now := s.Now()
	m, err := s.Outbox.RetryMessage(r.Context(), id, u.ID, func(m mail.Message) (mail.Message, error) { return mail.Retry(m, now) })
	if err != nil {
		return err
	}
	s.Leads.Announce()
	return writeJSON(w, http.StatusOK, messageView(m))
}
