package app_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/backup"
	"usher/internal/config"
)

// A place that holds something is refused, and nothing in it is touched.
func TestRestoreNeedsRoom(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.submitted(t)
	path, _ := s.backup(t, nil)
	archive := tree(t, filepath.Dir(path))["firm.tar"]
	for _, name := range []string{
		"usher.db", "usher.db-wal", "secret.key", "secret.key.tmp", "resumes/abc", "resumes/abc.tmp", "kept/abc", "usher-before-migration-1.db",
	} {
		dir := t.TempDir()
		if err := errors.Join(os.Mkdir(filepath.Join(dir, "resumes"), 0o700), os.Mkdir(filepath.Join(dir, "kept"), 0o700), os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		_, err := restoreInto(t.Context(), t, dir, strings.NewReader(archive))
		if err == nil || !strings.Contains(err.Error(), "there is data in") {
			t.Errorf("beside %s: %v", name, err)
		}
		same(t, "beside "+name, tree(t, dir), before)
	}
	if _, err := restoreInto(t.Context(), t, s.dir, strings.NewReader(archive)); err == nil {
		t.Error("restored over a running server")
	}
	wantStatus(t, s.do(t, req{path: leadsPath, token: s.admin(t)}), http.StatusOK)
}

// wantEmpty expects a place that nothing was restored into.
func wantEmpty(t testing.TB, about, dir string) {
	t.Helper()
	files := tree(t, dir)
	delete(files, "usher.lock")
	if len(files) > 0 {
		t.Errorf("%s: left %d files", about, len(files))
	}
}

// What is not a whole archive is not restored, and the place can be used again.
func TestRestoreOfDamage(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.submitted(t)
	}
	path, _ := s.backup(t, nil)
	whole := []byte(tree(t, filepath.Dir(path))["firm.tar"])
	dir := filepath.Join(t.TempDir(), "place")
	const tries = 60
	for i := range tries {
		at := len(whole) * i / tries
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1 << (i % 8)
		for what, archive := range map[string][]byte{"cut off": whole[:at], "flipped": flipped} {
			about := fmt.Sprintf("%s at %d", what, at)
			if _, err := restoreInto(t.Context(), t, dir, bytes.NewReader(archive)); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: %v", about, err)
			}
			wantEmpty(t, about, dir)
		}
	}
	report, err := restoreInto(t.Context(), t, dir, bytes.NewReader(whole))
	if err != nil || report.Report.Resumes != 3 {
		t.Errorf("the whole one: %+v, %v", report, err)
	}
}

// Archives that are whole and still not to be believed.
func TestRestoreOfStrangers(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		m    backup.Manifest
		fill func(w *backup.Writer) error
		want string
	}{
		"a resume twice": {backup.Manifest{Schema: 1}, func(w *backup.Writer) error {
			return errors.Join(w.Resume("abc", 1, strings.NewReader("x")), w.Resume("abc", 1, strings.NewReader("y")), w.Database(0, nil))
		}, "twice"},
		"a huge claim":   {backup.Manifest{Schema: 1, Bytes: 1 << 60}, nil, "MB are free"},
		"a newer schema": {backup.Manifest{Schema: 9999}, nil, "newer Usher"},
		"no database": {backup.Manifest{Schema: 1}, func(w *backup.Writer) error {
			return w.Database(10_000, strings.NewReader(strings.Repeat("nonsense", 1250)))
		}, "not a database"},
	} {
		var archive bytes.Buffer
		c.m.Taken = s.clock.Now()
		w, err := backup.NewWriter(&archive, c.m)
		if err != nil {
			t.Fatal(err)
		}
		if c.fill != nil {
			_ = c.fill(w) // fails where it promises more than it has
		}
		_ = w.Close(backup.End{})
		dir := filepath.Join(t.TempDir(), "place")
		if _, err := restoreInto(t.Context(), t, dir, &archive); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		wantEmpty(t, name, dir)
	}
}

// A size is refused by what is said of it, before the disk is full of it.
func TestRestoreOfHugeClaims(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"resumes/abc", "usher.db"} {
		manifest := `{"format":1,"program":"x","schema":1,"taken":"2026-11-23T09:00:00Z","leads":1,"bytes":1,"key":false}`
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "manifest.json", Size: int64(len(manifest))})
		_, _ = w.Write([]byte(manifest))
		if err := errors.Join(err, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 1 << 60})); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "place")
		if _, err := restoreInto(t.Context(), t, dir, &archive); err == nil || !strings.Contains(err.Error(), "MB are free") {
			t.Errorf("%s: %v", name, err)
		}
		wantEmpty(t, name, dir)
	}
}

// Half a restore is neither served nor read, and restoring again begins anew.
func TestHalfRestore(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.submitted(t)
	path, _ := s.backup(t, nil)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "resumes"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"restore.unfinished", "usher.db", "usher.db.tmp", "usher.db-wal", "secret.key", "resumes/abc"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": dir}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	for _, own := range []bool{true, false} {
		if _, err := app.Open(t.Context(), cfg, "test", app.Env{}, own); !errors.Is(err, app.ErrHalfRestored) {
			t.Errorf("open, own %t: %v", own, err)
		}
	}
	delete(before, "usher.lock")
	after := tree(t, dir)
	delete(after, "usher.lock")
	same(t, "the half", after, before)
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := restoreInto(t.Context(), t, dir, in); err != nil {
		t.Fatal(err)
	}
	for name, content := range tree(t, dir) {
		if content == "half" {
			t.Errorf("%s is left", name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "restore.unfinished")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the mark: %v", err)
	}
}

// A backup of an older Usher is brought up to date.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	t.Parallel()
	first, err := os.ReadFile("../store/migrations/0001_main_path.sql")
	if err != nil {
		t.Fatal(err)
	}
	const id = "01a2157d-f0d8-7f1e-b355-79b8f42a8f51"
	old := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", old)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{
		string(first),
		`CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
			tstamp TIMESTAMP DEFAULT (datetime('now')))`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1)`,
		`INSERT INTO leads VALUES ('` + id + `', 'ABC-123', 'Ann', 'Example', FALSE, 'ann@example.com', 'ann@example.com', '', 'PENDING', 1,
			'abc', 'cv.txt', 'text/plain', 2, '` + fmt.Sprintf("%x", sha256.Sum256([]byte("hi"))) + `', FALSE, NULL, NULL, '', NULL, 1)`,
		`INSERT INTO messages (id, lead_id, kind, recipient, recipient_key, message_id, state, attempts, doubtful, last_error, created_at)
			VALUES ('1', '` + id + `', 'confirmation', 'ann@example.com', 'ann@example.com', 'x', 'sent', 1, 0, '', 1)`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w, err := backup.NewWriter(&archive, backup.Manifest{Schema: 1, Leads: 1, Taken: time.Now()})
	err = errors.Join(err, w.Resume("abc", 2, strings.NewReader("hi")), w.Database(int64(len(content)), bytes.NewReader(content)), w.Close(backup.End{}))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "place")
	report, err := restoreInto(t.Context(), t, dir, &archive)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "report", report.Report, app.Report{Leads: 1, Resumes: 1})
	for name := range tree(t, dir) {
		if strings.Contains(name, "before-migration") {
			t.Errorf("%s is left", name)
		}
	}
	s := bare(t, "USHER_DATA_DIR="+dir, "USHER_ADMIN_EMAIL="+adminEmail, "USHER_ADMIN_PASSWORD="+password)
	wantStatus(t, s.do(t, req{path: leadsPath + "/" + id, token: s.admin(t)}), http.StatusOK)
}
