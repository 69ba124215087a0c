package resume_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"usher/internal/fault"
	"usher/internal/resume"
	"usher/internal/resume/disk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const limit = 10 << 20

// stand is a Shelf over a real folder.
type stand struct {
	*resume.Shelf
	dir   string
	store *disk.Store
}

func newStand(t testing.TB, maxBytes int64) stand {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "resumes")
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	store := disk.New(folder, new(fault.Latch))
	return stand{resume.NewShelf(store, maxBytes, counter()), dir, store}
}

// counter makes keys 00000001, 00000002 and so on.
func counter() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("%08x", n.Add(1)) }
}

// files lists what lies in the folder.
func (s stand) files(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func (s stand) wantEmpty(t testing.TB) {
	t.Helper()
	if names := s.files(t); len(names) > 0 {
		t.Errorf("left in the folder: %v", names)
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
