package app_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"usher/internal/staff"
)

// rolesPage shows who may do what. UPDATE=1 writes it anew, as `make generate` does.
var rolesPage = filepath.Join("..", "..", "docs", "roles.md")

// guarded is a staff operation, the permission that the document says it needs, and
// whether it takes a person.
type guarded struct {
	req
	needs  staff.Permission
	person bool
}

func (g guarded) name() string { return g.method + " " + g.path }

var needs = regexp.MustCompile("Needs `([a-z:]+)`\\.$")

// guardedRoutes are all staff operations, by path and method.
func guardedRoutes(t testing.TB, s *server) []guarded {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct{ Description string }
	}
	if err := json.Unmarshal([]byte(s.do(t, req{path: "/openapi.json"}).body), &document); err != nil {
		t.Fatal(err)
	}
	var all []guarded
	for _, route := range s.staffRoutes(t) {
		g := guarded{req: route}
		description := document.Paths[route.path][strings.ToLower(route.method)].Description
		g.person = strings.Contains(description, "Takes a person: no API key may do it.")
		if found := needs.FindStringSubmatch(description); found != nil {
			g.needs = staff.Permission(found[1])
		}
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b guarded) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	return all
}

// who are all that can come to a route, by their address; nobody has none.
func (s *server) who(t testing.TB) map[string]staff.User {
	t.Helper()
	all := map[string]staff.User{"nobody": {}}
	for name, n := range map[string]staff.NewUser{
		"admin": {Role: staff.Admin}, "attorney": {Role: staff.Attorney}, "intake": {Role: staff.Intake}, "viewer": {Role: staff.Viewer},
		"viewer with resumes": {Role: staff.Viewer, Files: true}, "disabled admin": {Role: staff.Admin},
	} {
		n.Email, n.Password = strings.ReplaceAll(name, " ", ".")+"@role.example", password
		u, err := s.Staff.Add(t.Context(), n, false)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = u
	}
	return all
}

// allTables is every row of every table but those of the migrations and the index.
func (s *server) allTables(t testing.TB) []string {
	t.Helper()
	db := s.database(t)
	defer db.Close()
	var all []string
	for _, table := range []string{
		"users", "sessions", "refresh_tokens", "leads", "tombstones", "events", "messages", "firm_profile", "firm_texts", "firm_notices", "saved_views", "idempotency_keys", "account_links", "audit", "api_keys",
	} {
		all = append(all, rowsOf(t, db, table)...)
	}
	return all
}

// valid is a request to a route that is fine but for who sends it: with a lead, a
// message, a user and a view that nothing else uses.
func (s *server) valid(t testing.TB, route guarded, token string) req {
	t.Helper()
	id := ""
	switch {
	case strings.HasPrefix(route.path, "/api/v1/leads/{id}"):
		id = s.submitted(t).ID
	case strings.HasPrefix(route.path, "/api/v1/messages/{id}"):
		id = s.byKind(t, s.submitted(t).ID, "notification").ID
	case strings.HasPrefix(route.path, "/api/v1/users/{id}"):
		id = s.addUser(t, fmt.Sprintf("u%d@firm.example", s.count(t, `SELECT COUNT(*) FROM users`)), staff.Intake).ID
	case strings.HasPrefix(route.path, "/api/v1/views/{id}"):
		owner := token
		if owner == "" {
			owner = s.admin(t)
		}
		id = s.saveView(t, owner, `{"name":"x"}`).ID
	case strings.HasPrefix(route.path, "/api/v1/sessions/{id}"):
		id = s.someSession(t, token)
	case strings.HasPrefix(route.path, "/api/v1/api-keys/{id}"):
		owner := token
		if owner == "" {
			owner = s.admin(t)
		}
		id = s.madeKey(t, owner, `{"name":"x","scopes":["leads:read"]}`).ID
	}
	ctype, body := "application/json", map[string]string{
		"PATCH /api/v1/leads/{id}": `{"state":"REACHED_OUT"}`, "PUT /api/v1/leads/{id}": `{"state":"REACHED_OUT"}`,
		"POST /api/v1/leads/{id}/notes": `{"text":"x"}`, "PUT /api/v1/leads/{id}/assignee": `{"assignee":null}`,
		"POST /api/v1/leads/{id}/reopen": `{}`, "PATCH /api/v1/users/{id}": `{"name":"New"}`,
		"POST /api/v1/users":    fmt.Sprintf(`{"email":"n%d@firm.example","role":"viewer","password":"seven quiet green lamps"}`, s.count(t, `SELECT COUNT(*) FROM users`)),
		"POST /api/v1/api-keys": `{"name":"y","scopes":["leads:read"]}`,
		"POST /api/v1/views":    `{"name":"y"}`, "PATCH /api/v1/views/{id}": `{"name":"z"}`,
		"PATCH /api/v1/firm": `{"name":"Rivera & Cole"}`, "POST /api/v1/firm/notices": `{"language":"en","text":"Read this."}`,
		"PUT /api/v1/me/password": `{"current_password":"` + password + `","new_password":"` + password + `"}`,
		"PUT /api/v1/presence":    `{"tab":"x","lead_id":null}`, "POST /api/v1/messages/preview": `{"kind":"confirmation","language":"en"}`,
	}[route.name()]
	if route.name() == "PUT /api/v1/firm/logo" {
		ctype, body = "image/png", pngOf(t, 32, 32)
	}
	path := strings.ReplaceAll(route.path, "{id}", id)
	if strings.HasSuffix(path, "/reports/csv") {
		path += "?report=days"
	}
	method := route.method
	if strings.HasSuffix(path, "/stream") {
		method = http.MethodHead // which ends
	}
	return req{method: method, path: path, ctype: ctype, body: body, token: token}
}

// someSession is another session of whoever has a token, or one of nobody's.
func (s *server) someSession(t testing.TB, token string) string {
	t.Helper()
	if token == "" {
		return aUUID
	}
	email, _ := s.do(t, req{path: mePath, token: token}).object(t)["email"].(string)
	s.browse(t, email)
	for _, session := range s.sessions(t, req{token: token}) {
		if !session.Current {
			return session.ID
		}
	}
	t.Fatal("no other session")
	return ""
}

// Every route lets in exactly whom docs/roles.md says, and does nothing for the rest.
func TestRoles(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://127.0.0.1:9", "USHER_MAIL_FROM=intake@firm.example")
	s.post.answer(nil)
	who := s.who(t)
	token := map[string]func() string{"nobody": func() string { return "" }}
	for name, u := range who {
		if u.ID != "" {
			token[name] = func() string { return s.signIn(t, u.Email) }
		}
	}
	gone := token["disabled admin"]()
	token["disabled admin"] = func() string { return gone }
	if err := s.Staff.Disable(t.Context(), who["disabled admin"].Email, true); err != nil {
		t.Fatal(err)
	}
	routes := guardedRoutes(t, s)
	allowed := map[string]map[string]bool{}
	for _, route := range routes {
		allowed[route.name()] = map[string]bool{}
		for name, u := range who {
			bearer := token[name]()
			owner := bearer
			if name == "disabled admin" {
				owner = ""
			}
			r := s.valid(t, route, owner)
			r.token = bearer
			before := s.allTables(t)
			got := s.do(t, r)
			what := route.name() + " by " + name
			switch {
			case name == "nobody" || name == "disabled admin":
				same(t, what, got.status, http.StatusUnauthorized)
			case !u.May(route.needs):
				same(t, what, got.status, http.StatusForbidden)
				if !strings.Contains(got.body, "admin") {
					t.Errorf("%s: who can help is not said: %s", what, got.body)
				}
			case got.status >= 300:
				t.Errorf("%s: %d %s", what, got.status, got.body)
			default:
				allowed[route.name()][name] = true
				continue
			}
			same(t, what+": changed", s.allTables(t), before)
		}
	}
	golden(t, rolesPage, rolesText(routes, allowed)+scopesText(routes, s.byKeys(t, routes)))
}

// rolesText is docs/roles.md: the table of the program, and what the routes answered.
func rolesText(routes []guarded, allowed map[string]map[string]bool) string {
	var b strings.Builder
	mark := func(yes bool) string {
		if yes {
			return "yes"
		}
		return "no"
	}
	b.WriteString("# Who may do what\n\nA test writes this page from what the server answers to each role, and fails when it differs: `make generate` writes it anew.\n" +
		"Whoever isn't signed in, or was disabled, gets 401 from every operation below. *granted*: a viewer whom an admin lets open resumes.\n\n" +
		"## Permissions\nThe table is `Rights` in `internal/staff/rights.go`; `GET /api/v1/me` lists one's own.\n\n" +
		"| permission | admin | attorney | intake | viewer | allows to |\n|---|---|---|---|---|---|\n")
	for _, row := range staff.Rights() {
		fmt.Fprintf(&b, "| `%s` |", row.Permission)
		for _, role := range staff.Roles() {
			cell := mark(staff.User{Role: role}.May(row.Permission))
			if cell == "no" && (staff.User{Role: role, Files: true}).May(row.Permission) {
				cell = "granted"
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		fmt.Fprintf(&b, " %s |\n", row.What)
	}
	b.WriteString("\n## Operations\n| operation | needs | admin | attorney | intake | viewer |\n|---|---|---|---|---|---|\n")
	for _, route := range routes {
		permission := "to be signed in"
		if route.needs != "" {
			permission = "`" + string(route.needs) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s |", route.name(), permission)
		for _, role := range []string{"admin", "attorney", "intake", "viewer"} {
			cell := mark(allowed[route.name()][role])
			if role == "viewer" && cell == "no" && allowed[route.name()]["viewer with resumes"] {
				cell = "granted"
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	b.WriteString("\nSharing a saved view, with `POST` or `PATCH`, and changing one that is shared, needs `views:share` too; changing or deleting one that somebody else shares needs `views:manage`.\n")
	return b.String()
}

func golden(t testing.TB, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // a page of the documentation
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, path+" (UPDATE=1 writes it)", got, string(want))
}

// A viewer keeps views, and shows them to nobody.
func TestViewersShareNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "eva@firm.example", staff.Viewer)
	eva := s.signIn(t, "eva@firm.example")
	own := s.saveView(t, eva, `{"name":"mine"}`)
	s.run(t, []scenario{
		{name: "shared at once", req: jsonReq(http.MethodPost, viewsPath, eva, `{"name":"x","shared":true}`), status: 403, code: "may_not_share"},
		{name: "shared later", req: jsonReq(http.MethodPatch, viewsPath+"/"+own.ID, eva, `{"shared":true}`), status: 403, code: "may_not_share"},
		{name: "renamed", req: jsonReq(http.MethodPatch, viewsPath+"/"+own.ID, eva, `{"name":"y","shared":false}`), status: 200},
	})
	same(t, "what others see", s.views(t, s.admin(t)), []string{})

	ben := s.addUser(t, "ben@firm.example", staff.Attorney)
	token := s.signIn(t, ben.Email)
	shared := s.saveView(t, token, `{"name":"ours","shared":true}`)
	wantStatus(t, s.changed(t, ben.ID, `{"role":"viewer"}`), 200)
	s.run(t, []scenario{
		{name: "changed by who shared it once", req: jsonReq(http.MethodPatch, viewsPath+"/"+shared.ID, token, `{"name":"z"}`), status: 403, code: "may_not_share"},
		{name: "kept to oneself", req: jsonReq(http.MethodPatch, viewsPath+"/"+shared.ID, token, `{"shared":false}`), status: 200},
	})
}
