package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/fault"
	"usher/internal/kept"
)

// keep keeps a resume for a form, as the page does when another field is wrong.
func keep(t testing.TB, a *app.App, form, content string) kept.File {
	t.Helper()
	upload, err := a.Kept().Shelf.Receive(t.Context(), "Qkept Example.txt", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.Kept().Keep(t.Context(), form, "192.0.2.7", upload)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// openApp opens a data directory to serve it, or only to look at it; the caller closes it.
func openApp(t testing.TB, dir string, own bool) *app.App {
	t.Helper()
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": dir}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, "test", app.Env{}, own)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Handler(); err != nil {
		t.Fatal(err)
	}
	return a
}

func closeApp(t testing.TB, a *app.App) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// A kept file is in a folder of its own that only this user can read, and is nobody's
// orphan. It goes after an hour, by the same housekeeping as everything.
func TestKeptFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	f := keep(t, s.App, "form", "the resume of Ann\n")
	if len(f.ID) < 22 || strings.Contains(f.Network, "192") || f.Network == "" || f.Network != keep(t, s.App, "form", "another\n").Network {
		t.Errorf("file %+v", f)
	}
	folder, err := os.Stat(filepath.Join(s.dir, "kept"))
	if err != nil || folder.Mode() != fs.ModeDir|0o700 {
		t.Errorf("the folder: %v, %v", folder.Mode(), err)
	}
	file, err := os.Stat(filepath.Join(s.dir, "kept", f.Ref.Key))
	if err != nil || file.Mode() != 0o600 {
		t.Errorf("the file: %v, %v", file.Mode(), err)
	}
	upload, err := s.Kept().Open(t.Context(), f.ID, "form")
	if err != nil {
		t.Fatal(err)
	}
	upload.Discard()
	report, err := s.Verify(t.Context(), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "verify", report, app.Report{})

	s.clock.Add(kept.Life - time.Second)
	s.Sweep(t.Context())
	same(t, "files before the hour is over", len(tree(t, filepath.Join(s.dir, "kept"))), 2)
	s.clock.Add(time.Second)
	if _, err := s.Kept().Find(t.Context(), f.ID, "form"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after an hour: %v", err)
	}
	s.Sweep(t.Context())
	same(t, "files after it", len(tree(t, filepath.Join(s.dir, "kept"))), 0)
}

// A start finds what the last run has kept, and removes what it had not finished.
func TestKeptFileAfterARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	last := openApp(t, dir, true)
	f := keep(t, last, "form", "the resume of Ann\n")
	for _, folder := range []string{"kept", "resumes"} {
		if err := os.WriteFile(filepath.Join(dir, folder, "0a.tmp"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	closeApp(t, last)
	a := openApp(t, dir, true)
	defer closeApp(t, a)
	a.RemoveTemporary(t.Context())
	a.Sweep(t.Context())
	if found, err := a.Kept().Find(t.Context(), f.ID, "form"); err != nil || found != f {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, name := range []string{"kept/0a.tmp", "resumes/0a.tmp"} {
		if _, found := tree(t, dir)[name]; found {
			t.Errorf("%s is left", name)
		}
	}
}

// What nobody has sent is in no backup: neither the file nor that there was one.
func TestKeptFilesAreInNoBackup(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.submitted(t)
	f := keep(t, s.App, "form", "Qcontent of a kept file\n")
	path, made := s.backup(t, nil)
	same(t, "findings", made.Findings, nil)
	archive := tree(t, filepath.Dir(path))["firm.tar"]
	for _, text := range []string{"Qkept", "Qcontent", f.Ref.Key, f.Network} {
		if strings.Contains(archive, text) {
			t.Errorf("the backup holds %q", text)
		}
	}
	if _, err := s.Kept().Find(t.Context(), f.ID, "form"); err != nil {
		t.Errorf("after the backup: %v", err)
	}
	again, report := restored(t, path)
	same(t, "report", report.Report, app.Report{Leads: 1, Resumes: 1})
	if _, err := again.Kept().Find(t.Context(), f.ID, "form"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the restore: %v", err)
	}
	keep(t, again.App, "form", "the first here\n")
}

// What only looks at the data makes no folder in it; the next server does.
func TestOnlyAServerMakesTheFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	folder := filepath.Join(dir, "kept")
	closeApp(t, openApp(t, dir, true))
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	closeApp(t, openApp(t, dir, false))
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
	a := openApp(t, dir, true)
	defer closeApp(t, a)
	keep(t, a, "form", "the resume of Ann\n")
}
