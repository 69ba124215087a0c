package app_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func (s *server) leads(t testing.TB, query string) leadList {
	t.Helper()
	got := s.do(t, req{path: leadsPath + "?" + query, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[leadList](t, got)
}

func TestLeadShape(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := s.submitted(t)
	got := s.do(t, req{path: leadsPath + "/" + r.ID, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	l := into[lead](t, got)
	same(t, "what the prospect sent", l.receipt, r)
	same(t, "the rest", l, lead{receipt: r, Version: 1})
	for _, member := range []string{"reached_out_at", "reached_out_by", "assignee", "channel"} {
		if !strings.Contains(got.body, `"`+member+`":null`) {
			t.Errorf("%s is not null: %s", member, got.body)
		}
	}
	if got.header.Get("ETag") != `"1"` {
		t.Errorf("ETag %q", got.header.Get("ETag"))
	}
	upper := s.do(t, req{path: leadsPath + "/" + strings.ToUpper(r.ID), token: s.attorney(t)})
	same(t, "by its id in capitals", into[lead](t, upper), l)
	same(t, "in the list", s.leads(t, "").Items, []lead{l})
}

func TestListQueries(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.submitted(t)
	}
	token := s.attorney(t)
	leadCursor := *s.leads(t, "limit=1").NextCursor
	messageCursor := *s.messages(t, "limit=1").NextCursor
	forged, err := base64.RawURLEncoding.DecodeString(leadCursor)
	if err != nil {
		t.Fatal(err)
	}
	forged[len(forged)-1] ^= 1
	const messages, counts = "/api/v1/messages", "/api/v1/leads/counts"
	var cases []scenario
	ok := func(path, query string) {
		cases = append(cases, scenario{name: path + "?" + query, req: req{path: path + "?" + query, token: token}, status: 200})
	}
	bad := func(path, query, field string) {
		cases = append(cases, scenario{name: path + "?" + query, req: req{path: path + "?" + query, token: token}, status: 422, bad: []string{field}})
	}
	for _, path := range []string{leadsPath, messages} {
		ok(path, "limit=1")
		ok(path, "limit=100")
		for _, limit := range []string{"0", "101", "-1", "abc", "", "1.0", "+5", "05", "1e1", "%201", marker, "99999999999999999999"} {
			bad(path, "limit="+limit, "limit out_of_range")
		}
		bad(path, "limit=5&limit=5", "limit duplicate")
		for _, cursor := range []string{"", marker, base64.RawURLEncoding.EncodeToString(forged), leadCursor + "x", leadCursor[:len(leadCursor)-2], "%00", "AAAA"} {
			bad(path, "cursor="+cursor, "cursor invalid_cursor")
		}
		bad(path, "state="+marker, "state unknown_state")
		bad(path, "state=", "state unknown_state")
		ok(path, "unknown="+marker+"&unknown=2&Limit=0&STATE=x&page=0")
		ok(path, "x=%zz&x;y&limit=2&%zz=1")
		bad(path, "limit=%zz", "limit malformed")
	}
	bad(leadsPath, "state=pending", "state unknown_state")
	bad(leadsPath, "state=PENDING&state=PENDING", "state duplicate")
	bad(counts, "state=x", "state unknown_state")
	bad(counts, "state=PENDING&state=REACHED_OUT", "state duplicate")
	ok(counts, "limit=0&cursor=x")
	for _, path := range []string{leadsPath, counts, leadsPath + "/csv"} {
		for _, tag := range []string{"es", "ES", "es-MX", "es_mx", "fil", "zh-Hant-TW", "xx"} {
			ok(path, "language="+tag)
		}
		for _, tag := range []string{"", "e", "spanish", "español", "es-", "es--MX", "es%20", "4e", "es-" + strings.Repeat("abcdefgh-", 4), "%00", "_", marker} {
			bad(path, "language="+tag, "language invalid_language")
		}
		bad(path, "language=es&language=es", "language duplicate")
	}
	bad(leadsPath, "cursor="+messageCursor, "cursor invalid_cursor")
	bad(messages, "cursor="+leadCursor, "cursor invalid_cursor")
	bad(messages, "lead_id=x", "lead_id invalid_id")
	bad(messages, "lead_id=", "lead_id invalid_id")
	bad(messages, "state=Queued", "state unknown_state")
	cases = append(cases, scenario{name: "all at once", status: 422, bad: []string{"cursor invalid_cursor", "limit out_of_range", "state unknown_state"},
		req: req{path: leadsPath + "?limit=0&state=x&cursor=x", token: token}})
	s.run(t, cases)
}

func TestListStates(t *testing.T) {
	t.Parallel()
	s := start(t)
	a, b, c := s.submitted(t).ID, s.submitted(t).ID, s.submitted(t).ID
	wantStatus(t, s.mark(t, b, `{"state":"REACHED_OUT"}`), http.StatusOK)
	ids := func(query string) []string {
		var all []string
		for _, l := range s.leads(t, query).Items {
			all = append(all, l.ID)
		}
		return all
	}
	counts := func(query string) string {
		got := s.do(t, req{path: leadsPath + "/counts" + query, token: s.attorney(t)})
		wantStatus(t, got, http.StatusOK)
		return got.body
	}
	same(t, "all", ids(""), []string{c, b, a})
	same(t, "pending", ids("state=PENDING"), []string{c, a})
	same(t, "reached out", ids("state=REACHED_OUT"), []string{b})
	same(t, "counts", counts(""), `{"PENDING":2,"REACHED_OUT":1}`+"\n")
	same(t, "counts of one state", counts("?state=PENDING"), `{"PENDING":2,"REACHED_OUT":0}`+"\n")
}

// A language finds its own forms, and no language that only begins like it.
func TestListLanguages(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tag := range []string{"es", "es-MX", "est", "ES_419", "pt-BR"} {
		s.submitted(t, text("language", tag))
	}
	for query, want := range map[string][]string{
		"language=es": {"ES_419", "es-MX", "es"}, "language=ES-mx": {"es-MX"}, "language=es_419&sort=oldest": {"ES_419"}, "language=est": {"est"},
		"language=pt": {"pt-BR"}, "language=pt-BR&state=REACHED_OUT": nil, "language=fr": nil, "language=es&q=ann&assignee=none&state=PENDING&limit=1": {"ES_419"},
	} {
		var got []string
		for _, l := range s.leads(t, query).Items {
			got = append(got, l.Language)
		}
		same(t, query, got, want)
	}
	counts := s.do(t, req{path: leadsPath + "/counts?language=es&from=2026-11-01", token: s.attorney(t)})
	same(t, "counts", counts.body, `{"PENDING":3,"REACHED_OUT":0}`+"\n")
	file := s.do(t, req{path: leadsPath + "/csv?language=pt", token: s.attorney(t)})
	same(t, "lines of the file", strings.Count(file.body, "\r\n"), 2)
}

func TestEmptyLists(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{leadsPath, "/api/v1/messages"} {
		same(t, path, s.do(t, req{path: path, token: s.attorney(t)}).body, `{"items":[],"next_cursor":null}`+"\n")
	}
	same(t, "counts", s.do(t, req{path: leadsPath + "/counts", token: s.attorney(t)}).body, `{"PENDING":0,"REACHED_OUT":0}`+"\n")
}

// Paging sees everything once that was there when it began, whatever comes in.
func TestPagingIsStable(t *testing.T) {
	t.Parallel()
	s := start(t)
	var want []string
	for i := range 7 {
		if i%3 == 0 { // some share a time, some don't
			s.clock.Add(time.Second)
		}
		want = append(want, s.submitted(t).ID)
	}
	slices.Reverse(want)
	var got, messages []string
	for query, cursor := "limit=2", ""; ; {
		page := s.leads(t, query+cursor)
		for _, l := range page.Items {
			got = append(got, l.ID)
		}
		s.submitted(t)
		s.clock.Add(time.Second)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
	same(t, "leads", got, want)
	for cursor := ""; ; {
		page := s.messages(t, "limit=3"+cursor)
		for _, m := range page.Items {
			messages = append(messages, m.ID)
		}
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	slices.Sort(messages)
	same(t, "messages", len(slices.Compact(messages)), s.census(t).Messages)
}

func TestDefaultLimit(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 51 {
		s.submitted(t)
	}
	for query, want := range map[string]string{"": "50 more", "limit=50": "50 more", "limit=51": "51", "limit=100": "51"} {
		page := s.leads(t, query)
		got := strconv.Itoa(len(page.Items))
		if page.NextCursor != nil {
			got += " more"
		}
		same(t, "limit "+query, got, want)
	}
}
