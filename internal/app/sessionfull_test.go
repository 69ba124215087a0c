package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/staff"
	"usher/internal/storetest/faultdb"
)

// faulty is Usher over a database whose calls can be made to fail.
type faulty struct {
	app *app.App
	db  *faultdb.Faults
}

func newFaulty(t *testing.T) faulty {
	t.Helper()
	driver, db := faultdb.New()
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": t.TempDir() + "/data", "USHER_PUBLIC_RATE": "off"}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, "test", app.Env{Driver: driver}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	a.Staff.Hash = func(context.Context, string) (string, error) { return passwordHash() }
	return faulty{a, db}
}

// handler is the server as it is after a start.
func (f faulty) handler(t *testing.T) http.Handler {
	t.Helper()
	handler, err := f.app.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// ask sends a request with a cookie.
func ask(t *testing.T, handler http.Handler, method, path, cookie, body string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if !strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", plainCookie+"="+cookie)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// On a full disk a browser signs in, reads and signs out.
func TestBrowserOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newFaulty(t)
	if _, err := s.app.Staff.Add(t.Context(), staff.NewUser{Email: adminEmail, Password: password, Role: staff.Admin}, true); err != nil {
		t.Fatal(err)
	}
	handler := s.handler(t)
	browse := func() string {
		w := ask(t, handler, http.MethodPost, sessionPath, "", credentials(adminEmail, password))
		same(t, "sign-in", w.status, http.StatusCreated)
		return w.given(t).Value
	}
	wantSeen := func(when string, handler http.Handler, want map[string]int) {
		t.Helper()
		for cookie, status := range want {
			same(t, when, ask(t, handler, http.MethodGet, leadsPath, cookie, "").status, status)
		}
	}
	stored := browse()
	s.db.Arm(func(_ int, query string) *faultdb.Fault {
		for _, writes := range []string{"INSERT", "UPDATE", "DELETE"} {
			if strings.HasPrefix(query, writes) {
				return &faultdb.Fault{Err: faultdb.Full}
			}
		}
		return nil
	})
	stays, leaves := browse(), browse()
	same(t, "a new password", ask(t, handler, http.MethodPut, passwordPath, stays, `{"current_password":"`+password+`","new_password":"`+password+`"}`).status, 503)
	wantSeen("while it is full", handler, map[string]int{stored: 200, stays: 200, leaves: 200})
	for _, cookie := range []string{leaves, stored} {
		same(t, "sign-out", ask(t, handler, http.MethodDelete, sessionPath, cookie, "").status, http.StatusNoContent)
	}
	want := map[string]int{stored: 401, stays: 200, leaves: 401}
	wantSeen("after the sign-out", handler, want)
	s.app.Auth.Flush(t.Context())
	wantSeen("after a flush in vain", handler, want)
	s.db.Arm(nil)
	s.app.Auth.Flush(t.Context())
	wantSeen("once there is room", handler, want)
	wantSeen("after a restart", s.handler(t), want) // with nothing in memory
}

// On a full disk failed sign-ins count in memory; once there is room a restart doesn't
// forget them.
func TestFailuresOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newFaulty(t)
	if _, err := s.app.Staff.Add(t.Context(), staff.NewUser{Email: adminEmail, Password: password, Role: staff.Admin}, true); err != nil {
		t.Fatal(err)
	}
	s.db.Arm(func(_ int, query string) *faultdb.Fault {
		if strings.HasPrefix(query, "INSERT") || strings.HasPrefix(query, "DELETE") {
			return &faultdb.Fault{Err: faultdb.Full}
		}
		return nil
	})
	handler := s.handler(t)
	try := func(when string, handler http.Handler, word string, want int) {
		t.Helper()
		same(t, when, ask(t, handler, http.MethodPost, sessionPath, "", credentials(adminEmail, word)).status, want)
	}
	for range 9 {
		try("wrong", handler, "wrong", http.StatusUnauthorized)
	}
	try("right", handler, password, http.StatusCreated)
	for range 10 {
		try("wrong, since then", handler, "wrong", http.StatusUnauthorized)
	}
	try("the eleventh", handler, password, http.StatusTooManyRequests)
	s.app.Auth.Flush(t.Context())
	try("after a flush in vain", handler, password, http.StatusTooManyRequests)
	s.db.Arm(nil)
	s.app.Auth.Flush(t.Context())
	try("once there is room", handler, password, http.StatusTooManyRequests)
	try("after a restart", s.handler(t), password, http.StatusTooManyRequests)
}

// The admin is made even when the browser can't be signed in, and signs in there.
func TestSetupWithoutASession(t *testing.T) {
	t.Parallel()
	s := newFaulty(t)
	if err := s.app.MakeFirstAdmin(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler := s.handler(t)
	const damaged = faultdb.Error(11) // SQLITE_CORRUPT: nothing that passes
	s.db.Arm(func(_ int, query string) *faultdb.Fault {
		if strings.HasPrefix(query, "INSERT INTO sessions") {
			return &faultdb.Fault{Err: damaged}
		}
		return nil
	})
	made := ask(t, handler, http.MethodPost, "/setup/"+s.app.SetupToken(), "", "email="+adminEmail+"&password=correct+horse+battery")
	same(t, "status", made.status, http.StatusSeeOther)
	same(t, "what comes next", made.header.Get("Location"), "/app/")
	s.db.Arm(nil)
	same(t, "sign-in", ask(t, handler, http.MethodPost, sessionPath, "", credentials(adminEmail, password)).status, http.StatusCreated)
}
