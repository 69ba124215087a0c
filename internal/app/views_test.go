package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/staff"
)

const viewsPath = "/api/v1/views"

// savedView is a view as clients see it.
type savedView struct {
	ID        string `json:"id"`
	Owner     string `json:"owner"`
	Name      string `json:"name"`
	Q         string `json:"q"`
	Sort      string `json:"sort"`
	Shared    bool   `json:"shared"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

func (s *server) saveView(t testing.TB, token, body string) savedView {
	t.Helper()
	got := s.do(t, jsonReq(http.MethodPost, viewsPath, token, body))
	wantStatus(t, got, http.StatusCreated)
	return into[savedView](t, got)
}

// listViews are the views that somebody sees.
func (s *server) listViews(t testing.TB, token string) []savedView {
	t.Helper()
	got := s.do(t, req{path: viewsPath, token: token})
	wantStatus(t, got, http.StatusOK)
	list := into[struct {
		Items      []savedView `json:"items"`
		NextCursor *string     `json:"next_cursor"`
	}](t, got)
	if list.Items == nil || list.NextCursor != nil {
		t.Errorf("%s", got.body)
	}
	return list.Items
}

// views are the names of them.
func (s *server) views(t testing.TB, token string) []string {
	t.Helper()
	names := []string{}
	for _, v := range s.listViews(t, token) {
		names = append(names, v.Name)
	}
	return names
}

func (s *server) whoIs(t testing.TB, token string) string {
	t.Helper()
	id, _ := s.do(t, req{path: "/api/v1/me", token: token}).object(t)["id"].(string)
	return id
}

func TestSavedViews(t *testing.T) {
	t.Parallel()
	s := start(t)
	admin, attorney := s.admin(t), s.attorney(t)
	same(t, "at first", s.views(t, attorney), []string{})

	mine := s.saveView(t, attorney, `{"name":"  Mine in Españ "}`)
	want := savedView{
		ID: mine.ID, Owner: s.whoIs(t, attorney), Name: "Mine in Españ", Sort: "newest", CreatedAt: "2026-11-23T09:00:00Z", UpdatedAt: "2026-11-23T09:00:00Z",
	}
	same(t, "only a name", mine, want)
	full := s.saveView(t, attorney, `{"name":"Büro \u200f١","q":" is:pending assignee:\"Ana Ruiz\" lang:es ","sort":"oldest","shared":true}`)
	same(t, "all of it", full, savedView{
		ID: full.ID, Owner: want.Owner, Name: "Büro \u200f١", Q: `is:pending assignee:"Ana Ruiz" lang:es`, Sort: "oldest", Shared: true,
		CreatedAt: want.CreatedAt, UpdatedAt: want.UpdatedAt,
	})
	s.saveView(t, admin, `{"name":"all","q":""}`)
	same(t, "the attorney's", s.views(t, attorney), []string{"Büro \u200f١", "Mine in Españ"})
	same(t, "the admin's", s.views(t, admin), []string{"all", "Büro \u200f١"})

	s.clock.Add(time.Minute)
	change := func(token, id, body string) savedView {
		t.Helper()
		got := s.do(t, jsonReq(http.MethodPatch, viewsPath+"/"+id, token, body))
		wantStatus(t, got, http.StatusOK)
		return into[savedView](t, got)
	}
	same(t, "nothing changed", change(attorney, mine.ID, `{}`), want)
	same(t, "the same again", change(attorney, mine.ID, `{"name":" Mine in Españ","shared":false}`), want)
	want.Name, want.Q, want.Sort, want.Shared, want.UpdatedAt = "Mine", "lang:es", "oldest", true, "2026-11-23T09:01:00Z"
	same(t, "all changed", change(attorney, strings.ToUpper(mine.ID), `{"name":"Mine","q":"lang:es","sort":"oldest","shared":true}`), want)
	want.Name = "Ours"
	same(t, "renamed by an admin", change(admin, mine.ID, `{"name":"Ours"}`), want)
	want.Shared = false
	same(t, "no longer shared, by an admin", change(admin, mine.ID, `{"shared":false}`), want)
	same(t, "the admin's, after that", s.views(t, admin), []string{"all", "Büro \u200f١"})
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: viewsPath + "/" + full.ID, token: admin}), http.StatusNoContent)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: viewsPath + "/" + mine.ID, token: attorney}), http.StatusNoContent)
	same(t, "after deleting", s.views(t, attorney), []string{})
}

func TestSavedViewRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "other@firm.example", staff.Attorney)
	admin, attorney, other := s.admin(t), s.attorney(t), s.signIn(t, "other@firm.example")
	private, shared := s.saveView(t, attorney, `{"name":"x"}`), s.saveView(t, attorney, `{"name":"y","shared":true}`)
	long := strings.Repeat("é", 61)
	var cases []scenario
	for _, at := range []req{jsonReq(http.MethodPost, viewsPath, attorney, ""), jsonReq(http.MethodPatch, viewsPath+"/"+private.ID, attorney, "")} {
		send := func(body string) req { r := at; r.body = body; return r }
		plain, coded := send(`{}`), send(`{"name":"z"}`).with("Content-Encoding", "gzip")
		plain.ctype = "text/plain"
		cases = append(cases, []scenario{
			{name: "broken", req: send(`{`), status: 400, code: "malformed_json"},
			{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
			{name: "a form", req: plain, status: 415, code: "unsupported_media_type"},
			{name: "packed", req: coded, status: 415, code: "unsupported_encoding"},
			{name: "too large", req: send(`{"name":"` + strings.Repeat("x", 140_000) + `"}`), status: 413, code: "too_large"},
			{name: "no name", req: send(`{"name":"","sort":"up"}`), status: 422, bad: []string{"name required", "sort unknown_sort"}},
			{name: "an invisible name", req: send(`{"name":" \u200b\u3164"}`), status: 422, bad: []string{"name required"}},
			{name: "a long name", req: send(`{"name":"` + long + `","q":"` + strings.Repeat("é", 1001) + `"}`), status: 422, bad: []string{"name too_long", "q too_long"}},
			{name: "lines", req: send(`{"name":"a\nb","q":"a\u202eb"}`), status: 422, bad: []string{"name invalid_characters", "q invalid_characters"}},
			{name: "types", req: send(`{"name":7,"q":null,"shared":"yes","sort":{}}`), status: 422,
				bad: []string{"name wrong_type", "q wrong_type", "shared wrong_type", "sort wrong_type"}},
			{name: "unknown", req: send(`{"name":"a","name":"a","owner":"` + aUUID + `"}`), status: 422, bad: []string{"name duplicate", "owner unknown_field"}},
		}...)
	}
	cases = append(cases, scenario{name: "without a name", req: jsonReq(http.MethodPost, viewsPath, attorney, `{"q":"x","sort":"up"}`),
		status: 422, bad: []string{"name required", "sort unknown_sort"}})
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		to := func(token, id string) req { return jsonReq(method, viewsPath+"/"+id, token, `{"name":"z"}`) }
		cases = append(cases, []scenario{
			{name: method + " of somebody's own", req: to(other, private.ID), status: 404, code: "not_found"},
			{name: method + " of somebody's own, as admin", req: to(admin, private.ID), status: 404, code: "not_found"},
			{name: method + " of somebody's shared one", req: to(other, shared.ID), status: 403, code: "forbidden"},
			{name: method + " of none", req: to(admin, aUUID), status: 404, code: "not_found"},
		}...)
	}
	s.run(t, cases)
	same(t, "afterwards", s.views(t, attorney), []string{"x", "y"})
	same(t, "to others", s.views(t, other), []string{"y"})
}

// A user has fifty views at most, however many are saved at once, and whoever deletes
// one can save another.
func TestSavedViewsAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t)
	attorney := s.attorney(t)
	var mu sync.Mutex
	statuses := map[int]int{}
	var group sync.WaitGroup
	for n := range 60 {
		group.Go(func() {
			got := s.do(t, jsonReq(http.MethodPost, viewsPath, attorney, fmt.Sprintf(`{"name":"view %02d","shared":true}`, n)))
			mu.Lock()
			defer mu.Unlock()
			statuses[got.status]++
		})
	}
	group.Wait()
	same(t, "statuses", statuses, map[int]int{201: 50, 409: 10})
	refused := s.do(t, jsonReq(http.MethodPost, viewsPath, attorney, `{"name":"one more"}`))
	same(t, "one more", refused.code(t), "too_many_views")
	s.saveView(t, s.admin(t), `{"name":"the admin's"}`)
	same(t, "the admin sees", len(s.views(t, s.admin(t))), 51)
	first := s.listViews(t, attorney)[0]
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: viewsPath + "/" + first.ID, token: attorney}), http.StatusNoContent)
	s.saveView(t, attorney, `{"name":"one more"}`)
}
