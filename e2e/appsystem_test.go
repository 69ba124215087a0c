package e2e

import "testing"

// How the server stands, in one sentence and in figures, and what to do about it.
func TestAppSystem(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-system.test.mjs")
}
