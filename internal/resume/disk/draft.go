package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"usher/internal/fault"
	"usher/internal/resume"
)

// draft is a temporary file; file is nil once it is kept or gone.
type draft struct {
	store *Store
	name  string
	file  File
}

func (d *draft) Write(b []byte) (int, error) { return d.file.Write(b) }

func (d *draft) ReadAt(b []byte, off int64) (int, error) { return d.file.ReadAt(b, off) }

// Keep implements resume.Draft.
func (d *draft) Keep(ctx context.Context, key string) error {
	if d.file == nil {
		return fs.ErrClosed
	}
	err := d.keep(ctx, key)
	if err != nil {
		return errors.Join(err, d.Discard())
	}
	return nil
}

func (d *draft) keep(ctx context.Context, key string) error {
	if err := errors.Join(ctx.Err(), d.store.latch.Err()); err != nil {
		return err
	}
	if !resume.ValidKey(key) {
		return resume.ErrKey
	}
	if err := d.store.free(key); err != nil {
		return err
	}
	if err := d.store.synced(d.file.Sync()); err != nil {
		return fmt.Errorf("sync a resume: %w", err)
	}
	file := d.file
	d.file = closed{}
	if err := file.Close(); err != nil {
		return fmt.Errorf("close a resume: %w", err)
	}
	if err := d.store.fs.Rename(d.name, key); err != nil {
		return fmt.Errorf("name a resume: %w", err)
	}
	d.file = nil // from here on the temporary name is gone
	d.store.unsynced.Store(true)
	return nil
}

// Discard implements resume.Draft.
func (d *draft) Discard() error {
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	return errors.Join(err, d.store.fs.Remove(d.name))
}

// free makes sure that rename, which replaces without a word, can't put one
// resume in another's place. Keys don't come twice; this is for the day they do.
func (s *Store) free(key string) error {
	_, err := s.fs.Lstat(key)
	switch {
	case err == nil:
		return fmt.Errorf("keep a resume under a used key: %w", fs.ErrExist)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return fmt.Errorf("look for a key: %w", err)
}

// synced takes the result of an fsync. A disk without room or without leave to
// write has said so, and nothing is in doubt. Anything else closes the latch.
func (s *Store) synced(err error) error {
	if err == nil || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS) {
		return err
	}
	err = fmt.Errorf("%w: %w", fault.ErrSync, err)
	s.latch.Trip(err)
	return err
}

// closed stands for the file between its close and its rename.
type closed struct{ File }

func (closed) Close() error { return nil }
