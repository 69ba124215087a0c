package e2e

import "testing"

// The reports say in words, pictures, tables and files how the firm does.
func TestAppReports(t *testing.T) {
	t.Parallel()
	browse(t, how{data: longList(t)}, "app-reports.test.mjs")
}

// A firm to which nobody has come yet is told what to do.
func TestAppReportsEmpty(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-reports-empty.test.mjs")
}
