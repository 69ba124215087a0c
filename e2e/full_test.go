package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"usher/internal/testkit"
)

// mount gives a file system in memory of so many megabytes.
func mount(t testing.TB, megabytes int) string {
	t.Helper()
	dir := t.TempDir()
	if os.Getuid() != 0 {
		testkit.LeaveOut(t, t.Name(), "a small file system needs root")
	}
	if err := syscall.Mount("usher-e2e", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		testkit.LeaveOut(t, t.Name(), "no file system can be mounted here: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fill lets a file take all that is free, to the last byte.
func fill(t testing.TB, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		_, err := f.Write(make([]byte, size))
		if errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
	_ = f.Close() // memory
}

// On a full disk a submission is refused and leaves nothing, while reading and
// sign-in go on; with space intake goes on too, without a restart.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := mount(t, 24)
	data := filepath.Join(dir, "data")
	s := start(t, how{data: data})
	var sent []submission
	var ids []string
	for i := range 3 {
		sub := simple(fmt.Sprintf("roomy%d", i))
		sub.body = []byte(strings.Repeat("a resume ", 5000))
		sent, ids = append(sent, sub), append(ids, s.submit(sub).ID)
	}
	s.drained(patience)
	list := s.read("/api/v1/leads").body
	filler := filepath.Join(dir, "filler")
	fill(t, filler)

	for size, name := range map[int]string{1: "tiny", 300_000: "usual", 9 << 20: "large"} {
		sub := simple(name)
		sub.body = []byte(strings.Repeat("x", size))
		a := s.try(sub)
		if a.status != 503 || a.header.Get("Retry-After") == "" || a.problem(t).Code == "intake_stopped" {
			t.Errorf("a %s resume on a full disk: %s", name, a)
		}
	}
	s.goesOnReading(list, ids, sent)
	noTemporary(t, data)
	if n := len(testkit.Names(t, filepath.Join(data, "resumes"))); n != len(sent) {
		t.Errorf("%d resumes are on the disk, want %d", n, len(sent))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s.recovers()
	if a := s.get("/readyz"); a.status != 200 {
		t.Errorf("readyz with space: %s", a)
	}
	s.stop()
	verify(t, data)
}

// goesOnReading expects that all but storing works.
func (s *server) goesOnReading(list []byte, ids []string, sent []submission) {
	s.t.Helper()
	if a := s.get("/readyz"); a.status != 503 {
		s.t.Errorf("readyz: %s", a)
	}
	if a := s.get("/healthz"); a.status != 200 {
		s.t.Errorf("healthz: %s", a)
	}
	a, err := s.signIn(s.t.Context(), adminEmail, adminPassword)
	if err != nil || a.status != 200 {
		s.t.Errorf("sign-in: %s, %v", a, err)
	} else {
		var token struct {
			Access string `json:"access_token"`
		}
		decode(s.t, a.body, &token)
		s.mu.Lock()
		s.token = token.Access // the rest is done with the new one
		s.mu.Unlock()
	}
	if a, err := s.signIn(s.t.Context(), adminEmail, "not "+adminPassword); err != nil || a.status != 400 {
		s.t.Errorf("sign-in with a wrong password: %s, %v", a, err)
	}
	s.browserGoesOn(list)
	if now := s.staff("GET", "/api/v1/leads"); now.status != 200 || string(now.body) != string(list) {
		s.t.Errorf("the list was\n%s\nand is\n%s", list, now)
	}
	for i, id := range ids {
		if err := s.download(id, sent[i].sha256()); err != nil {
			s.t.Error(err)
		}
	}
}

// ask sends a request and expects an answer of whatever kind.
func (s *server) ask(method, path string, header http.Header, body string) answer {
	s.t.Helper()
	a, err := s.send(s.t.Context(), method, path, header, strings.NewReader(body))
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// signInBrowser signs a browser in and gives the header with its cookie.
func (s *server) signInBrowser() http.Header {
	s.t.Helper()
	in := s.ask("POST", "/api/v1/session", http.Header{"Content-Type": {"application/json"}}, `{"email":"`+adminEmail+`","password":"`+adminPassword+`"}`)
	if in.status != 201 {
		s.t.Errorf("a browser signs in: %s", in)
	}
	return http.Header{"Cookie": {strings.Split(in.header.Get("Set-Cookie"), ";")[0]}}
}

// browserGoesOn expects that a browser can sign in, read and sign out.
func (s *server) browserGoesOn(list []byte) {
	s.t.Helper()
	cookie := s.signInBrowser()
	if now := s.ask("GET", "/api/v1/leads", cookie, ""); now.status != 200 || string(now.body) != string(list) {
		s.t.Errorf("a browser reads %s", now)
	}
	if out := s.ask("DELETE", "/api/v1/session", cookie, ""); out.status != 204 {
		s.t.Errorf("a browser signs out: %s", out)
	}
	if now := s.ask("GET", "/api/v1/leads", cookie, ""); now.status != 401 {
		s.t.Errorf("a signed-out browser: %s", now)
	}
}

// What waited in memory on a full disk is stored when the server is stopped.
func TestStopStoresWhatWaits(t *testing.T) {
	t.Parallel()
	dir := mount(t, 24)
	h := how{data: filepath.Join(dir, "data")}
	s := start(t, h)
	s.submit(simple("only"))
	s.drained(patience)
	leaves, filler := s.signInBrowser(), filepath.Join(dir, "filler")
	fill(t, filler)
	comes := s.signInBrowser()
	if out := s.ask("DELETE", "/api/v1/session", leaves, ""); out.status != 204 {
		t.Errorf("signing out: %s", out)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s.stop() // long before what waits is tried again
	again := start(t, h)
	if now := again.ask("GET", "/api/v1/leads", leaves, ""); now.status != 401 {
		t.Errorf("who signed out is in again: %s", now)
	}
	if now := again.ask("GET", "/api/v1/leads", comes, ""); now.status != 200 {
		t.Errorf("who signed in is out: %s", now)
	}
}

// A start on a full or read-only disk says what is wrong and damages nothing.
func TestStartWithoutRoom(t *testing.T) {
	t.Parallel()
	dir := mount(t, 24)
	h := how{data: filepath.Join(dir, "data")}
	first := start(t, h)
	sent := simple("whole")
	kept := first.submit(sent)
	first.drained(patience) // what was in hand at a kill is put right at the start, and needs room
	first.kill()            // so that the log is not folded into the database yet

	filler, more := filepath.Join(dir, "filler"), filepath.Join(dir, "more")
	fill(t, filler)
	reading := start(t, h) // after a kill all files are there, and reading needs no room
	reading.saysWhatIsWrong()
	reading.goesOnReading(reading.read("/api/v1/leads").body, []string{kept.ID}, []submission{sent})
	reading.stop()
	fill(t, more)
	withoutRoom(t, h, "full")
	for _, name := range []string{filler, more} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	withoutRoom(t, h, "read-only")
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=24m"); err != nil {
		t.Fatal(err)
	}
	again := start(t, h)
	if err := again.download(kept.ID, sent.sha256()); err != nil {
		t.Error(err)
	}
	again.submit(simple("afterwards"))
	again.stop()
	verify(t, h.data)

	// A first start, without room for anything.
	fill(t, filler)
	withoutRoom(t, how{data: filepath.Join(dir, "new")}, "full, and new")
}

// withoutRoom expects that a start fails with a sentence, or serves those who read
// and says that it stores nothing.
func withoutRoom(t testing.TB, h how, what string) {
	t.Helper()
	s := launch(t, h)
	select {
	case <-s.done:
		errs := s.log.String()
		if s.code != 1 || !strings.HasPrefix(errs, "usher: ") || strings.Contains(errs, "goroutine ") {
			t.Errorf("%s: exit code %d, %q", what, s.code, errs)
		}
		t.Logf("%s: %s", what, strings.TrimSpace(errs))
	case <-s.out.seen:
		s.base, s.pid = "http://"+s.address(), s.cmd.Process.Pid
		s.saysWhatIsWrong()
		if a := s.get("/readyz"); a.status != 503 {
			t.Errorf("%s: readyz: %s", what, a)
		}
		t.Logf("%s: it serves those who read", what)
		s.stop()
	}
}

func (s *server) saysWhatIsWrong() {
	s.t.Helper()
	eventually(s.t, patience, func() error {
		if !strings.Contains(s.log.String(), "no lead can be stored now") {
			return errors.New("the start doesn't say what is wrong")
		}
		return nil
	})
}

// With too few descriptors a submission waits or is refused with 503, never with
// 500, and all is well when there are some again.
func TestFewDescriptors(t *testing.T) {
	t.Parallel()
	const clients, rounds = 48, 4
	prlimit := testkit.Binary(t, "prlimit")
	s := start(t, how{wrap: []string{prlimit, "--nofile=64:64"}})
	s.http.Transport = &http.Transport{DisableKeepAlives: true} // idle connections hold descriptors too
	s.submit(simple("calm"))
	var mu sync.Mutex
	statuses := map[int]int{}
	promised := map[string]string{}
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := range rounds {
				sub := simple(fmt.Sprintf("crowd%d-%d", client, n))
				sub.body = []byte(strings.Repeat("x", 200_000))
				a, err := s.post(t.Context(), sub)
				if err != nil {
					t.Errorf("no answer: %v", err)
					return
				}
				mu.Lock()
				statuses[a.status]++
				if a.status == 201 {
					promised[sub.check(t, a).ID] = sub.sha256()
				}
				mu.Unlock()
				if a.status != 201 && a.status != 503 {
					t.Errorf("submit: %s", a)
				}
			}
		})
	}
	wg.Wait()
	s.recovers()
	for id, sha := range promised {
		if err := s.download(id, sha); err != nil {
			t.Error(err)
		}
	}
	noTemporary(t, s.data)
	s.stop()
	verify(t, s.data)
	t.Logf("answers by status: %v", statuses)
}
