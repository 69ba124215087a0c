package e2e

import "testing"

// A list is given a name, found again by one key, shared, and looks well in every
// state.
func TestAppViews(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-views.test.mjs")
}
