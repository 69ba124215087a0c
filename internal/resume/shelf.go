package resume

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// bufferBytes is what one running upload or read costs in memory.
const bufferBytes = 64 << 10

// Shelf is everything Usher does with resumes: receive, keep, read, check and
// sweep them. It is safe for concurrent use.
type Shelf struct {
	storage  Storage
	maxBytes int64
	newKey   func() string
	buffers  sync.Pool // of *[]byte, bufferBytes long
}

// NewShelf makes a Shelf over storage. A resume may have up to maxBytes bytes;
// newKey makes a fresh storage key (see ValidKey) for each.
func NewShelf(storage Storage, maxBytes int64, newKey func() string) *Shelf {
	return &Shelf{
		storage: storage, maxBytes: maxBytes, newKey: newKey,
		buffers: sync.Pool{New: func() any { b := make([]byte, bufferBytes); return &b }},
	}
}

// buffer lends one of bufferBytes.
func (s *Shelf) buffer() (buf []byte, giveBack func()) {
	lent, _ := s.buffers.Get().(*[]byte)
	return *lent, func() { s.buffers.Put(lent) }
}

// Errors of Open and Check, found with errors.Is. Both come inside a fault of
// kind Internal, code resume_damaged or resume_missing.
var (
	ErrDamaged = errors.New("the stored resume is not what was received")
	ErrMissing = errors.New("the stored resume is missing")
)

// Open gives the bytes of a resume, at their start, after it has read the whole
// file and found the size and SHA-256 of ref. What is given out is that same
// open file, so nobody can put another in its place in between. The caller
// closes it.
//
// Errors: ErrDamaged, ErrMissing, that of ctx, or fault.Unavailable when the
// file can't be read at the moment.
func (s *Shelf) Open(ctx context.Context, ref Ref) (io.ReadSeekCloser, error) {
	file, err := s.storage.Open(ctx, ref.Key)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrKey) {
			return nil, missing(ref.Key, err)
		}
		return nil, unreadable(err)
	}
	if err := s.verify(ctx, file, ref); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// Check tells whether the stored bytes of ref are whole; errors as for Open.
func (s *Shelf) Check(ctx context.Context, ref Ref) error {
	file, err := s.Open(ctx, ref)
	if err != nil {
		return err
	}
	return file.Close()
}

// Remove takes a kept resume away; one that isn't there is no error. A removal
// undone by a power cut leaves an orphan, which Sweep removes again.
func (s *Shelf) Remove(ctx context.Context, key string) error {
	if !ValidKey(key) {
		return fmt.Errorf("remove a resume: %w", ErrKey)
	}
	return unstorable(s.storage.Remove(ctx, key))
}

// List calls each with everything stored, kept and temporary, in no order, and
// stops at its first error.
func (s *Shelf) List(ctx context.Context, each func(Entry) error) error {
	return s.storage.List(ctx, each)
}

// verify reads file to its end, compares it with ref and goes back to the start.
func (s *Shelf) verify(ctx context.Context, file File, ref Ref) error {
	buf, giveBack := s.buffer()
	defer giveBack()
	hash, size := sha256.New(), int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := file.Read(buf)
		hash.Write(buf[:n])
		size += int64(n)
		if size > ref.Size {
			return damaged(ref.Key, "longer than received")
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(err)
		}
	}
	switch {
	case size != ref.Size:
		return damaged(ref.Key, "shorter than received")
	case hex.EncodeToString(hash.Sum(nil)) != ref.SHA256:
		return damaged(ref.Key, "other bytes than received")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return unreadable(err)
	}
	return nil
}

// MaxBytes is the largest resume that Receive takes.
func (s *Shelf) MaxBytes() int64 { return s.maxBytes }

// MaxText is MaxBytes in words, such as "10 MB".
func (s *Shelf) MaxText() string { return humanBytes(s.maxBytes) }

// TooLarge is the rejection of a larger one, for a caller who knows before
// reading that it must be.
func (s *Shelf) TooLarge() error { return tooLarge(s.maxBytes) }
