package app_test

import (
	"net/http"
	"strings"
	"testing"

	"usher/internal/staff"
	"usher/internal/storetest/faultdb"
)

// An invitation that doesn't open any more is neither said to work nor mailed: its user
// was kept out meanwhile, or all their sessions were ended.
func TestInvitationsThatAreVoid(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]req{
		"kept out":   {method: http.MethodPatch, ctype: "application/json", body: `{"disabled":true}`},
		"signed out": {method: http.MethodDelete, path: "/sessions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, post := choosing(t)
			ben := s.invite(t, "ben@firm.example")
			_, token, _ := strings.Cut(*ben.URL, "#")
			end.path, end.token = usersPath+"/"+ben.ID+end.path, s.admin(t)
			s.do(t, end)
			s.do(t, jsonReq(http.MethodPatch, usersPath+"/"+ben.ID, s.admin(t), `{"disabled":false}`))
			same(t, "it opens", s.tellLink(t, token).status, 422)
			same(t, "it is said to work until", s.users(t)["ben@firm.example"].InvitedUntil, nil)
			s.deliver(t)
			same(t, "letters", len(mailed(t, post, "ben@firm.example")), 0)
		})
	}
}

// While nothing can be stored no link can be sent. Who asks for one hears the same
// whether anybody has the address.
func TestAskingForAResetOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newFaulty(t)
	if _, err := s.app.Staff.Add(t.Context(), staff.NewUser{Email: adminEmail, Password: password, Role: staff.Admin}, true); err != nil {
		t.Fatal(err)
	}
	handler := s.handler(t)
	s.db.Arm(func(_ int, query string) *faultdb.Fault {
		if strings.HasPrefix(query, "INSERT") {
			return &faultdb.Fault{Err: faultdb.Full}
		}
		return nil
	})
	for _, email := range []string{adminEmail, "nobody@firm.example"} {
		got := ask(t, handler, http.MethodPost, resetPath, "", `{"email":"`+email+`"}`)
		same(t, email, []any{got.status, got.code(t)}, []any{http.StatusServiceUnavailable, "cannot_store"})
	}
}

// What somebody asks for stands in the audit for ever, and can't be made long.
func TestLongTimesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	long := "2026-11-01T00:00:00." + strings.Repeat("1", 7000) + "Z"
	for _, path := range []string{leadsPath + "/csv?from=" + long, "/api/v1/audit/csv?to=" + long} {
		got := s.do(t, req{path: path, token: s.admin(t)})
		same(t, path[:20], got.status, http.StatusUnprocessableEntity)
	}
	same(t, "precise to the nanosecond", s.do(t, req{path: leadsPath + "/csv?from=2026-11-01T00:00:00.123456789-05:00", token: s.admin(t)}).status, http.StatusOK)
}

// On a slow disk the time of an answer tells how often it waited for one, whatever it is
// rounded to. So whoever asks for a reset waits alike.
func TestAskingForAResetCommitsAlike(t *testing.T) {
	t.Parallel()
	s := start(t)
	gone := s.addUser(t, "gone@firm.example", staff.Intake)
	wantStatus(t, s.changed(t, gone.ID, `{"disabled":true}`), 200)
	commits := func(email string) int64 {
		_, before := s.Commits()
		wantStatus(t, s.askReset(t, email), http.StatusAccepted)
		_, after := s.Commits()
		return after - before
	}
	known := commits(attorneyEmail)
	same(t, "an address that nobody has", commits("nobody@firm.example"), known)
	same(t, "of somebody who is kept out", commits(gone.Email), known)
}

// Ending no session leaves nothing in the audit, however often it is asked for.
func TestEndingNoSessionIsNoEntry(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.attorney(t)
	s.browse(t, attorneyEmail)
	for range 3 {
		wantStatus(t, s.do(t, req{method: http.MethodDelete, path: "/api/v1/sessions", token: token}), http.StatusNoContent)
	}
	same(t, "entries", s.count(t, `SELECT COUNT(*) FROM audit WHERE action = 'session.others_ended'`), 1)
}

// Messages about accounts are there for whoever manages users, and for nobody else.
func TestAccountMailIsForAdmins(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example")
	s.invite(t, "ben@firm.example")
	wantStatus(t, s.askReset(t, attorneyEmail), http.StatusAccepted)
	lead := s.submitted(t)
	list := func(token string) (kinds []string, ids map[string]string) {
		got := s.do(t, req{path: "/api/v1/messages", token: token})
		wantStatus(t, got, http.StatusOK)
		ids = map[string]string{}
		for _, m := range into[messageList](t, got).Items {
			kinds, ids[m.Kind] = append(kinds, m.Kind), m.ID
		}
		return kinds, ids
	}
	kinds, ids := list(s.admin(t))
	same(t, "an admin's", kinds, []string{"notification", "confirmation", "password_reset", "invitation"})
	kinds, _ = list(s.attorney(t))
	same(t, "an attorney's", kinds, []string{"notification", "confirmation"})
	retry := func(token, kind string) int {
		return s.do(t, req{method: http.MethodPost, path: "/api/v1/messages/" + ids[kind] + "/retry", token: token}).status
	}
	same(t, "retried by an attorney", []int{retry(s.attorney(t), "invitation"), retry(s.attorney(t), "notification")}, []int{404, 200})
	same(t, "retried by an admin", retry(s.admin(t), "invitation"), 200)
	same(t, "of the lead", s.byKind(t, lead.ID, "notification").Kind, "notification")
}
