package e2e

import "testing"

// Where one is signed in, ended from afar; and API keys: made, used, revoked.
func TestAppSessions(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-sessions.test.mjs")
}
