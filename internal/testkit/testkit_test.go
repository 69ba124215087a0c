package testkit_test

import (
	"os"
	"path/filepath"
	"testing"

	"usher/internal/testkit"
)

// recorder stands in for a test and notes how it was ended. A real Skip or
// Fatal never returns; neither does this one.
type recorder struct {
	testing.TB
	end string
}

type ended struct{}

func (r *recorder) Helper()               {}
func (r *recorder) Name() string          { return "TestMail" }
func (r *recorder) Skip(...any)           { r.stop("skip") }
func (r *recorder) Fatalf(string, ...any) { r.stop("fatal") }
func (r *recorder) stop(how string)       { r.end = how; panic(ended{}) }
func (r *recorder) run(f func()) (end string) {
	defer func() {
		if _, ok := recover().(ended); ok {
			end = r.end
		}
	}()
	f()
	return "returned"
}

func TestLeaveOut(t *testing.T) {
	for require, want := range map[string]string{"": "skip", "all": "fatal"} {
		list := filepath.Join(t.TempDir(), "left-out")
		t.Setenv("USHER_TEST_LEFT_OUT", list)
		t.Setenv("USHER_TEST_REQUIRE", require)
		for range 2 {
			r := &recorder{TB: t}
			if got := r.run(func() { testkit.LeaveOut(r, "a real mail server", "none\nhere") }); got != want {
				t.Errorf("REQUIRE=%q: got %s, want %s", require, got, want)
			}
		}
		const line = "a real mail server: none here\n"
		if text, err := os.ReadFile(list); err != nil || string(text) != line+line {
			t.Errorf("got %q, %v", text, err)
		}
	}
}

func TestBinary(t *testing.T) {
	dir := t.TempDir()
	for _, version := range []string{"14", "15"} {
		bin := filepath.Join(dir, version, "bin")
		if err := os.MkdirAll(bin, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(bin, "usher-test-tool"), nil, 0o700); err != nil { //nolint:gosec // it has to be executable
			t.Fatal(err)
		}
	}
	t.Setenv("USHER_TEST_LEFT_OUT", "")
	t.Setenv("USHER_TEST_REQUIRE", "")
	want := filepath.Join(dir, "15", "bin", "usher-test-tool")
	if got := testkit.Binary(t, "usher-test-tool", "/nonexistent", filepath.Join(dir, "*", "bin")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv("PATH", filepath.Join(dir, "14", "bin"))
	if got := testkit.Binary(t, "usher-test-tool"); got != filepath.Join(dir, "14", "bin", "usher-test-tool") {
		t.Errorf("PATH goes before hints, got %s", got)
	}
	r := &recorder{TB: t}
	if got := r.run(func() { testkit.Binary(r, "usher-test-none", dir) }); got != "skip" {
		t.Errorf("a missing one: got %s, want skip", got)
	}
}
