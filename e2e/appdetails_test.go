package e2e

import "testing"

// Small things that somebody notices who works with the app all day: nothing gets under the finger, the focus
// stays with whoever uses keys, what is said is so, and a page that can't be had leaves the rest as it was.
func TestAppDetails(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-details.test.mjs")
}
