package e2e

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"usher/internal/mail/smtptest"
	"usher/internal/testkit"
)

// demonstrate starts `usher demo` with a folder for temporary files of its own.
func demonstrate(t testing.TB, tmp string, env []string, args ...string) *server {
	t.Helper()
	s := &server{
		t: t, cmd: exec.Command(binary, append([]string{"demo"}, args...)...), done: make(chan struct{}), //nolint:gosec // a test's own command
		out: newTranscript(listening), log: newTranscript(nil),
		http: &http.Client{Timeout: patience, Transport: &http.Transport{DisableCompression: true}},
	}
	s.cmd.Dir = t.TempDir()
	s.cmd.Env = append(environment(how{data: "elsewhere", env: env}), "TMPDIR="+tmp)
	s.spawn(t)
	s.pid = s.cmd.Process.Pid
	return s
}

var (
	signInAs     = regexp.MustCompile(`(?m)^  sign in as +(\S+)$`)
	withPassword = regexp.MustCompile(`(?m)^  password +(\S+)`)
	dataIn       = regexp.MustCompile(`(?m)^  data +(\S+)$`)
)

// The demo is a whole firm: it can be signed in to and looked at, it is captured
// whatever the environment says of mail, and nothing of it stays.
func TestDemo(t *testing.T) {
	t.Parallel()
	post := smtptest.Start(t)
	tmp := t.TempDir()
	s := demonstrate(t, tmp, []string{"USHER_SMTP_URL=smtp://127.0.0.1:" + strconv.Itoa(post.Port()) + "?tls=off", "USHER_MAIL_FROM=real@firm.example", "USHER_LISTEN=0.0.0.0:1"},
		"--leads", "120", "--listen", "127.0.0.1:0")
	select {
	case <-s.out.seen:
	case <-s.done:
		t.Fatalf("it ended with %d:\n%s%s", s.code, s.out, s.log)
	}
	s.addr = s.address()
	s.base = "http://" + s.addr
	found := func(what *regexp.Regexp) string {
		if m := what.FindStringSubmatch(s.out.String()); m != nil {
			return m[1]
		}
		t.Fatalf("no %s in\n%s", what, s.out)
		return ""
	}
	s.data = found(dataIn)
	a, err := s.signIn(t.Context(), found(signInAs), found(withPassword))
	if err != nil || a.status != 200 {
		t.Fatalf("sign-in: %s, %v", a, err)
	}
	var token struct {
		Access string `json:"access_token"`
	}
	decode(t, a.body, &token)
	s.token, s.until = token.Access, time.Now().Add(10*time.Minute)
	var list struct {
		Items []struct {
			ID     string
			Resume struct{ SHA256 string }
		}
	}
	decode(t, s.staff("GET", "/api/v1/leads?limit=100").body, &list)
	if len(list.Items) != 100 {
		t.Errorf("%d leads on the first page", len(list.Items))
	}
	for _, l := range list.Items[:20] {
		if err := s.download(l.ID, l.Resume.SHA256); err != nil {
			t.Error(err)
		}
	}
	verify(t, s.data)
	eventually(t, patience, func() error { // those that were due when it started
		if a := s.staff("GET", "/api/v1/messages?state=captured"); !strings.Contains(string(a.body), `"captured"`) {
			return errors.New("no message is captured yet")
		}
		return nil
	})
	s.stop()
	if n := post.Dialled(); n != 0 {
		t.Errorf("%d connections to a mail server", n)
	}
	if left := testkit.Names(t, tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// A demo that isn't finished leaves nothing.
func TestDemoCutOff(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	s := demonstrate(t, tmp, nil, "--leads", "1000000", "--listen", "127.0.0.1:0")
	eventually(t, patience, func() error {
		if found, _ := filepath.Glob(filepath.Join(tmp, "*", "resumes", "*")); len(found) == 0 {
			return errors.New("it makes nothing")
		}
		return nil
	})
	s.signal(syscall.SIGTERM)
	s.gone()
	if s.code != 1 || !strings.Contains(s.log.String(), "usher: the demo was not finished") {
		t.Errorf("exit code %d, %s", s.code, s.log)
	}
	if left := testkit.Names(t, tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// A directory can be asked for, and is never one with a firm in it already.
func TestDemoInto(t *testing.T) {
	t.Parallel()
	tmp, dir := t.TempDir(), filepath.Join(t.TempDir(), "demo")
	h := how{data: "elsewhere", env: []string{"TMPDIR=" + tmp}}
	if code, out, errs := usher(t, h, "", "demo", "--no-serve", "--into", dir, "--leads", "30"); code != 0 || !strings.Contains(out, dir) {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	verify(t, dir)
	before := snapshot(t, dir)
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"--no-serve --into " + dir: {1, "holds usher.db already"},
		"--listen 0.0.0.0:0":       {1, "on this machine only"},
		"--smtp-url smtp://127.1":  {1, "has no place in a demo"},
		"--data-dir " + dir:        {1, "has no place in a demo"},
		"--leads 0":                {2, "1 to 1000000"},
		"--leads 1000001":          {2, "1 to 1000000"},
	} {
		code, out, errs := usher(t, h, "", append([]string{"demo"}, strings.Fields(args)...)...)
		if code != want.code || !strings.Contains(errs, want.says) {
			t.Errorf("demo %s: exit code %d, %s%s", args, code, out, errs)
		}
	}
	if after := snapshot(t, dir); len(after) != len(before) || after["usher.db"] != before["usher.db"] {
		t.Error("a refused demo touched the data")
	}
	if left := testkit.Names(t, tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
