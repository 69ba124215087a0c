package e2e

import "testing"

// The API can be tried on its own page: sign in, send a resume, mark the lead, get
// the resume back, without a request to anybody else.
func TestDocsInBrowser(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "docs.test.mjs")
}
