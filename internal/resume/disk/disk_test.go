package disk_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"usher/internal/fault"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB) (*disk.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "resumes")
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return folder, dir
}

func write(t testing.TB, store *disk.Store, body string) resume.Draft {
	t.Helper()
	draft, err := store.Create(t.Context())
	if err == nil {
		_, err = io.WriteString(draft, body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

func TestKeepAndOpen(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	store := disk.New(folder, new(fault.Latch))
	draft := write(t, store, "hello")
	if err := draft.Keep(t.Context(), "0-a"); err != nil {
		t.Fatal(err)
	}
	if err := draft.Discard(); err != nil {
		t.Errorf("Discard after Keep: %v", err)
	}
	if err := draft.Keep(t.Context(), "0-b"); err == nil {
		t.Error("kept twice")
	}
	file, err := store.Open(t.Context(), "0-a")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if b, err := io.ReadAll(file); string(b) != "hello" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
	for path, want := range map[string]fs.FileMode{dir: fs.ModeDir | 0o700, filepath.Join(dir, "0-a"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, want %v; %v", filepath.Base(path), info.Mode(), want, err)
		}
	}
	if _, err := store.Open(t.Context(), "0-c"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what isn't there: %v", err)
	}
}

// A key is never a path, and nothing outside the folder is touched.
func TestKeysStayInside(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	store := disk.New(folder, new(fault.Latch))
	outside := filepath.Join(filepath.Dir(dir), "abc")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "abc")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"", ".", "..", "../abc", "/abc", `..\abc`, "a/b", "A", "g", "a b", "a.tmp", "a\x00", strings.Repeat("a", 65),
	} {
		draft := write(t, store, "x")
		if err := draft.Keep(t.Context(), key); !errors.Is(err, resume.ErrKey) {
			t.Errorf("keep %q: %v", key, err)
		}
		if _, err := store.Open(t.Context(), key); !errors.Is(err, resume.ErrKey) {
			t.Errorf("open %q: %v", key, err)
		}
		if key == "a.tmp" {
			continue // a temporary entry can be removed by its name
		}
		if err := store.Remove(t.Context(), key); !errors.Is(err, resume.ErrKey) {
			t.Errorf("remove %q: %v", key, err)
		}
	}
	if _, err := store.Open(t.Context(), "abc"); err == nil {
		t.Error("followed a link out of the folder")
	}
	if got := testkit.Names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestKeepReplacesNothing(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	store := disk.New(folder, new(fault.Latch))
	if err := write(t, store, "first").Keep(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := write(t, store, "second").Keep(t.Context(), "a"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a used key: %v", err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "a")); string(b) != "first" || len(testkit.Names(t, dir)) != 1 {
		t.Errorf("stored %q, files %v", b, testkit.Names(t, dir))
	}
}

func TestRemoveTemporary(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	store := disk.New(folder, new(fault.Latch))
	if err := write(t, store, "kept").Keep(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"0a.tmp", "0b.tmp", "notes.tmp"} { // the last is none of ours
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	receiving := write(t, store, "not done yet")
	if n, err := store.RemoveTemporary(t.Context()); n != 2 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if err := receiving.Keep(t.Context(), "b"); err != nil {
		t.Errorf("what was being received meanwhile: %v", err)
	}
	if got := strings.Join(testkit.Names(t, dir), " "); got != "a b notes.tmp" {
		t.Errorf("left: %s", got)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	store := disk.New(folder, new(fault.Latch))
	draft := write(t, store, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := draft.Keep(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("keep: %v", err)
	}
	if _, err := store.Create(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("create: %v", err)
	}
	if got := testkit.Names(t, dir); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

// The folder is opened as often as needed and only made under a parent.
func TestOpenFolder(t *testing.T) {
	t.Parallel()
	_, dir := open(t)
	again, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	for _, path := range []string{filepath.Join(dir, "no", "parent"), filepath.Join(dir, "file")} {
		if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := disk.OpenFolder(path); err == nil {
			t.Errorf("opened %s", filepath.Base(path))
		}
	}
}
