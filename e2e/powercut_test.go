package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"usher/internal/testkit"
)

// ext4Shutdown is EXT4_IOC_SHUTDOWN, and noLogFlush its flag that drops what is in
// memory as a power cut does, the journal's end included (Linux, fs/ext4/ext4.h).
const (
	ext4Shutdown = 0x8004587d
	noLogFlush   = 2
)

// disk is an ext4 file system in a file, which can lose its power.
type disk struct {
	t          testing.TB
	image, dir string
}

func newDisk(t testing.TB, megabytes int64) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		testkit.LeaveOut(t, t.Name(), "a file system of its own needs root")
	}
	mkfs := testkit.Binary(t, "mkfs.ext4", "/usr/sbin")
	d := &disk{t: t, image: filepath.Join(t.TempDir(), "disk"), dir: t.TempDir()}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, megabytes<<20); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runProgram(t, mkfs, "-q", d.image); code != 0 {
		t.Fatalf("mkfs.ext4: %s", stderr)
	}
	if code, _, stderr := runProgram(t, "mount", "-o", "loop", d.image, d.dir); code != 0 {
		testkit.LeaveOut(t, t.Name(), "no loop device can be mounted here: "+stderr)
	}
	t.Cleanup(d.unmount)
	return d
}

// cut takes the power away and brings it back: nothing that was not synced is
// there any more. It tells whether a file written the moment before, and synced
// by nobody, was lost. It calls now right before the power goes.
func (d *disk) cut(s *server, now func()) (lost bool) {
	d.t.Helper()
	folder, err := os.Open(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	witness := filepath.Join(d.dir, "unsynced")
	_ = os.Remove(witness)
	if err := folder.Sync(); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(witness, []byte("x"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	now()
	if err := unix.IoctlSetPointerInt(int(folder.Fd()), ext4Shutdown, noLogFlush); err != nil {
		d.t.Fatalf("shut the file system down: %v", err)
	}
	_ = folder.Close()
	s.kill()
	d.unmount()
	if code, _, stderr := runProgram(d.t, "mount", "-o", "loop", d.image, d.dir); code != 0 {
		d.t.Fatalf("mount again: %s", stderr)
	}
	content, err := os.ReadFile(witness)
	return err != nil || len(content) == 0
}

func (d *disk) unmount() {
	if err := syscall.Unmount(d.dir, 0); err != nil {
		d.t.Errorf("unmount: %v", err)
	}
}

// After a power cut under load every acknowledged lead is there, with its resume
// and its messages.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	d := newDisk(t, 128)
	h := how{data: filepath.Join(d.dir, "data")}
	var mu sync.Mutex
	acknowledged := map[string]submission{}
	// late are those whose answer came when the power was gone already, or going. The
	// processor should have stopped with the disk, and doesn't here: the kernel then
	// tells some syncs that they succeeded whose journal it has just thrown away.
	late := map[string]bool{}
	var gone bool
	lost := 0
	for cycle := range 3 {
		s := start(t, h)
		enough := make(chan struct{}, 1000)
		var group sync.WaitGroup
		for worker := range 8 {
			group.Go(func() {
				for n := 0; ; n++ {
					sub := simple(fmt.Sprintf("cut%d-%d-%d", cycle, worker, n))
					a, err := s.post(t.Context(), sub)
					if err != nil || a.status != 201 {
						return // the power is gone
					}
					l := sub.check(t, a)
					mu.Lock()
					acknowledged[l.ID] = sub
					late[l.ID] = gone
					mu.Unlock()
					enough <- struct{}{}
				}
			})
		}
		for range 60 {
			<-enough
		}
		unsynced := d.cut(s, func() {
			mu.Lock()
			defer mu.Unlock()
			gone = true
		})
		if unsynced {
			lost++
		}
		group.Wait()
		gone = false
	}
	s := start(t, h)
	promised := 0
	for id, sub := range acknowledged {
		err := s.download(id, sub.sha256())
		if err != nil && !late[id] {
			t.Errorf("after the cut: %v", err)
		}
		if err == nil {
			promised++
		}
	}
	if n := len(s.messages()); n < 2*promised {
		t.Errorf("%d messages of %d leads", n, promised)
	}
	s.stop()
	verify(t, h.data)
	if lost == 0 {
		t.Error("the unsynced files survived, so these were no power cuts")
	}
	t.Logf("3 cuts, %d leads acknowledged, of which %d are there; of 3 files that nobody synced %d were lost", len(acknowledged), promised, lost)
}
