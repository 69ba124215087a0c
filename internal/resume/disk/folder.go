package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is the calls that a Store makes, all inside one folder: names are base
// names. Folder is the real one.
type FS interface {
	// OpenFile is os.OpenFile.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Lstat is os.Lstat.
	Lstat(name string) (fs.FileInfo, error)
	// Rename is os.Rename.
	Rename(from, to string) error
	// Remove is os.Remove.
	Remove(name string) error
	// Sync makes the names in the folder durable.
	Sync() error
	// Each calls visit with everything in the folder, in no order, until it
	// returns an error, which Each returns.
	Each(visit func(fs.FileInfo) error) error
}

// File is an open file of an FS.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Seeker
	io.Closer
	// Sync makes the bytes durable.
	Sync() error
}

// Folder is an FS over a folder of the operating system.
type Folder struct {
	root *os.Root
	// self stays open, so that a process out of descriptors can still sync what
	// it has renamed.
	self *os.File
}

// OpenFolder opens the folder at path, and makes it if it isn't there: readable
// by this user only, and durable, since a folder that a power cut takes away
// takes all its files along. The parent must exist. The caller closes the Folder.
func OpenFolder(path string) (*Folder, error) {
	switch err := os.Mkdir(path, 0o700); {
	case err == nil:
		if err := syncFolder(filepath.Dir(path)); err != nil {
			_ = os.Remove(path) // or the next start would take it for durable
			return nil, fmt.Errorf("make the resume folder durable: %w", err)
		}
	case !errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("make the resume folder: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open the resume folder: %w", err)
	}
	self, err := root.Open(".")
	if err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("open the resume folder: %w", err)
	}
	return &Folder{root: root, self: self}, nil
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}

// Close gives back the folder's descriptors.
func (f *Folder) Close() error { return errors.Join(f.self.Close(), f.root.Close()) }

// OpenFile implements FS.
func (f *Folder) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	file, err := f.root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // and no File that holds a nil *os.File
	}
	return file, nil
}

// Lstat implements FS.
func (f *Folder) Lstat(name string) (fs.FileInfo, error) { return f.root.Lstat(name) }

// Rename implements FS.
func (f *Folder) Rename(from, to string) error { return f.root.Rename(from, to) }

// Remove implements FS.
func (f *Folder) Remove(name string) error { return f.root.Remove(name) }

// Sync implements FS.
func (f *Folder) Sync() error { return f.self.Sync() }

// Each implements FS. It reads the folder a piece at a time, and passes over
// what vanishes in between.
func (f *Folder) Each(visit func(fs.FileInfo) error) error {
	dir, err := f.root.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	for {
		entries, err := dir.ReadDir(512)
		for _, e := range entries {
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			if err := visit(info); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
