package kept_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
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

// What is kept comes back byte for byte, as often as it is asked for, also by
// another process.
func TestKeepAndOpen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testKeepAndOpen)
}

func testKeepAndOpen(t *testing.T, rows *store.Store) {
	s := newStand(t, rows)
	content := text("one", 200_000)
	f := s.kept(t, "form", "192.0.2.0/24", content)
	if f.Network != "digest of 192.0.2.0/24" {
		t.Errorf("network %q", f.Network)
	}
	found, err := s.Find(t.Context(), f.ID, "form")
	if err != nil || found != f || f.Ref.Filename != "cv.txt" || !f.At.Equal(s.clock()) {
		t.Errorf("found %+v, %v; want %+v", found, err, f)
	}
	again := newStandAt(t, storetest.Again(t, rows), filepath.Dir(s.dir), func(f disk.FS) disk.FS { return f })
	for about, service := range map[string]*stand{"this process": s, "another": again} {
		if got, err := service.content(t, f.ID, "form"); err != nil || got != content {
			t.Errorf("%s: %d bytes, %v", about, len(got), err)
		}
	}
	s.wantFiles(t, "afterwards", 1)
	upload, err := s.Open(t.Context(), f.ID, "form")
	if err != nil {
		t.Fatal(err)
	}
	got := upload.Ref()
	upload.Discard()
	if got.Key == f.Ref.Key {
		t.Error("the copy has the key of the kept file")
	}
	if got.Key = f.Ref.Key; got != f.Ref {
		t.Errorf("the copy is %+v, want %+v", got, f.Ref)
	}
	if left := testkit.Names(t, s.into); len(left) != 2 {
		t.Errorf("of three copies, one discarded, there are %v", left)
	}
}

// An id alone opens nothing, and nobody learns why.
func TestWhatOpensNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testWhatOpensNothing)
}

func testWhatOpensNothing(t *testing.T, rows *store.Store) {
	s := newStand(t, rows)
	f, nameless := s.kept(t, "form", "net", text("one", 100)), s.kept(t, "", "net", text("two", 100))
	for about, c := range map[string]struct{ id, form string }{
		"another form": {f.ID, "other"}, "a part of the form": {f.ID, "for"}, "no form": {f.ID, ""}, "no form of no form": {nameless.ID, ""},
		"another id": {storetest.NewID(), "form"}, "no id": {"", "form"}, "a NUL": {"a\x00b", "form"}, "no UTF-8": {"\xff", "form"},
		"the storage key": {f.Ref.Key, "form"}, "a path": {"../" + f.Ref.Key, "form"}, "a long id": {strings.Repeat("a", 65), "form"},
	} {
		_, findErr := s.Find(t.Context(), c.id, c.form)
		_, openErr := s.Open(t.Context(), c.id, c.form)
		for _, err := range []error{findErr, openErr} {
			known, _ := errors.AsType[*fault.Error](err)
			if known == nil || known.Kind != fault.NotFound || known.Code != "kept_file_gone" {
				t.Errorf("%s: %v", about, err)
			}
		}
		if err := s.Drop(t.Context(), c.id, c.form); err != nil {
			t.Errorf("drop %s: %v", about, err)
		}
	}
	if !s.is(t, f) {
		t.Error("somebody else has dropped it")
	}
	s.wantFiles(t, "afterwards", 2)
	if left := testkit.Names(t, s.into); len(left) > 0 {
		t.Errorf("copies are left: %v", left)
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	f, other := s.kept(t, "form", "net", text("one", 100)), s.kept(t, "form", "net", text("two", 100))
	upload, err := s.Open(t.Context(), f.ID, "form") // as it happens: opened, kept as a lead's, dropped
	if err != nil {
		t.Fatal(err)
	}
	defer upload.Discard()
	reading, err := s.Shelf.Open(t.Context(), f.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	for range 2 {
		if err := s.Drop(t.Context(), f.ID, "form"); err != nil {
			t.Fatal(err)
		}
	}
	if s.is(t, f) || !s.is(t, other) {
		t.Error("dropped the wrong one, or none")
	}
	s.wantFiles(t, "afterwards", 1)
	if got, err := io.ReadAll(reading); err != nil || string(got) != text("one", 100) {
		t.Errorf("who was reading got %d bytes, %v", len(got), err)
	}
	if err := upload.Keep(t.Context()); err != nil {
		t.Errorf("the copy: %v", err)
	}
}

// A file is kept for an hour by the clock, whether it was swept or not.
func TestLapse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testLapse)
}

func testLapse(t *testing.T, rows *store.Store) {
	s := newStand(t, rows)
	first := s.kept(t, "form", "net", text("one", 100))
	s.pass(30 * time.Minute)
	second := s.kept(t, "form", "net", text("two", 100))
	s.pass(first.At.Add(kept.Life - time.Microsecond).Sub(s.clock()))
	if !s.is(t, first) {
		t.Error("gone too early")
	}
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("too early: swept %d, %v", n, err)
	}
	s.pass(time.Microsecond)
	if s.is(t, first) || !s.is(t, second) {
		t.Error("after an hour: the first is there, or the second isn't")
	}
	if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	s.wantFiles(t, "after the sweep", 1)
	if !s.is(t, second) {
		t.Error("the second is gone")
	}
}

// More lapse at once than one page of the sweep has.
func TestSweepOfMany(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	for i := range 105 {
		s.kept(t, "form", string(rune('a'+i%6)), text(i, 100))
	}
	s.wantFiles(t, "kept", 105)
	s.pass(kept.Life)
	if n, err := s.Sweep(t.Context()); n != 105 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	s.wantFiles(t, "swept", 0)
}

// Files without a row are a crash's, and go once they are older than any form; rows
// without a file open nothing.
func TestSweepOfCrashes(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	f := s.kept(t, "form", "net", text("one", 100))
	s.age(t, f.Ref.Key, 2*kept.Life) // by the folder's clock; the row knows better
	for name, age := range map[string]time.Duration{
		"abc": kept.Life + time.Second, "abd": kept.Life - time.Second, "0a.tmp": kept.Life + time.Second, "0b.tmp": kept.Life - time.Second,
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.age(t, name, age)
	}
	if n, err := s.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	left := strings.Join(testkit.Names(t, s.dir), " ")
	if !strings.Contains(left, f.Ref.Key) || !strings.Contains(left, "abd") || !strings.Contains(left, "0b.tmp") || len(strings.Fields(left)) != 3 {
		t.Errorf("left: %s", left)
	}
	if err := os.Remove(filepath.Join(s.dir, f.Ref.Key)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.content(t, f.ID, "form"); fault.KindOf(err) != fault.NotFound || !errors.Is(err, resume.ErrMissing) {
		t.Errorf("without its file: %v", err)
	}
	s.pass(kept.Life)
	if _, err := s.Sweep(t.Context()); err != nil || s.totals(t).Files != 0 {
		t.Errorf("the row without a file: %v, %+v", err, s.totals(t))
	}
}

// What was damaged is not there: nobody sends what they didn't choose.
func TestDamage(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	f := s.kept(t, "form", "net", text("one", 100))
	if err := os.WriteFile(filepath.Join(s.dir, f.Ref.Key), []byte(text("two", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.content(t, f.ID, "form"); fault.KindOf(err) != fault.NotFound || !errors.Is(err, resume.ErrDamaged) {
		t.Errorf("open: %v", err)
	}
	if left := testkit.Names(t, s.into); len(left) > 0 {
		t.Errorf("copied: %v", left)
	}
}
