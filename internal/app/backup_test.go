package app_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"usher/internal/app"
	"usher/internal/config"
)

// backup backs up to a file outside the data directory.
func (s *server) backup(t testing.TB, progress func()) (string, app.Backup) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "firm.tar")
	made, err := s.Backup(t.Context(), path, func(int64, int64) {
		if progress != nil {
			progress()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if names := tree(t, filepath.Dir(path)); len(names) != 1 {
		t.Errorf("beside the backup lie %v", names)
	}
	return path, made
}

func restoreInto(ctx context.Context, t testing.TB, dir string, in io.Reader) (app.Restored, error) {
	t.Helper()
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": dir}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return app.Restore(ctx, cfg, "test", app.Env{}, in, app.Progress{Read: func(int64) {}, Verified: func(int, int) {}})
}

// restored serves what a backup holds.
func restored(t testing.TB, path string) (*server, app.Restored) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	dir := filepath.Join(t.TempDir(), "restored")
	report, err := restoreInto(t.Context(), t, dir, in)
	if err != nil {
		t.Fatal(err)
	}
	s := bare(t, "USHER_DATA_DIR="+dir)
	s.dir = dir
	return s, report
}

// tree is the files below a folder with their contents; what isn't there is empty.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, path)
		files[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// dump is every row of every table.
func (s *server) dump(t testing.TB) []string {
	t.Helper()
	db := s.database(t)
	defer db.Close()
	var all []string
	for _, table := range []string{
		"users", "sessions", "refresh_tokens", "leads", "tombstones", "events", "messages", "idempotency_keys", "schema_digests", "audit", "api_keys", "account_links",
	} {
		all = append(all, rowsOf(t, db, table)...)
	}
	slices.Sort(all)
	return all
}

func rowsOf(t testing.TB, db *sql.DB, table string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table) //nolint:gosec,unqueryvet // every column of a table of ours
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(table, values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBackupIsEverything(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 3 {
		l := s.submitted(t, file("cv.txt", fmt.Sprintf("resume %d\n", i)))
		wantStatus(t, s.mark(t, l.ID, `{"state":"REACHED_OUT","channel":"phone"}`), http.StatusOK)
	}
	reopened, gone := s.submitted(t), s.submitted(t)
	wantStatus(t, s.mark(t, reopened.ID, `{"state":"REACHED_OUT"}`), http.StatusOK)
	wantStatus(t, s.reopen(t, reopened.ID, s.attorney(t), `{"reason":"why not"}`), http.StatusOK)
	wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + gone.ID, token: s.admin(t)}), http.StatusNoContent)
	s.deliver(t)
	wantStatus(t, s.do(t, keyed("a key", good()...)), http.StatusCreated) // its messages wait
	token := s.attorney(t)

	path, made := s.backup(t, nil)
	again, report := restored(t, path)
	same(t, "findings", made.Findings, nil)
	same(t, "damage", report.Report, app.Report{Leads: 5, Resumes: 5})
	same(t, "leads", made.End.Leads, 5)
	same(t, "rows", again.dump(t), s.dump(t))
	files := tree(t, filepath.Join(again.dir, "resumes"))
	same(t, "resumes", files, tree(t, filepath.Join(s.dir, "resumes")))
	wantStatus(t, again.do(t, req{path: leadsPath, token: token}), http.StatusOK) // an old token

	_, err := s.Backup(t.Context(), path, func(int64, int64) {})
	if err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a second backup to one file: %v", err)
	}
	for _, place := range []string{"x.tar", "resumes/x.tar"} {
		before := tree(t, s.dir)
		_, err := s.Backup(t.Context(), filepath.Join(s.dir, place), func(int64, int64) {})
		if err == nil || !strings.Contains(err.Error(), "in the data directory") {
			t.Errorf("a backup to %s: %v", place, err)
		}
		same(t, "the data directory", len(tree(t, s.dir)), len(before))
	}
}

// Whoever is erased while the backup is being made doesn't come back with it:
// whether the resume was copied already or not, and damaged or not.
func TestErasedDuringBackup(t *testing.T) {
	t.Parallel()
	s := start(t)
	var ids []string
	for _, who := range []string{"Qdamaged", "Qcopied", "Qwaiting", "Qstays"} {
		ids = append(ids, s.submitted(t, text("first_name", who), file(who+".txt", who+" content\n")).ID)
	}
	s.spoil(t, "Qdamaged content", func(path string) error { return os.WriteFile(path, []byte("spoiled"), 0o600) })
	admin, done := s.admin(t), 0
	path, made := s.backup(t, func() {
		if done++; done != 2 { // two resumes are copied
			return
		}
		for _, id := range ids[:3] {
			wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + id, token: admin}), http.StatusNoContent)
		}
	})
	same(t, "findings", made.Findings, nil)
	same(t, "leads", made.End.Leads, 1)
	if archive := tree(t, filepath.Dir(path))["firm.tar"]; strings.Contains(archive, "Qwaiting") || !strings.Contains(archive, "Qstays") {
		t.Error("the archive holds somebody who was erased before being copied")
	}
	again, report := restored(t, path)
	same(t, "report", report.Report, app.Report{Leads: 1, Resumes: 1})
	for _, who := range []string{"Qcopied", "Qdamaged", "Qwaiting", "spoiled"} {
		again.wantNowhere(t, who)
	}
	same(t, "files", len(again.files(t)), 1)
	for _, id := range ids[:3] {
		events := again.timeline(t, id)
		same(t, "the last event", events[len(events)-1], "erased "+adminEmail+" {}")
		wantStatus(t, again.do(t, req{path: leadsPath + "/" + id, token: again.admin(t)}), http.StatusNotFound)
	}
	same(t, "tombstones", again.census(t).Tombstones, 3)
}

// spoil does something to the stored resume that holds a text.
func (s *server) spoil(t testing.TB, text string, how func(path string) error) {
	t.Helper()
	for name, content := range tree(t, filepath.Join(s.dir, "resumes")) {
		if strings.Contains(content, text) {
			if err := how(filepath.Join(s.dir, "resumes", name)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no resume holds %q", text)
}

// A backup doesn't stop at a damaged resume, and says which it is.
func TestBackupOfDamage(t *testing.T) {
	t.Parallel()
	s := start(t)
	damages := []struct {
		name, backup, restore string
		how                   func(path string) error
	}{
		{"flipped", "is damaged", "is damaged", func(p string) error { return os.WriteFile(p, []byte("flopped"), 0o600) }},
		{"missing", "is missing", "is missing", os.Remove},
		{"shorter", "is damaged", "is damaged", func(p string) error { return os.Truncate(p, 3) }},
		{"longer", "is damaged", "is damaged", func(p string) error { return os.Truncate(p, 1<<20) }},
		{"unreadable", "can't be read", "is damaged", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }},
	}
	var leads []receipt
	for _, d := range damages {
		leads = append(leads, s.submitted(t, file("cv.txt", d.name)))
	}
	s.submitted(t)
	for _, d := range damages {
		s.spoil(t, d.name, d.how)
	}
	path, made := s.backup(t, nil)
	_, report := restored(t, path)
	same(t, "leads, whole", []int{report.Report.Leads, report.Report.Resumes}, []int{6, 1})
	same(t, "findings", []int{len(made.Findings), made.End.Damaged, len(report.Report.Damage)}, []int{5, 5, 5})
	for i, d := range damages {
		for what, line := range map[string]string{d.backup: made.Findings[i], d.restore: report.Report.Damage[i]} {
			if !strings.Contains(line, leads[i].ID) || !strings.Contains(line, what) {
				t.Errorf("%s: %s", d.name, line)
			}
		}
	}
}

// Ctrl-C leaves nothing, of a backup and of a restore.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.submitted(t)
	}
	path, _ := s.backup(t, nil)
	archive := tree(t, filepath.Dir(path))["firm.tar"]
	for n := range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		dir := t.TempDir()
		_, err := s.Backup(ctx, filepath.Join(dir, "firm.tar"), func(int64, int64) {
			if n--; n < 0 {
				cancel()
			}
		})
		cancel()
		if err == nil || !strings.Contains(err.Error(), "interrupted") {
			t.Errorf("backup: %v", err)
		}
		wantEmpty(t, "backup", dir)
	}
	for _, n := range []int{512, 3000, len(archive) / 2, len(archive)} {
		ctx, cancel := context.WithCancel(t.Context())
		dir := t.TempDir()
		in := io.MultiReader(strings.NewReader(archive[:n]), reader(func([]byte) (int, error) { cancel(); return 0, io.EOF }))
		if _, err := restoreInto(ctx, t, dir, in); err == nil {
			t.Errorf("restore: %v", err)
		}
		wantEmpty(t, "restore", dir)
		cancel()
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }
