package e2e

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// snapshot is every file of a folder: mode, time and content. The index of
// SQLite's log is left out, since it is memory that readers share.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, "-shm") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%v %v", info.Mode(), info.ModTime())
		if !d.IsDir() {
			content, err := os.ReadFile(path) //nolint:gosec // nobody else is in this folder
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %d bytes %x", len(content), sha256.Sum256(content))
		}
		name, err := filepath.Rel(dir, path)
		files[name] = line
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A second owner of a data directory is refused in plain words and touches
// nothing; the first goes on. The commands that don't need to own it work.
func TestSecondStart(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	s.submit(simple("first"))
	s.drained(patience) // so that nothing is written meanwhile
	s.bearer()
	before := snapshot(t, s.data)
	h := how{data: s.data}
	for _, command := range []string{"serve", "migrate"} {
		code, out, errs := usher(t, h, "", command)
		if code != 1 || !strings.Contains(errs, "another Usher is using this data directory") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit code %d, want 1 and one plain sentence: %s%s", command, code, out, errs)
		}
		if diff := cmp.Diff(before, snapshot(t, s.data)); diff != "" {
			t.Errorf("%s touched the data:\n%s", command, diff)
		}
	}
	for _, c := range []struct {
		args        []string
		stdin, want string
	}{
		{[]string{"user", "add", "second@firm.example", "--name", "Second"}, "another long passphrase\n", "Added second@firm.example as attorney."},
		{[]string{"user", "list"}, "", "second@firm.example"},
		{[]string{"user", "reset-password", "second@firm.example"}, "one more long passphrase\n", "Done."},
		{[]string{"user", "disable", "second@firm.example"}, "", "Done."},
		{[]string{"user", "disable", "second@firm.example", "--undo"}, "", "Done."},
		{[]string{"verify"}, "", "1 leads, 1 resumes whole, 0 findings"},
		{[]string{"config"}, "", "USHER_DATA_DIR"},
		{[]string{"version"}, "", "usher "},
		{[]string{"migrate", "--dry-run"}, "", "applied"},
		{[]string{"health", "--listen", s.addr}, "", "ok"},
		{[]string{"openapi"}, "", `"openapi"`},
	} {
		if code, out, errs := usher(t, h, c.stdin, c.args...); code != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit code %d, want 0 and %q: %s%s", c.args, code, c.want, out, errs)
		}
	}
	if a, err := s.signIn(t.Context(), "second@firm.example", "one more long passphrase"); err != nil || a.status != 200 {
		t.Errorf("the added user can't sign in: %s, %v", a, err)
	}
	s.submit(simple("goes-on"))
	if n := len(s.leads()); n != 2 {
		t.Errorf("%d leads, want 2", n)
	}
	s.stop()
	start(t, how{data: s.data}).stop() // the lock went with the process
}

// Exit codes: 0 done, 1 failed, 2 wrong use; what failed is said on standard
// error, in lines that begin with the program's name.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	s.submit(simple("codes"))
	s.stop()
	filled, empty := how{data: s.data}, how{data: filepath.Join(t.TempDir(), "none")}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	const password = "a password that is long enough\n"
	for _, c := range []struct {
		h     how
		stdin string
		code  int
		args  string
	}{
		{filled, "", 0, "--help"},
		{filled, "", 0, "serve --help"},
		{filled, "", 0, "version"},
		{filled, "", 0, "config"},
		{filled, "", 0, "openapi"},
		{filled, "", 0, "verify"},
		{filled, "", 0, "migrate"},
		{filled, "", 0, "migrate --dry-run"},
		{filled, "", 0, "user list"},
		{filled, password, 0, "user add codes@firm.example --role admin"},
		{filled, password, 0, "user reset-password codes@firm.example"},
		{filled, "", 0, "user disable codes@firm.example"},

		{filled, "", 1, "health --listen 127.0.0.1:1"}, // nobody listens there
		{filled, password, 1, "user add codes@firm.example"},
		{filled, password, 1, "user add nonsense"},
		{filled, "short\n", 1, "user add short@firm.example"},
		{filled, password, 1, "user reset-password nobody@firm.example"},
		{filled, "", 1, "user disable nobody@firm.example"},
		{filled, "", 1, "serve --listen nonsense"},
		{filled, "", 1, "config --max-resume-bytes lots"},
		{how{data: s.data, env: []string{"USHER_LISTNE=:1"}}, "", 1, "config"},
		{how{data: s.data, env: []string{"USHER_SECRET_KEY=weak"}}, "", 1, "serve"},
		{how{data: file}, "", 1, "serve"},
		{empty, "", 1, "verify"},
		{empty, "", 1, "user list"},
		{empty, "", 1, "migrate --dry-run"},

		{filled, "", 2, ""},
		{filled, "", 2, "nonsense"},
		{filled, "", 2, "serve nonsense"},
		{filled, "", 2, "serve --nonsense"},
		{filled, "", 2, "user"},
		{filled, "", 2, "user add"},
		{filled, "", 2, "user add codes@firm.example --role king"},
		{filled, "", 2, "user disable"},
		{filled, "", 2, "migrate --dry-run=perhaps"},
		{filled, "", 2, "verify --data-dir"},
	} {
		code, out, errs := usher(t, c.h, c.stdin, strings.Fields(c.args)...)
		if code != c.code {
			t.Errorf("usher %s: exit code %d, want %d\n%s%s", c.args, code, c.code, out, errs)
		}
		if c.code != 0 && !strings.HasPrefix(errs, "usher: ") {
			t.Errorf("usher %s: says %q", c.args, errs)
		}
		if strings.Contains(errs, "panic") || strings.Contains(errs, "goroutine ") {
			t.Errorf("usher %s: %s", c.args, errs)
		}
	}
	if _, err := os.Stat(empty.data); err == nil {
		t.Error("a command that doesn't own the data directory made it")
	}
}
