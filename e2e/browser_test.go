package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"usher/internal/testkit"
)

// diagnostic is what a test in the browser measured, by t.diagnostic('measured …').
var diagnostic = regexp.MustCompile(`(?m)^# measured .*$`)

// browse starts a server and runs a file of e2e/browser against it: node drives the
// machine's own Chromium. Screenshots are kept when USHER_TEST_SCREENSHOTS names a
// folder. env is NAME=value for the file, after the usual ones.
func browse(t *testing.T, h how, name string, env ...string) {
	t.Helper()
	node := testkit.Binary(t, "node")
	chromium := testkit.Binary(t, "chromium")
	if _, err := os.Stat(filepath.Join("browser", "node_modules", "playwright-core")); err != nil {
		testkit.LeaveOut(t, t.Name(), "the packages of e2e/browser are not installed; make e2e does it")
	}
	s := start(t, h)
	limit, longer := 10*time.Minute, ""
	if *long {
		limit, longer = 15*time.Minute, "1"
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "--test", "--test-reporter=tap", name) //nolint:gosec // a test's own command
	cmd.Dir = "browser"
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "USHER_TEST_SCREENSHOTS=" + os.Getenv("USHER_TEST_SCREENSHOTS"),
		"CHROMIUM=" + chromium, "BASE=" + s.base, "EMAIL=" + adminEmail, "PASSWORD=" + adminPassword,
		"USHER=" + binary, "USHER_DATA_DIR=" + s.data, "USHER_TEST_LONG=" + longer, "USHER_TEST_SLOW=" + os.Getenv("USHER_TEST_SLOW"),
	}
	if h.noAdmin {
		cmd.Env = append(cmd.Env, "SETUP="+s.setupPath())
	}
	cmd.Env = append(cmd.Env, env...)
	// A group of its own, so that no Chromium outlives the test.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	code, out, errs := runCommand(t, cmd)
	if code != 0 {
		t.Errorf("%s: exit code %d\n%s\n%s", name, code, out, errs)
	}
	for _, said := range diagnostic.FindAllString(out, -1) {
		t.Log(said)
	}
}
