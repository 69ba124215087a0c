package store_test

import (
	"testing"

	"usher/internal/storetest"
)

// The SQL text relies on binds by number: another driver for SQLite takes them in
// the order in which they appear.
func TestBindsGoByNumber(t *testing.T) {
	t.Parallel()
	if got := queryText(t, storetest.Open(t), `SELECT $2 || $1 || $2`, "a", "b"); got != "bab" {
		t.Errorf("$2 $1 $2 gave %q, want bab", got)
	}
}

// What makes a commit durable and an erasure final is set on every connection
// that writes.
func TestConnectionSettings(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
	} {
		got, err := s.Pragma(t.Context(), pragma)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", pragma, got, err, want)
		}
	}
}
