package httpapi

import (
	"encoding/json"
	"net/http"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
)

// APIKeyView is an API key, without its secret.
type APIKeyView struct {
	ID         string        `json:"id" format:"uuid"`
	Name       string        `json:"name" example:"Nightly import"`
	Prefix     string        `json:"prefix" example:"usher_01TgsHKqfN2xVw8Yb3mZ4C" doc:"How the key begins, which tells it from others and is no secret."`
	Scopes     []staff.Scope `json:"scopes" enum:"leads:read,leads:write,files:read,admin"`
	UserID     string        `json:"user_id" format:"uuid" doc:"Whose it is. It may do no more than they may."`
	CreatedAt  time.Time     `json:"created_at"`
	ExpiresAt  *time.Time    `json:"expires_at" doc:"Refused from then on; null for never."`
	LastUsedAt *time.Time    `json:"last_used_at" doc:"Give or take a minute; null for never."`
}

// MadeAPIKey is an API key at the one time when it is whole.
type MadeAPIKey struct {
	APIKeyView

	Secret string `json:"secret" doc:"The whole key, to send as a bearer token. Nobody can show it again."`
}

// APIKeyList is one's own keys, or everybody's.
type APIKeyList struct {
	Items      []APIKeyView `json:"items"`
	NextCursor *string      `json:"next_cursor" doc:"null: all of them are on the one page."`
}

func apiKeyView(k auth.APIKey) APIKeyView {
	return APIKeyView{k.ID, k.Name, k.Prefix(), k.Scopes.List(), k.UserID, k.CreatedAt, maybeTime(k.ExpiresAt), maybeTime(k.LastUsedAt)}
}

func maybeTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *Server) listAPIKeys(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	keys, err := s.Keys.List(r.Context(), c.User)
	if err != nil {
		return err
	}
	list := APIKeyList{Items: make([]APIKeyView, 0, len(keys))}
	for _, k := range keys {
		list.Items = append(list.Items, apiKeyView(k))
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) addAPIKey(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	n, err := s.readNewKey(w, r, c.User)
	if err != nil {
		return err
	}
	k, secret, err := s.Keys.Add(r.Context(), c.User, n)
	if err != nil {
		return err
	}
	s.Leads.Announce()
	return writeJSON(w, http.StatusCreated, MadeAPIKey{apiKeyView(k), secret})
}

// readNewKey reads a body, with every violation of its members.
func (s *Server) readNewKey(w http.ResponseWriter, r *http.Request, u staff.User) (n auth.NewKey, err error) {
	var name *string
	var scopes *[]string
	var expires maybeInstant
	bad, err := violationsOf(readJSON(w, r, field{"name", &name}, field{"scopes", &scopes}, field{"expires_at", &expires}))
	if err != nil {
		return n, err
	}
	take(&n.Name, name)
	take(&n.Scopes, scopes)
	n.ExpiresAt = expires.at
	_, more := n.Check(u, s.Now())
	return n, fault.Violated(besides(bad, more))
}

func (s *Server) revokeAPIKey(w http.ResponseWriter, r *http.Request, c auth.Caller) error {
	id, err := pathID(r, "API key")
	if err != nil {
		return err
	}
	if err := s.Keys.Revoke(r.Context(), c.User, id); err != nil {
		return err
	}
	return writeNothing(w)
}

// maybeInstant is a member that is a time (RFC 3339) or null.
type maybeInstant struct{ at *time.Time }

// UnmarshalJSON implements json.Unmarshaler. A zone can move the last day of the year
// 9999 beyond what an answer can say (RFC 3339 section 1).
func (m *maybeInstant) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.at); err != nil || m.at == nil {
		return err
	}
	_, err := m.at.UTC().MarshalJSON()
	return err
}
