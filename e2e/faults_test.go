package e2e

import (
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"usher/internal/testkit"
)

// injection is a strace that makes system calls of a running server fail.
type injection struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  *transcript
	ends bool
}

var attached = regexp.MustCompile(`[Pp]rocess \d+ attached`)

// inject makes calls of the server fail with an error from now on; only those on
// the given paths, when there are any.
func (s *server) inject(calls, errno string, paths ...string) *injection {
	s.t.Helper()
	strace := testkit.Binary(s.t, "strace")
	args := []string{"-f", "-e", "trace=" + calls, "-e", "inject=" + calls + ":error=" + errno + ":when=1+"}
	for _, path := range paths {
		args = append(args, "-P", path)
	}
	i := &injection{t: s.t, log: newTranscript(attached)}
	i.cmd = exec.Command(strace, append(args, "-p", strconv.Itoa(s.pid))...) //nolint:gosec // a test's own command
	stderr, err := i.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := i.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go i.log.copy(stderr)
	s.t.Cleanup(i.end)
	select {
	case <-i.log.seen:
	case <-i.log.ended:
		testkit.LeaveOut(s.t, s.t.Name(), "strace may not attach here: "+i.log.String())
	case <-time.After(patience):
		s.t.Fatalf("strace does not attach: %s", i.log)
	}
	return i
}

// end lets the calls succeed again, and waits until it is so.
func (i *injection) end() {
	if i.ends {
		return
	}
	i.ends = true
	_ = i.cmd.Process.Signal(syscall.SIGINT) // strace detaches
	<-i.log.ended
	_ = i.cmd.Wait() // it ends with the signal
}

// happened fails the test when nothing was made to fail.
func (i *injection) happened() {
	i.t.Helper()
	if !strings.Contains(i.log.String(), "(INJECTED)") {
		i.t.Errorf("nothing was injected:\n%s", i.log.tail(20))
	}
}

// After a failed fsync nobody knows what is on disk: that request fails, intake
// stops for good, reading goes on, and after a restart nothing acknowledged is lost.
func TestFailedSync(t *testing.T) {
	t.Parallel()
	for name, paths := range map[string][]string{
		"any, so the resume": nil, "the folder of the resumes": {"resumes"}, "the commit": {"usher.db-wal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, how{data: filepath.Join(dir, "data")})
			sent := simple("before")
			kept := s.submit(sent)
			s.drained(patience)
			s.bearer()
			for i := range paths {
				paths[i] = filepath.Join(s.data, paths[i])
			}
			fault := s.inject("fsync,fdatasync", "EIO", paths...)
			a := s.try(simple("during"))
			if a.status != 503 || a.header.Get("Retry-After") == "" {
				t.Errorf("while the fsync fails: %s", a)
			}
			a.problem(t)
			fault.end()
			fault.happened()
			for range 3 { // the disk claims to be well again
				if a := s.try(simple("after")); a.status != 503 || a.problem(t).Code != "intake_stopped" {
					t.Errorf("after the fsync failed: %s", a)
				}
			}
			if a := s.get("/readyz"); a.status != 503 || a.problem(t).Code != "intake_stopped" {
				t.Errorf("readyz: %s", a)
			}
			if a := s.get("/healthz"); a.status != 200 {
				t.Errorf("healthz: %s", a)
			}
			if leads := s.leads(); len(leads) != 1 || leads[0].ID != kept.ID {
				t.Errorf("the list holds %+v, want the one that was acknowledged", leads)
			}
			if err := s.download(kept.ID, sent.sha256()); err != nil {
				t.Error(err)
			}
			noTemporary(t, s.data)
			if a, err := s.signIn(t.Context(), adminEmail, adminPassword); err != nil || a.status >= 500 && a.status != 503 {
				t.Errorf("sign-in: %s, %v", a, err)
			} else {
				t.Logf("sign-in while intake is stopped: %d", a.status)
			}
			s.stop()
			again := start(t, how{data: s.data})
			if err := again.download(kept.ID, sent.sha256()); err != nil {
				t.Error(err)
			}
			again.submit(simple("again"))
			again.stop()
			verify(t, s.data)
		})
	}
}

// A file system that has turned read-only, has no room or gives no descriptors is
// no failed fsync: 503, nothing kept, and back to work without a restart.
func TestPassingTrouble(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, how{data: filepath.Join(dir, "data")})
	sent := simple("kept")
	kept := s.submit(sent)
	s.drained(patience)
	s.bearer()
	for _, c := range []struct {
		calls, errno, path string
		read               bool // reading doesn't need these calls
	}{
		{"openat,openat2", "EROFS", "resumes", false},
		{"openat,openat2", "EMFILE", "resumes", false},
		{"renameat,renameat2", "EROFS", "resumes", true},
		{"pwrite64,write", "EROFS", "usher.db-wal", true},
		{"pwrite64,write", "EDQUOT", "usher.db-wal", true},
		{"fsync", "ENOSPC", "resumes", true},
	} {
		what := c.calls + " of " + c.path + " fail with " + c.errno
		fault := s.inject(c.calls, c.errno, filepath.Join(s.data, c.path))
		if a := s.try(simple("refused")); a.status != 503 || a.header.Get("Retry-After") == "" || a.problem(t).Code == "intake_stopped" {
			t.Errorf("%s: %s", what, a)
		}
		err := s.download(kept.ID, sent.sha256())
		if c.read && err != nil {
			t.Errorf("%s: %v", what, err)
		}
		fault.end()
		fault.happened()
		if leads := s.leads(); len(leads) != 1 {
			t.Errorf("%s: there are %d leads, want the first one", what, len(leads))
		}
		noTemporary(t, s.data)
	}
	// After a write to the log that failed nobody knows what is in it, so the resume
	// stays, and is swept when it is a day old.
	if n := len(testkit.Names(t, filepath.Join(s.data, "resumes"))); n > 3 {
		t.Errorf("%d resumes are on the disk, want the first one and those of two uncertain commits", n)
	}
	s.recovers()
	s.stop()
	verify(t, s.data)
}

// recovers waits until a submission is taken again.
func (s *server) recovers() {
	s.t.Helper()
	began := time.Now()
	eventually(s.t, 10*time.Second, func() error {
		if a := s.try(simple("recovered")); a.status != 201 {
			return errors.New(a.String())
		}
		return nil
	})
	s.t.Logf("back to work after %v", time.Since(began).Round(time.Millisecond))
}
