package store_test

import (
	"strings"
	"testing"

	"usher/internal/storetest"
)

// The SQL text relies on binds by number: another driver for SQLite takes them in
// the order in which they appear.
func TestBindsGoByNumber(t *testing.T) {
	t.Parallel()
	if got := queryText(t, storetest.Open(t).Path(), `SELECT $2 || $1 || $2`, "a", "b"); got != "bab" {
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

// Each list query walks an index in its order; none sorts or scans.
func TestListsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	path := storetest.Open(t).Path()
	for query, index := range map[string]string{
		`SELECT id FROM leads ORDER BY created_at DESC, id DESC LIMIT 51`:                                                                      "leads_newest",
		`SELECT id FROM leads WHERE state = 'PENDING' ORDER BY created_at DESC, id DESC LIMIT 51`:                                              "leads_state_newest",
		`SELECT id FROM leads WHERE state = 'PENDING' AND (created_at, id) < (5, 'x') ORDER BY created_at DESC, id DESC LIMIT 51`:              "leads_state_newest",
		`SELECT id FROM messages ORDER BY created_at DESC, id DESC LIMIT 51`:                                                                   "messages_newest",
		`SELECT id FROM messages WHERE next_at IS NOT NULL AND next_at <= 5 AND (lease IS NULL OR lease_until <= 5) ORDER BY next_at LIMIT 16`: "messages_due",
	} {
		plan := planOf(t, path, query)
		if !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\nplan: %s\nwant index %s and no sorting", query, plan, index)
		}
	}
}
