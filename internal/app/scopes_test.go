package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"usher/internal/staff"
)

// byKeys asks every route by a key of every scope: those of an admin, who may do
// everything, and those of a viewer, who may hardly anything. It gives what answered to
// the admin's, and holds all else to having changed nothing.
func (s *server) byKeys(t testing.TB, routes []guarded) map[string]map[staff.Scope]bool {
	t.Helper()
	viewer := s.addUser(t, "keys.viewer@role.example", staff.Viewer)
	owners := map[string]staff.User{s.admin(t): {Role: staff.Admin}, s.signIn(t, viewer.Email): {Role: staff.Viewer}}
	allowed := map[string]map[staff.Scope]bool{}
	for _, route := range routes {
		allowed[route.name()] = map[staff.Scope]bool{}
		for owner, user := range owners {
			for _, reach := range staff.Reaches() {
				if reach.Scope == staff.AdminScope && user.Role != staff.Admin {
					continue
				}
				key := s.madeKey(t, owner, fmt.Sprintf(`{"name":"walk","scopes":[%q]}`, reach.Scope))
				r := s.valid(t, route, owner)
				r.token = key.Secret
				before := s.allTables(t)
				got := s.do(t, r)
				what := fmt.Sprintf("%s by a key of the %s with %s", route.name(), user.Role, reach.Scope)
				gives := slices.Contains(reach.Permissions, route.needs)
				switch {
				case got.status < 300:
					allowed[route.name()][reach.Scope] = true
					if (!user.May(route.needs) || !gives) && route.name() != "GET /api/v1/me" {
						t.Errorf("%s: let in", what)
					}
				case got.status != http.StatusForbidden:
					t.Errorf("%s: %d %s", what, got.status, got.body)
				case r.method != http.MethodHead: // whose refusal has no body
					same(t, what+": who can help is said", s.refusalFits(got.code(t), route, user, gives), true)
					same(t, what+": changed", s.allTables(t), before)
				}
				wantStatus(t, s.do(t, req{method: http.MethodDelete, path: apiKeysPath + "/" + key.ID, token: s.admin(t)}), http.StatusNoContent)
			}
		}
	}
	return allowed
}

// refusalFits tells whether a code is the one for what was missing.
func (s *server) refusalFits(code string, route guarded, owner staff.User, gives bool) bool {
	switch {
	case code == "needs_person":
		return route.person
	case !owner.May(route.needs):
		return code == "forbidden"
	}
	return code == "insufficient_scope" && !gives
}

// scopesText is the second half of docs/roles.md: what keys may do.
func scopesText(routes []guarded, allowed map[string]map[staff.Scope]bool) string {
	var b strings.Builder
	b.WriteString("\n## What API keys may do\nWhat a key may do is what its owner may do now **and** one of its scopes gives. The table is `Reaches` in `internal/staff/scopes.go`. " +
		"`GET /api/v1/me` answers to every key, with its owner and the permissions that it has.\n\n| scope | gives |\n|---|---|\n")
	for _, reach := range staff.Reaches() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", reach.Scope, reach.What)
	}
	b.WriteString("\nTo the keys of an admin the operations answer so; *a person*: no key may do it, whatever its scopes, because one in wrong hands could make " +
		"itself outlast its end, or because it is about the app and not about leads.\n\n| operation |")
	for _, reach := range staff.Reaches() {
		fmt.Fprintf(&b, " `%s` |", reach.Scope)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(staff.Reaches())) + "\n")
	for _, route := range routes {
		fmt.Fprintf(&b, "| `%s` |", route.name())
		for _, reach := range staff.Reaches() {
			cell := "no"
			switch {
			case route.person:
				cell = "a person"
			case allowed[route.name()][reach.Scope]:
				cell = "yes"
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	return b.String()
}
