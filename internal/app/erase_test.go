package app_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
)

// holders are the files of the data directory whose bytes hold a text: the
// database, its log, resumes and whatever else lies there.
func (s *server) holders(t testing.TB, text string) []string {
	t.Helper()
	var all []string
	data := os.DirFS(s.dir)
	err := fs.WalkDir(data, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(data, path)
		if bytes.Contains(content, []byte(text)) {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *server) wantNowhere(t testing.TB, text string) {
	t.Helper()
	if files := s.holders(t, text); len(files) > 0 {
		t.Errorf("%v hold %q", files, text)
	}
}

// A form keeps its file for an hour; not when its lead is erased before.
func TestEraseWhatAFormKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.fill(t, s.open(t, "").with(good(text("email", "x"), file("Qfilename.txt", "Qcontent\n"))...)...)
	s.received(t, hidden(got).with(without("resume", good())...)...)
	if len(s.holders(t, "Qcontent")) != 2 {
		t.Errorf("before, %v", s.holders(t, "Qcontent"))
	}
	wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + s.leads(t, "").Items[0].ID, token: s.admin(t)}), 204)
	s.wantNowhere(t, "Qcontent")
}

func TestErase(t *testing.T) {
	t.Parallel()
	s := start(t)
	other := s.submitted(t)
	personal := []string{"Qfirstname", "Qlastname", "qaddress", "Qfilename", "Qcontent", "Qreason", "qkey"}
	got := s.do(t, keyed("qkey", good(text("first_name", "Qfirstname"), text("last_name", "Qlastname"),
		text("email", "qaddress@example.com"), file("Qfilename.txt", "Qcontent\n"))...))
	wantStatus(t, got, http.StatusCreated)
	id := into[receipt](t, got).ID
	path := leadsPath + "/" + id
	wantStatus(t, s.mark(t, id, `{"state":"REACHED_OUT"}`), http.StatusOK)
	wantStatus(t, s.reopen(t, id, s.attorney(t), `{"reason":"Qreason"}`), http.StatusOK)
	wantStatus(t, s.do(t, req{path: path + "/resume", token: s.attorney(t)}), http.StatusOK)
	s.deliver(t)
	var message string
	for _, m := range s.messages(t, "lead_id="+id).Items {
		message = m.ID
	}
	for _, text := range personal {
		if len(s.holders(t, text)) == 0 {
			t.Errorf("%s is nowhere, so that looking for it later would show nothing", text)
		}
	}

	admin, attorney := s.admin(t), s.attorney(t)
	s.run(t, []scenario{
		{name: "by an attorney", req: req{method: "DELETE", path: path, token: attorney}, status: 403, code: "forbidden"},
		{name: "by nobody", req: req{method: "DELETE", path: path}, status: 401},
		{name: "no such lead, by an attorney", req: req{method: "DELETE", path: leadsPath + "/x", token: attorney}, status: 403},
		{name: "no such lead", req: req{method: "DELETE", path: leadsPath + "/x", token: admin}, status: 404},
		{name: "by an admin", req: req{method: "DELETE", path: path, token: admin}, status: 204,
			adds: census{Leads: -1, Messages: -2, Events: 1, Keys: -1, Tombstones: 1, Files: -1}},
		{name: "again", req: req{method: "DELETE", path: path, token: admin}, status: 404},
		{name: "get", req: req{path: path, token: admin}, status: 404},
		{name: "resume", req: req{path: path + "/resume", token: admin}, status: 404},
		{name: "patch", req: jsonReq("PATCH", path, admin, `{"state":"REACHED_OUT"}`), status: 404},
		{name: "put", req: jsonReq("PUT", path, admin, `{"state":"REACHED_OUT"}`), status: 404},
		{name: "reopen", req: jsonReq("POST", path+"/reopen", admin, `{}`), status: 404},
		{name: "retry", req: req{method: "POST", path: "/api/v1/messages/" + message + "/retry", token: admin}, status: 404},
	})
	for _, text := range personal {
		s.wantNowhere(t, text)
	}
	if items := s.messages(t, "lead_id="+id).Items; len(items) != 0 {
		t.Errorf("messages: %+v", items)
	}
	list := s.do(t, req{path: leadsPath, token: admin})
	if strings.Contains(list.body, id) || !strings.Contains(list.body, other.ID) {
		t.Errorf("the list: %s", list.body)
	}
	events := s.timeline(t, id)
	same(t, "the last event", events[len(events)-1], "erased "+adminEmail+" {}")
	same(t, "events", len(events), 5)
}
