package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// A database of before people could be added, with users and mail that waits, comes up
// to date: users keep their roles, open no resumes that they couldn't open, and were
// last seen nobody knows when; and every message stands as it stood.
func TestUpgradeToPeople(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "usher.db")
	s, err := store.Open(t.Context(), store.Options{Path: path, Latch: &fault.Latch{}, NewID: storetest.NewID, Now: storetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.MigrateTo(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	want := map[string]staff.Role{}
	for i, role := range []staff.Role{staff.Admin, staff.Attorney, staff.Viewer} {
		id := fmt.Sprint("u", i)
		want[id] = role
		execute(t, path, fmt.Sprintf(`INSERT INTO users (id, email, email_key, name, role, password_hash, disabled, created_at, signed_in_from)
			VALUES ('%s', '%s@firm.example', '%[1]s', '', '%[2]s', '-', FALSE, 1, 1)`, id, role))
	}
	execute(t, path, `INSERT INTO leads (id, reference, first_name, last_name, single_name, email, email_key, language, state, created_at, resume_key,
		resume_filename, resume_content_type, resume_size, resume_sha256, resume_protected, channel, version)
		VALUES ('l', '7K4Q2M', 'Maria', 'Ortiz', FALSE, 'm@example.com', 'm@example.com', 'es', 'PENDING', 1, 'k', 'f', 'text/plain', 1, '-', FALSE, '', 1)`)
	for i, message := range []string{
		`'confirmation', 'm@example.com', 'sent', 1, 0, '', 1, NULL, 2, NULL, NULL, FALSE`,
		`'notification', 'ana@firm.example', 'retrying', 3, 1, '451 later', 1, 99, NULL, NULL, NULL, FALSE`,
		`'notification', 'ben@firm.example', 'queued', 1, 0, '', 1, 50, NULL, 'lease', 60, TRUE`,
	} {
		execute(t, path, fmt.Sprintf(`INSERT INTO messages (id, lead_id, message_id, recipient_key, kind, recipient, state, attempts, doubtful, last_error,
			created_at, next_at, sent_at, lease, lease_until, handed_over) VALUES ('m%d', 'l', '<m%[1]d@firm.example>', 'k%[1]d', %s)`, i, message))
	}
	before := stored(t, path)
	if _, err := s.Migrate(t.Context(), func(int64) string { return path + ".before" }); err != nil {
		t.Fatal(err)
	}
	if after := stored(t, path); after != before || strings.Count(after, "firm.example>") != 3 {
		t.Errorf("the messages are\n%s\nand were\n%s", after, before)
	}
	users, err := s.Users(t.Context())
	if err != nil || len(users) != len(want) {
		t.Fatalf("%d users, %v", len(users), err)
	}
	for _, u := range users {
		if u.Role != want[u.ID] || u.Files || !u.LastSeenAt.IsZero() {
			t.Errorf("%+v, want role %s", u, want[u.ID])
		}
	}
}

// stored is every message, a line each.
func stored(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all string
	err = db.QueryRowContext(t.Context(), `SELECT group_concat(line, char(10)) FROM (SELECT concat_ws('|', id, lead_id, message_id, recipient_key, kind, recipient,
		state, attempts, doubtful, last_error, created_at, next_at, coalesce(sent_at, '-'), coalesce(lease, '-'), lease_until, handed_over) AS line FROM messages ORDER BY id)`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
