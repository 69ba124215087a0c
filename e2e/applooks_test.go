package e2e

import (
	"path/filepath"
	"testing"
)

// Every page and state of the staff app can be used by everybody: axe finds nothing,
// light and dark, and the focus is always to be seen.
func TestAppLooksAxe(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-axe.test.mjs")
}

// It can be used where there is little room, with a finger, with a keyboard alone, in
// colours of one's own, and with any name.
func TestAppLooksFits(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-fits.test.mjs")
}

// Nothing that a stranger sends runs in the app's origin, and no other site acts in
// the name of whoever is signed in.
func TestAppLooksHostile(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-hostile.test.mjs")
}

// It is light, asks nobody else for anything, and stays quick with 10,000 leads. The
// times are printed; run it with -v to read them.
func TestAppLooksBudget(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	code, out, errs := usher(t, how{data: "elsewhere"}, "", "demo", "--no-serve", "--into", dir, "--leads", "10000")
	email, password := signInAs.FindStringSubmatch(out), withPassword.FindStringSubmatch(out)
	if code != 0 || email == nil || password == nil {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	browse(t, how{data: dir}, "app-budget.test.mjs", "EMAIL="+email[1], "PASSWORD="+password[1])
}
