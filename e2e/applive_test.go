package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
)

// What happens is seen as it happens, and nothing moves under the eye; whoever is
// about to do what another has just done is told so first.
func TestAppLive(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-live.test.mjs")
}

// Streams break: the server is restarted, the network goes, a tab is closed. Nothing
// is missed.
func TestAppLiveBreaks(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-live-breaks.test.mjs", fmt.Sprintf("BASE=http://localhost:%d", freePort(t)), "USHER_DATA_DIR="+filepath.Join(t.TempDir(), "data"))
}
