package app_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/audit"
	"usher/internal/staff"
	"usher/internal/storetest"
	"usher/internal/storetest/faultdb"
)

// The file has all entries under the same filters, no formula, and is an entry itself.
func TestAuditExport(t *testing.T) {
	t.Parallel()
	s := start(t)
	u, err := s.Staff.Add(t.Context(), staff.NewUser{Email: "eva@firm.example", Name: "=cmd|' /C calc'!A0", Password: password, Role: staff.Intake}, false)
	if err != nil {
		t.Fatal(err)
	}
	s.signIn(t, u.Email)
	got := s.do(t, req{path: auditPath + "/csv?actor=" + u.ID, token: s.admin(t)})
	wantStatus(t, got, http.StatusOK)
	same(t, "name", got.header.Get("Content-Disposition"), `attachment; filename="audit-2026-11-23.csv"`)
	same(t, "type", got.header.Get("Content-Type"), "text/csv; charset=utf-8; header=present")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	e := s.audited(t, "actor="+u.ID)[0]
	same(t, "rows", rows, [][]string{
		{"id", "at", "actor", "actor_name", "actor_email", "action", "target", "network", "data", "api_key"},
		{e.ID, e.At, u.ID, "'=cmd|' /C calc'!A0", u.Email, "session.began", u.ID, "127.0.0.1", `{"facts":{"by":"token","session":"` + e.Data.Facts["session"] + `"}}`, ""},
	})
	same(t, "itself", linesOf(s.audited(t, "action=audit.*"), nil), []string{s.users(t)[adminEmail].ID + " audit.exported - actor=" + u.ID + " rows=1"})
	wantStatus(t, s.do(t, req{method: http.MethodHead, path: auditPath + "/csv", token: s.admin(t)}), http.StatusOK)
	same(t, "HEAD", len(s.audited(t, "action=audit.*")), 1)
}

// A file of many pages has each entry once.
func TestAuditExportIsWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	const n = 1250
	for i := range n {
		s.Audit.Wait(audit.Entry{ID: storetest.NewID(), At: s.clock.Now(), Action: audit.ReportExported, Data: audit.Data{Facts: map[string]string{"n": fmt.Sprint(i)}}})
	}
	s.Flush(t.Context())
	got := s.do(t, req{path: auditPath + "/csv?action=report.exported", token: s.admin(t)})
	seen := map[string]bool{}
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	for _, row := range rows[1:] {
		seen[row[0]] = true
	}
	same(t, "rows", len(seen), n)
	if err != nil || len(rows) != n+1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// On a full disk people sign in, read resumes and save files; that they did is told once
// there is room, with the time and the place at which it happened.
func TestAuditOnAFullDisk(t *testing.T) {
	t.Parallel()
	driver, db := faultdb.New()
	s := bareOn(t, driver)
	lead := s.submitted(t)
	s.admin(t)
	db.Arm(func(_ int, query string) *faultdb.Fault {
		if strings.HasPrefix(query, "INSERT") || strings.HasPrefix(query, "UPDATE") {
			return &faultdb.Fault{Err: faultdb.Full}
		}
		return nil
	})
	s.clock.Add(time.Minute)
	token, _ := s.token(t, "username="+adminEmail+"&password="+strings.ReplaceAll(password, " ", "+")).object(t)["access_token"].(string)
	for _, path := range []string{leadsPath + "/" + lead.ID + "/resume", csvPath, auditPath} {
		wantStatus(t, s.do(t, req{path: path, token: token}), http.StatusOK)
	}
	wantStatus(t, s.do(t, jsonReq(http.MethodPatch, leadsPath+"/"+lead.ID, token, `{"state":"REACHED_OUT"}`)), http.StatusServiceUnavailable)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: sessionPath, token: token}), http.StatusNoContent)
	s.Flush(t.Context())
	same(t, "while it is full", len(s.audited(t, "from=2026-11-23T09:01:00Z")), 0)
	db.Arm(nil)
	s.clock.Add(time.Hour)
	s.Flush(t.Context())
	s.Flush(t.Context()) // once is enough
	admin := s.users(t)[adminEmail].ID
	var actions []string
	for _, e := range s.audited(t, "from=2026-11-23T09:00:30Z&to=2026-11-23T09:30:00Z") {
		actions = append(actions, e.Action)
		same(t, e.Action, e.At+" "+*e.Actor+" "+*e.Network, "2026-11-23T09:01:00Z "+admin+" 127.0.0.1")
	}
	slices.Sort(actions)
	same(t, "once there is room", actions, []string{"lead.exported", "lead.resume_viewed", "session.began", "session.signed_out"})
}

// Guessing fills nothing: each pause is told once, and beyond a bound there is silence.
func TestGuessingIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, trusted)
	for network := range 8 {
		from := fmt.Sprintf("203.0.113.%d", network)
		for range 15 {
			s.attempt(t, from, attorneyEmail, "wrong")
		}
	}
	s.Flush(t.Context())
	failed := s.audited(t, "action=session.sign_in_failed&limit=100")
	same(t, "entries", len(failed), 30)
	var pauses int
	for _, e := range failed {
		same(t, "whose", *e.Target, s.users(t)[attorneyEmail].ID)
		if e.Data.Facts["pause_seconds"] != "" {
			pauses++
			same(t, "pause", e.Data.Facts["pause_seconds"], "1")
		}
	}
	same(t, "pauses", pauses, 3) // of the networks whose tenth failure is told
	same(t, "the last", failed[0].Data.Facts["more"], "not_recorded")
	s.clock.Add(time.Hour)
	s.attempt(t, "203.0.113.99", attorneyEmail, "wrong")
	s.Flush(t.Context())
	same(t, "an hour later", len(s.audited(t, "action=session.sign_in_failed&limit=100")), 31)
}

// bareOn is a server with an admin, over a driver of database/sql.
func bareOn(t testing.TB, driver string) *server {
	t.Helper()
	return bareIn(t, func(e *app.Env) { e.Driver = driver }, "USHER_ADMIN_EMAIL="+adminEmail, "USHER_ADMIN_PASSWORD="+password)
}
