package disk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"usher/internal/fault"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/resume/disk/faultfs"
	"usher/internal/testkit"
)

// body takes several writes, and its type several reads, to be received.
var body = "Ann Example\n" + strings.Repeat("nurse\n", 30_000)

// receive is the intake of one resume.
func receive(t testing.TB, fsys disk.FS, latch *fault.Latch) (resume.Ref, error) {
	t.Helper()
	shelf := resume.NewShelf(disk.New(fsys, latch), 10<<20, func() string { return "abc" })
	upload, err := shelf.Receive(t.Context(), "cv.txt", strings.NewReader(body))
	if err != nil {
		return resume.Ref{}, err
	}
	defer upload.Discard()
	if err := upload.Keep(t.Context()); err != nil {
		return upload.Ref(), err
	}
	if err := shelf.SyncNames(t.Context()); err != nil { // then the resume can't be relied on, and goes
		return upload.Ref(), errors.Join(err, shelf.Remove(t.Context(), upload.Ref().Key))
	}
	return upload.Ref(), nil
}

// Every file-system call of the intake fails once, with each error that disks
// are known for: the sender is told, and nothing is left.
func TestEveryCallFailsOnce(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EMFILE, syscall.EIO} {
		t.Run(cause.Error(), func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				folder, dir := open(t)
				faults := faultfs.Nth(n, cause)
				_, err := receive(t, faultfs.Wrap(folder, faults), new(fault.Latch))
				if !faults.Fired() {
					if err != nil || n < 10 {
						t.Fatalf("without a fault after %d calls: %v", n-1, err)
					}
					return
				}
				calls := faults.Calls()
				about := fmt.Sprintf("call %d (%s)", n, calls[n-1])
				if !errors.Is(err, cause) || fault.KindOf(err) != fault.Unavailable {
					t.Errorf("%s: %v", about, err)
				}
				if left := testkit.Names(t, dir); len(left) > 0 {
					t.Errorf("%s left %v", about, left)
				}
			}
		})
	}
}

// Bytes before name, name before yes: the order that a power cut tests.
func TestOrderOfCalls(t *testing.T) {
	t.Parallel()
	folder, _ := open(t)
	faults := faultfs.Nth(0, nil)
	if _, err := receive(t, faultfs.Wrap(folder, faults), new(fault.Latch)); err != nil {
		t.Fatal(err)
	}
	calls := slices.DeleteFunc(faults.Calls(), func(op faultfs.Op) bool {
		return op == faultfs.Write || op == faultfs.ReadAt || op == faultfs.Lstat
	})
	want := []faultfs.Op{faultfs.Create, faultfs.Sync, faultfs.Close, faultfs.Rename, faultfs.SyncDir}
	if !slices.Equal(calls, want) {
		t.Errorf("calls %v, want %v", calls, want)
	}
}

// A sync that fails stops the intake for good, unless the disk is only full.
func TestFailedSync(t *testing.T) {
	t.Parallel()
	for _, op := range []faultfs.Op{faultfs.Sync, faultfs.SyncDir} {
		for cause, stops := range map[syscall.Errno]bool{
			syscall.EIO: true, syscall.EINVAL: true, syscall.ENOSPC: false, syscall.EDQUOT: false, syscall.EROFS: false,
		} {
			folder, dir := open(t)
			latch := new(fault.Latch)
			_, err := receive(t, faultfs.Wrap(folder, faultfs.On(op, cause)), latch)
			if !errors.Is(err, cause) || errors.Is(err, fault.ErrSync) != stops || fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s, %v: %v", op, cause, err)
			}
			// The next request, on a disk that claims to be well again.
			_, err = receive(t, folder, latch)
			if stops {
				f, ok := errors.AsType[*fault.Error](err)
				if !ok || f.Code != "intake_stopped" || !errors.Is(err, fault.ErrSync) || len(testkit.Names(t, dir)) != 0 {
					t.Errorf("%s, %v: afterwards %v, files %v", op, cause, err, testkit.Names(t, dir))
				}
			} else if err != nil {
				t.Errorf("%s, %v: afterwards %v", op, cause, err)
			}
		}
	}
}

// A folder that couldn't be synced for lack of room is synced when there is some.
func TestNamesAreSyncedInTheEnd(t *testing.T) {
	t.Parallel()
	folder, _ := open(t)
	full := true
	faults := faultfs.New(func(_ int, op faultfs.Op) error {
		if op == faultfs.SyncDir && full {
			full = false
			return syscall.ENOSPC
		}
		return nil
	})
	store := disk.New(faultfs.Wrap(folder, faults), new(fault.Latch))
	if err := write(t, store, "hello").Keep(t.Context(), "abc"); err != nil {
		t.Fatal(err)
	}
	synced := func() (n int) {
		for _, op := range faults.Calls() {
			if op == faultfs.SyncDir {
				n++
			}
		}
		return n
	}
	for i, want := range []int{1, 2, 2} { // fails, succeeds, and has nothing to do
		if err := store.SyncNames(t.Context()); (err != nil) != (i == 0) || synced() != want {
			t.Errorf("call %d: %v after %d syncs, want %d", i+1, err, synced(), want)
		}
	}
}

// What began before the latch closed isn't kept after it.
func TestLatchClosesWhileReceiving(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	latch := new(fault.Latch)
	draft := write(t, disk.New(folder, latch), "hello")
	latch.Trip(fault.ErrSync)
	if err := draft.Keep(t.Context(), "abc"); !errors.Is(err, fault.ErrSync) {
		t.Errorf("keep: %v", err)
	}
	if left := testkit.Names(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Reading goes on when writing has stopped, and a disk that can't be read is no
// damaged resume.
func TestReadingWithFaults(t *testing.T) {
	t.Parallel()
	folder, dir := open(t)
	latch := new(fault.Latch)
	ref, err := receive(t, folder, latch)
	if err != nil {
		t.Fatal(err)
	}
	latch.Trip(fault.ErrSync)
	if err := resume.NewShelf(disk.New(folder, latch), 1, nil).Check(t.Context(), ref); err != nil {
		t.Errorf("with the latch closed: %v", err)
	}
	for _, op := range []faultfs.Op{faultfs.Open, faultfs.Read, faultfs.Seek} {
		shelf := resume.NewShelf(disk.New(faultfs.Wrap(folder, faultfs.On(op, syscall.EMFILE)), latch), 1, nil)
		if err := shelf.Check(t.Context(), ref); !errors.Is(err, syscall.EMFILE) || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", op, err)
		}
	}
	shelf := resume.NewShelf(disk.New(faultfs.Wrap(folder, faultfs.On(faultfs.Remove, syscall.EROFS)), latch), 1, nil)
	if err := shelf.Remove(t.Context(), ref.Key); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("remove: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, ref.Key)); err != nil {
		t.Error(err)
	}
	broken := disk.New(faultfs.Wrap(folder, faultfs.On(faultfs.Each, syscall.EIO)), latch)
	if _, err := broken.RemoveTemporary(t.Context()); !errors.Is(err, syscall.EIO) {
		t.Errorf("list: %v", err)
	}
}
