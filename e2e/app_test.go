package e2e

import (
	"path/filepath"
	"testing"
)

// From the printed link to the first lead in the list, with nothing set.
func TestAppFirst(t *testing.T) {
	t.Parallel()
	browse(t, how{noAdmin: true}, "app-first.test.mjs")
}

// Leads are triaged with one key each, one by one and many at once.
func TestAppTriage(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-triage.test.mjs")
}

// Many leads are done with at once, and one undo takes all of them back.
func TestAppBulk(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-bulk.test.mjs")
}

// Two people at work, a session that ends, a connection that breaks: nothing is
// lost, and nothing happens twice or in the wrong name.
func TestAppTogether(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-together.test.mjs")
}

// Every state of a list is a URL.
func TestAppURLs(t *testing.T) {
	t.Parallel()
	browse(t, how{data: longList(t)}, "app-urls.test.mjs")
}

// The outbox, one's preferences, deleting; and without a session, nothing.
func TestAppPages(t *testing.T) {
	t.Parallel()
	browse(t, how{data: longList(t)}, "app-pages.test.mjs")
}

// longList makes a data directory with the admin and a demo's leads, which came in
// over months, in each state and to each colleague.
func longList(t *testing.T) string {
	t.Helper()
	h := how{data: filepath.Join(t.TempDir(), "data")}
	if code, out, errs := usher(t, h, "", "demo", "--leads", "300", "--into", h.data, "--no-serve"); code != 0 {
		t.Fatalf("usher demo: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, errs := usher(t, h, adminPassword+"\n", "user", "add", "--role", "admin", adminEmail); code != 0 {
		t.Fatalf("usher user add: exit code %d\n%s%s", code, out, errs)
	}
	return h.data
}

// Each arranges the app to their liking: commands by name, rows, times, the desktop.
func TestAppDesk(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-desk.test.mjs")
}
