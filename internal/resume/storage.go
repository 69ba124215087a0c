package resume

import (
	"context"
	"errors"
	"io"
	"time"
)

// Storage keeps bytes under generated keys. An implementation is safe for
// concurrent use. Its errors are plain ones (the Shelf turns them into faults),
// with two marks: what isn't there is fs.ErrNotExist, what is no key is ErrKey.
type Storage interface {
	// Create starts a temporary file. The caller must Keep or Discard it.
	Create(ctx context.Context) (Draft, error)
	// SyncNames makes the keys durable that Keep gave before it was called: one
	// call for all who wait for it. With none to sync it does nothing.
	SyncNames(ctx context.Context) error
	// Open gives the bytes kept under key.
	Open(ctx context.Context, key string) (File, error)
	// Remove takes away an entry under the key that List gave, kept or
	// temporary. One that isn't there is no error.
	Remove(ctx context.Context, key string) error
	// List calls each with every entry, kept and temporary, in no order. It
	// stops at the first error of each and returns it.
	List(ctx context.Context, each func(Entry) error) error
}

// Draft is a temporary file being written. It is not safe for concurrent use.
type Draft interface {
	io.Writer
	io.ReaderAt
	// Keep makes the bytes durable and gives them their key; the key survives a
	// power cut after the next SyncNames. When it fails nothing is kept and the
	// temporary file is gone.
	Keep(ctx context.Context, key string) error
	// Discard takes the temporary file away. After Keep, or a second time, it
	// does nothing.
	Discard() error
}

// File is a kept resume, open for reading.
type File interface {
	io.ReadSeekCloser
}

// Entry is one thing found in a Storage.
type Entry struct {
	Key       string    // what Open and Remove take; a temporary entry can only be removed
	ModTime   time.Time // of the last write
	Size      int64     // bytes
	Temporary bool      // a draft: being written now, or left by a crash
}

// ErrKey says that a string can't be the key of a kept resume.
var ErrKey = errors.New("not a storage key")

// MaxKeyBytes is how long a key may be.
const MaxKeyBytes = 64

// ValidKey tells whether key is one: 1 to MaxKeyBytes of 0-9, a-f and hyphen.
// Nothing that a path could be built from passes, so a Storage that refuses the
// rest can't be led out of its folder.
func ValidKey(key string) bool {
	if key == "" || len(key) > MaxKeyBytes {
		return false
	}
	for _, c := range []byte(key) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '-' {
			return false
		}
	}
	return true
}
