package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"usher/internal/store"
	"usher/internal/storetest"
)

// queryText asks the database itself, past the store's methods, for one value.
func queryText(t *testing.T, s *store.Store, query string, args ...any) string {
	t.Helper()
	var text string
	if err := s.Reading().QueryRowContext(t.Context(), query, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return text
}

// assertNoText looks for a text in all files of the database.
func assertNoText(t *testing.T, path, text string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("files of the database: %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(text)) {
			t.Errorf("%s still holds what was erased", filepath.Base(file))
		}
	}
}

// execute changes the file itself, past the store.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// planOf is SQLite's plan for a query, its steps joined.
func planOf(t *testing.T, s *store.Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.Reading().QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "; ")
}

// holdReader reads and doesn't finish until done is called, as a slow backup does.
func holdReader(t *testing.T, path string) (done func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	held, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := held.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM leads`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(held.Rollback(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestMain(m *testing.M) { storetest.Main(m) }
