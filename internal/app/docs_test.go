package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// The page at /docs may run its own scripts and talk to this server, and that is
// all; what isn't there is a page that says so.
func TestDocsPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	page := s.do(t, req{path: "/docs"})
	wantStatus(t, page, http.StatusOK)
	csp := page.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, part+";") && !strings.HasSuffix(csp, part) {
			t.Errorf("no %s in %q", part, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("CSP %q, %v", csp, page.header)
	}
	for path, want := range map[string]struct {
		status      int
		contentType string
	}{
		"/docs/init.js": {200, "text/javascript; charset=utf-8"}, "/docs/swagger-ui-bundle.js": {200, "text/javascript; charset=utf-8"},
		"/docs/swagger-ui.css": {200, "text/css; charset=utf-8"}, "/docs/page.css": {200, "text/css; charset=utf-8"},
		"/docs/": {308, "text/html; charset=utf-8"}, "/docs/none.js": {404, "text/html; charset=utf-8"},
		"/docs/init.js/x": {404, "text/html; charset=utf-8"}, "/docs/page.html": {404, "text/html; charset=utf-8"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := s.do(t, req{method: method, path: path})
			if got.status != want.status || got.header.Get("Content-Type") != want.contentType || (method == http.MethodHead && got.body != "") {
				t.Errorf("%s %s: %d %v", method, path, got.status, got.header)
			}
		}
		if got := s.do(t, req{method: http.MethodPost, path: path}); want.status != 404 && (got.status != 405 || got.header.Get("Allow") != "GET, HEAD") {
			t.Errorf("POST %s: %d, Allow %q", path, got.status, got.header.Get("Allow"))
		}
	}
}
