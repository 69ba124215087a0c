package edge_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"usher/internal/edge"
	"usher/internal/fault"
)

// Every kind of failure has a status, no two the same, and only a bug is a 500.
func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]int{
		fault.Internal: 500, fault.Malformed: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.MethodNotAllowed: 405,
		fault.Conflict: 409, fault.Stale: 412, fault.TooLarge: 413, fault.Unsupported: 415, fault.Invalid: 422, fault.Throttled: 429, fault.Unavailable: 503,
	}
	if len(want) != len(fault.Kinds()) {
		t.Errorf("%d kinds, %d in this table", len(fault.Kinds()), len(want))
	}
	for _, kind := range fault.Kinds() {
		status, known := edge.Status(errors.Join(errors.New("outside"), fault.New(kind, "code", "detail")))
		if status != want[kind] || known.Code != "code" {
			t.Errorf("kind %d: status %d, code %s", kind, status, known.Code)
		}
	}
	status, known := edge.Status(errors.New("secret"))
	if status != 500 || strings.Contains(known.Detail, "secret") || known.Code != "internal" {
		t.Errorf("an unknown error: %d %v", status, known)
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	t.Parallel()
	for pause, want := range map[time.Duration]string{0: "", -1: "", 1: "1", time.Second: "1", time.Second + 1: "2", 5 * time.Minute: "300"} {
		w := httptest.NewRecorder()
		edge.WriteRetryAfter(w, pause)
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%v: %q, want %q", pause, got, want)
		}
	}
}

// around serves one request and gives what came out of it, and the log.
func around(e edge.Edge, h http.HandlerFunc, r *http.Request) (*httptest.ResponseRecorder, string) {
	var log strings.Builder
	e.Now, e.NewID = time.Now, func() string { return "the-id" }
	e.Log = slog.New(slog.NewJSONHandler(&log, nil))
	if e.Fail == nil {
		e.Fail = func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "bland", http.StatusInternalServerError)
		}
	}
	w := httptest.NewRecorder()
	e.Around(h).ServeHTTP(w, r)
	return w, log.String()
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"198.51.100.7:1", nil, "198.51.100.7"},
		{"198.51.100.7:1", []string{"203.0.113.1"}, "198.51.100.7"}, // no proxy of ours
		{"10.0.0.1:1", nil, "10.0.0.1"},
		{"10.0.0.1:1", []string{"203.0.113.1"}, "203.0.113.1"},
		{"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.1"}, "203.0.113.1"},
		{"10.0.0.1:1", []string{"1.1.1.1", "203.0.113.1 , 10.0.0.2"}, "203.0.113.1"},
		{"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"10.0.0.1:1", []string{"203.0.113.1, rubbish"}, "10.0.0.1"},
		{"10.0.0.1:1", []string{"203.0.113.1:4711"}, "203.0.113.1"},
		{"10.0.0.1:1", []string{"[2001:db9::9]:4711"}, "2001:db9::9"},
		{"10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.1"}, "203.0.113.1"},
		{"[2001:db8::1]:1", []string{"2001:db9::9"}, "2001:db9::9"},
		{"@", []string{"203.0.113.1"}, "invalid IP"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		got := ""
		around(edge.Edge{TrustedProxies: proxies}, func(_ http.ResponseWriter, r *http.Request) { got = edge.Client(r).String() }, r)
		if got != c.want {
			t.Errorf("%s through %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/x?secret=1", nil)
	w, log := around(edge.Edge{}, func(http.ResponseWriter, *http.Request) { panic("at the disco") }, r)
	if w.Code != 500 || w.Body.String() != "bland\n" || w.Header().Get("X-Request-Id") != "the-id" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, "at the disco") || !strings.Contains(log, "the-id") || strings.Contains(log, "secret") {
		t.Errorf("log %s", log)
	}
}

// The log gets one line for a request, without what strangers or prospects wrote.
func TestLogLine(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/received/secret?q=secret", strings.NewReader("secret"))
	r.Header.Set("User-Agent", "secret")
	r.Method = "SECRET" + strings.Repeat("x", 100)
	_, log := around(edge.Edge{}, func(w http.ResponseWriter, r *http.Request) {
		edge.NoteError(r, fault.Field(fault.Invalid, "email", "invalid_email", "secret"))
		w.WriteHeader(http.StatusUnprocessableEntity)
	}, r)
	if strings.Count(log, "\n") != 1 || strings.Contains(log, "secret") || strings.Contains(log, "SECRET") || strings.Contains(log, "192.0.2.1") {
		t.Errorf("log %s", log)
	}
	for _, part := range []string{`"status":422`, `"request_id":"the-id"`, `"code":"invalid_email"`} {
		if !strings.Contains(log, part) {
			t.Errorf("the log lacks %s: %s", part, log)
		}
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	limiter := edge.NewLimiter(60, 3)
	from := func(addr string, now time.Time) error {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.RemoteAddr = "[" + addr + "]:1"
		var err error
		around(edge.Edge{}, func(_ http.ResponseWriter, r *http.Request) { err = limiter.Allow(r, now) }, r)
		return err
	}
	for range 3 {
		if err := from("2001:db8::1", now); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // a refused one costs nothing
		var limited *fault.Error
		if err := from("2001:db8::2", now); !errors.As(err, &limited) || limited.Kind != fault.Throttled || limited.RetryAfter != time.Second {
			t.Fatalf("the fourth of a /64: %v", err)
		}
	}
	if err := from("2001:db8:0:1::1", now); err != nil {
		t.Errorf("another /64: %v", err)
	}
	if err := from("2001:db8::1", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
	var none *edge.Limiter
	if err := none.Allow(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil), now); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}
