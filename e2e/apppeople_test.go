package e2e

import "testing"

// Who may do what: an admin adds somebody, gives them another role, and keeps them
// out; what a role doesn't allow is not offered.
func TestAppPeople(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-people.test.mjs")
}
