package disk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"

	"usher/internal/fault"
	"usher/internal/resume"
)

const (
	temporarySuffix = ".tmp"
	fileMode        = 0o600
)

// Store is a resume.Storage over one folder. It is safe for concurrent use.
type Store struct {
	fs    FS
	latch *fault.Latch
	run   string // what the names of this Store's temporary files begin with
	// unsynced says that the folder has names that a power cut may take away.
	unsynced atomic.Bool
}

var _ resume.Storage = (*Store)(nil)

// New makes a Store over fsys. It trips latch when an fsync fails, and refuses to
// write while latch is closed, whoever closed it.
func New(fsys FS, latch *fault.Latch) *Store {
	return &Store{fs: fsys, latch: latch, run: randomHex(8)}
}

// randomHex is so many random bytes as hex digits.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Create implements resume.Storage. While the latch is closed the error is the
// latch's own.
func (s *Store) Create(ctx context.Context) (resume.Draft, error) {
	if err := errors.Join(ctx.Err(), s.latch.Err()); err != nil {
		return nil, err
	}
	name := s.run + randomHex(8) + temporarySuffix
	file, err := s.fs.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, fmt.Errorf("start a temporary file: %w", err)
	}
	return &draft{store: s, name: name, file: file}, nil
}

// SyncNames implements resume.Storage. One caller at a time: a second would be
// told that there is nothing to do while the first still syncs.
func (s *Store) SyncNames(context.Context) error {
	if !s.unsynced.Swap(false) {
		return nil
	}
	if err := s.synced(s.fs.Sync()); err != nil {
		s.unsynced.Store(true)
		return fmt.Errorf("sync the resume folder: %w", err)
	}
	return nil
}

// Open implements resume.Storage.
func (s *Store) Open(ctx context.Context, key string) (resume.File, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !resume.ValidKey(key) {
		return nil, resume.ErrKey
	}
	file, err := s.fs.OpenFile(key, os.O_RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("open a resume: %w", err)
	}
	return file, nil
}

// Remove implements resume.Storage. The folder isn't synced: a removal that a
// power cut undoes leaves an orphan, which is swept.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !resume.ValidKey(key) && !isTemporary(key) {
		return resume.ErrKey
	}
	if err := s.fs.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a resume: %w", err)
	}
	return nil
}

// List implements resume.Storage.
func (s *Store) List(ctx context.Context, each func(resume.Entry) error) error {
	return s.fs.Each(func(info fs.FileInfo) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		temporary := isTemporary(info.Name())
		if !info.Mode().IsRegular() || !temporary && !resume.ValidKey(info.Name()) {
			return nil
		}
		return each(resume.Entry{Key: info.Name(), ModTime: info.ModTime(), Size: info.Size(), Temporary: temporary})
	})
}

// RemoveTemporary takes away every temporary file, however young, that this Store
// didn't make, and returns how many there were. Only a process that holds the data
// lock may call it: then they are all left from a crash. It may receive meanwhile.
func (s *Store) RemoveTemporary(ctx context.Context) (removed int, err error) {
	var names []string
	err = s.List(ctx, func(e resume.Entry) error {
		if e.Temporary && !strings.HasPrefix(e.Key, s.run) {
			names = append(names, e.Key)
		}
		return nil
	})
	for _, name := range names {
		if failed := s.Remove(ctx, name); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		removed++
	}
	return removed, err
}

func isTemporary(name string) bool {
	key, ok := strings.CutSuffix(name, temporarySuffix)
	return ok && resume.ValidKey(key)
}
