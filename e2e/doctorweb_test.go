package e2e

import (
	"database/sql"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What stands at the base URL and at the listen address, when it isn't ours.
func TestDoctorWeb(t *testing.T) {
	t.Parallel()
	ours, theirs := start(t, how{}), start(t, how{})
	ours.submit(simple("old"))
	ours.drained(patience)
	older(t, ours.data) // a lead of days ago, whose page shows no address
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(page.Close)
	elsewhere := httptest.NewServer(http.RedirectHandler("https://www.firm.example/x", http.StatusMovedPermanently))
	t.Cleanup(elsewhere.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	small := proxyTo(t, ours.base, 1<<20)
	large := proxyTo(t, ours.base, 100<<20)
	for _, c := range []struct {
		base     string
		problems int
		want     []string
	}{
		{ours.base, 0, []string{"ok base URL", "this server and this data"}},
		{large, 0, []string{"ok base URL", "this server and this data"}},
		{small, 1, []string{"problem proxy", "10.0 MiB", "client_max_body_size"}},
		{theirs.base, 1, []string{"problem base URL", "other data or another secret key"}},
		{page.URL, 1, []string{"problem base URL", "not Usher", "Check USHER_BASE_URL"}},
		{elsewhere.URL, 1, []string{"problem base URL", "redirects to https://www.firm.example", "or end the redirect"}},
		{secure.URL, 1, []string{"problem base URL", "certificate", "browsers trust"}},
		{secure.URL, 1, []string{"warning proxy", "USHER_TRUSTED_PROXIES"}},
		{"http://127.0.0.1:" + strconv.Itoa(freePort(t)), 1, []string{"problem base URL", "connection refused"}},
	} {
		d := diagnose(t, how{data: ours.data, env: []string{"USHER_LISTEN=" + ours.addr, "USHER_BASE_URL=" + c.base}})
		d.consistent(t, c.problems)
		d.finds(t, c.want[0], c.want[1:]...)
	}
	if log := ours.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("the doctor made the server complain:\n%s", log)
	}

	d := diagnose(t, how{data: ours.data, env: []string{"USHER_LISTEN=127.0.0.1:" + strconv.Itoa(freePort(t))}})
	d.finds(t, "problem server", "Somebody holds the data directory", "settings that the server has")
	d = diagnose(t, how{data: t.TempDir(), env: []string{"USHER_LISTEN=" + ours.addr}})
	d.finds(t, "warning server", "Another Usher")
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	go func() { // it takes connections and says nothing that makes sense
		for {
			conn, err := busy.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	d = diagnose(t, how{data: t.TempDir(), env: []string{"USHER_LISTEN=" + busy.Addr().String()}})
	d.finds(t, "problem server", "in use by another program", "USHER_LISTEN")
}

// proxyTo is a proxy that takes bodies up to a limit.
func proxyTo(t testing.TB, target string, limit int64) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > limit {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// older makes the leads of a data directory two days older.
func older(t testing.TB, data string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "usher.db"))
	if err == nil {
		_, err = db.Exec(`PRAGMA busy_timeout = 10000; UPDATE leads SET created_at = created_at - 172800000000`)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
}
