package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/staff"
)

func (s *server) assign(t testing.TB, id, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPut, leadsPath+"/"+id+"/assignee", s.attorney(t), body))
}

func (s *server) note(t testing.TB, id, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPost, leadsPath+"/"+id+"/notes", s.attorney(t), body))
}

type event struct {
	ID    string            `json:"id"`
	Kind  string            `json:"kind"`
	At    time.Time         `json:"at"`
	Actor *string           `json:"actor"`
	Data  map[string]string `json:"data"`
}

type eventList struct {
	Items      []event `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

func (s *server) events(t testing.TB, id, query string) eventList {
	t.Helper()
	got := s.do(t, req{path: leadsPath + "/" + id + "/events?" + query, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[eventList](t, got)
}

// The whole story of a lead: every kind of event, who did it, and what there is
// to say, newest first.
func TestTimeline(t *testing.T) {
	t.Parallel()
	s := start(t)
	raj := s.addUser(t, "raj@firm.example", staff.Attorney)
	r := s.submitted(t)
	step := func() { s.clock.Add(time.Minute) }
	step()
	s.post.answer(&mail.Failure{Trouble: mail.Deferred, Stage: "DATA", Code: 451, Text: "later"})
	s.deliver(t) // both wait for another try
	s.clock.Add(time.Hour)
	s.deliver(t) // the same again, which is no news
	s.clock.Add(time.Hour)
	s.post.answer(nil)
	s.deliver(t) // sent
	step()
	path := leadsPath + "/" + r.ID
	wantStatus(t, s.do(t, req{path: path + "/resume", token: s.attorney(t)}), http.StatusOK)
	step()
	wantStatus(t, s.assign(t, r.ID, `{"assignee":"`+strings.ToUpper(raj.ID)+`"}`), http.StatusOK)
	wantStatus(t, s.assign(t, r.ID, `{"assignee":"`+raj.ID+`"}`), http.StatusOK)
	step()
	wantStatus(t, s.note(t, r.ID, `{"text":"  Called.\nNo answer 🙂 "}`), http.StatusCreated)
	step()
	wantStatus(t, s.mark(t, r.ID, `{"state":"REACHED_OUT"}`), http.StatusOK)
	step()
	wantStatus(t, s.mark(t, r.ID, `{"channel":"phone"}`), http.StatusOK)
	step()
	wantStatus(t, s.reopen(t, r.ID, s.attorney(t), `{"reason":"Wrong number"}`), http.StatusOK)
	step()
	wantStatus(t, s.assign(t, r.ID, `{"assignee":null}`), http.StatusOK)
	step()
	wantStatus(t, s.mark(t, r.ID, `{"state":"REACHED_OUT","channel":"email"}`), http.StatusOK)
	s.clock.Add(time.Hour)
	wantStatus(t, s.reopen(t, r.ID, s.admin(t), ``), http.StatusOK)

	me := s.lead(t, r.ID).Version // the version tells how many changes there were
	same(t, "version", me, int64(8))
	var got []string
	for _, e := range slices.Backward(s.events(t, r.ID, "limit=100").Items) {
		actor := "-"
		if e.Actor != nil {
			actor = "user"
			if *e.Actor == raj.ID {
				t.Error("the assignee is taken for the actor")
			}
		}
		line := e.Kind + " " + actor
		for _, name := range slices.Sorted(maps.Keys(e.Data)) {
			value := strings.NewReplacer(raj.ID, "raj", s.byKind(t, r.ID, "confirmation").ID, "c", s.byKind(t, r.ID, "notification").ID, "n").Replace(e.Data[name])
			if name == "error" {
				value = "some"
			}
			line += " " + name + "=" + value
		}
		got = append(got, line)
	}
	slices.Sort(got[1:5]) // two messages at the same time, in any order
	same(t, "timeline", got, []string{
		"received -",
		"message_changed - error=some message_id=c message_kind=confirmation state=retrying",
		"message_changed - error=some message_id=n message_kind=notification state=retrying",
		"message_changed - message_id=c message_kind=confirmation state=sent",
		"message_changed - message_id=n message_kind=notification state=sent",
		"resume_viewed user",
		"assigned user from= to=raj",
		"note user text=Called.\nNo answer 🙂",
		"reached_out user from=PENDING to=REACHED_OUT",
		"channel_set user channel=phone",
		"undone user from=REACHED_OUT reason=Wrong number to=PENDING",
		"assigned user from=raj to=",
		"reached_out user channel=email from=PENDING to=REACHED_OUT",
		"reopened user from=REACHED_OUT to=PENDING",
	})
}

func TestMessageEvents(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.submitted(t)
	}
	fourth := s.submitted(t).ID
	states := func() (all []string) {
		for _, e := range slices.Backward(s.events(t, fourth, "").Items) {
			if e.Kind == "message_changed" {
				by := ""
				if e.Actor != nil {
					by = " by a user"
				}
				all = append(all, e.Data["message_kind"]+" "+e.Data["state"]+by)
			}
		}
		return all
	}
	same(t, "at once", states(), []string{"confirmation suppressed"})
	s.deliver(t)
	wantStatus(t, s.retry(t, s.byKind(t, fourth, "notification").ID), http.StatusOK)
	s.post.answer(&mail.Failure{Trouble: mail.Refused, Stage: "DATA", Code: 550, Text: "no"})
	s.deliver(t)
	same(t, "in the end", states(), []string{
		"confirmation suppressed", "notification captured", "notification queued by a user", "notification dead",
	})
}

func TestEventPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	a, b := s.submitted(t).ID, s.submitted(t).ID
	for range 4 { // at one and the same time
		wantStatus(t, s.note(t, a, `{"text":"x"}`), http.StatusCreated)
	}
	all := s.events(t, a, "").Items
	same(t, "events", len(all), 5)
	var got []event
	query := "limit=2"
	for {
		page := s.events(t, a, query)
		got = append(got, page.Items...)
		wantStatus(t, s.note(t, a, `{"text":"later"}`), http.StatusCreated)
		if page.NextCursor == nil {
			break
		}
		other := s.do(t, req{path: leadsPath + "/" + b + "/events?cursor=" + *page.NextCursor, token: s.attorney(t)})
		same(t, "a cursor of another lead", other.status, 422)
		query = "limit=2&cursor=" + *page.NextCursor
	}
	same(t, "pages", got, all)
}

func TestNoteAndAssigneeRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	gone := s.addUser(t, "gone@firm.example", staff.Attorney)
	if err := s.Staff.Disable(t.Context(), gone.Email, true); err != nil {
		t.Fatal(err)
	}
	path, token := leadsPath+"/"+id, s.attorney(t)
	var cases []scenario
	note := func(name, body string, status int, bad ...string) {
		cases = append(cases, scenario{name: name, req: jsonReq(http.MethodPost, path+"/notes", token, body), status: status, bad: bad})
	}
	assign := func(name, body string, status int, bad ...string) {
		cases = append(cases, scenario{name: name, req: jsonReq(http.MethodPut, path+"/assignee", token, body), status: status, bad: bad})
	}
	kept := func(name, body string) {
		cases = append(cases, scenario{name: name, req: jsonReq(http.MethodPost, path+"/notes", token, body), status: 201, adds: oneEvent})
	}
	note("no text", `{}`, 422, "text required")
	note("empty", `{"text":""}`, 422, "text required")
	note("white space", `{"text":" \n\u200d"}`, 422, "text required")
	note("null", `{"text":null}`, 422, "text wrong_type")
	note("number", `{"text":1}`, 422, "text wrong_type")
	note("unknown member", `{"text":"x","pinned":true}`, 422, "pinned unknown_field")
	note("NUL", `{"text":"a\u0000`+marker+`"}`, 422, "text control_characters")
	note("too long", `{"text":"`+strings.Repeat("é", 10_001)+`"}`, 422, "text too_long")
	note("broken", `{"text":`, 400)
	for _, on := range []struct{ method, path string }{{http.MethodPost, path + "/notes"}, {http.MethodPut, path + "/assignee"}} {
		body := func(name, body string, status int, code string) {
			cases = append(cases, scenario{name: on.path + " " + name, req: jsonReq(on.method, on.path, token, body), status: status, code: code})
		}
		body("not JSON", `{`, 400, "malformed_json")
		body("no object", `["x"]`, 422, "not_an_object")
		body("128 KiB", `{"text":"`+strings.Repeat("x", 128<<10)+`"}`, 413, "too_large")
		typed := jsonReq(on.method, on.path, token, `{"text":"x"}`)
		typed.ctype = "text/plain"
		encoded := jsonReq(on.method, on.path, token, `{"text":"x"}`)
		encoded.header = map[string]string{"Content-Encoding": "gzip"}
		cases = append(cases, scenario{name: on.path + " text/plain", req: typed, status: 415, code: "unsupported_media_type"},
			scenario{name: on.path + " gzip", req: encoded, status: 415, code: "unsupported_encoding"})
	}
	kept("the longest", `{"text":"`+strings.Repeat("é", 10_000)+`"}`)
	kept("the longest, escaped", `{"text":"`+strings.Repeat(`\ud83d\ude00`, 10_000)+`"}`)
	kept("what looks like half a character", `{"text":"\\ud83d"}`)
	for _, half := range []string{`\ud83d`, `\ude00`, `\ud83d\ud83d\ude00`, `a\uDE00b`, `\ud83dx`, `\ud83d\n\ude00`} {
		note("half a character: "+half, `{"text":"`+half+`"}`, 400)
	}
	kept("one character", `{"text":"."}`)
	assign("nothing", `{}`, 422, "assignee required")
	assign("empty", `{"assignee":""}`, 422, "assignee unknown_user")
	assign("nobody known", `{"assignee":"`+aUUID+`"}`, 422, "assignee unknown_user")
	assign("no id", `{"assignee":"`+marker+`"}`, 422, "assignee unknown_user")
	assign("a disabled user", `{"assignee":"`+gone.ID+`"}`, 422, "assignee unknown_user")
	assign("number", `{"assignee":1}`, 422, "assignee wrong_type")
	assign("twice", `{"assignee":null,"assignee":"me"}`, 422, "assignee duplicate")
	assign("unknown member", `{"assignee":"me","state":"REACHED_OUT"}`, 422, "state unknown_field")
	assign("nobody, again", `{"assignee":null}`, 200)
	stale := jsonReq(http.MethodPut, path+"/assignee", token, `{"assignee":"me"}`)
	stale.header = map[string]string{"If-Match": `"7"`}
	cases = append(cases, scenario{name: "stale", req: stale, status: 412, code: "stale"})
	for _, other := range []string{"/notes", "/assignee", "/events"} {
		method := map[string]string{"/notes": http.MethodPost, "/assignee": http.MethodPut, "/events": http.MethodGet}[other]
		for _, unknown := range []string{aUUID, "x", "%00"} {
			cases = append(cases, scenario{name: "no such lead " + other, req: jsonReq(method, leadsPath+"/"+unknown+other, token, map[string]string{"/notes": `{"text":"x"}`, "/assignee": `{"assignee":null}`}[other]), status: 404})
		}
		cases = append(cases, scenario{name: "nobody signed in " + other, req: jsonReq(method, leadsPath+"/"+aUUID+other, "", `{`), status: 401})
	}
	s.run(t, cases)
}

// What an erased lead's timeline said of anybody is gone.
func TestErasedTimeline(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	wantStatus(t, s.note(t, id, `{"text":"verysecretnote"}`), http.StatusCreated)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + id, token: s.admin(t)}), http.StatusNoContent)
	wantStatus(t, s.do(t, req{path: leadsPath + "/" + id + "/events", token: s.admin(t)}), http.StatusNotFound)
	for _, line := range s.timeline(t, id) {
		if strings.Contains(line, "verysecret") {
			t.Errorf("the timeline still says %s", line)
		}
	}
}
