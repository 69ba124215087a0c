package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestDownload(t *testing.T) {
	t.Parallel()
	s := start(t)
	content := pdf + strings.Repeat("\x00\xff\r\n", 50_000)
	id := s.submitted(t, file("résumé \"1\".pdf", content)).ID
	path, token := leadsPath+"/"+id+"/resume", s.attorney(t)
	got := s.do(t, req{path: path, token: token})
	wantStatus(t, got, http.StatusOK)
	if got.body != content {
		t.Error("other bytes than were sent")
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store",
		"Content-Disposition": `attachment; filename="r_sum_ 1.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9%201.pdf`, "Accept-Ranges": "bytes",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
	tag := got.header.Get("ETag")
	size := len(content)
	for _, c := range []struct {
		name, value string
		status      int
		want        string
	}{
		{"Range", "bytes=0-4", 206, "%PDF-"},
		{"Range", "bytes=-5", 206, content[size-5:]},
		{"Range", "bytes=199999-", 206, content[199_999:]},
		{"Range", "bytes=0-999999999", 206, content},
		{"Range", "bytes=999999999-", 416, ""},
		{"Range", "bytes=5-1", 416, ""},
		{"Range", "bytes=" + marker, 416, ""},
		{"If-None-Match", tag, 304, ""},
		{"If-Match", `"` + marker + `"`, 412, ""},
	} {
		part := s.do(t, req{path: path, token: token}.with(c.name, c.value))
		if part.status != c.status || c.status < 300 && part.body != c.want {
			t.Errorf("%s %s: %d %.40q", c.name, c.value, part.status, part.body)
		}
		if part.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: Cache-Control %q", c.name, c.value, part.header.Get("Cache-Control"))
		}
	}
	if part := s.do(t, req{path: path, token: token}.with("Range", "bytes=0-0,2-2")); part.status != 206 ||
		!strings.HasPrefix(part.header.Get("Content-Type"), "multipart/byteranges") {
		t.Errorf("two ranges: %d %v", part.status, part.header)
	}
	head := s.do(t, req{method: http.MethodHead, path: path, token: token})
	if head.status != 200 || head.header.Get("Content-Length") != got.header.Get("Content-Length") ||
		head.header.Get("Content-Disposition") != got.header.Get("Content-Disposition") {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
}

func TestDownloadLeavesOneEvent(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := leadsPath + "/" + s.submitted(t).ID + "/resume"
	other := leadsPath + "/" + s.submitted(t).ID + "/resume"
	attorney, admin := s.attorney(t), s.admin(t)
	s.run(t, []scenario{
		{name: "HEAD", req: req{method: "HEAD", path: path, token: attorney}, status: 200},
		{name: "nobody", req: req{path: path}, status: 401},
		{name: "first", req: req{path: path, token: attorney}, status: 200, adds: oneEvent},
		{name: "again", req: req{path: path, token: attorney}, status: 200},
		{name: "a range", req: req{path: path, token: attorney}.with("Range", "bytes=0-1"), status: 206},
		{name: "another user", req: req{path: path, token: admin}, status: 200, adds: oneEvent},
		{name: "another lead", req: req{path: other, token: attorney}, status: 200, adds: oneEvent},
	})
	s.clock.Add(10*time.Minute - time.Microsecond)
	s.run(t, []scenario{{name: "within ten minutes", req: req{path: path, token: attorney}, status: 200}})
	s.clock.Add(time.Microsecond)
	s.run(t, []scenario{{name: "after ten minutes", req: req{path: path, token: attorney}, status: 200, adds: oneEvent}})
}

func TestDownloadNames(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct{ filename, want string }{
		{"cv.pdf", `attachment; filename="cv.pdf"`},
		{"my cv (2).pdf", `attachment; filename="my cv (2).pdf"`},
		{"a;b=c.pdf", `attachment; filename="a;b=c.pdf"`},
		{"100%.pdf", `attachment; filename="100_.pdf"; filename*=UTF-8''100%25.pdf`},
		{"履歴書.pdf", `attachment; filename="___.pdf"; filename*=UTF-8''%E5%B1%A5%E6%AD%B4%E6%9B%B8.pdf`},
		{"cv\r\nX-Evil: 1.pdf", `attachment; filename="cvX-Evil 1.pdf"`},
	} {
		sent := good(file(c.filename, pdf))
		if strings.Contains(c.filename, "\r\n") { // only RFC 8187 gets a line end through
			sent = good(piece{"resume", `Content-Disposition: form-data; name="resume"; filename*=utf-8''cv%0d%0aX-Evil%3A%201.pdf`, pdf})
		}
		got := s.submit(t, sent...)
		wantStatus(t, got, http.StatusCreated)
		header := s.do(t, req{path: leadsPath + "/" + into[receipt](t, got).ID + "/resume", token: s.attorney(t)}).header
		if header.Get("Content-Disposition") != c.want || header.Get("X-Evil") != "" {
			t.Errorf("%q: %q", c.filename, header.Get("Content-Disposition"))
		}
	}
}
