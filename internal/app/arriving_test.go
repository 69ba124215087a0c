package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"usher/internal/staff"
)

// arriving is a request that was let in and whose body is still on its way.
type arriving struct {
	conn  net.Conn
	reads *bufio.Reader
	body  string
}

// arrive sends the head of a request, and returns once the server has let its sender in
// and asks for the body.
func (s *server) arrive(t testing.TB, r req) arriving {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: usher.example\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", r.method, r.path, r.token, len(r.body))
	if err != nil {
		t.Fatal(err)
	}
	a := arriving{conn, bufio.NewReader(conn), r.body}
	if line, err := a.reads.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%s %s was answered %q: %v", r.method, r.path, line, err)
	}
	_, _ = a.reads.ReadString('\n')
	return a
}

// end sends the body.
func (a arriving) end(t testing.TB) answer {
	t.Helper()
	if _, err := io.WriteString(a.conn, a.body); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(a.reads, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// Whoever is kept out while the body of their request is on its way, which may take a
// minute, can't finish it: else an admin could undo their own end.
func TestRightsHoldWhileABodyArrives(t *testing.T) {
	t.Parallel()
	endings := map[string]struct {
		end    func(t *testing.T, s *server, u staff.User)
		status int
		keys   int // the status of a request that takes no permission
	}{
		"disabled": {func(t *testing.T, s *server, u staff.User) {
			t.Helper()
			wantStatus(t, s.changed(t, u.ID, `{"disabled":true}`), 200)
		}, http.StatusUnauthorized, http.StatusUnauthorized},
		"made a viewer": {func(t *testing.T, s *server, u staff.User) {
			t.Helper()
			wantStatus(t, s.changed(t, u.ID, `{"role":"viewer"}`), 200)
		}, http.StatusForbidden, http.StatusCreated},
		"signed out": {func(t *testing.T, s *server, u staff.User) {
			t.Helper()
			wantStatus(t, s.do(t, req{method: http.MethodDelete, path: usersPath + "/" + u.ID + "/sessions", token: s.admin(t)}), 204)
		}, http.StatusUnauthorized, http.StatusUnauthorized},
	}
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			u := s.addUser(t, "eva@firm.example", staff.Admin)
			lead, token := s.submitted(t).ID, s.signIn(t, u.Email)
			key := s.arrive(t, jsonReq(http.MethodPost, apiKeysPath, token, readKey))
			waiting := map[string]arriving{}
			for what, r := range map[string]req{
				"undo it":        jsonReq(http.MethodPatch, usersPath+"/"+u.ID, token, `{"role":"admin","disabled":false}`),
				"add an admin":   jsonReq(http.MethodPost, usersPath, token, `{"email":"x@firm.example","role":"admin","password":"`+another+`"}`),
				"mark a lead":    jsonReq(http.MethodPatch, leadsPath+"/"+lead, token, `{"state":"REACHED_OUT"}`),
				"change a logo":  jsonReq(http.MethodPut, logoPath, token, `x`),
				"send a message": jsonReq(http.MethodPost, "/api/v1/messages/test", token, `{}`),
			} {
				waiting[what] = s.arrive(t, r)
			}
			ending.end(t, s, u)
			before := s.allTables(t)
			for what, a := range waiting {
				same(t, what, a.end(t).status, ending.status)
			}
			same(t, "changed", s.allTables(t), before)
			same(t, "make a key", key.end(t).status, ending.keys)
		})
	}
}
