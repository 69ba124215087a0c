package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
)

// found lists the references that a query brings up, in order.
func (s *server) found(t testing.TB, query string) []string {
	t.Helper()
	var all []string
	for _, l := range s.leads(t, query).Items {
		all = append(all, l.FirstName)
	}
	return all
}

// A lead is found as soon as its 201 is out, by what api.md says, newest first.
func TestSearch(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i, name := range []string{"María José", "Łukasz", "王小明", "محمّد", "Фёдор"} {
		r := s.submitted(t, text("first_name", name), text("last_name", "O’Neill"), text("email", "p."+string(rune('m'+i))+"x@mail.example.co"))
		same(t, name+" by reference", s.found(t, "q="+r.Reference), []string{name})
		same(t, name+" by reference in small letters", s.found(t, "q="+strings.ToLower(r.Reference)), []string{name})
		s.clock.Add(time.Second)
	}
	all := []string{"Фёдор", "محمّد", "王小明", "Łukasz", "María José"}
	for q, want := range map[string][]string{
		"maria": {"María José"}, "JOSÉ": {"María José"}, "jose mar": {"María José"}, "lukasz": {"Łukasz"}, "小明": {"王小明"}, "王": {"王小明"},
		"محمد": {"محمّد"}, "федор": {"Фёдор"}, "O'Neill": all, "neill example": all, "o’n": all, "aria": nil, "maria lukasz": nil,
		"p.mx@mail.example.co": {"María José"}, "mail.example": all, "": nil, "!?": nil, "🙂": nil, "\x00": nil, "%": nil, "_": nil, `"`: nil, "*": nil,
		`maria" OR "lukasz`: nil, "maria*": {"María José"}, "NOT maria": nil, "lead_words:maria": nil, "'": nil, "maria' :*": {"María José"},
	} {
		same(t, "q="+q, s.found(t, "q="+url.QueryEscape(q)), want)
	}
	same(t, "oldest first", s.found(t, "q=neill&sort=oldest&limit=2"), []string{"María José", "Łukasz"})
	counts := s.do(t, req{path: leadsPath + "/counts?q=neill", token: s.attorney(t)})
	same(t, "counts", counts.body, `{"PENDING":5,"REACHED_OUT":0}`+"\n")
}

// Pages of a search see every lead once, whatever comes in.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	var want []string
	for range 7 {
		s.clock.Add(time.Second)
		want = append(want, s.submitted(t).ID)
	}
	slices.Reverse(want)
	var got []string
	for cursor := ""; ; {
		page := s.leads(t, "q=ann&limit=2"+cursor)
		for _, l := range page.Items {
			got = append(got, l.ID)
		}
		s.clock.Add(time.Second)
		s.submitted(t)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
	same(t, "pages", got, want)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range []string{"a", "b", "c", "d"} { // 09:00, 10:00, 11:00 on the 23rd, and a day later
		if name == "d" {
			s.clock.Add(21 * time.Hour)
		}
		s.submitted(t, text("first_name", name))
		s.clock.Add(time.Hour)
	}
	all := s.leads(t, "").Items
	byName := map[string]string{}
	for _, l := range all {
		byName[l.FirstName] = l.ID
	}
	raj := s.addUser(t, "raj@firm.example", staff.Attorney)
	wantStatus(t, s.assign(t, byName["a"], `{"assignee":"me"}`), http.StatusOK)
	wantStatus(t, s.assign(t, byName["b"], `{"assignee":"`+raj.ID+`"}`), http.StatusOK)
	wantStatus(t, s.mark(t, byName["a"], `{"state":"REACHED_OUT"}`), http.StatusOK)
	for query, want := range map[string]string{
		"": "dcba", "sort=newest": "dcba", "sort=oldest": "abcd", "assignee=me": "a", "assignee=none": "dc", "assignee=" + raj.ID: "b",
		"assignee=" + strings.ToUpper(raj.ID): "b", "assignee=" + aUUID: "", "assignee=me&state=PENDING": "", "assignee=none&sort=oldest": "cd",
		"from=2026-11-23T10:00:00Z": "dcb", "to=2026-11-23T10:00:00Z": "ba", "from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z": "b",
		"from=2026-11-23T11:00:00%2B01:00": "dcb", "from=2026-11-23T10:00:00.0000001Z": "dc", "to=2026-11-23": "cba", "from=2026-11-24": "d",
		"from=2026-11-24&to=2026-11-23": "", "from=0000-01-01": "dcba", "to=0001-01-01": "", "to=1969-12-31T23:59:59Z": "", "to=9999-12-31": "dcba", "from=9999-12-31T23:59:59Z": "", "q=b&from=2026-11-23&to=2026-11-23&assignee=" + raj.ID + "&state=PENDING": "b", "q=a&assignee=none": "dc",
	} {
		same(t, query, strings.Join(s.found(t, query), ""), want)
		got := into[struct {
			Pending    int `json:"PENDING"`
			ReachedOut int `json:"REACHED_OUT"`
		}](t, s.do(t, req{path: leadsPath + "/counts?" + query, token: s.attorney(t)}))
		same(t, "counts of "+query, got.Pending+got.ReachedOut, len(want))
	}
}

// Earlier leads of an address are found by any lead of it, however it was typed.
func TestSameEmail(t *testing.T) {
	t.Parallel()
	s := start(t)
	ids := map[string]string{}
	for _, sent := range []struct{ name, email string }{
		{"a", "ann@example.com"}, {"b", "bob@example.com"}, {"c", "ANN@Example.com"}, {"d", "ann@example.com.mx"}, {"e", "josé@bücher.example"}, {"f", "josé@xn--bcher-kva.example"},
	} {
		ids[sent.name] = s.submitted(t, text("first_name", sent.name), text("email", sent.email)).ID
		s.clock.Add(time.Second)
	}
	wantStatus(t, s.mark(t, ids["a"], `{"state":"REACHED_OUT"}`), http.StatusOK)
	wantStatus(t, s.assign(t, ids["c"], `{"assignee":"me"}`), http.StatusOK)
	for query, want := range map[string]string{
		ids["a"]: "ca", ids["c"]: "ca", ids["b"]: "b", ids["d"]: "d", ids["e"]: "fe", ids["f"]: "fe", aUUID: "", strings.ToUpper(ids["a"]): "ca", ids["a"] + "&sort=oldest": "ac",
		ids["a"] + "&state=REACHED_OUT": "a", ids["c"] + "&assignee=me": "c", ids["c"] + "&assignee=me&state=PENDING": "c", ids["a"] + "&assignee=none": "a",
		ids["a"] + "&q=ann": "ca", ids["a"] + "&q=bob": "", ids["a"] + "&from=2026-11-23T09:00:01Z": "c", ids["a"] + "&limit=1": "c",
	} {
		query = "same_email_as=" + query
		same(t, query, strings.Join(s.found(t, query), ""), want)
		if strings.Contains(query, "limit") {
			continue
		}
		got := s.do(t, req{path: leadsPath + "/counts?" + query, token: s.attorney(t)})
		reached := strings.Count(want, "a")
		same(t, "counts of "+query, got.body, fmt.Sprintf(`{"PENDING":%d,"REACHED_OUT":%d}`+"\n", len(want)-reached, reached))
		_, rows := s.exported(t, query)
		same(t, "rows of "+query, len(rows), len(want))
	}
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + ids["c"], token: s.admin(t)}), http.StatusNoContent)
	same(t, "by an erased lead", s.found(t, "same_email_as="+ids["c"]), nil)
	same(t, "without the erased one", s.found(t, "same_email_as="+ids["a"]), []string{"a"})
}

func TestFilterRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	var cases []scenario
	for query, bad := range map[string]string{
		"sort=up": "sort unknown_sort", "sort=": "sort unknown_sort", "sort=newest&sort=newest": "sort duplicate",
		"assignee=" + marker: "assignee invalid_id", "assignee=": "assignee invalid_id", "assignee={" + aUUID + "}": "assignee invalid_id",
		"same_email_as=" + marker: "same_email_as invalid_id", "same_email_as=": "same_email_as invalid_id", "same_email_as={" + aUUID + "}": "same_email_as invalid_id",
		"same_email_as=me": "same_email_as invalid_id", "same_email_as=" + aUUID + "&same_email_as=" + aUUID: "same_email_as duplicate",
		"assignee=me&assignee=me": "assignee duplicate", "from=" + marker: "from invalid_time", "from=": "from invalid_time", "to=2026-13-01": "to invalid_time",
		"to=2026-11-23T10:00:00": "to invalid_time", "from=2026-11-23T10:00:00+01:00": "from invalid_time", "q=a&q=b": "q duplicate", "q=%zz": "q malformed",
		"q=" + strings.Repeat("a", 1001): "q too_long", "q=" + strings.Repeat("%E7%8E%8B", 1001): "q too_long",
		"q=" + thirtyThreeWords(): "q too_long",
	} {
		cases = append(cases, scenario{name: query, req: req{path: leadsPath + "?" + query, token: s.attorney(t)}, status: 422, bad: []string{bad}})
		cases = append(cases, scenario{name: "csv " + query, req: req{path: leadsPath + "/csv?" + query, token: s.attorney(t)}, status: 422, bad: []string{bad}})
		if !strings.Contains(query, "sort") {
			cases = append(cases, scenario{name: "counts " + query, req: req{path: leadsPath + "/counts?" + query, token: s.attorney(t)}, status: 422, bad: []string{bad}})
		}
	}
	cases = append(cases,
		scenario{name: "a long word", req: req{path: leadsPath + "?q=" + strings.Repeat("a", 1000), token: s.attorney(t)}, status: 200},
		scenario{name: "many equal words", req: req{path: leadsPath + "?q=" + strings.Repeat("a+", 499), token: s.attorney(t)}, status: 200})
	s.run(t, cases)
}

func thirtyThreeWords() string {
	words := make([]string, 33)
	for i := range words {
		words[i] = string(rune('a'+i%26)) + string(rune('a'+i/26)) + "x"
	}
	return strings.Join(words, "+")
}
