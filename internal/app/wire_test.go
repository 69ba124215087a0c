package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// marker stands in whatever a test submits that no problem may repeat.
const marker = "zq7marker"

// req is one request. The zero value of a field is left out.
type req struct {
	method string // GET when empty
	path   string
	token  string
	ctype  string
	header map[string]string
	body   string
	stream io.Reader // in place of body, and of unknown length
}

// answer is what a client sees.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request and holds every answer to what api.md says of all of them.
func (s *server) do(t testing.TB, r req) answer {
	t.Helper()
	var body io.Reader = strings.NewReader(r.body)
	if r.stream != nil {
		body = r.stream
	}
	if r.method == "" {
		r.method = http.MethodGet
	}
	out, err := http.NewRequestWithContext(context.Background(), r.method, s.url+r.path, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.ctype != "" {
		out.Header.Set("Content-Type", r.ctype)
	}
	if r.token != "" {
		out.Header.Set("Authorization", "Bearer "+r.token)
	}
	for name, value := range r.header {
		out.Header.Set(name, value)
	}
	out.Host = out.Header.Get("Host") // net/http wants it there; empty is that of the address
	return s.send(t, out)
}

func (s *server) send(t testing.TB, out *http.Request) answer {
	t.Helper()
	in, err := s.http.Do(out)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(in.Body); err != nil {
		t.Fatal(err)
	}
	a := answer{in.StatusCode, in.Header, body.String()}
	a.check(t, out)
	a.checkDocumented(t, out)
	return a
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// check is what holds for every response.
func (a answer) check(t testing.TB, r *http.Request) {
	t.Helper()
	what := r.Method + " " + r.URL.Path
	if !uuidForm.MatchString(a.header.Get("X-Request-Id")) {
		t.Errorf("%s: X-Request-Id is %q", what, a.header.Get("X-Request-Id"))
	}
	if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") == "" {
		t.Errorf("%s: the common headers are missing: %v", what, a.header)
	}
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: has %s", what, name)
		}
	}
	if a.status >= 500 && a.status != http.StatusServiceUnavailable {
		t.Errorf("%s: status %d: %s", what, a.status, a.body)
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return
	}
	if a.header.Get("Cache-Control") != "no-store" && (a.status >= 400 || r.Method != http.MethodHead) {
		t.Errorf("%s: %d with Cache-Control %q", what, a.status, a.header.Get("Cache-Control"))
	}
	if a.status >= 300 && strings.Contains(a.body, marker) {
		t.Errorf("%s: repeats what was sent: %s", what, a.body)
	}
	switch isProblem := a.header.Get("Content-Type") == "application/problem+json"; {
	case a.status < 400 && isProblem:
		t.Errorf("%s: a problem with status %d", what, a.status)
	case a.status < 400, r.Method == http.MethodHead:
	case r.URL.Path == "/api/v1/token" && r.Method == http.MethodPost:
		a.checkRefusal(t, what)
	default:
		a.checkProblem(t, what)
	}
}

// checkProblem holds an error to RFC 9457 and to api.md's members.
func (a answer) checkProblem(t testing.TB, what string) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: %d with Content-Type %q: %s", what, a.status, got, a.body)
		return
	}
	got := a.object(t)
	same(t, what+": members", slices.Sorted(maps.Keys(got)),
		[]string{"code", "detail", "errors", "request_id", "status", "title", "type"})
	if got["request_id"] != a.header.Get("X-Request-Id") || got["status"] != float64(a.status) || got["title"] != http.StatusText(a.status) ||
		got["code"] == "" || got["detail"] == "" {
		t.Errorf("%s: %s", what, a.body)
	}
	violations, ok := got["errors"].([]any)
	if !ok {
		t.Errorf("%s: errors is no list: %s", what, a.body)
	}
	for _, v := range violations {
		violation, _ := v.(map[string]any)
		same(t, what+": a violation", slices.Sorted(maps.Keys(violation)), []string{"code", "field", "message"})
		if violation["field"] == "" || violation["code"] == "" || violation["message"] == "" {
			t.Errorf("%s: %s", what, a.body)
		}
	}
	if auth := a.header.Get("WWW-Authenticate"); (a.status == http.StatusUnauthorized) != (auth == "Bearer") {
		t.Errorf("%s: %d with WWW-Authenticate %q", what, a.status, auth)
	}
	if again := a.header.Get("Retry-After"); (a.status == 429 || a.status == 503) != (again != "") {
		t.Errorf("%s: %d with Retry-After %q", what, a.status, again)
	}
	if allow := a.header.Get("Allow"); (a.status == http.StatusMethodNotAllowed) != (allow != "") {
		t.Errorf("%s: %d with Allow %q", what, a.status, allow)
	}
}

// checkRefusal holds an error of the token route to RFC 6749 section 5.2.
func (a answer) checkRefusal(t testing.TB, what string) {
	t.Helper()
	got := a.object(t)
	same(t, what+": members", slices.Sorted(maps.Keys(got)), []string{"error", "error_description"})
	if a.header.Get("Content-Type") != "application/json" || got["error"] == "" || got["error_description"] == "" {
		t.Errorf("%s: %v %s", what, a.header, a.body)
	}
}

// object reads a JSON object, and nothing after it.
func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%d %q: %v", a.status, a.body, err)
	}
	return v
}

func into[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return v
}

// code is the machine-readable word of an error, of a problem or of RFC 6749.
func (a answer) code(t testing.TB) string {
	t.Helper()
	if !strings.Contains(a.header.Get("Content-Type"), "json") {
		return ""
	}
	got := a.object(t)
	for _, member := range []string{"code", "error"} {
		if code, ok := got[member].(string); ok {
			return code
		}
	}
	return ""
}

// violations are "field code", sorted.
func (a answer) violations(t testing.TB) []string {
	t.Helper()
	var all []string
	var p struct {
		Errors []struct{ Field, Code string }
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatal(err)
	}
	for _, v := range p.Errors {
		all = append(all, v.Field+" "+v.Code)
	}
	slices.Sort(all)
	return all
}

func wantStatus(t testing.TB, a answer, status int) {
	t.Helper()
	if a.status != status {
		t.Fatalf("want %d, got %d: %s", status, a.status, a.body)
	}
}

// scenario is one request to a server and what comes of it: the answer, and what
// was written. The zero census is nothing.
type scenario struct {
	name string
	req
	status int
	code   string
	bad    []string // "field code", sorted
	adds   census
}

// run plays the scenarios one after the other.
func (s *server) run(t testing.TB, scenarios []scenario) {
	t.Helper()
	for _, c := range scenarios {
		s.play(named{t, c.name + ": "}, c)
	}
}

func (s *server) play(t testing.TB, c scenario) {
	t.Helper()
	before := s.census(t)
	got := s.do(t, c.req)
	if got.status != c.status {
		t.Errorf("want %d, got %d: %s", c.status, got.status, got.body)
	}
	if c.code != "" && got.code(t) != c.code {
		t.Errorf("want code %s, got %s", c.code, got.body)
	}
	if c.bad != nil {
		same(t, "violations", got.violations(t), c.bad)
	}
	same(t, "written", s.census(t).minus(before), c.adds)
}

// named says in every failure which of a table's rows it is about. Subtests
// would do so too, but rows of one server can't be parallel.
type named struct {
	testing.TB
	name string
}

func (n named) Errorf(format string, args ...any) {
	n.Helper()
	n.TB.Errorf("%s"+format, append([]any{n.name}, args...)...)
}

func (n named) Fatalf(format string, args ...any) {
	n.Helper()
	n.TB.Fatalf("%s"+format, append([]any{n.name}, args...)...)
}
