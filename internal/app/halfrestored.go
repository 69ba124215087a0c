package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrHalfRestored says that what is in the data directory is no whole restore.
var ErrHalfRestored = errors.New("a restore into this data directory is still running or was cut off")

// unfinishedFile is there from before the first byte of a restore until after the last.
const unfinishedFile = "restore.unfinished"

// migrationCopies is the pattern of what a migration leaves beside the database.
const migrationCopies = "usher-before-migration-*.db"

// Whole returns ErrHalfRestored while a restore isn't finished.
func (d *DataDir) Whole() error {
	_, err := os.Lstat(d.file(unfinishedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(fmt.Errorf("%w (%s); to finish it, run usher restore with the backup again", ErrHalfRestored, d.path), err)
}

// claim takes a place for a restore: a data directory that isn't there or holds
// nothing. Otherwise nothing is touched. What a restore that was cut off has left
// is removed.
func claim(path string) (*DataDir, error) {
	d := &DataDir{path: path}
	if err := d.vacant(); err != nil {
		return nil, err
	}
	d, err := OpenDataDir(path, true)
	if err != nil {
		return nil, err
	}
	if err := d.Lock(); err != nil {
		return nil, err
	}
	if err := errors.Join(d.vacant(), d.mark()); err != nil { // somebody may have been faster
		return nil, errors.Join(err, d.Unlock())
	}
	return d, nil
}

// vacant refuses a place that holds something, unless a restore has put it there.
func (d *DataDir) vacant() error {
	if errors.Is(d.Whole(), ErrHalfRestored) {
		return nil
	}
	held, err := d.holdings()
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return fmt.Errorf("there is data in %s already (%s); restore into an empty place, with USHER_DATA_DIR set to it",
			d.path, filepath.Base(held[0]))
	}
	return nil
}

// holdings lists what a restore writes and kept files, which would belong to nobody
// after one; nothing when the directory isn't there.
func (d *DataDir) holdings() (paths []string, err error) {
	inside := os.DirFS(d.path) // whose patterns can't meet one in the path
	for _, pattern := range []string{databaseFile + "*", migrationCopies, keyFile + "*"} {
		found, err := fs.Glob(inside, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			paths = append(paths, d.file(name))
		}
	}
	for _, folder := range []string{resumeFolder, keptFolder} {
		entries, err := os.ReadDir(d.file(folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if len(entries) > 0 {
			paths = append(paths, d.file(folder))
		}
	}
	return paths, nil
}

// mark begins a restore, and removes what one before it has left.
func (d *DataDir) mark() error {
	f, err := os.OpenFile(d.file(unfinishedFile), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("begin the restore: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close(), syncFolder(d.path)); err != nil {
		return fmt.Errorf("begin the restore: %w", err)
	}
	return d.empty()
}

// empty removes all that a restore has written.
func (d *DataDir) empty() error {
	held, err := d.holdings()
	errs := []error{err}
	for _, path := range held {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// unmark ends a restore: from here on the place may be served.
func (d *DataDir) unmark() error {
	if err := errors.Join(syncFolder(d.path), os.Remove(d.file(unfinishedFile)), syncFolder(d.path)); err != nil {
		return fmt.Errorf("finish the restore: %w", err)
	}
	return nil
}
