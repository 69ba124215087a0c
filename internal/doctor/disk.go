package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"usher/internal/system"
)

// reserve is what intake wants to be free beside a resume of the largest size.
const reserve = 1 << 20

// space tells what still fits.
func (e *exam) space(context.Context) []Finding {
	var s unix.Statfs_t
	if !e.there {
		return nil
	}
	if err := unix.Statfs(e.Dir, &s); err != nil {
		return one(Problem, "The free space can't be asked for: "+err.Error()+".", "")
	}
	const remedy = "Make room on that file system, or move the data directory to a larger one."
	free := int64(s.Bavail) * int64(s.Bsize) //nolint:gosec,unconvert // differs between systems, and fits
	fits := max(free-reserve, 0) / e.Config.MaxResumeBytes
	text := fmt.Sprintf("%s are free: room for %d resumes of the largest size.", system.Size(free), fits)
	switch {
	case fits == 0:
		return one(Problem, text+" No lead can be stored now.", remedy)
	case s.Files > 0 && s.Ffree < 1000: // some file systems count none
		return one(Problem, fmt.Sprintf("Only %d more files fit, whatever the free space (%s).", s.Ffree, system.Size(free)), remedy+" Each lead is one file.")
	case fits < 100:
		return one(Warning, text, remedy)
	}
	return one(OK, text, "")
}

// doubtful are the file systems on which a database is not safe, by their numbers
// in Linux's magic.h and statfs(2).
func doubtful(magic uint32) (name, why string) {
	const locks = "SQLite's locks and a sync can't be relied on there"
	switch magic {
	case 0x6969:
		return "NFS", locks
	case 0x517b, 0xff534d42, 0xfe534d42:
		return "SMB", locks
	case 0x65735546:
		return "FUSE", locks
	case 0x01021997:
		return "9P", locks
	case 0x786f4256:
		return "a VirtualBox folder", locks
	case 0x794c7630:
		return "an overlay, as of a container without a volume", "it goes with the container"
	case 0x01021994, 0x858458f6:
		return "in memory", "all of it is gone after a restart of the machine"
	}
	return "", ""
}

func (e *exam) fileSystem(context.Context) []Finding {
	var s unix.Statfs_t
	if !e.there || unix.Statfs(e.Dir, &s) != nil {
		return nil
	}
	if name, why := doubtful(uint32(s.Type)); name != "" { //nolint:gosec // 32 bits of a wider type
		return one(Warning, "The data directory is "+name+": "+why+".", "Set USHER_DATA_DIR to a local disk (in a container: a volume).")
	}
	return one(OK, "The data directory is on a file system of this machine.", "")
}

const (
	syncProbes = 5
	slowSync   = 50 * time.Millisecond
)

// sync writes and syncs as a submission does, and measures it.
func (e *exam) sync(context.Context) []Finding {
	if !e.there || unix.Access(e.Dir, unix.W_OK) != nil {
		return nil
	}
	took, err := e.measureSync()
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return one(Problem, "The disk is full: nothing can be written.", "Make room, or raise the quota.")
	case errors.Is(err, unix.EROFS):
		return one(Problem, "The file system is read-only.", "Mount it for writing; dmesg tells whether an error made it so.")
	case err != nil:
		return one(Problem, "A file can't be written and synced: "+err.Error()+".", "Look at the disk (dmesg, smartctl) before you rely on it.")
	case took > slowSync:
		return one(Warning, fmt.Sprintf("A sync takes %v (median of %d); each submission waits for several.", took.Round(time.Millisecond), syncProbes),
			"Use a local disk, not one behind a network.")
	}
	return one(OK, fmt.Sprintf("A sync works and takes %v (median of %d).", took.Round(10*time.Microsecond), syncProbes), "")
}

func (e *exam) measureSync() (median time.Duration, err error) {
	f, err := os.CreateTemp(e.Dir, ".usher-doctor-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	var all []time.Duration
	for range syncProbes {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		began := e.Now()
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all = append(all, e.Now().Sub(began))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}
