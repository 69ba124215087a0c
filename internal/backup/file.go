package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Draft is a backup on its way to a file: a folder beside it, for this user only,
// that holds the archive until it is whole, and the copy of the database.
type Draft struct {
	Archive *os.File

	path, folder string
}

// Create begins a backup that is to become the file at path. It replaces nothing.
func Create(path string) (*Draft, error) {
	if err := vacant(path); err != nil {
		return nil, err
	}
	d := &Draft{path: path, folder: path + ".tmp"}
	err := os.Mkdir(d.folder, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there: another backup is writing to this file, or one was killed; when none is running, remove it", d.folder)
	}
	if err != nil {
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	if d.Archive, err = os.OpenFile(filepath.Join(d.folder, "archive"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("begin the backup: %w", err), os.Remove(d.folder))
	}
	return d, nil
}

func vacant(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("%s is there already; choose another name, nothing is replaced", path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// Snapshot is where the copy of the database goes.
func (d *Draft) Snapshot() string { return filepath.Join(d.folder, databaseName) }

// Keep gives the archive its name. When it returns nil, the backup survives a power cut.
func (d *Draft) Keep() error {
	if err := errors.Join(d.Archive.Sync(), d.Archive.Close()); err != nil {
		return err
	}
	if err := vacant(d.path); err != nil {
		return err
	}
	if err := os.Rename(d.Archive.Name(), d.path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(d.path))
}

// Discard takes away whatever isn't kept. It is always called.
func (d *Draft) Discard() error {
	_ = d.Archive.Close() // after Keep it is closed already, and without it doesn't matter
	return os.RemoveAll(d.folder)
}

// SyncFolder makes the names in a folder durable.
func SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
