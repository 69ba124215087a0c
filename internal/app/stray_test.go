package app_test

import (
	"net/http"
	"strings"
	"testing"

	"usher/internal/fault"
	"usher/internal/staff"
)

// What no browser and no client sends on purpose is answered by us all the same.
func TestStrayRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	lead := s.submitted(t)
	token := s.admin(t)
	resume := leadsPath + "/" + lead.ID + "/resume"
	for name, c := range map[string]struct {
		req    req
		status int
	}{
		"an encoded form":              {formPost("/", good()).with("Content-Encoding", "gzip"), 415},
		"two slashes before a page":    {req{path: "//received/x"}, 404},
		"two slashes before the API":   {req{method: http.MethodPost, path: "//api/v1/leads"}, 404},
		"a path that climbs":           {req{path: "/received/../x"}, 404},
		"the API's folder":             {req{path: "/api"}, 404},
		"a range of another unit":      {req{path: resume, token: token}.with("Range", "items=0-1"), 200},
		"metrics past a proxy (Via)":   {req{path: "/metrics"}.with("Via", "1.1 proxy"), 404},
		"metrics past a proxy (nginx)": {req{path: "/metrics"}.with("X-Real-Ip", "203.0.113.7"), 404},
		"metrics from here":            {req{path: "/metrics"}, 200},
	} {
		if got := s.do(t, c.req); got.status != c.status {
			t.Errorf("%s: %d, want %d", name, got.status, c.status)
		}
	}
}

// What stands behind the last boundary means nothing, and the answer comes
// through all the same.
func TestEpilogueIsTaken(t *testing.T) {
	t.Parallel()
	s := start(t)
	post := submission(good()...)
	post.body += strings.Repeat("epilogue", 1<<16)
	same(t, "status", s.do(t, post).status, 201)
}

// A name goes to terminals, so it holds nothing that steers one.
func TestUserNamesSteerNoTerminal(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, err := s.Staff.Add(t.Context(), staff.NewUser{Email: "e@firm.example", Name: "evil\x1b[31m", Role: staff.Attorney, Password: password}, false)
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("taken: %v", err)
	}
}
