package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The first admin of the servers that these tests start.
const (
	adminEmail    = "admin@firm.example"
	adminPassword = "correct horse battery staple"
)

// patience is how long anything that must happen may take on a slow machine.
const patience = 30 * time.Second

// how says how to start a server. The zero value is a server on a new data
// directory with an admin, no rate limit and no mail server.
type how struct {
	data    string   // data directory; empty for a new one
	env     []string // NAME=value, after the usual ones
	wrap    []string // a command to run it under, such as strace
	noAdmin bool
	prepare func(*exec.Cmd) // changes the command right before it starts
}

// server is a running `usher serve`.
type server struct {
	t    testing.TB
	cmd  *exec.Cmd
	pid  int    // of usher itself, not of what it runs under
	addr string // host:port
	base string // http://host:port
	data string
	http *http.Client
	out  *transcript // standard output
	log  *transcript // standard error

	done chan struct{} // closed when the process is gone
	code int           // its exit code, once done

	mu    sync.Mutex
	token string
	until time.Time
}

var listening = regexp.MustCompile(`listening on http://(\S+)`)

// start starts a server and waits until it listens.
func start(t testing.TB, h how) *server {
	t.Helper()
	s := launch(t, h)
	select {
	case <-s.out.seen:
	case <-s.done:
		<-s.out.ended
		if s.addr = s.address(); s.addr == "" {
			t.Fatalf("the server ended with %d before it listened:\n%s%s", s.code, s.out, s.log)
		}
	case <-time.After(patience):
		t.Fatalf("the server does not listen after %v", patience)
	}
	s.addr = s.address()
	s.base = "http://" + s.addr
	s.findPID(len(h.wrap) > 0)
	return s
}

// launch starts a server and doesn't wait.
func launch(t testing.TB, h how) *server {
	t.Helper()
	if h.data == "" {
		h.data = filepath.Join(t.TempDir(), "data")
	}
	args := slices.Concat(h.wrap, []string{binary, "serve"})
	s := &server{
		t: t, cmd: exec.Command(args[0], args[1:]...), data: h.data, done: make(chan struct{}), //nolint:gosec // a test's own command
		out: newTranscript(listening), log: newTranscript(nil),
		http: &http.Client{
			Timeout: 2 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.cmd.Dir = t.TempDir() // where no .env is
	s.cmd.Env = environment(h)
	if h.prepare != nil {
		h.prepare(s.cmd)
	}
	s.spawn(t)
	return s
}

// spawn starts the command and reads what it prints.
func (s *server) spawn(t testing.TB) {
	t.Helper()
	stdout, outErr := s.cmd.StdoutPipe()
	stderr, errErr := s.cmd.StderrPipe()
	if err := errors.Join(outErr, errErr); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.out.copy(stdout)
	go s.log.copy(stderr)
	go s.wait()
	t.Cleanup(s.end)
}

func environment(h how) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(),
		"USHER_LISTEN=127.0.0.1:0", "USHER_DATA_DIR=" + h.data, "USHER_PUBLIC_RATE=off",
	}
	if !h.noAdmin {
		env = append(env, "USHER_ADMIN_EMAIL="+adminEmail, "USHER_ADMIN_PASSWORD="+adminPassword)
	}
	return append(env, h.env...) // of two with one name the later counts
}

func (s *server) wait() {
	<-s.out.ended
	<-s.log.ended
	_ = s.cmd.Wait() // the code says it
	s.code = s.cmd.ProcessState.ExitCode()
	close(s.done)
}

// end is what happens when the test is over: the process goes, and its log is
// shown if the test has failed.
func (s *server) end() {
	s.signal(syscall.SIGKILL)
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Errorf("the server outlives a SIGKILL")
	}
	s.http.CloseIdleConnections()
	if s.t.Failed() {
		s.t.Logf("the server's output:\n%s\nand the end of its log, but for requests that went well:\n%s", s.out, s.log.tail(30))
	}
}

func (s *server) address() string {
	if m := listening.FindStringSubmatch(s.out.String()); m != nil {
		return m[1]
	}
	return ""
}

// findPID finds usher below the command that it runs under.
func (s *server) findPID(wrapped bool) {
	s.t.Helper()
	s.pid = s.cmd.Process.Pid
	if !wrapped {
		return
	}
	list, err := os.ReadFile(procPath(s.pid, "task/"+strconv.Itoa(s.pid)+"/children"))
	if err != nil {
		s.t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(list)) {
		child, err := strconv.Atoi(field)
		if err != nil {
			continue
		}
		if exe, err := os.Readlink(procPath(child, "exe")); err == nil && filepath.Base(exe) == filepath.Base(binary) {
			s.pid = child
			return
		}
	}
	// exec without a child of its own, as prlimit does
}

func procPath(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }

func (s *server) signal(sig syscall.Signal) {
	select {
	case <-s.done: // its number may be somebody else's by now
		return
	default:
	}
	for _, pid := range []int{s.pid, s.cmd.Process.Pid} {
		if pid != 0 {
			_ = syscall.Kill(pid, sig)
		}
		if sig != syscall.SIGKILL {
			return // what it runs under ends with it
		}
	}
}

// kill ends the server as kill -9 does, and waits until it is gone.
func (s *server) kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
	s.gone()
}

// stop ends the server as a service manager does, and expects exit code 0.
func (s *server) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	s.gone()
	if s.code != 0 {
		s.t.Errorf("exit code %d after SIGTERM, want 0", s.code)
	}
}

func (s *server) gone() {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Fatalf("the server is not gone after %v", patience)
	}
	s.http.CloseIdleConnections()
}

// transcript keeps what a process writes.
type transcript struct {
	until *regexp.Regexp // closes seen with the first line that matches
	seen  chan struct{}
	ended chan struct{}

	mu   sync.Mutex
	text bytes.Buffer
}

func newTranscript(until *regexp.Regexp) *transcript {
	return &transcript{until: until, seen: make(chan struct{}), ended: make(chan struct{})}
}

func (t *transcript) copy(r io.Reader) {
	defer close(t.ended)
	lines := bufio.NewReader(r)
	for found := t.until == nil; ; {
		line, err := lines.ReadBytes('\n')
		t.mu.Lock()
		t.text.Write(line)
		t.mu.Unlock()
		if !found && t.until.Match(line) {
			found = true
			close(t.seen)
		}
		if err != nil {
			return
		}
	}
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// tail is the last lines but for requests that went well, which would hide what didn't.
func (t *transcript) tail(lines int) string {
	all := slices.DeleteFunc(strings.SplitAfter(t.String(), "\n"), func(line string) bool {
		return strings.Contains(line, `"msg":"request"`) && !strings.Contains(line, `"status":5`)
	})
	return strings.Join(all[max(0, len(all)-lines):], "")
}

// eventually waits until a condition holds, and fails the test when it doesn't
// within the limit. The condition returns what is still missing, or nil.
func eventually(t testing.TB, limit time.Duration, condition func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := condition()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("after %v: %v", limit, err)
		}
	}
}

// usher runs a command of the program to its end and returns its exit code and
// what it wrote to standard output and standard error. A command that doesn't end,
// such as a server that should have been refused, is killed: exit code -1.
func usher(t testing.TB, h how, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	all := slices.Concat(h.wrap, []string{binary}, args)
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, all[0], all[1:]...) //nolint:gosec // a test's own command
	cmd.Dir, cmd.Env = t.TempDir(), environment(h)
	cmd.Stdin = strings.NewReader(stdin)
	if h.prepare != nil {
		h.prepare(cmd)
	}
	return runCommand(t, cmd)
}

// command is another program, which ends with the test.
func command(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), name, args...) //nolint:gosec // a test's own command
}

// runProgram runs another program to its end.
func runProgram(t testing.TB, name string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runCommand(t, command(t, name, args...))
}

func runCommand(t testing.TB, cmd *exec.Cmd) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited && cmd.ProcessState == nil {
		t.Fatalf("%s: %v", strings.Join(cmd.Args, " "), err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// verify runs `usher verify` and expects it to find nothing.
func verify(t testing.TB, data string) {
	t.Helper()
	if code, out, errs := usher(t, how{data: data}, "", "verify"); code != 0 {
		t.Errorf("usher verify: exit code %d\n%s%s", code, out, errs)
	}
}
