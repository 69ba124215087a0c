package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/audit"
	"usher/internal/staff"
)

const auditPath = "/api/v1/audit"

type auditEntry struct {
	ID, At, Action         string
	Actor, Target, Network *string
	APIKey                 *string `json:"api_key"`
	Data                   struct{ Facts, Before, After map[string]string }
}

type auditList struct {
	Items      []auditEntry
	NextCursor *string `json:"next_cursor"`
}

// audited are the entries of a query as an admin reads them, newest first.
func (s *server) audited(t testing.TB, query string) []auditEntry {
	t.Helper()
	got := s.do(t, req{path: auditPath + "?" + query, token: s.admin(t)})
	wantStatus(t, got, http.StatusOK)
	return into[auditList](t, got).Items
}

// line is an entry as a text, with names in the place of ids.
func (e auditEntry) line(names map[string]string) string {
	called := func(id *string) string {
		if id == nil {
			return "-"
		}
		if name, ok := names[*id]; ok {
			return name
		}
		return *id
	}
	text := fmt.Sprint(called(e.Actor), " ", e.Action, " ", called(e.Target))
	for _, part := range []map[string]string{e.Data.Facts, e.Data.Before, e.Data.After} {
		for _, name := range slices.Sorted(maps.Keys(part)) {
			text += fmt.Sprint(" ", name, "=", called(new(part[name])))
		}
		text += " |"
	}
	return strings.TrimRight(text, " |")
}

// linesOf are the lines of some entries, oldest first.
func linesOf(entries []auditEntry, names map[string]string) (lines []string) {
	for _, e := range slices.Backward(entries) {
		lines = append(lines, e.line(names))
	}
	return lines
}

// What staff do is told in their names, one entry each, and without a word that anybody
// has written about a prospect.
func TestAudit(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://127.0.0.1:9", "USHER_MAIL_FROM=intake@firm.example")
	names := map[string]string{}
	for _, u := range s.users(t) {
		names[u.ID] = strings.TrimSuffix(u.Email, "@firm.example")
	}
	token := s.attorney(t)
	l := s.submitted(t, text("first_name", "Qname"), text("email", "qname@example.com"))
	names[l.ID] = "lead"
	message := s.byKind(t, l.ID, "notification").ID
	names[message] = "message"
	s.deliver(t) // it is captured
	s.post.answer(nil)
	at, admin := leadsPath+"/"+l.ID, s.admin(t)
	before := len(s.audited(t, "limit=100"))
	do := func(method, path, token, body string, status int) answer {
		t.Helper()
		s.clock.Add(time.Second)
		got := s.do(t, jsonReq(method, path, token, body))
		wantStatus(t, got, status)
		return got
	}
	do("PUT", at+"/assignee", token, `{"assignee":"me"}`, 200)
	do("PATCH", at, token, `{"state":"REACHED_OUT","channel":"phone"}`, 200)
	do("PATCH", at, token, `{"channel":"email"}`, 200)
	do("POST", at+"/reopen", token, `{"reason":"Qname's number"}`, 200)
	do("PATCH", at, admin, `{"state":"REACHED_OUT"}`, 200)
	do("POST", at+"/reopen", token, `{}`, 200)
	do("POST", at+"/notes", token, `{"text":"Called Qname"}`, 201)
	for range 2 { // within ten minutes
		do("GET", at+"/resume", token, "", 200)
	}
	do("GET", csvPath+"?q=qname&state=PENDING&assignee=me", token, "", 200)
	do("HEAD", csvPath, token, "", 200)
	do("GET", "/api/v1/reports/csv?report=backlog&from=2026-11-01&to=2026-11-20", token, "", 200)
	do("POST", "/api/v1/messages/"+message+"/retry", token, "", 200)
	do("POST", "/api/v1/messages/test", token, "", 200)
	v := into[savedView](t, do("POST", viewsPath, token, `{"name":"Qname","q":"qname","shared":true}`, 201))
	names[v.ID] = "view"
	do("PATCH", viewsPath+"/"+v.ID, admin, `{"q":"qname carreno","sort":"oldest"}`, 200)
	do("DELETE", viewsPath+"/"+v.ID, token, "", 204)
	do("PATCH", "/api/v1/firm", admin, `{"name":"Rivera","contact_within_hours":24,"texts":{"en":{"promise":"Soon."}}}`, 200)
	do("POST", "/api/v1/firm/notices", admin, `{"language":"en","text":"Read this."}`, 201)
	do("DELETE", at, admin, "", 204)

	same(t, "told", linesOf(s.audited(t, "limit=100")[:len(s.audited(t, "limit=100"))-before], names), []string{
		"attorney lead.assigned lead | assignee= | assignee=attorney",
		"attorney lead.reached_out lead channel=phone | state=PENDING | state=REACHED_OUT",
		"attorney lead.channel_set lead channel=email",
		"attorney lead.undone lead | state=REACHED_OUT | state=PENDING",
		"admin lead.reached_out lead | state=PENDING | state=REACHED_OUT",
		"attorney lead.reopened lead | state=REACHED_OUT | state=PENDING",
		"attorney lead.note_added lead",
		"attorney lead.resume_viewed lead",
		"attorney lead.exported - assignee=me q=searched rows=1 state=PENDING",
		"attorney report.exported - from=2026-11-01 report=backlog to=2026-11-20",
		"attorney message.retried lead kind=notification message=message",
		"attorney message.tested - result=sent",
		"attorney view.shared view",
		"admin view.changed view search=changed sort=changed",
		"attorney view.removed view",
		"admin firm.changed - | contact_within_hours=0 name= texts.en.promise= | contact_within_hours=24 name=Rivera texts.en.promise=Soon.",
		"admin firm.notice_published - language=en version=1",
		"admin lead.erased lead",
	})
	for _, row := range rowsOf(t, s.database(t), "audit") {
		if lower := strings.ToLower(row); strings.Contains(lower, "qname") || strings.Contains(row, l.Reference) {
			t.Errorf("the audit names a prospect: %s", row)
		}
	}
	s.wantNowhere(t, "Qname") // and so an erasure is whole
}

// Who comes in, and who doesn't, where from; and what is done to people.
func TestAuditOfPeople(t *testing.T) {
	t.Parallel()
	s := start(t, trusted)
	names := map[string]string{}
	before := len(s.audited(t, ""))
	try := func(r req, status int) answer {
		t.Helper()
		s.clock.Add(time.Second)
		got := s.do(t, r.with("X-Forwarded-For", "203.0.113.7"))
		wantStatus(t, got, status)
		return got
	}
	admin := s.admin(t)
	eva := into[invited](t, try(jsonReq("POST", usersPath, admin, `{"email":"eva@firm.example","name":"=cmd|' /C calc'!A0","role":"viewer","password":"seven quiet green lamps"}`), 201))
	try(jsonReq("PATCH", usersPath+"/"+eva.ID, admin, `{"role":"intake","name":"Eva"}`), 200)
	try(signInAs("eva@firm.example", "wrong password"), 401)
	try(signInAs("who@firm.example", "wrong password"), 401)
	cookie := try(signInAs("eva@firm.example", password), 201).given(t).Value
	next := try(signInAs("eva@firm.example", password).by(cookie), 201).given(t).Value
	try(jsonReq("PUT", passwordPath, "", `{"current_password":"not this one","new_password":"nine small brown birds"}`).by(next), 422)
	fresh := try(jsonReq("PUT", passwordPath, "", `{"current_password":"`+password+`","new_password":"nine small brown birds"}`).by(next), 204).given(t).Value
	try(req{method: "DELETE", path: sessionPath}.by(fresh), 204)
	form := func(body string) req {
		return req{method: "POST", path: "/api/v1/token", ctype: "application/x-www-form-urlencoded", body: body}
	}
	refresh, _ := try(form("username=eva@firm.example&password=nine+small+brown+birds"), 200).object(t)["refresh_token"].(string)
	for _, status := range []int{200, 400, 400, 400} {
		try(form("grant_type=refresh_token&refresh_token="+refresh), status)
	}
	try(jsonReq("PATCH", usersPath+"/"+eva.ID, s.admin(t), `{"disabled":true}`), 200)
	try(signInAs("eva@firm.example", "nine small brown birds"), 401)
	s.Flush(t.Context())

	for _, u := range s.users(t) {
		names[u.ID] = strings.TrimSuffix(u.Email, "@firm.example")
	}
	all := s.audited(t, "limit=100")
	all = all[:len(all)-before]
	sessions := 0
	for _, e := range slices.Backward(all) {
		if id := e.Data.Facts["session"]; names[id] == "" && id != "" {
			sessions++
			names[id] = fmt.Sprint("s", sessions)
		}
		if e.Network == nil || *e.Network != "203.0.113.7" {
			t.Errorf("%s from %v", e.Action, e.Network)
		}
	}
	same(t, "told", linesOf(all, names), []string{
		"admin user.added eva disabled=false email=eva@firm.example files=false name==cmd|' /C calc'!A0 role=viewer",
		"admin user.changed eva | name==cmd|' /C calc'!A0 role=viewer | name=Eva role=intake",
		"- session.sign_in_failed eva reason=wrong_password",
		"- session.sign_in_failed - reason=unknown_name",
		"eva session.began eva by=browser session=s1",
		"eva session.began eva by=browser session=s2",
		"eva session.replaced eva session=s1",
		"eva session.sign_in_failed eva reason=wrong_password",
		"eva user.password_changed eva",
		"eva session.signed_out eva session=" + names[s.newestSession(t, "session.signed_out")],
		"eva session.began eva by=token session=" + names[s.newestSession(t, "session.token_reused")],
		"- session.token_reused eva session=" + names[s.newestSession(t, "session.token_reused")],
		"admin user.changed eva | disabled=false | disabled=true",
		"- session.sign_in_failed eva reason=disabled",
	})
}

// newestSession is the session of the newest entry of an action.
func (s *server) newestSession(t testing.TB, action string) string {
	t.Helper()
	return s.audited(t, "action="+action)[0].Data.Facts["session"]
}

// The first admin comes from the settings, or by the link; the rest by the command line.
func TestAuditWithoutAUser(t *testing.T) {
	t.Parallel()
	s := start(t)
	same(t, "from the settings", *s.audited(t, "action=user.added&actor=usher")[0].Target, s.users(t)[adminEmail].ID)

	linked := bare(t)
	wantStatus(t, linked.do(t, req{
		method: "POST", path: "/setup/" + linked.SetupToken(), ctype: "application/x-www-form-urlencoded", body: "email=" + adminEmail + "&password=correct+horse+battery",
	}), http.StatusSeeOther)
	made := linked.audited(t, "action=user.added")[0]
	same(t, "by the link", *made.Actor+" "+*made.Network, "setup_link 127.0.0.1")
	same(t, "and signed in", *linked.audited(t, "action=session.began")[1].Actor, *made.Target)

	by := audit.As(t.Context(), audit.Actor{Name: audit.CommandLine})
	if err := s.Staff.ResetPassword(by, attorneyEmail, "seven quiet green lamps"); err != nil {
		t.Fatal(err)
	}
	reset := s.audited(t, "actor=command_line")[0]
	same(t, "by the command line", reset.Action+" "+*reset.Target, "user.password_reset "+s.users(t)[attorneyEmail].ID)
	if reset.Network != nil {
		t.Errorf("from %s", *reset.Network)
	}
}

func TestAuditFilters(t *testing.T) {
	t.Parallel()
	s := start(t)
	lead := s.submitted(t)
	s.clock.Add(24 * time.Hour)
	wantStatus(t, s.mark(t, lead.ID, `{"state":"REACHED_OUT"}`), http.StatusOK)
	s.clock.Add(24 * time.Hour)
	s.admin(t)
	attorney := s.users(t)[attorneyEmail].ID
	for query, want := range map[string]string{
		"action=lead.*": "lead.reached_out", "action=lead.reached_out": "lead.reached_out", "target=" + strings.ToUpper(lead.ID): "lead.reached_out",
		"actor=" + attorney: "lead.reached_out session.began", "actor=" + attorney + "&action=session.*": "session.began",
		"from=2026-11-25": "session.began", "from=2026-11-24&to=2026-11-24": "lead.reached_out session.began", "to=2026-11-23T09:00:00Z&actor=usher": "user.added", "action=view.*": "",
		"target=" + aUUID: "", "unknown=1&action=view.*": "",
	} {
		var got []string
		for _, e := range s.audited(t, query) {
			got = append(got, e.Action)
		}
		same(t, query, strings.Join(got, " "), want)
	}
	var walked []auditEntry
	for page := ""; ; {
		got := s.do(t, req{path: auditPath + "?limit=2" + page, token: s.admin(t)})
		list := into[auditList](t, got)
		walked = append(walked, list.Items...)
		if list.NextCursor == nil {
			break
		}
		page = "&cursor=" + *list.NextCursor
	}
	same(t, "page by page", walked, s.audited(t, ""))
	same(t, "no-store", s.do(t, req{path: auditPath, token: s.admin(t)}).header.Get("Cache-Control"), "no-store")
}

func TestAuditRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "eva@firm.example", staff.Viewer)
	s.submitted(t)
	s.submitted(t)
	cursor := s.leads(t, "limit=1").NextCursor // of another list
	for _, path := range []string{auditPath, auditPath + "/csv"} {
		refused := func(query string, bad ...string) scenario {
			return scenario{name: path + query, req: req{path: path + "?" + query, token: s.admin(t)}, status: 422, code: "invalid", bad: bad}
		}
		scenarios := []scenario{
			{name: "nobody", req: req{path: path + "?limit=0"}, status: 401, code: "unauthenticated"},
			{name: "a viewer", req: req{path: path + "?limit=0", token: s.signIn(t, "eva@firm.example")}, status: 403, code: "forbidden"},
			{name: "an attorney", req: req{path: path, token: s.attorney(t)}, status: 403, code: "forbidden"},
			refused("actor=ana", "actor invalid_id"), refused("actor="+strings.ReplaceAll(aUUID, "-", ""), "actor invalid_id"), refused("target=x", "target invalid_id"),
			refused("action=lead", "action unknown_action"), refused("action=*", "action unknown_action"), refused("action=", "action unknown_action"), refused("from=yesterday", "from invalid_time"),
			refused("actor="+aUUID+"&actor="+aUUID, "actor duplicate"), refused("to=%zz", "to malformed"),
			refused("to=x&actor=y&target=z&action=a", "action unknown_action", "actor invalid_id", "target invalid_id", "to invalid_time"),
		}
		if path == auditPath {
			scenarios = append(scenarios, refused("limit=0", "limit out_of_range"), refused("limit=101", "limit out_of_range"),
				refused("cursor=x", "cursor invalid_cursor"), refused("cursor="+*cursor, "cursor invalid_cursor"))
		}
		s.run(t, scenarios)
	}
}
