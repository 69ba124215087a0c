package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"usher/internal/audit"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/staff"
)

// AuditEntry is one line of the audit.
type AuditEntry struct {
	ID      string       `json:"id" format:"uuid"`
	At      time.Time    `json:"at"`
	Actor   *string      `json:"actor" example:"01a2150c-2f7d-7a31-b0c4-9d8e7f6a5b4d" doc:"The id of a user; command_line, setup_link or usher for what acts without one; null for nobody who is known."`
	APIKey  *string      `json:"api_key" format:"uuid" doc:"The API key by which they called; null for a person."`
	Action  audit.Action `json:"action" example:"user.changed" doc:"docs/audit.md lists them; there may be more one day."`
	Target  *string      `json:"target" format:"uuid" doc:"The user, lead, view or API key that it was done to, by the beginning of the action; null without one."`
	Network *string      `json:"network" example:"203.0.113.7" doc:"Where it came from: an IPv4 address or an IPv6 /64; null on the server itself."`
	Data    AuditData    `json:"data"`
}

// AuditData is what there is to say of an entry.
type AuditData struct {
	Facts  map[string]string `json:"facts" doc:"By names that belong to the action."`
	Before map[string]string `json:"before" doc:"What was changed, as it was."`
	After  map[string]string `json:"after" doc:"The same, as it is from then on."`
}

// AuditList is a page of the audit.
type AuditList struct {
	Items      []AuditEntry `json:"items"`
	NextCursor *string      `json:"next_cursor" doc:"For the next page; null at the end."`
}

func auditEntry(e audit.Entry) AuditEntry {
	whole := func(m map[string]string) map[string]string {
		if m == nil {
			return map[string]string{}
		}
		return m
	}
	return AuditEntry{
		ID: e.ID, At: e.At, Actor: maybe(e.Actor.ID()), APIKey: maybe(e.Actor.KeyID), Action: e.Action, Target: maybe(e.Target), Network: maybe(e.Actor.Network),
		Data: AuditData{whole(e.Data.Facts), whole(e.Data.Before), whole(e.Data.After)},
	}
}

// auditFilter reads what the list and the file have in common.
func (q *query) auditFilter() audit.Filter {
	f := audit.Filter{From: q.time("from", 0), To: q.time("to", 24*time.Hour-time.Microsecond)}
	if text, sent := q.one("actor"); sent {
		if f.Actor = text; !audit.Name(text).Valid() {
			f.Actor = q.uuid("actor", text, "Use the id of a user, command_line, setup_link or usher.")
		}
	}
	if text, sent := q.one("target"); sent {
		f.Target = q.uuid("target", text, "Use the id of a user, a lead or a view.")
	}
	if text, sent := q.one("action"); sent {
		if f.About = audit.About(text); f.About == "" {
			f.Action = audit.Action(text)
		}
		if f.About == "" && !f.Action.Valid() {
			q.refuse("action", "unknown_action", "Use an action of the audit such as user.changed, or all about one thing such as lead.*")
		}
	}
	return f
}

func (q *query) uuid(name, text, message string) string {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		q.refuse(name, "invalid_id", message)
	}
	return id.String()
}

func (s *Server) listAudit(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	q := queryOf(r)
	page := audit.Page{Filter: q.auditFilter(), Limit: q.limit()}
	if p := q.cursor(s.Cursors, "audit"); p != nil {
		page.After = &audit.Position{At: p.createdAt, ID: p.id}
	}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	page.Limit++ // one more tells whether there is a next page
	entries, err := s.Audit.Store.AuditEntries(r.Context(), page)
	if err != nil {
		return err
	}
	var list AuditList
	list.Items, list.NextCursor = onePage(entries, page.Limit-1, auditEntry, func(e audit.Entry) *string {
		return nextCursor(s.Cursors, "audit", e.At, e.ID)
	})
	return writeJSON(w, http.StatusOK, list)
}

// exportAudit writes the entries of a list as one file, as exportLeads does.
func (s *Server) exportAudit(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	q := queryOf(r)
	page := audit.Page{Filter: q.auditFilter(), Limit: exportPage}
	if err := fault.Violated(q.bad); err != nil {
		return err
	}
	people, err := s.people(r.Context())
	if err != nil {
		return err
	}
	first, err := s.Audit.Store.AuditEntries(r.Context(), page)
	if err != nil {
		return err
	}
	beginFile(w, "audit-"+s.Now().UTC().Format(time.DateOnly)+".csv")
	if r.Method == http.MethodHead {
		return nil
	}
	n, err := writeRows(w, rows[audit.Entry]{
		columns: auditColumns(), first: first, limit: page.Limit, row: func(e audit.Entry) []string { return auditRow(e, people[e.Actor.UserID]) },
		after: func(last audit.Entry) ([]audit.Entry, error) {
			page.After = &audit.Position{At: last.At, ID: last.ID}
			return s.Audit.Store.AuditEntries(r.Context(), page)
		},
	})
	facts := q.known("actor", "action", "target", "from", "to")
	facts["rows"] = strconv.Itoa(n)
	if err != nil {
		facts["cut_off"] = "true"
	}
	s.Audit.Note(r.Context(), audit.AuditExported, "", audit.Data{Facts: facts})
	if err != nil {
		s.cutOff(r, n, err)
	}
	s.Log.Info("audit exported", "request_id", edge.RequestID(r), "rows", n)
	return nil
}

// people gives all users by their ids.
func (s *Server) people(ctx context.Context) (map[string]staff.User, error) {
	users, err := s.Staff.Everybody(ctx)
	people := make(map[string]staff.User, len(users))
	for _, u := range users {
		people[u.ID] = u
	}
	return people, err
}

// auditColumns are those of the file. Programs know them by name: new ones go to the
// end.
func auditColumns() []string {
	return []string{"id", "at", "actor", "actor_name", "actor_email", "action", "target", "network", "data", "api_key"}
}

// auditRow is an entry as a row of the file; by is who acted, when that was a user.
func auditRow(e audit.Entry, by staff.User) []string {
	data, err := json.Marshal(e.Data)
	if err != nil { // texts always marshal
		data = nil
	}
	return []string{e.ID, exportTime(e.At), e.Actor.ID(), by.Name, by.Email, string(e.Action), e.Target, e.Actor.Network, string(data), e.Actor.KeyID}
}
