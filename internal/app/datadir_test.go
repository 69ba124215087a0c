package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/config"
)

// Files that came back from a careless copy are taken from other users' eyes at
// the next start.
func TestLooseFilesAreTightened(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": data}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	open := func() {
		a, err := app.Open(t.Context(), cfg, "test", app.Env{}, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Handler(); err != nil { // makes the key
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open()
	for _, name := range []string{"usher.db", "secret.key"} {
		if err := os.Chmod(filepath.Join(data, name), 0o644); err != nil { //nolint:gosec // that is the mistake
			t.Fatal(err)
		}
	}
	for _, name := range []string{"resumes", "kept"} {
		if err := os.Chmod(filepath.Join(data, name), 0o755); err != nil { //nolint:gosec // so is that
			t.Fatal(err)
		}
	}
	open()
	for _, name := range []string{"usher.db", "secret.key", "resumes", "kept"} {
		info, err := os.Stat(filepath.Join(data, name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// Whatever is wrong with the settings is said at once, by their names, and before
// anything is made.
func TestWrongSettingsAreNamedTogether(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	cfg, err := config.Load(map[string]string{
		"USHER_DATA_DIR": data, "USHER_ADMIN_EMAIL": "ana@firm.example", "USHER_ADMIN_PASSWORD": "short",
		"USHER_SMTP_URL": "smtp://u:p@mail.example?tls=off", "USHER_MAIL_FROM": "intake@firm.example", "USHER_LISTEN": "127.0.0.1:0",
	}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var banner bytes.Buffer
	err = app.Serve(t.Context(), cfg, "test", app.Env{}, &banner)
	if err == nil {
		t.Fatal("it started")
	}
	for _, name := range []string{"USHER_ADMIN_PASSWORD", "at least 12", "USHER_SMTP_URL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q is not in: %v", name, err)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the data directory was made: %v", err)
	}
}

// The copy from before a migration still has whom the firm erased since, so it goes
// after a month.
func TestOldCopiesGo(t *testing.T) {
	t.Parallel()
	s := start(t)
	now := s.clock.Now()
	for name, age := range map[string]time.Duration{"usher-before-migration-1.db": 31 * 24 * time.Hour, "usher-before-migration-2.db": 29 * 24 * time.Hour, "notes.db": 1000 * time.Hour} {
		path := filepath.Join(s.dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	s.Sweep(t.Context())
	left, err := filepath.Glob(filepath.Join(s.dir, "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range left {
		left[i] = filepath.Base(name)
	}
	same(t, "left", strings.Join(left, " "), "notes.db usher-before-migration-2.db usher.db")
}
