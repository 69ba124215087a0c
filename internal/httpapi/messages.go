package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// MessageView is one e-mail of the outbox.
type MessageView struct {
	ID        string     `json:"id" format:"uuid"`
	LeadID    *string    `json:"lead_id" format:"uuid" doc:"null for a message about a user's account."`
	Kind      mail.Kind  `json:"kind" enum:"confirmation,notification,invitation,password_reset,password_changed,api_key_added" doc:"To the prospect, to the firm, or to a user about their account."`
	Recipient string     `json:"recipient" example:"maria@example.com"`
	State     mail.State `json:"state" enum:"queued,retrying,sent,dead,captured,suppressed"`
	Attempts  int        `json:"attempts" doc:"Tries begun."`
	LastError *string    `json:"last_error" doc:"Of the last try; null when there was none."`
	CreatedAt time.Time  `json:"created_at" doc:"When it was made."`
	NextAt    *time.Time `json:"next_at" doc:"When the next try is due; null when none is."`
	SentAt    *time.Time `json:"sent_at" doc:"When the mail server took it."`
}

// MessageList is a page of the outbox.
type MessageList struct {
	Items      []MessageView `json:"items"`
	NextCursor *string       `json:"next_cursor" doc:"For the next page; null at the end."`
}

// MessageSummary is what of the outbox people may have to look after.
type MessageSummary struct {
	Sending bool `json:"sending" doc:"There is a mail server; without one, messages are captured."`
	Waiting int  `json:"waiting" doc:"Queued or retrying."`
	Stuck   int  `json:"stuck" doc:"Of those, the ones that have waited for ten minutes or longer."`
	Dead    int  `json:"dead" doc:"Given up, until somebody tries them again."`
}

// TestAnswer is what became of a test message.
type TestAnswer struct {
	Recipient string  `json:"recipient" example:"ana@firm.example" doc:"Your own address."`
	State     string  `json:"state" enum:"sent,failed" doc:"sent: the mail server took it."`
	Error     *string `json:"error" doc:"Why it failed and what to do, for people; null when it was sent."`
}

func messageView(m mail.Message) MessageView {
	return MessageView{
		ID: m.ID, LeadID: maybe(m.LeadID), Kind: m.Kind, Recipient: m.Recipient, State: m.State, Attempts: m.Attempts,
		LastError: maybe(m.LastError), CreatedAt: m.CreatedAt, NextAt: maybe(m.NextAt), SentAt: maybe(m.SentAt),
	}
}

// Messages about accounts are for whoever manages them: who was invited, and who asked
// for another password, is nobody else's matter.
func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, u staff.User) error {
	q := queryOf(r)
	page := mail.Page{Limit: q.limit(), Accounts: u.May(staff.ManageUsers)}
	if text, sent := q.one("state"); sent {
		if page.State = mail.State(text); !page.State.Valid() {
			q.refuse("state", "unknown_state", "Use queued, retrying, sent, dead, captured or suppressed.")
		}
	}
	page.LeadID = q.id("lead_id")
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
	m, err := s.Outbox.RetryMessage(r.Context(), id, u.ID, func(m mail.Message) (mail.Message, error) {
		if m.Kind.OfAccount() && !u.May(staff.ManageUsers) {
			return m, fault.New(fault.NotFound, "not_found", "There is no such message.")
		}
		return mail.Retry(m, now)
	})
	if err != nil {
		return err
	}
	s.Leads.Announce()
	return writeJSON(w, http.StatusOK, messageView(m))
}

func (s *Server) summarizeMessages(w http.ResponseWriter, r *http.Request, u staff.User) error {
	sum, err := s.Summary(r.Context(), u.May(staff.ManageUsers))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, MessageSummary{s.Tester.Sending(), sum.Waiting, sum.Stuck, sum.Dead})
}

// testLimit is how long the asker of a test message waits for the mail server,
// whatever the outbox's patience.
const testLimit = 30 * time.Second

// testMail sends a message to whoever asks, and to nobody else: this is no way to
// write to strangers.
func (s *Server) testMail(w http.ResponseWriter, r *http.Request, u staff.User) error {
	if hasBody(r) {
		if err := readJSON(w, r); err != nil {
			return err
		}
	}
	to, err := mail.ParseAddress(u.Email)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), testLimit)
	defer cancel()
	err = s.Tester.Send(ctx, to)
	if _, refused := errors.AsType[*fault.Error](err); refused {
		return err
	}
	tested := map[string]string{"result": "sent"}
	if err != nil {
		tested["result"] = "failed"
	}
	s.Audit.Note(r.Context(), audit.MessageTested, "", audit.Data{Facts: tested})
	if err == nil {
		s.Log.Info("test message sent", "user", u.ID)
		return writeJSON(w, http.StatusOK, TestAnswer{Recipient: u.Email, State: "sent"})
	}
	what, remedy := mail.Explain(err)
	s.Log.Warn("test message not sent", "user", u.ID, "error", what)
	return writeJSON(w, http.StatusOK, TestAnswer{u.Email, "failed", maybe(what + " " + remedy)})
}
