package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// staffRoutes are the routes that the document asks a token for, with an id that
// nothing has in place of {id}.
func (s *server) staffRoutes(t testing.TB) []req {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Security []map[string][]string
		}
	}
	got := s.do(t, req{path: "/openapi.json"})
	if err := json.Unmarshal([]byte(got.body), &document); err != nil {
		t.Fatal(err)
	}
	var routes []req
	for path, methods := range document.Paths {
		for method, operation := range methods {
			if len(operation.Security) > 0 {
				routes = append(routes, req{method: strings.ToUpper(method), path: path})
			}
		}
	}
	same(t, "staff routes", len(routes), 50)
	return routes
}

// Without a token nothing is looked at: every staff route, id, query and body
// gets the same answer but for the request's id.
func TestNobodyIsToldAnything(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	message := s.messages(t, "limit=1").Items[0].ID
	before := s.census(t)
	anonymous := func(a answer) (int, string, http.Header) {
		header := a.header.Clone()
		header.Del("Date")
		header.Del("X-Request-Id")
		return a.status, strings.ReplaceAll(a.body, a.header.Get("X-Request-Id"), "(id)"), header
	}
	status, body, header := anonymous(s.do(t, req{path: leadsPath}))
	same(t, "status", status, http.StatusUnauthorized)
	for _, route := range s.staffRoutes(t) {
		for _, who := range []string{id, message, aUUID, "x", "%00", "..%2f..%2fetc", "%2e%2e", strings.Repeat("9", 9000), "'", "💥"} {
			for _, r := range []req{
				{}, {ctype: "application/json", body: `{"state":"REACHED_OUT"}`}, {ctype: "text/plain", body: marker},
				{ctype: "application/json", body: "{"}, {header: map[string]string{"If-Match": `"9"`, "Content-Encoding": "gzip", "Range": "bytes=9-"}},
				{token: "x"}, {header: map[string]string{"Cookie": "usher_session=" + marker, "Sec-Fetch-Site": "cross-site"}}, {header: map[string]string{"Authorization": "Basic " + marker}}, {header: map[string]string{"Authorization": "Bearer"}},
			} {
				r.method, r.path = route.method, strings.ReplaceAll(route.path, "{id}", who)+"?limit=0&cursor="+marker
				gotStatus, gotBody, gotHeader := anonymous(s.do(t, r))
				if gotStatus != status || gotBody != body {
					t.Errorf("%s %s: %d %s", r.method, r.path, gotStatus, gotBody)
				}
				same(t, r.method+" "+r.path, gotHeader, header)
			}
			if !strings.Contains(route.path, "{id}") {
				break
			}
		}
	}
	same(t, "written", s.census(t), before)
}

func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.admin(t)
	for _, route := range s.staffRoutes(t) {
		if !strings.Contains(route.path, "{id}") {
			continue
		}
		for _, id := range []string{aUUID, "x", "%00", "..%2f..", "{" + aUUID + "}", "urn:uuid:" + aUUID, strings.ReplaceAll(aUUID, "-", ""), marker} {
			body := `{"state":"REACHED_OUT"}`
			for end, its := range map[string]string{"/reopen": `{}`, "/notes": `{"text":"x"}`, "/assignee": `{"assignee":null}`, "/views/{id}": `{}`, "/users/{id}": `{}`, "/link": `{}`} {
				if strings.HasSuffix(route.path, end) {
					body = its
				}
			}
			got := s.do(t, req{method: route.method, path: strings.ReplaceAll(route.path, "{id}", id), token: token, ctype: "application/json", body: body})
			if got.status != http.StatusNotFound || got.code(t) != "not_found" {
				t.Errorf("%s %s: %d %s", route.method, route.path, got.status, got.body)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := start(t)
	for path, allow := range map[string]string{
		"/api/v1/leads": "GET, HEAD, POST", "/api/v1/token": "POST", "/api/v1/leads/counts": "GET, HEAD", "/api/v1/messages": "GET, HEAD",
		"/api/v1/leads/csv": "GET, HEAD", "/api/v1/messages/summary": "GET, HEAD", "/api/v1/messages/test": "POST", "/api/v1/messages/preview": "POST",
		"/api/v1/leads/" + aUUID: "DELETE, GET, HEAD, PATCH, PUT", "/api/v1/leads/" + aUUID + "/reopen": "POST",
		"/api/v1/leads/" + aUUID + "/notes": "POST", "/api/v1/leads/" + aUUID + "/assignee": "PUT", "/api/v1/leads/" + aUUID + "/events": "GET, HEAD",
		"/api/v1/leads/" + aUUID + "/resume": "GET, HEAD", "/api/v1/messages/" + aUUID + "/retry": "POST",
		"/api/v1/session": "DELETE, POST", "/api/v1/me": "GET, HEAD", "/api/v1/me/password": "PUT", "/api/v1/staff": "GET, HEAD",
		"/api/v1/firm": "GET, HEAD, PATCH", "/api/v1/views": "GET, HEAD, POST", "/api/v1/system": "GET, HEAD", "/api/v1/users": "GET, HEAD, POST", "/api/v1/users/" + aUUID: "GET, HEAD, PATCH", "/api/v1/users/" + aUUID + "/link": "POST",
		"/api/v1/users/" + aUUID + "/sessions": "DELETE",
		"/api/v1/sessions":                     "DELETE, GET, HEAD", "/api/v1/sessions/" + aUUID: "DELETE", "/api/v1/api-keys": "GET, HEAD, POST", "/api/v1/api-keys/" + aUUID: "DELETE",
		"/api/v1/audit": "GET, HEAD", "/api/v1/audit/csv": "GET, HEAD", "/api/v1/password-reset": "POST, PUT", "/api/v1/invitation": "PUT", "/api/v1/link": "POST", "/api/v1/views/" + aUUID: "DELETE, PATCH", "/api/v1/presence": "PUT", "/api/v1/stream": "GET, HEAD", "/api/v1/reports": "GET, HEAD", "/api/v1/reports/csv": "GET, HEAD", "/api/v1/firm/logo": "DELETE, PUT", "/api/v1/firm/notices": "GET, HEAD, POST",
		"/healthz": "GET, HEAD", "/readyz": "GET, HEAD", "/metrics": "GET, HEAD", "/openapi.json": "GET, HEAD",
		"/": "GET, HEAD, POST", "/received/x": "GET, HEAD", "/received/x/address": "GET, HEAD, POST", "/uploads": "POST", "/starts": "POST",
		"/logo/x": "GET, HEAD", "/qr.svg": "GET, HEAD", "/embed.js": "GET, HEAD",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			if slices.Contains(strings.Split(allow, ", "), method) {
				continue
			}
			got := s.do(t, req{method: method, path: path})
			if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != allow {
				t.Errorf("%s %s: %d, Allow %q, want %q", method, path, got.status, got.header.Get("Allow"), allow)
			}
		}
	}
}

func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{
		"/api/", "/api/v1", "/api/v1/", "/api/v2/leads", "/api/v1/leads/", "/api/v1/Leads", "/api/v1/leads/x/y", "/api/v1/leads/" + aUUID + "/",
		"/api/v1/leads//resume", "/api//v1/leads", "/api/v1/./leads", "/api/v1/x/../leads", "/api/v1/token/", "/api/" + marker,
	} {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
			for _, token := range []string{"", s.admin(t)} {
				got := s.do(t, req{method: method, path: path, token: token})
				if got.status != http.StatusNotFound || got.header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s %s: %d %s", method, path, got.status, got.body)
				}
			}
		}
	}
}

func TestHeadAnswersAsGet(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	token := s.admin(t)
	for _, path := range []string{
		"/", "/api/v1/users", "/api/v1/users/" + id, "/api/v1/leads", "/api/v1/leads/counts", "/api/v1/leads/" + id, "/api/v1/leads/" + id + "/resume", "/api/v1/messages", "/api/v1/me", "/api/v1/staff", "/api/v1/firm", "/api/v1/firm/notices", "/api/v1/views", "/api/v1/sessions", "/api/v1/api-keys", "/api/v1/system", "/api/v1/reports", "/api/v1/reports?from=x",
		"/api/v1/reports/csv?report=days", "/api/v1/reports/csv",
		"/api/v1/messages/summary", "/api/v1/leads/csv", "/api/v1/leads/csv?state=PENDING&sort=oldest&limit=0", "/api/v1/leads/csv?state=x",
		"/healthz", "/readyz", "/openapi.json", "/api/v1/leads?limit=0", "/api/v1/leads/x", "/none", "/received/x",
	} {
		plain := map[string]string{"Accept-Encoding": "identity"} // else net/http asks for gzip with GET only
		get, head := s.do(t, req{path: path, token: token, header: plain}), s.do(t, req{method: http.MethodHead, path: path, token: token, header: plain})
		if head.status != get.status || head.body != "" {
			t.Errorf("%s: GET %d, HEAD %d %q", path, get.status, head.status, head.body)
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Disposition", "ETag", "Cache-Control", "Content-Security-Policy"} {
			if head.header.Get(name) != get.header.Get(name) {
				t.Errorf("%s: %s is %q with HEAD, %q with GET", path, name, head.header.Get(name), get.header.Get(name))
			}
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		got := s.do(t, req{path: path})
		same(t, path, got.body, `{"status":"ok"}`+"\n")
	}
	s.submitted(t)
	metrics := s.do(t, req{path: "/metrics"})
	wantStatus(t, metrics, http.StatusOK)
	for _, line := range []string{`usher_leads{state="PENDING"} 1`, `usher_messages{state="queued"} 2`, "usher_messages_stuck 0", "usher_ready 1"} {
		if !strings.Contains(metrics.body, line+"\n") {
			t.Errorf("no %s in the metrics", line)
		}
	}
	same(t, "metrics through a proxy", s.do(t, req{path: "/metrics"}.with("X-Forwarded-For", "127.0.0.1")).status, 404)
	handler, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder() // whose requests come from 192.0.2.1
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	same(t, "metrics from elsewhere", w.Code, 404)
}

func TestDocument(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.do(t, req{path: "/openapi.json"})
	wantStatus(t, got, http.StatusOK)
	document := got.object(t)
	if document["openapi"] != "3.1.0" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("openapi %v, %v", document["openapi"], got.header)
	}
	paths, _ := document["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		methods, _ := paths[path].(map[string]any)
		for method := range methods {
			r := req{method: strings.ToUpper(method), path: strings.NewReplacer("{id}", aUUID, "{receipt}", "x", "{token}", "x").Replace(path)}
			if got := s.do(t, r); got.status == http.StatusMethodNotAllowed || got.status == 404 && !strings.Contains(path, "{") {
				t.Errorf("the document has %s %s, which answers %d", r.method, path, got.status)
			}
		}
	}
}

func TestServedOverTLS(t *testing.T) {
	t.Parallel()
	const hsts = "Strict-Transport-Security"
	for url, want := range map[string]bool{baseURL: false, "https://usher.example": true} {
		s := start(t, "USHER_BASE_URL="+url)
		for _, path := range []string{"/", leadsPath, "/none"} {
			if got := s.do(t, req{path: path}).header.Get(hsts); (got != "") != want {
				t.Errorf("%s%s: %s %q", url, path, hsts, got)
			}
		}
	}
}
