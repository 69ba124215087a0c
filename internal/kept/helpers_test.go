package kept_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"usher/internal/fault"
	"usher/internal/kept"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/testkit"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// plenty is a disk on which no share is ever reached.
const plenty = 1 << 40

// stand is the service over a real database and two real folders.
type stand struct {
	*kept.Service
	rows *store.Store
	dir  string // of the kept files
	into string // of the leads' resumes
	free atomic.Uint64

	mu  sync.Mutex
	now time.Time
}

func newStand(t testing.TB, rows *store.Store) *stand {
	t.Helper()
	return newStandAt(t, rows, t.TempDir(), func(f disk.FS) disk.FS { return f })
}

// newStandAt puts the folders into a directory; wrap goes around the kept files'.
func newStandAt(t testing.TB, rows *store.Store, dir string, wrap func(disk.FS) disk.FS) *stand {
	t.Helper()
	s := &stand{rows: rows, dir: filepath.Join(dir, "kept"), into: filepath.Join(dir, "resumes"), now: storetest.Epoch}
	s.free.Store(plenty)
	s.Service = &kept.Service{
		Store: rows, Shelf: shelf(t, s.dir, wrap), Into: shelf(t, s.into, func(f disk.FS) disk.FS { return f }),
		Free:     func() (uint64, error) { return s.free.Load(), nil },
		Digest:   func(network string) string { return "digest of " + network },
		Now:      s.clock,
		NewToken: storetest.NewID,
	}
	return s
}

func shelf(t testing.TB, dir string, wrap func(disk.FS) disk.FS) *resume.Shelf {
	t.Helper()
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	return resume.NewShelf(disk.New(wrap(folder), new(fault.Latch)), 1<<20, storetest.NewID)
}

func (s *stand) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stand) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// text is a resume of so many bytes that begins like no other.
func text(about any, size int) string {
	start := fmt.Sprintf("Ann Example %v\n", about)
	return start + strings.Repeat("n", size-len(start))
}

// keep keeps a resume as a form does.
func (s *stand) keep(t testing.TB, form, network, content string) (kept.File, error) {
	t.Helper()
	upload, err := s.Shelf.Receive(t.Context(), "cv.txt", strings.NewReader(content))
	if err != nil {
		return kept.File{}, err
	}
	defer upload.Discard()
	return s.Keep(t.Context(), form, network, upload)
}

// kept keeps a resume, a second after the one before.
func (s *stand) kept(t testing.TB, form, network, content string) kept.File {
	t.Helper()
	s.pass(time.Second)
	f, err := s.keep(t, form, network, content)
	if err != nil {
		t.Fatalf("keep: %v", err)
	}
	return f
}

// content is what Open gives for a form to be sent.
func (s *stand) content(t testing.TB, id, form string) (string, error) {
	t.Helper()
	upload, err := s.Open(t.Context(), id, form)
	if err != nil {
		return "", err
	}
	defer upload.Discard()
	if err := upload.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	file, err := s.Into.Open(t.Context(), upload.Ref())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	b, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil
}

// is tells whether a file can be opened, and fails for any answer but yes and no.
func (s *stand) is(t testing.TB, f kept.File) bool {
	t.Helper()
	_, err := s.Find(t.Context(), f.ID, f.Form)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		t.Fatalf("find: %v", err)
	}
	return err == nil
}

// totals is what the rows say, and wantFiles that as many files are there.
func (s *stand) totals(t testing.TB) kept.Totals {
	t.Helper()
	all, err := s.rows.KeptTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *stand) wantFiles(t testing.TB, about string, want int) {
	t.Helper()
	if files, rows := testkit.Names(t, s.dir), s.totals(t).Files; len(files) != want || rows != int64(want) {
		t.Errorf("%s: %d rows and files %v, want %d of each", about, rows, files, want)
	}
}

// age lets a file of the folder have been written so long ago.
func (s *stand) age(t testing.TB, name string, age time.Duration) {
	t.Helper()
	when := s.clock().Add(-age)
	if err := os.Chtimes(filepath.Join(s.dir, name), when, when); err != nil {
		t.Fatal(err)
	}
}
