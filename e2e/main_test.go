package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

var (
	kills = flag.Int("kills", 20, "how often TestKill kills the server; USHER_TEST_KILLS sets it too")
	long  = flag.Bool("long", false, "run what takes minutes, too; USHER_TEST_LONG sets it too")

	binary string // the program under test
)

func TestMain(m *testing.M) { os.Exit(run(m)) } //nolint:forbidigo // it is the main of this program

func run(m *testing.M) int {
	flag.Parse()
	if n, err := strconv.Atoi(os.Getenv("USHER_TEST_KILLS")); err == nil {
		*kills = n
	}
	*long = *long || os.Getenv("USHER_TEST_LONG") != ""
	if binary = os.Getenv("USHER_TEST_BINARY"); binary == "" {
		dir, err := os.MkdirTemp("", "usher-e2e-")
		if err != nil {
			return complain(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binary = filepath.Join(dir, "usher")
		build := exec.Command("go", "build", "-trimpath", "-o", binary, "usher/cmd/usher") //nolint:gosec // a folder of our own
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return complain(fmt.Errorf("build the program: %w\n%s", err, out))
		}
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			return complain(err)
		}
	}
	return code
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}
