package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"usher/internal/system"
)

// ErrInUse says that another Usher holds the data directory.
var ErrInUse = errors.New("another Usher is using this data directory")

// The files of a data directory.
const (
	databaseFile = "usher.db"
	resumeFolder = "resumes"
	keptFolder   = "kept"
	keyFile      = "secret.key"
	lockFile     = "usher.lock"
)

// DataDir is the folder that holds everything a firm must not lose.
type DataDir struct {
	path string
	lock *os.File
}

// OpenDataDir opens the folder, which must be there unless it may be made.
func OpenDataDir(path string, create bool) (*DataDir, error) {
	if create {
		made, err := makeFolder(path)
		if err != nil {
			return nil, fmt.Errorf("make the data directory %s: %w; let this user write there, or set USHER_DATA_DIR to another", path, err)
		}
		if made {
			return &DataDir{path: path}, nil
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open the data directory: %w; make it, or set USHER_DATA_DIR to another", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory; set USHER_DATA_DIR to one", path)
	}
	return &DataDir{path: path}, nil
}

// makeFolder makes a folder for this user only, and its name durable.
func makeFolder(path string) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the parents are nobody's secret
		return false, err
	}
	err = os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (d *DataDir) file(name string) string { return filepath.Join(d.path, name) }

// Lock takes the directory for this process, or returns ErrInUse and has touched
// nothing. The lock goes with the process, however that ends.
func (d *DataDir) Lock() error {
	f, err := os.OpenFile(d.file(lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the lock of the data directory: %w; let this user write there, or set USHER_DATA_DIR to another", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		closeErr := f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("%w (%s); stop it first, or give this one a directory of its own with USHER_DATA_DIR", ErrInUse, d.path)
		}
		return errors.Join(fmt.Errorf("lock the data directory: %w", err), closeErr)
	}
	d.lock = f
	return nil
}

// Unlock gives the directory back.
func (d *DataDir) Unlock() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Close()
}

// Tighten takes other users' rights away from what must not be read by them, such
// as files that came back from a copy. It tells which those were.
func (d *DataDir) Tighten() (names []string, err error) {
	for _, name := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm", keyFile, resumeFolder, keptFolder} {
		info, err := os.Lstat(d.file(name))
		if errors.Is(err, fs.ErrNotExist) || (err == nil && info.Mode().Perm()&0o077 == 0) {
			continue
		}
		if err == nil {
			err = os.Chmod(d.file(name), info.Mode().Perm()&0o700)
		}
		if err != nil {
			return names, fmt.Errorf("take other users' rights to %s away: %w", d.file(name), err)
		}
		names = append(names, name)
	}
	return names, nil
}

// minKey is the shortest secret key in bytes.
const minKey = 32

// SecretKey reads the directory's key, and makes one at the first start. The
// caller holds the lock.
func (d *DataDir) SecretKey() (key []byte, err error) {
	text, err := os.ReadFile(d.file(keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return d.makeKey()
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret key: %w", err)
	}
	key, err = hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) < minKey {
		return nil, fmt.Errorf("%s is not a key of at least 32 bytes as hex; restore it from a backup, "+
			"or remove it to have a new one made (that ends all tokens and links)", d.file(keyFile))
	}
	return key, nil
}

// makeKey writes a new key under another name first, so that a power cut leaves
// a whole key or none.
func (d *DataDir) makeKey() ([]byte, error) {
	key := make([]byte, minKey)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	draft := d.file(keyFile + ".tmp")
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a start that was cut off
		return nil, err
	}
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the secret key: %w", err)
	}
	_, writeErr := fmt.Fprintln(f, hex.EncodeToString(key))
	if err := errors.Join(writeErr, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("make the secret key: %w", err)
	}
	if err := os.Rename(draft, d.file(keyFile)); err != nil {
		return nil, fmt.Errorf("make the secret key: %w", err)
	}
	return key, syncFolder(d.path)
}

// Free tells how many bytes an ordinary user can still write there.
func (d *DataDir) Free() (uint64, error) {
	space, err := spaceOf(d.path)
	return space.Free, err
}

// spaceOf tells how many bytes an ordinary user can still write on the file system of
// a path, and how many that has in all.
func spaceOf(path string) (system.Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return system.Space{}, err
	}
	size := uint64(s.Bsize) //nolint:gosec // block sizes are positive
	return system.Space{Free: s.Bavail * size, Total: s.Blocks * size}, nil
}

// crowded says of an error how little room there is, when that may be its cause:
// SQLite calls a full disk by many names.
func crowded(err error, path string) error {
	const little = 4 << 20
	if space, failed := spaceOf(path); err != nil && failed == nil && space.Free < little {
		return fmt.Errorf("%w (%d KB are free in %s)", err, space.Free>>10, path)
	}
	return err
}

// dropCopies removes the copies from before migrations that are older than that.
func (d *DataDir) dropCopies(older time.Time) error {
	copies, err := filepath.Glob(d.file(migrationCopies))
	errs := []error{err}
	for _, name := range copies {
		info, err := os.Lstat(name)
		if err == nil && info.ModTime().Before(older) {
			err = os.Remove(name)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
