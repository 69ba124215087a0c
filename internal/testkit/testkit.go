// Package testkit is how tests of Usher leave something out in the open. It is
// for test files only.
//
// A test that needs what a machine may not have (a mail server, strace, root)
// calls LeaveOut. The test is skipped, and `make test` ends by naming it. With
// USHER_TEST_REQUIRE=all, as CI calls it, leaving out is failing.
package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The variables that `make test` sets.
const (
	leftOutVar = "USHER_TEST_LEFT_OUT" // absolute path of the file that lines are added to
	requireVar = "USHER_TEST_REQUIRE"  // "all": nothing may be left out
)

// LeaveOut ends the test because what it needs isn't here: it records what is
// left out and why, and skips. Under USHER_TEST_REQUIRE=all the test fails.
func LeaveOut(t testing.TB, what, why string) {
	t.Helper()
	line := strings.Join(strings.Fields(what+": "+why), " ")
	record(t, line)
	if os.Getenv(requireVar) == "all" {
		t.Fatalf("left out, but %s=all: %s", requireVar, line)
	}
	t.Skip("left out: " + line)
}

// record adds a line to the file that `make test` reads. O_APPEND keeps lines
// whole when test binaries of several packages write at once.
func record(t testing.TB, line string) {
	t.Helper()
	path := os.Getenv(leftOutVar)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatalf("%s: %v", leftOutVar, err)
	}
	_, err = f.WriteString(line + "\n")
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		t.Fatalf("%s: %v", leftOutVar, err)
	}
}

// Binary gives the path of an executable: from PATH, or from the first of the
// hints that has it. A hint is a folder, and may be a pattern such as
// /usr/lib/postgresql/*/bin. Without the executable the test is left out.
func Binary(t testing.TB, name string, hints ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, hint := range hints {
		folders, err := filepath.Glob(hint)
		if err != nil {
			t.Fatalf("the hint %q is no pattern: %v", hint, err)
		}
		// The last in order is the newest of several versions, as a rule.
		for _, folder := range slices.Backward(folders) {
			path, err := filepath.Abs(filepath.Join(folder, name))
			if err != nil {
				continue
			}
			if found, err := exec.LookPath(path); err == nil {
				return found
			}
		}
	}
	LeaveOut(t, t.Name(), name+" is not installed")
	return ""
}
