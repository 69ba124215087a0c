package staff

import (
	"slices"
	"strings"

	"usher/internal/fault"
)

// Scope is a part of what its owner may do that an API key is given.
type Scope string

// The scopes.
const (
	ReadScope  Scope = "leads:read"
	WriteScope Scope = "leads:write"
	FilesScope Scope = "files:read"
	AdminScope Scope = "admin"
)

// Reach is a row of the table of what a scope gives.
type Reach struct {
	Scope       Scope
	What        string // in words, for docs/roles.md
	Permissions []Permission
}

// Reaches is the one table of what scopes give. What a key may do is what its owner may
// do now and one of its scopes gives.
func Reaches() []Reach {
	read := []Permission{ReadLeads, ExportLeads, ReadReports}
	var all []Permission
	for _, row := range Rights() {
		all = append(all, row.Permission)
	}
	return []Reach{
		{ReadScope, "read leads, their notes, timelines and messages, also as CSV; the reports; who works here. Not the resumes", read},
		{WriteScope, "all of `leads:read`; mark leads as reached out, reopen, assign and annotate them; try their messages again",
			append(slices.Clone(read), WriteLeads, WriteMessages)},
		{FilesScope, "open resumes", []Permission{ReadFiles}},
		{AdminScope, "whatever the owner may do, but for what takes a person. Only an admin may give it", all},
	}
}

// Scopes are some scopes in the order of the table, with a space between, as OAuth 2.0
// writes them (RFC 6749 section 3.3).
type Scopes string

// ScopesOf are the scopes with these names, as a user may give them; and what is wrong
// with them, under the field scopes.
func ScopesOf(names []string, giver User) (Scopes, []fault.Violation) {
	var all []string
	for _, row := range Reaches() {
		if slices.Contains(names, string(row.Scope)) {
			all = append(all, string(row.Scope))
		}
	}
	violation := func(code, message string) (Scopes, []fault.Violation) {
		return "", []fault.Violation{{Field: "scopes", Code: code, Message: message}}
	}
	switch {
	case len(names) == 0:
		return violation("required", "Give the key one scope or more.")
	case slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(all, name) }):
		return violation("unknown_scope", "Use leads:read, leads:write, files:read or admin.")
	case slices.Contains(names, string(AdminScope)) && giver.Role != Admin:
		return violation("only_admins", "Only an admin may give a key the scope admin.")
	}
	return Scopes(strings.Join(all, " ")), nil
}

// List gives them one by one.
func (s Scopes) List() []Scope {
	all := []Scope{}
	for name := range strings.FieldsSeq(string(s)) {
		all = append(all, Scope(name))
	}
	return all
}

// give tells whether one of them gives a permission.
func (s Scopes) give(p Permission) bool {
	return slices.ContainsFunc(Reaches(), func(row Reach) bool {
		return slices.Contains(s.List(), row.Scope) && slices.Contains(row.Permissions, p)
	})
}

// ErrScope is what a key hears that has no scope for what its owner may do.
var ErrScope = fault.New(fault.Forbidden, "insufficient_scope",
	"This API key has no scope for it. Make a key with the scope that it needs.")

// ErrPerson is what a key hears where somebody has to be signed in.
var ErrPerson = fault.New(fault.Forbidden, "needs_person", "An API key can't do this, whatever its scopes. Sign in and do it yourself.")

// RefusalOf is what the user hears who may not do something.
func (u User) RefusalOf(p Permission) *fault.Error {
	if u.ByKey() && u.roleGives(p) {
		return ErrScope
	}
	return p.Refusal()
}
