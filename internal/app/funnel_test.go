package app_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/staff"
	"usher/internal/storetest/faultdb"
)

// funnel is what was counted until now.
func (s *server) funnel(t testing.TB) theFunnel {
	t.Helper()
	s.Flush(t.Context())
	return s.report(t, "").Funnel
}

// begin tells that a form is used, as its script does.
func (s *server) begin(t testing.TB, form openForm) answer {
	t.Helper()
	return s.do(t, req{method: http.MethodPost, path: "/starts?lang=es", ctype: "application/x-www-form-urlencoded", body: "form_token=" + form["form_token"]})
}

// From the first look to the lead: each step counts once, and nothing else does.
func TestFunnel(t *testing.T) {
	t.Parallel()
	s := start(t)
	want := theFunnel{Errors: []formRefusal{}}
	wantFunnel := func(what string) {
		t.Helper()
		same(t, what, s.funnel(t), want)
	}
	s.page(t, "/")
	s.page(t, "/?lang=es")
	want.Views = 2
	wantFunnel("views")
	s.do(t, req{method: http.MethodHead, path: "/"})
	for _, purpose := range []string{"prefetch", "prefetch;prerender"} {
		s.do(t, req{path: "/"}.with("Sec-Purpose", purpose))
	}
	wantFunnel("nobody has seen these")

	form := s.open(t, "")
	want.Views++
	got := s.begin(t, form)
	wantStatus(t, got, http.StatusNoContent)
	if got.header.Get("Set-Cookie") != "" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", got.header)
	}
	want.Starts++
	wantFunnel("begun, with JavaScript")

	form["started"] = "true"
	refused := s.fill(t, form.with(good(text("email", "x"), text("first_name", ""))...)...)
	wantStatus(t, refused, 422)
	want.Errors = []formRefusal{{"email", "invalid_email", 1}, {"first_name", "required", 1}}
	wantFunnel("refused")
	form = hidden(refused)
	same(t, "the form knows that its start is counted", form["started"], "true")
	sent := form.with(without("resume", good(text("first_name", "")))...)
	wantStatus(t, s.fill(t, sent...), 422)
	want.Errors = []formRefusal{{"first_name", "required", 2}, {"email", "invalid_email", 1}}
	s.received(t, form.with(without("resume", good())...)...)
	want.Submits++
	wantFunnel("sent")
	s.received(t, form.with(without("resume", good())...)...)
	wantFunnel("sent again, as it was")

	form = s.open(t, "")
	want.Views++
	if form["started"] != "" {
		t.Error("a new form is begun already")
	}
	again := hidden(s.fill(t, form.with(good(text("email", ""), file("cv.txt", "another resume\n"))...)...))
	s.received(t, again.with(without("resume", good())...)...)
	want.Starts++
	want.Submits++
	want.Errors = []formRefusal{{"first_name", "required", 2}, {"email", "invalid_email", 1}, {"email", "required", 1}}
	wantFunnel("without JavaScript")

	s.do(t, keyed("a key", good()...))
	s.do(t, keyed("a key", good()...))
	s.submit(t, good(text("email", "x"))...)
	want.APISubmits++
	wantFunnel("by the API")
	if n := s.count(t, `SELECT COUNT(*) FROM funnel_counts WHERE step = 'view' AND language = 'es'`); n != 1 {
		t.Errorf("%d rows of views in Spanish", n)
	}
}

// Only a form of ours counts as begun, and not without end.
func TestStarts(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_PUBLIC_RATE=60/min")
	form := s.open(t, "")
	post := func(body string) req {
		return req{method: http.MethodPost, path: "/starts", ctype: "application/x-www-form-urlencoded", body: body}
	}
	own := "form_token=" + form["form_token"]
	for name, c := range map[string]struct {
		req    req
		status int
	}{
		"nothing":   {post(""), 422},
		"forged":    {post("form_token=" + marker), 422},
		"in a URL":  {req{method: http.MethodPost, path: "/starts?" + own, ctype: "application/x-www-form-urlencoded"}, 422},
		"too long":  {post(own + "&x=" + strings.Repeat("x", 2000)), 400},
		"broken":    {post("form_token=%zz"), 400},
		"encoded":   {post(own).with("Content-Encoding", "gzip"), 415},
		"another's": {post("form_token=" + s.receivedToken(t)), 422},
	} {
		same(t, name, s.do(t, c.req).status, c.status)
	}
	same(t, "none of them counts", s.funnel(t).Starts, 1) // that of the form that was sent for a receipt
	last := 0
	for range 40 {
		last = s.do(t, post(own)).status
	}
	same(t, "in the end", last, http.StatusTooManyRequests)
	if n := s.funnel(t).Starts; n > 32 {
		t.Errorf("%d starts", n)
	}
	s.clock.Add(25 * time.Hour)
	same(t, "a form of yesterday's", s.do(t, post(own)).status, 422)
}

// receivedToken is a token of ours for something else.
func (s *server) receivedToken(t testing.TB) string {
	t.Helper()
	return strings.TrimPrefix(s.received(t, s.open(t, "").with(good()...)...), "/received/")
}

// What no browser sends makes no row of its own, whatever it is called.
func TestFunnelIsClosed(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.fill(t, good(text("email", "x"), text("first_name", "a"), piece{"twice", `Content-Disposition: form-data; name="first_name"`, "b"})...)
	s.fill(t, piece{marker, `Content-Disposition: form-data`, "b"})
	s.submitted(t, text("language", "tlh"))
	s.Flush(t.Context())
	same(t, "other fields", s.count(t, `SELECT COUNT(*) FROM funnel_counts WHERE field = 'other' AND code = 'other'`), 1)
	same(t, "other languages", s.count(t, `SELECT COUNT(*) FROM funnel_counts WHERE language = 'other' AND step = 'api_submit'`), 1)
	s.wantNowhere(t, marker)
}

// The days are those of the firm, also when the clocks change there.
func TestFunnelDays(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.set(t, members{"time_zone": "America/New_York"})
	s.Flush(t.Context()) // learns it
	s.clock.Add(time.Date(2027, 3, 14, 4, 59, 59, 0, time.UTC).Sub(s.clock.Now()))
	for _, step := range []time.Duration{0, time.Second, 22*time.Hour + 59*time.Minute + 59*time.Second, time.Second} { // the 14th has 23 hours
		s.clock.Add(step)
		s.page(t, "/")
	}
	s.Flush(t.Context())
	for day, want := range map[string]int{"2027-03-13": 1, "2027-03-14": 2, "2027-03-15": 1} {
		same(t, day, s.report(t, "from="+day+"&to="+day).Funnel.Views, want)
	}
	same(t, "all days", len(s.report(t, "from=2027-03-13&to=2027-03-15").Days), 3)
}

// While the disk is full the form is shown and counted, and what was counted is stored
// once there is room.
func TestFunnelOnAFullDisk(t *testing.T) {
	t.Parallel()
	f := newFaulty(t)
	if _, err := f.app.Staff.Add(t.Context(), staff.NewUser{Email: adminEmail, Password: password, Role: staff.Admin}, true); err != nil {
		t.Fatal(err)
	}
	handler := f.handler(t)
	cookie := ask(t, handler, http.MethodPost, sessionPath, "", credentials(adminEmail, password)).given(t).Value
	views := func() int {
		f.app.Flush(t.Context())
		return into[theReport](t, ask(t, handler, http.MethodGet, reportsPath, cookie, "")).Funnel.Views
	}
	f.db.Arm(func(_ int, query string) *faultdb.Fault {
		if strings.Contains(query, "INTO funnel_counts") {
			return &faultdb.Fault{Err: faultdb.Full}
		}
		return nil
	})
	for range 3 {
		same(t, "the form", ask(t, handler, http.MethodGet, "/", "", "").status, http.StatusOK)
		same(t, "nothing is stored", views(), 0)
	}
	if !f.db.Fired() {
		t.Error("nothing was tried")
	}
	f.db.Arm(nil)
	same(t, "afterwards", views(), 3)
}

// A server that is stopped has stored what it counted.
func TestFunnelOutlivesAStop(t *testing.T) {
	t.Parallel()
	flags := map[string]string{"USHER_DATA_DIR": filepath.Join(t.TempDir(), "data"), "USHER_LISTEN": "127.0.0.1:0", "USHER_SECRET_KEY": secretHex}
	cfg, err := config.Load(flags, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	read, banner := io.Pipe()
	stopped := make(chan error, 1)
	go func() {
		err := app.Serve(ctx, cfg, "test", app.Env{}, banner)
		stopped <- errors.Join(err, banner.Close())
	}()
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			if _, at, found := strings.Cut(lines.Text(), "listening on "); found {
				address <- at
			}
		}
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, <-address+"/?lang=en", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	page, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil || page.StatusCode != http.StatusOK {
		t.Fatal(err, page.StatusCode)
	}
	stop()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	after := &server{dir: cfg.DataDir}
	same(t, "views", after.count(t, `SELECT COALESCE(SUM(times), 0) FROM funnel_counts WHERE step = 'view' AND language = 'en'`), 1)
}
