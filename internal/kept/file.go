package kept

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"usher/internal/fault"
	"usher/internal/resume"
)

// Life is how long a file is kept. A form that took longer asks for it again.
const Life = time.Hour

// PerNetwork is how many files one network may have kept.
const PerNetwork = 20

// Share is how much all kept files together may have of what would be free without
// them: the free bytes of the disk plus what is kept. What is kept counts as free,
// or each file would lower the cap for the next; leads fill the same disk, and
// lower it rightly.
const Share = 0.05

// block is what a file takes on the disk beyond its bytes, at most: the rest of its
// last block. Without it a million files of one byte would count as a megabyte.
const block = 4096

// File is a kept resume.
type File struct {
	ID      string // opaque, 128 random bits or more, base64url; opens nothing without Form
	Form    string // the id of the form that it came with
	Network string // a keyed digest of where it came from, never an address
	Ref     resume.Ref
	At      time.Time // when it was kept
}

// lapsed tells whether a file's time is over.
func (f File) lapsed(now time.Time) bool { return !f.At.Add(Life).After(now) }

// of tells whether a file came with a form.
func (f File) of(form string) bool {
	return form != "" && subtle.ConstantTimeCompare([]byte(f.Form), []byte(form)) == 1
}

// Totals is how much is kept.
type Totals struct {
	Files int64
	Bytes int64 // without what their last blocks leave empty
}

// space is how many bytes of the disk that takes at most.
func (t Totals) space() int64 { return t.Bytes + t.Files*block }

func totalsOf(files ...File) Totals {
	var t Totals
	for _, f := range files {
		t.Files++
		t.Bytes += f.Ref.Size
	}
	return t
}

func (t Totals) minus(o Totals) Totals { return Totals{t.Files - o.Files, t.Bytes - o.Bytes} }

// enough gives the first of files that free so many bytes of the disk together, or
// all of them.
func enough(files []File, bytes int64) []File {
	for i, f := range files {
		if bytes <= 0 {
			return files[:i]
		}
		bytes -= totalsOf(f).space()
	}
	return files
}

// Which files are meant; the zero value means all.
type Which struct {
	Network string    // only of this one
	SHA256  string    // only with this content, in place of Network
	Until   time.Time // only those that were kept at this time or before
	Most    int       // no more than so many; 0 for no bound
}

// Store keeps the rows. Its errors are faults.
type Store interface {
	// AddKept adds a file, whose id and key are new.
	AddKept(ctx context.Context, f File) error
	// KeptFile gives the file of an id, or fault.NotFound.
	KeptFile(ctx context.Context, id string) (File, error)
	// KeptFiles gives files, oldest first.
	KeptFiles(ctx context.Context, which Which) ([]File, error)
	// DropKept drops the files of these ids, all at once. One that isn't there is no
	// error.
	DropKept(ctx context.Context, ids []string) error
	// KeptTotals tells how much is kept.
	KeptTotals(ctx context.Context) (Totals, error)
	// KeptKnown tells whether a file refers to a storage key.
	KeptKnown(ctx context.Context, key string) (bool, error)
}

// noRoom refuses a file that is too large to be kept even alone.
func noRoom() error {
	return fault.New(fault.Unavailable, "no_room", "There is no room to keep this file until the form is sent. Choose it again before you send.")
}

// gone is the answer for whatever can't be opened. The cause is for the log.
func gone(cause error) error {
	return fault.Wrap(cause, fault.NotFound, "kept_file_gone", "This file is not kept any more. Choose it again.")
}

// wellFormed tells whether an id may be one: nothing else is looked up.
func wellFormed(id string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return id != "" && len(id) <= 64 && strings.Trim(id, letters) == ""
}
