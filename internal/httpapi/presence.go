package httpapi

import (
	"net/http"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/presence"
	"usher/internal/staff"
)

const maxTab = 64 // characters

// PresenceBody says at which lead a page of the caller's looks.
type PresenceBody struct {
	Tab    string  `json:"tab" minLength:"1" maxLength:"64" example:"b7f1" doc:"A name of the page's own, so that two pages of one user are told apart."`
	LeadID *string `json:"lead_id" format:"uuid" doc:"The lead that the page shows; null for none."`
}

// PresenceList is who looks at which lead.
type PresenceList struct {
	Items []PresenceView `json:"items"`
}

// PresenceView is who looks at one lead.
type PresenceView struct {
	LeadID  string   `json:"lead_id" format:"uuid"`
	UserIDs []string `json:"user_ids" doc:"Users, the caller among them."`
}

// look keeps where the caller looks, and answers where everybody does.
func (s *Server) look(w http.ResponseWriter, r *http.Request, u staff.User) error {
	var tab *string
	var leadID nullable
	if err := readJSON(w, r, field{"tab", &tab}, field{"lead_id", &leadID}); err != nil {
		return err
	}
	var bad []fault.Violation
	if tab == nil || !isTab(*tab) {
		bad = append(bad, fault.Violation{Field: "tab", Code: "invalid_tab", Message: "Name the page with 1 to 64 visible characters."})
	}
	id, known, err := s.lookedAt(r, leadID)
	if err != nil {
		return err
	}
	if !known {
		bad = append(bad, fault.Violation{Field: "lead_id", Code: "unknown_lead", Message: "Send the id of a lead, or null for none."})
	}
	if err := fault.Violated(bad); err != nil {
		return err
	}
	s.Presence.Look(u.ID, *tab, id)
	list := PresenceList{Items: []PresenceView{}}
	for _, l := range s.Presence.All() {
		list.Items = append(list.Items, PresenceView(l))
	}
	return writeJSON(w, http.StatusOK, list)
}

// lookedAt is the lead that a body names; empty for null, and unknown when it is none.
func (s *Server) lookedAt(r *http.Request, sent nullable) (id string, known bool, err error) {
	if sent.sent && sent.value == nil {
		return "", true, nil
	}
	if !sent.sent || len(*sent.value) != 36 {
		return "", false, nil
	}
	parsed, err := uuid.Parse(*sent.value)
	if err != nil {
		return "", false, nil //nolint:nilerr // then it is no lead's
	}
	_, err = s.Leads.Reader.Lead(r.Context(), parsed.String())
	if fault.KindOf(err) == fault.NotFound {
		return "", false, nil
	}
	return parsed.String(), err == nil, err
}

func isTab(name string) bool {
	for _, r := range name {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			return false
		}
	}
	return name != "" && utf8.RuneCountInString(name) <= maxTab
}

func presenceOperation() operation {
	return operation{
		id: "look", tag: "Leads", summary: "Say which lead you look at",
		text: "So that two people don't answer the same prospect. It holds for 45 seconds; say it again while the page is looked at, and null when it is left. " +
			"Nothing is stored. Changes come by the stream as `presence.changed`.",
		body:   jsonBody(true, sample{"A lead", PresenceBody{"b7f1", maybe(exampleID)}}, sample{"None", PresenceBody{Tab: "b7f1"}}),
		status: http.StatusOK, gives: "Who looks at what now.",
		samples: []sample{{"One lead", PresenceList{Items: []PresenceView{PresenceView(presence.Looking{LeadID: exampleID, UserIDs: []string{exampleUserID}})}}}},
		problems: staffReads(append([]refusal{crossOrigin()}, jsonRefusals(
			invalid("It can't be told. tab: `invalid_tab`. lead_id: `unknown_lead`, `wrong_type`. Any: `unknown_field`, `duplicate`.",
				fault.Violation{Field: "lead_id", Code: "unknown_lead", Message: "Send the id of a lead, or null for none."}))...)...),
	}
}
