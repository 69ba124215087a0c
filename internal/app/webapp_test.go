package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"usher/internal/app"
	"usher/internal/config"
)

// appStatus is what the app's pages answer with in the tree as it is: where it was
// not built, there is a page that says so.
func appStatus(t testing.TB) int {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", "webapp", "dist", "index.html")); err != nil {
		t.Log("the staff app was not built: this is its placeholder")
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// The app is one page at all of its paths, which may use this server and nothing
// else, and is never kept.
func TestStaffApp(t *testing.T) {
	t.Parallel()
	status := appStatus(t)
	s := start(t)
	first := s.page(t, "/app/")
	wantPolicy(t, first)
	for _, at := range []string{"/app/", "/app/leads", "/app/leads/" + aUUID, "/app/welcome?x=" + marker, "/app/a/b/c/", "/app/%2e%2e", "/app/assetsx"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := s.do(t, req{method: method, path: at})
			same(t, method+" "+at, got.status, status)
			same(t, method+" "+at+": policy", got.header.Values("Content-Security-Policy"), first.header.Values("Content-Security-Policy"))
			for name, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Length": first.header.Get("Content-Length"), "Set-Cookie": "",
				"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
			} {
				same(t, method+" "+at+": "+name, got.header.Get(name), want)
			}
			if method == http.MethodGet {
				same(t, at, got.body, first.body)
			} else {
				same(t, "HEAD "+at, got.body, "")
			}
		}
	}
}

func wantPolicy(t testing.TB, page answer) {
	t.Helper()
	csp := page.header.Get("Content-Security-Policy")
	for _, part := range []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
	} {
		if !strings.Contains(csp+";", part+";") {
			t.Errorf("no %s in %q", part, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
		t.Errorf("the CSP: %s", csp)
	}
	if inline := regexp.MustCompile(`<style|\sstyle=|\son[a-z]+=|<script[^>]*>[^<]`).FindString(page.body); inline != "" {
		t.Errorf("the page has %q inline", inline)
	}
}

var appFile = regexp.MustCompile(`(?:href|src)="(/app/[^"]+)"`)

// Each file that the page names is there and may be kept for good.
func TestStaffAppFiles(t *testing.T) {
	t.Parallel()
	built := appStatus(t) == http.StatusOK
	s := start(t)
	named := appFile.FindAllStringSubmatch(s.page(t, "/app/").body, -1)
	if built != (len(named) > 0) {
		t.Errorf("the page names %d files", len(named))
	}
	for _, match := range named {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := s.do(t, req{method: method, path: match[1]}.with("Accept-Encoding", "gzip"))
			wantStatus(t, got, http.StatusOK)
			same(t, match[1]+": Cache-Control", got.header.Get("Cache-Control"), "public, max-age=31536000, immutable")
			same(t, match[1]+": Content-Encoding", got.header.Get("Content-Encoding"), "gzip")
			if kind := got.header.Get("Content-Type"); kind == "" || strings.HasPrefix(kind, "text/html") {
				t.Errorf("%s is %q", match[1], kind)
			}
		}
	}
	for _, at := range []string{"/app/assets/", "/app/assets/none.js", "/app/assets/index.html", "/app/assets/x/" + marker} {
		wantPage(t, s.page(t, at), http.StatusNotFound)
	}
}

func TestStaffAppMethods(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, at := range []string{"/app", "/app/", "/app/leads/x", "/app/assets/none.js"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"} {
			got := s.do(t, req{method: method, path: at})
			wantPage(t, got, http.StatusMethodNotAllowed)
			same(t, method+" "+at, got.header.Get("Allow"), "GET, HEAD")
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		got := s.do(t, req{method: method, path: "/app?x=" + marker})
		wantStatus(t, got, http.StatusPermanentRedirect)
		same(t, "Location", got.header.Get("Location"), "/app/")
	}
	// The API is where it was, and so are the site's own pages.
	same(t, "API", s.do(t, req{path: "/api/app/"}).header.Get("Content-Type"), "application/problem+json")
	same(t, "unclean", s.do(t, req{path: "/app//leads"}).header.Get("Content-Type"), "application/problem+json")
	wantPage(t, s.page(t, "/apple"), http.StatusNotFound)
	wantPage(t, s.page(t, "/"), http.StatusOK)
}

// The log names the route. Which lead somebody looked at, it doesn't say.
func TestStaffAppInLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": filepath.Join(dir, "data"), "USHER_SECRET_KEY": secretHex}, nil, dir)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a, err := app.Open(context.Background(), cfg, "test", app.Env{Log: slog.New(slog.NewJSONHandler(&log, nil))}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{"/app": "GET /app", "/app/leads/" + marker: "GET /app/", "/app/assets/" + marker: "GET /app/assets/"} {
		log.Reset()
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, at, nil))
		var line struct{ Msg, Route string }
		if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Msg != "request" || line.Route != want || strings.Contains(log.String(), marker) {
			t.Errorf("%s: %s (%v)", at, log.String(), err)
		}
	}
}
