package e2e

import (
	"testing"

	"usher/internal/testkit"
)

// Without JavaScript the form is whole: nothing that was typed or chosen is lost, and
// sent twice it is one lead.
func TestFormPlain(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "form-nojs.test.mjs")
}

// With JavaScript the file goes up as soon as it is chosen, however bad the connection.
func TestFormFile(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "form-file.test.mjs")
}

// What was typed outlives a reload, another language and a lost connection.
func TestFormLive(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "form-live.test.mjs")
}

// In a frame of another site, where no cookie and no storage is to be had, and behind
// a form of the firm's own.
func TestFormFrame(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "form-frame.test.mjs")
}

// Everything can be done by keyboard alone.
func TestFormKeys(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "form-keys.test.mjs")
}

// It works in Firefox, too.
func TestFormFirefox(t *testing.T) {
	t.Parallel()
	firefox := testkit.Binary(t, "firefox-esr")
	browse(t, how{}, "form-firefox.test.mjs", "FIREFOX="+firefox)
}
