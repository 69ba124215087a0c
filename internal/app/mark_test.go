package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func jsonReq(method, path, token, body string) req {
	return req{method: method, path: path, token: token, ctype: "application/json", body: body}
}

// mark PATCHes a lead as the attorney.
func (s *server) mark(t testing.TB, id, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPatch, leadsPath+"/"+id, s.attorney(t), body))
}

func (s *server) reopen(t testing.TB, id, token, body string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPost, leadsPath+"/"+id+"/reopen", token, body))
}

var oneEvent = census{Events: 1}

func TestMarkBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := leadsPath + "/" + s.submitted(t).ID
	for _, method := range []string{http.MethodPatch, http.MethodPut} {
		send := func(body string) req { return jsonReq(method, path, s.attorney(t), body) }
		typed := func(ctype string) req {
			r := send(`{"state":"REACHED_OUT"}`)
			r.ctype = ctype
			return r
		}
		bad := func(name, body string, bad ...string) scenario {
			return scenario{name: name, req: send(body), status: 422, bad: bad}
		}
		broken := func(name, body string) scenario {
			return scenario{name: name, req: send(body), status: 400, code: "malformed_json"}
		}
		s.run(t, []scenario{
			bad("empty object", `{}`, "state required"),
			bad("unknown member", `{"state":"REACHED_OUT","note":"`+marker+`"}`, "note unknown_field"),
			bad("unknown member with an odd name", `{"`+marker+` ":1}`, "(unknown) unknown_field"),
			bad("read-only members", `{"id":"x","version":1,"reached_out_at":null}`, "id unknown_field", "reached_out_at unknown_field", "version unknown_field"),
			bad("wrong case", `{"State":"REACHED_OUT"}`, "State unknown_field"),
			bad("upper case", `{"STATE":"REACHED_OUT"}`, "STATE unknown_field"),
			bad("member twice", `{"state":"REACHED_OUT","state":"REACHED_OUT"}`, "state duplicate"),
			bad("member twice, escaped", `{"state":"REACHED_OUT","\u0073tate":"PENDING"}`, "state duplicate"),
			bad("null state", `{"state":null}`, "state wrong_type"),
			bad("null channel", `{"state":"REACHED_OUT","channel":null}`, "channel wrong_type"),
			bad("number", `{"state":1}`, "state wrong_type"),
			bad("list", `{"state":["REACHED_OUT"]}`, "state wrong_type"),
			bad("object", `{"state":{"a":"REACHED_OUT"},"channel":false}`, "channel wrong_type", "state wrong_type"),
			bad("unknown state", `{"state":"`+marker+`"}`, "state unknown_state"),
			bad("lower case state", `{"state":"reached_out"}`, "state unknown_state"),
			bad("white space in state", `{"state":"REACHED_OUT "}`, "state unknown_state"),
			bad("empty state", `{"state":""}`, "state unknown_state"),
			bad("unknown channel", `{"state":"REACHED_OUT","channel":"`+marker+`"}`, "channel unknown_channel"),
			bad("empty channel", `{"state":"REACHED_OUT","channel":""}`, "channel unknown_channel"),
			bad("both unknown", `{"state":"x","channel":"y"}`, "channel unknown_channel", "state unknown_state"),
			{name: "array", req: send(`[{"state":"REACHED_OUT"}]`), status: 422},
			{name: "null", req: send(`null`), status: 422},
			{name: "string", req: send(`"REACHED_OUT"`), status: 422},
			{name: "number", req: send(`1`), status: 422},
			broken("no body", ""),
			broken("white space", " \n"),
			broken("cut", `{"state":"REACHED_OUT"`),
			broken("something after", `{"state":"REACHED_OUT"} x`),
			broken("another object after", `{"state":"REACHED_OUT"}{}`),
			broken("a bracket after", `{"state":"REACHED_OUT"}]`),
			broken("single quotes", `{'state':'REACHED_OUT'}`),
			broken("a comma too much", `{"state":"REACHED_OUT",}`),
			broken("a comment", `{"state":"REACHED_OUT"/**/}`),
			broken("a byte order mark", "\ufeff"+`{"state":"REACHED_OUT"}`),
			broken("invalid UTF-8", `{"state":"`+marker+"\xff\"}"),
			broken("deep", strings.Repeat("[", 30_000)+strings.Repeat("]", 30_000)),
			broken("text", marker),
			{name: "text/plain", req: typed("text/plain"), status: 415},
			{name: "no type", req: typed(""), status: 415},
			{name: "form", req: typed("application/x-www-form-urlencoded"), status: 415},
			{name: "a JSON dialect", req: typed("application/merge-patch+json"), status: 415},
			{name: "encoded", req: send(`{"state":"REACHED_OUT"}`).with("Content-Encoding", "gzip"), status: 415},
			{name: "over 128 KiB", req: send(`{"state":"REACHED_OUT"}` + strings.Repeat(" ", 128<<10)), status: 413},
			{name: "channel of a pending lead", req: send(`{"channel":"email"}`), status: 409},
			{name: "PENDING on pending", req: send(`{"state":"PENDING"}`), status: 200},
		})
	}
	s.run(t, []scenario{
		{name: "white space and charset", req: req{method: "PATCH", path: path, token: s.attorney(t), ctype: "application/json; charset=utf-8",
			body: " {\n\"state\" : \"REACHED_OUT\" }\n"}, status: 200, adds: oneEvent},
		{name: "128 KiB", req: jsonReq("PUT", path, s.attorney(t), `{"state":"REACHED_OUT"}`+strings.Repeat(" ", 128<<10-23)), status: 200},
	})
}

func TestReachOut(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	path, attorney := leadsPath+"/"+id, s.attorney(t)
	s.clock.Add(time.Minute)
	got := s.mark(t, id, `{"state":"REACHED_OUT"}`)
	wantStatus(t, got, http.StatusOK)
	first := into[lead](t, got)
	if first.State != "REACHED_OUT" || first.Version != 2 || first.ReachedOutAt == nil || !first.ReachedOutAt.Equal(s.clock.Now()) ||
		first.ReachedOutBy == nil || first.Channel != nil || got.header.Get("ETag") != `"2"` {
		t.Errorf("reached out: %s", got.body)
	}
	s.clock.Add(time.Minute)
	s.run(t, []scenario{
		{name: "again", req: jsonReq("PATCH", path, attorney, `{"state":"REACHED_OUT"}`), status: 200},
		{name: "again by somebody else", req: jsonReq("PUT", path, s.admin(t), `{"state":"REACHED_OUT"}`), status: 200},
		{name: "back", req: jsonReq("PATCH", path, attorney, `{"state":"PENDING"}`), status: 409},
	})
	same(t, "after repeats", s.lead(t, id), first)

	s.run(t, []scenario{
		{name: "channel", req: jsonReq("PATCH", path, attorney, `{"channel":"phone"}`), status: 200, adds: oneEvent},
		{name: "channel again", req: jsonReq("PATCH", path, attorney, `{"channel":"phone"}`), status: 200},
		{name: "both again", req: jsonReq("PATCH", path, attorney, `{"state":"REACHED_OUT","channel":"phone"}`), status: 200},
		{name: "another channel", req: jsonReq("PATCH", path, attorney, `{"channel":"other"}`), status: 200, adds: oneEvent},
	})
	last := s.lead(t, id)
	if last.Channel == nil || *last.Channel != "other" || last.Version != 4 || !last.ReachedOutAt.Equal(*first.ReachedOutAt) {
		t.Errorf("after channels: %+v", last)
	}
	same(t, "timeline", s.timeline(t, id), []string{
		"received  {}", "reached_out " + attorneyEmail + ` {"from":"PENDING","to":"REACHED_OUT"}`,
		"channel_set " + attorneyEmail + ` {"channel":"phone"}`, "channel_set " + attorneyEmail + ` {"channel":"other"}`,
	})
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	s := start(t)
	reached := `{"state":"REACHED_OUT"}`
	for _, c := range []struct {
		header string
		status int
	}{
		{`"1"`, 200}, {`*`, 200}, {`"7", "1"`, 200}, {`"7","x,y" , "1"`, 200}, {`"2"`, 412}, {`"0"`, 412}, {`W/"1"`, 412},
		{`1`, 412}, {`"01"`, 412}, {`"+1"`, 412}, {``, 412}, {`"` + marker + `"`, 412}, {`"1`, 412},
	} {
		id := s.submitted(t).ID
		before := s.census(t)
		got := s.do(t, jsonReq("PATCH", leadsPath+"/"+id, s.attorney(t), reached).with("If-Match", c.header))
		if got.status != c.status {
			t.Errorf("If-Match %s: want %d, got %d", c.header, c.status, got.status)
		}
		want := census{}
		if c.status == 200 {
			want = oneEvent
		}
		same(t, "written", s.census(t).minus(before), want)
	}
	id := s.submitted(t).ID
	tag := s.do(t, req{path: leadsPath + "/" + id, token: s.attorney(t)}).header.Get("ETag")
	path := leadsPath + "/" + id
	s.run(t, []scenario{
		{name: "mark", req: jsonReq("PATCH", path, s.attorney(t), reached).with("If-Match", tag), status: 200, adds: oneEvent},
		{name: "mark with the old tag", req: jsonReq("PATCH", path, s.attorney(t), reached).with("If-Match", tag), status: 412, code: "stale"},
		{name: "reopen with the old tag", req: jsonReq("POST", path+"/reopen", s.attorney(t), `{}`).with("If-Match", tag), status: 412},
		{name: "delete with the old tag", req: req{method: "DELETE", path: path, token: s.admin(t)}.with("If-Match", tag), status: 412},
		{name: "reopen", req: jsonReq("POST", path+"/reopen", s.attorney(t), `{}`).with("If-Match", `"2"`), status: 200, adds: oneEvent},
	})
}

func TestReopen(t *testing.T) {
	t.Parallel()
	s := start(t)
	const wait, own = 10 * time.Minute, true
	for _, c := range []struct {
		name  string
		after time.Duration
		own   bool
		body  string
		want  string // kind and what the data says of the reason
	}{
		{"at once", 0, own, "", "undone"},
		{"within ten minutes", wait, own, `{"reason":" Wrong lead "}`, "undone Wrong lead"},
		{"later", wait + time.Microsecond, own, `{}`, "reopened"},
		{"by somebody else", 0, !own, `{"reason":"They wrote again"}`, "reopened They wrote again"},
		{"by somebody else, later", time.Hour, !own, `{"reason":""}`, "reopened"},
	} {
		id := s.submitted(t).ID
		wantStatus(t, s.mark(t, id, `{"state":"REACHED_OUT","channel":"phone"}`), http.StatusOK)
		s.clock.Add(c.after)
		email := attorneyEmail
		if !c.own {
			email = adminEmail
		}
		got := s.reopen(t, id, s.signIn(t, email), c.body)
		wantStatus(t, got, http.StatusOK)
		l := into[lead](t, got)
		if l.State != "PENDING" || l.ReachedOutAt != nil || l.ReachedOutBy != nil || l.Channel != nil || l.Version != 3 || got.header.Get("ETag") != `"3"` {
			t.Errorf("%s: %s", c.name, got.body)
		}
		kind, reason, _ := strings.Cut(c.want, " ")
		data := `{"from":"REACHED_OUT",`
		if reason != "" {
			data += `"reason":` + strconv.Quote(reason) + `,`
		}
		events := s.timeline(t, id)
		same(t, c.name, events[len(events)-1], kind+" "+email+" "+data+`"to":"PENDING"}`)
	}
}

func TestReopenBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	path := leadsPath + "/" + id + "/reopen"
	send := func(body string) req { return jsonReq("POST", path, s.attorney(t), body) }
	s.run(t, []scenario{
		{name: "a pending lead", req: send(`{"reason":"x"}`), status: 200},
		{name: "reach out", req: jsonReq("PATCH", leadsPath+"/"+id, s.attorney(t), `{"state":"REACHED_OUT"}`), status: 200, adds: oneEvent},
		{name: "1,001 characters", req: send(`{"reason":"` + strings.Repeat("ü", 1001) + `"}`), status: 422, bad: []string{"reason too_long"}},
		{name: "a number", req: send(`{"reason":1}`), status: 422, bad: []string{"reason wrong_type"}},
		{name: "unknown", req: send(`{"reason":"x","state":"PENDING"}`), status: 422, bad: []string{"state unknown_field"}},
		{name: "twice", req: send(`{"reason":"x","reason":"y"}`), status: 422, bad: []string{"reason duplicate"}},
		{name: "list", req: send(`[]`), status: 422},
		{name: "broken", req: send(`{`), status: 400},
		{name: "text", req: req{method: "POST", path: path, token: s.attorney(t), ctype: "text/plain", body: marker}, status: 415},
		{name: "encoded", req: send(`{}`).with("Content-Encoding", "br"), status: 415},
		{name: "over 128 KiB", req: send(`{}` + strings.Repeat(" ", 128<<10)), status: 413},
		{name: "nothing, of unknown length", req: req{method: "POST", path: path, token: s.attorney(t), stream: onlyReader{strings.NewReader("")}},
			status: 200, adds: oneEvent},
		{name: "reach out again", req: jsonReq("PATCH", leadsPath+"/"+id, s.attorney(t), `{"state":"REACHED_OUT"}`), status: 200, adds: oneEvent},
		{name: "1,000 characters", req: send(`{"reason":"` + strings.Repeat("ü", 1000) + `"}`), status: 200, adds: oneEvent},
	})
}
