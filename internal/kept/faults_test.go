package kept_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"usher/internal/fault"
	"usher/internal/kept"
	"usher/internal/resume/disk"
	"usher/internal/resume/disk/faultfs"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/storetest/faultdb"
	"usher/internal/testkit"
)

// crowded is a stand of which one network has all it may have, over a folder whose
// nth call fails once arm was called.
func crowded(t *testing.T, rows *store.Store, cause error) (s *stand, arm func(n int) *faultfs.Faults) {
	t.Helper()
	first := 0
	faults := faultfs.New(func(number int, _ faultfs.Op) error {
		if first > 0 && number == first {
			return cause
		}
		return nil
	})
	s = newStandAt(t, rows, t.TempDir(), func(f disk.FS) disk.FS { return faultfs.Wrap(f, faults) })
	for i := range kept.PerNetwork {
		s.kept(t, "form", "net", text(i, 100))
	}
	return s, func(n int) *faultfs.Faults {
		first = len(faults.Calls()) + n
		return faults
	}
}

// Every file call of keeping fails once, with room made for the file: it is kept, or
// nothing of it is, and what is left behind is swept.
func TestEveryFileCallOfKeepFailsOnce(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC} {
		t.Run(cause.Error(), func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				s, arm := crowded(t, storetest.Open(t), cause)
				faults := arm(n)
				_, err := s.keep(t, "form", "net", text("one more", 70_000))
				if !faults.Fired() {
					if err != nil || n < 7 {
						t.Fatalf("without a fault after %d calls: %v", n-1, err)
					}
					s.wantFiles(t, "without a fault", kept.PerNetwork)
					return
				}
				calls := faults.Calls()
				about := fmt.Sprintf("call %d of %v", n, calls[len(calls)-min(len(calls), 12):])
				if !errors.Is(err, cause) || fault.KindOf(err) != fault.Unavailable {
					t.Errorf("%s: %v", about, err)
				}
				s.settles(t, about)
			}
		})
	}
}

// settles lets all that is in the folder be old, and expects that a sweep leaves a
// file for each row and nothing else, none of it by half.
func (s *stand) settles(t *testing.T, about string) {
	t.Helper()
	for _, name := range testkit.Names(t, s.dir) {
		s.age(t, name, kept.Life+1)
	}
	if _, err := s.Sweep(context.Background()); err != nil {
		t.Errorf("%s: sweep: %v", about, err)
	}
	rows, err := s.rows.KeptFiles(t.Context(), kept.Which{})
	if err != nil {
		t.Fatal(err)
	}
	s.wantFiles(t, about, len(rows))
	if len(rows) > kept.PerNetwork || len(rows) < kept.PerNetwork-1 {
		t.Errorf("%s: %d are kept", about, len(rows))
	}
	for _, f := range rows {
		if f.Ref.Size != 100 || !s.is(t, f) {
			t.Errorf("%s: half of %+v is kept", about, f)
		}
	}
}

// Every file call of opening fails once: the form is told to try again, no copy is
// left, and the file is still there for the next try.
func TestEveryFileCallOfOpenFailsOnce(t *testing.T) {
	t.Parallel()
	s, arm := crowded(t, storetest.Open(t), syscall.EIO)
	f := s.kept(t, "form", "net", text("one more", 70_000))
	for n := 1; ; n++ {
		faults := arm(n)
		calls := len(faults.Calls())
		upload, err := s.Open(t.Context(), f.ID, "form")
		upload.Discard()
		if made := len(faults.Calls()) - calls; made < n {
			if err != nil || n < 5 {
				t.Fatalf("without a fault after %d calls: %v", made, err)
			}
			return
		}
		closing := faults.Calls()[calls+n-1] == faultfs.Close // what was read by then is right
		if !closing && fault.KindOf(err) != fault.Unavailable {
			t.Errorf("call %d: %v", n, err)
		}
		if left := testkit.Names(t, s.into); len(left) > 0 {
			t.Errorf("call %d left %v", n, left)
		}
		if !s.is(t, f) {
			t.Errorf("call %d: the file is gone", n)
		}
	}
}

// A file that can't be removed has no row any more, and goes with a later sweep.
func TestFailedRemoval(t *testing.T) {
	t.Parallel()
	broken := true
	faults := faultfs.New(func(_ int, op faultfs.Op) error {
		if broken && op == faultfs.Remove {
			return syscall.EROFS
		}
		return nil
	})
	s := newStandAt(t, storetest.Open(t), t.TempDir(), func(f disk.FS) disk.FS { return faultfs.Wrap(f, faults) })
	dropped, lapsed := s.kept(t, "form", "net", text("one", 100)), s.kept(t, "form", "net", text("two", 100))
	if err := s.Drop(t.Context(), dropped.ID, "form"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("drop: %v", err)
	}
	s.pass(kept.Life)
	for _, f := range []kept.File{dropped, lapsed} {
		s.age(t, f.Ref.Key, kept.Life+1)
	}
	if n, err := s.Sweep(t.Context()); n != 0 || err == nil {
		t.Errorf("sweep on a read-only disk: %d, %v", n, err)
	}
	if s.totals(t).Files != 0 || len(testkit.Names(t, s.dir)) != 2 {
		t.Errorf("rows %+v, files %v", s.totals(t), testkit.Names(t, s.dir))
	}
	broken = false
	if n, err := s.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("sweep: %d, %v", n, err)
	}
	s.wantFiles(t, "in the end", 0)
}

// Every call of the database fails once, also after it was carried out.
func TestEveryDatabaseCallOfKeepFailsOnce(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after %t", after), func(t *testing.T) {
			t.Parallel()
			driver, faults := faultdb.New()
			rows := storetest.OpenAt(t, filepath.Join(t.TempDir(), "usher.db"), store.Options{Driver: driver})
			s, _ := crowded(t, rows, nil)
			for n := 1; ; n++ {
				s.pass(1)
				faults.Arm(func(call int, _ string) *faultdb.Fault {
					if call == n {
						return &faultdb.Fault{Err: faultdb.Full, After: after}
					}
					return nil
				})
				f, err := s.keep(t, "form", "net", text("one more", 100))
				fired := faults.Fired()
				faults.Arm(nil)
				if err == nil && !s.is(t, f) {
					t.Fatalf("call %d: not kept", n)
				}
				if err != nil && fault.KindOf(err) != fault.Unavailable {
					t.Errorf("call %d: %v", n, err)
				}
				s.wholeRows(t, fmt.Sprintf("call %d", n))
				if !fired {
					if err != nil || n < 6 {
						t.Fatalf("without a fault after %d calls: %v", n-1, err)
					}
					return
				}
			}
		})
	}
}

// wholeRows expects that a sweep leaves a row for every file. A row without a file
// may stay until it lapses: it opens nothing.
func (s *stand) wholeRows(t *testing.T, about string) {
	t.Helper()
	for _, name := range testkit.Names(t, s.dir) {
		s.age(t, name, kept.Life+1)
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Errorf("%s: sweep: %v", about, err)
	}
	for _, name := range testkit.Names(t, s.dir) {
		known, err := s.rows.KeptKnown(t.Context(), name)
		if err != nil || !known {
			t.Errorf("%s: %s has no row; %v", about, name, err)
		}
	}
	if n := s.totals(t).Files; n > kept.PerNetwork {
		t.Errorf("%s: %d are kept", about, n)
	}
}
