package staff_test

import (
	"slices"
	"testing"

	"usher/internal/staff"
)

// What a key may do is what its owner may do and one of its scopes gives, for every role,
// every set of scopes and every permission.
func TestScopes(t *testing.T) {
	t.Parallel()
	reaches := staff.Reaches()
	for set := range 1 << len(reaches) {
		var names []string
		given := map[staff.Permission]bool{staff.SignedIn: true}
		for i, reach := range reaches {
			if set&(1<<i) != 0 {
				names = append(names, string(reach.Scope))
				for _, p := range reach.Permissions {
					given[p] = true
				}
			}
		}
		scopes, bad := staff.ScopesOf(names, staff.User{Role: staff.Admin})
		if (len(bad) > 0) != (set == 0) {
			t.Fatalf("%v: %v", names, bad)
		}
		for _, role := range staff.Roles() {
			for _, files := range []bool{false, true} {
				owner := staff.User{Role: role, Files: files}
				key := staff.User{Role: role, Files: files, KeyID: "k", Scopes: scopes}
				for _, row := range append(staff.Rights(), staff.Right{Permission: staff.SignedIn}) {
					p := row.Permission
					if want := owner.May(p) && given[p]; key.May(p) != want || key.ByKey() == owner.ByKey() {
						t.Errorf("a key of %s (resumes %v) with %q: may %q is %v", role, files, scopes, p, !want)
					}
					if slices.Contains(key.Permissions(), p) != (key.May(p) && p != staff.SignedIn) {
						t.Errorf("%q is listed or not: %v", p, key.Permissions())
					}
					if code := key.RefusalOf(p).Code; (code == "insufficient_scope") != owner.May(p) {
						t.Errorf("%q is refused with %s", p, code)
					}
				}
			}
		}
	}
}

func TestScopesOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		names []string
		role  staff.Role
		want  staff.Scopes
		code  string
	}{
		"in the table's order, once": {[]string{"files:read", "leads:read", "files:read"}, staff.Viewer, "leads:read files:read", ""},
		"more than the role has":     {[]string{"leads:write"}, staff.Viewer, "leads:write", ""},
		"an admin's":                 {[]string{"admin"}, staff.Admin, "admin", ""},
		"not ours to give":           {[]string{"admin", "leads:read"}, staff.Attorney, "", "only_admins"},
		"none":                       {nil, staff.Admin, "", "required"},
		"unknown":                    {[]string{"leads:read", "leads:delete"}, staff.Admin, "", "unknown_scope"},
		"two in one":                 {[]string{"leads:read files:read"}, staff.Admin, "", "unknown_scope"},
		"empty":                      {[]string{""}, staff.Admin, "", "unknown_scope"},
	} {
		got, bad := staff.ScopesOf(c.names, staff.User{Role: c.role})
		if got != c.want || (len(bad) > 0) != (c.code != "") || c.code != "" && bad[0].Code != c.code {
			t.Errorf("%s: %q, %v; want %q, %s", name, got, bad, c.want, c.code)
		}
	}
}
