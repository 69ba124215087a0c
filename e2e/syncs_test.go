package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"usher/internal/testkit"
)

// smallTrace is one lead, acknowledged as it should be. The thread 8 writes to the
// log meanwhile, which is nobody's harm.
const smallTrace = `7 mkdirat(AT_FDCWD</tmp>, "/tmp/data", 0700) = 0
7 fsync(5</tmp>) = 0
7 open("/tmp/data/usher.db", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 8</tmp/data/usher.db>
7 open("/tmp/data/usher.db-wal", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 9</tmp/data/usher.db-wal>
7 mkdirat(AT_FDCWD</tmp>, "/tmp/data/resumes", 0700) = 0
7 fsync(14</tmp/data>) = 0
7 openat(14</tmp/data/resumes>, "aa.tmp", O_RDWR|O_CREAT|O_EXCL, 0600) = 20</tmp/data/resumes/aa.tmp>
7 write(20</tmp/data/resumes/aa.tmp>, "mark-x \"cv\"\n", 12) = 12
7 fsync(20</tmp/data/resumes/aa.tmp> <unfinished ...>
8 --- SIGURG {si_signo=SIGURG} ---
7 <... fsync resumed>) = 0
7 renameat(14</tmp/data/resumes>, "aa.tmp", 14</tmp/data/resumes>, "bb") = 0
7 fsync(15</tmp/data/resumes>) = 0
7 pwrite64(9</tmp/data/usher.db-wal>, "\0\0\0\1\0\0\0\0\322nD", 24, 100) = 24
7 pwrite64(9</tmp/data/usher.db-wal>, "\r\0\0mark-x.txt"..., 4096, 124) = 4096
7 pwrite64(9</tmp/data/usher.db-wal>, "\0\0\0\2\0\0\0)\322nD", 24, 4220) = 24
7 pwrite64(9</tmp/data/usher.db-wal>, "\r\0\0", 4096, 4244) = 4096
7 fdatasync(9</tmp/data/usher.db-wal>) = 0
8 pwrite64(9</tmp/data/usher.db-wal>, "\0\0\0\2\0\0\0)\322nD", 24, 8340) = 24
8 pwrite64(9</tmp/data/usher.db-wal>, "mark-x.txt", 4096, 8364) = 4096
7 write(19<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 201 Created\r\n\r\n{\"filename\":\"mark-x.txt\"}", 50) = 50
8 fdatasync(9</tmp/data/usher.db-wal>) = 0
`

// The reader of traces finds what is missing, or comes too late.
func TestTraceReader(t *testing.T) {
	t.Parallel()
	const answer = "7 write(19<TCP"
	lines := strings.SplitAfter(smallTrace, "\n")
	without := func(words ...string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
			for _, word := range words {
				if !strings.Contains(line, word) {
					return false
				}
			}
			return true
		}), "")
	}
	// late moves the answer to before the first line that has the words.
	late := func(word string) string {
		kept := strings.Split(without(answer), "\n")
		at := slices.IndexFunc(kept, func(line string) bool { return strings.Contains(line, word) })
		reply := lines[slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, answer) })]
		return strings.Join(slices.Insert(kept, at, strings.TrimSpace(reply)), "\n")
	}
	failed := func(line string) string {
		return strings.Replace(smallTrace, line+" = 0", line+" = -1 EIO (I/O error)", 1)
	}
	for _, c := range []struct{ name, trace, want string }{
		{"as it should be", smallTrace, ""},
		{"no sync of the file", without("fsync", "aa.tmp"), "unsynced writes"},
		{"a sync that failed", strings.Replace(smallTrace, "resumed>) = 0", "resumed>) = -1 EIO (I/O error)", 1), "unsynced writes"},
		{"a write during the sync", strings.Replace(smallTrace, "8 --- SIGURG {si_signo=SIGURG} ---",
			`8 write(20</tmp/data/resumes/aa.tmp>, "late", 4) = 4`, 1), "unsynced writes"},
		{"no sync of the folder", without("fsync", "/tmp/data/resumes>"), "folder of the resume"},
		{"a sync of the folder that failed", failed("7 fsync(15</tmp/data/resumes>)"), "folder of the resume"},
		{"no rename", without("renameat"), "no name to stay under"},
		{"no sync of the log before the answer", without("7 fdatasync"), "commit is not synced"},
		{"no commit frame", strings.ReplaceAll(smallTrace, `\0\0\0)`, `\0\0\0\0`), "not committed"},
		{"no sync of the data directory", without("fsync", "</tmp/data>"), "name of resumes"},
		{"no sync of its parent", without("fsync", "</tmp>"), "name of data"},
		{"the answer before the sync of the log", late("7 fdatasync"), "commit is not synced"},
		{"the answer before the end of the sync of the file", late("fsync resumed"), "unsynced writes"},
		{"the answer before the write", late(`"mark-x \"`), "not written"},
	} {
		got := strings.Join(history{parseTrace(c.trace), "/tmp/data"}.broken(), "; ")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
	}
	if syncs, leads := (history{parseTrace(smallTrace), "/tmp/data"}).syncs("mark-"); syncs != 3 || leads != 1 {
		t.Errorf("counted %d syncs for %d leads, want 3 for 1", syncs, leads)
	}
}

// tracedCalls is what a trace has to hold: all that writes, names or syncs.
const tracedCalls = "open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat," +
	"write,writev,pwrite64,pwritev,pwritev2,ftruncate,fsync,fdatasync,sync_file_range,msync,sendto,sendmsg"

// under gives the command line that traces a server into a file, with whole pages.
func under(t testing.TB, file string) []string {
	t.Helper()
	strace := testkit.Binary(t, "strace")
	probe := filepath.Join(t.TempDir(), "probe")
	if code, _, errs := runProgram(t, strace, "-o", probe, "true"); code != 0 {
		testkit.LeaveOut(t, t.Name(), "strace may not trace here: "+errs)
	}
	return []string{strace, "-f", "-yy", "-s", "4200", "-o", file, "-e", "trace=" + tracedCalls}
}

// At the moment when a 201 leaves, the resume, its name and the commit are on
// disk: kill -9 can't show this, because the page cache survives it.
func TestSyncedBeforeAnswer(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir()) // strace prints real paths
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "trace")
	s := start(t, how{data: filepath.Join(dir, "data"), wrap: under(t, file), env: []string{
		// Nobody listens there: after the first try the dispatcher waits, and its
		// syncs don't mix with those of the submissions.
		"USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example", "USHER_MAIL_RETRY=1h..1h",
	}})
	s.submit(simple("warm"))
	eventually(t, patience, func() error {
		for _, m := range s.messages() {
			if m.State == "retrying" {
				return nil
			}
		}
		return errors.New("no message was tried")
	})
	const rounds = 4
	for _, clients := range []int{1, 16} {
		var wg sync.WaitGroup
		for client := range clients {
			wg.Go(func() {
				for n := range rounds {
					mark := fmt.Sprintf("mark-c%d-%d-%d", clients, client, n)
					sub := simple(mark)
					sub.body = []byte(mark + " " + strings.Repeat("x", n*50_000)) // up to three buffers
					if a, err := s.post(t.Context(), sub); err != nil || a.status != 201 {
						t.Errorf("submit: %s, %v", a, err)
					}
				}
			})
		}
		wg.Wait()
	}
	s.stop()
	trace, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := history{parseTrace(string(trace)), s.data}
	if n := len(h.acknowledgements()); n != 17*rounds {
		t.Fatalf("the trace shows %d answers, want %d", n, 17*rounds)
	}
	for _, finding := range h.broken() {
		t.Error(finding)
	}
	// Alone, a lead costs the sync of its file, of the folder and of the commit;
	// those who come together share the last two.
	for clients, most := range map[int]float64{1: 3.1, 16: 2} {
		syncs, leads := h.syncs(fmt.Sprintf("mark-c%d-", clients))
		each := float64(syncs) / float64(leads)
		t.Logf("%2d clients: %d syncs for %d leads, %.2f a lead", clients, syncs, leads, each)
		if each > most {
			t.Errorf("%d clients: %.2f syncs a lead, want at most %.1f", clients, each, most)
		}
	}
	h.mustSee(t)
}

// mustSee shows that the reader sees more than it says: without one kind of sync
// each lead of this very trace is a finding.
func (h history) mustSee(t *testing.T) {
	t.Helper()
	for _, kind := range []string{".tmp", "/resumes", "/usher.db-wal"} {
		blind := history{slices.DeleteFunc(slices.Clone(h.calls), func(c call) bool {
			return c.syncs() && strings.HasSuffix(c.file, kind)
		}), h.data}
		if got, want := len(blind.broken()), len(h.acknowledgements()); got < want {
			t.Errorf("without the syncs of %s there are %d findings, want %d", kind, got, want)
		}
	}
}
