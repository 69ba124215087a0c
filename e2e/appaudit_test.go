package e2e

import "testing"

// An admin reads who did what, and finds it again; nobody else does.
func TestAppAudit(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-audit.test.mjs")
}
