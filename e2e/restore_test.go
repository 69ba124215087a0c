package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"usher/internal/testkit"
)

// What can't be restored is refused with exit code 1, in one line, and nothing
// that was there is touched.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	for i := range 5 {
		s.submit(simple(fmt.Sprintf("refuse%d", i)))
	}
	s.drained(patience)
	file := backUp(t, how{data: s.data})
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := filepath.Join(t.TempDir(), "spoiled.tar")
	place := how{data: filepath.Join(t.TempDir(), "place")}
	refused := func(about string, h how, file, want string) {
		t.Helper()
		before := map[string]string{}
		if _, err := os.Stat(h.data); err == nil {
			before = snapshot(t, h.data)
		}
		code, out, errs := usher(t, h, "", "restore", file)
		if code != 1 || !strings.HasPrefix(errs, "usher: ") || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%s: exit code %d, %s%s", about, code, out, errs)
		}
		if h.data == place.data {
			return
		}
		if diff := cmp.Diff(before, snapshot(t, h.data)); diff != "" {
			t.Errorf("%s touched the data:\n%s", about, diff)
		}
	}
	s.bearer()
	refused("a running server's data", how{data: s.data}, file, "there is data in")
	s.stop()
	refused("a stopped server's data", how{data: s.data}, file, "there is data in")
	refused("no such file", place, spoiled, "no such file")
	for i := range 12 {
		cut := whole[:len(whole)*i/12]
		if err := os.WriteFile(spoiled, cut, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(fmt.Sprintf("cut off at %d", len(cut)), place, spoiled, "not a whole backup: it is cut off")
		flipped := slices.Clone(whole)
		flipped[len(cut)] ^= 4
		if err := os.WriteFile(spoiled, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(fmt.Sprintf("flipped at %d", len(cut)), place, spoiled, "not a whole backup")
	}
	if names := testkit.Names(t, place.data); len(names) > 1 { // the lock
		t.Errorf("left: %v", names)
	}
	if code, out, errs := usher(t, place, "", "restore", file); code != 0 {
		t.Errorf("the whole one: exit code %d, %s%s", code, out, errs)
	}
	refused("again", how{data: place.data + "/."}, file, "there is data in")
	for args, want := range map[string]int{
		"backup": 2, "restore": 2, "backup a b": 2, "backup " + file: 1, "backup " + place.data + "/resumes/x.tar": 1, "backup /nonexistent/x.tar": 1,
	} {
		if code, _, errs := usher(t, place, "", strings.Fields(args)...); code != want || strings.Count(errs, "\n") > 2 {
			t.Errorf("%s: exit code %d, want %d: %s", args, code, want, errs)
		}
	}
}

// A restore that was killed is not taken for data, and restoring again works.
func TestKillRestore(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	ids := map[string]string{}
	for i := range 40 {
		sub := simple(fmt.Sprintf("killed%d", i))
		sub.body = []byte(strings.Repeat(sub.first, 2000))
		ids[s.submit(sub).ID] = sub.sha256()
	}
	file := backUp(t, how{data: s.data})
	s.stop()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	place := how{data: filepath.Join(t.TempDir(), "place"), noAdmin: true}
	for i := 1; i <= 8; i++ { // the last has all but the end
		killRestore(t, place, whole[:(len(whole)-3000)*i/8])
		for _, command := range []string{"serve", "verify", "migrate", "user list", "backup " + filepath.Join(t.TempDir(), "x.tar")} {
			code, out, errs := usher(t, place, "", strings.Fields(command)...)
			if code != 1 || !strings.Contains(errs, "run usher restore with the backup again") {
				t.Errorf("%s on half a restore: exit code %d, %s%s", command, code, out, errs)
			}
		}
	}
	unfinished, finished := 0, 0
	for range 12 { // at any moment, the verification among them
		killAnyTime(t, place, file)
		if _, err := os.Stat(filepath.Join(place.data, "restore.unfinished")); err == nil {
			unfinished++
		} else if _, err := os.Stat(filepath.Join(place.data, "usher.db")); err == nil {
			verify(t, place.data)
			finished++
			if err := os.RemoveAll(place.data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if code, _, errs := usher(t, place, "", "restore", file); code != 0 {
		t.Errorf("exit code %d: %s", code, errs)
	}
	verify(t, place.data)
	again := start(t, place)
	for id, sha := range ids {
		if err := again.download(id, sha); err != nil {
			t.Error(err)
		}
	}
	again.stop()
	t.Logf("of those killed at any moment %d were unfinished, %d finished", unfinished, finished)
}

func killAnyTime(t *testing.T, h how, file string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "restore", file) //nolint:gosec // a test's own command
	cmd.Env, cmd.Dir = environment(h), t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(rand.IntN(400))*time.Millisecond, func() { _ = cmd.Process.Kill() }) //nolint:gosec // any moment
	defer timer.Stop()
	_ = cmd.Wait()
}

// killRestore kills a restore that has read so much of its archive.
func killRestore(t *testing.T, h how, archive []byte) {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "restore", fifo) //nolint:gosec // a test's own command
	cmd.Env, cmd.Dir = environment(h), t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Write(archive); err != nil { // all but what the pipe holds has been read
		t.Fatal(err)
	}
	eventually(t, patience, func() error {
		_, err := os.Stat(filepath.Join(h.data, "restore.unfinished"))
		return err
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}
