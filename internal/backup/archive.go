package backup

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"time"
)

// Format is the version of the archive's layout.
const Format = 1

// Errors of a Reader, found with errors.Is.
var (
	// ErrDamaged says that this is no backup, or not a whole one: cut off, or with
	// other bytes than were written.
	ErrDamaged = errors.New("this is not a whole backup")
	// ErrNewer says that a newer Usher made it.
	ErrNewer = errors.New("a newer Usher made this backup; restore it with that version")
)

// Manifest is what an archive says of itself at its beginning.
type Manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // version of the program that wrote it
	Schema  int64     `json:"schema"`  // version of the database's schema
	Taken   time.Time `json:"taken"`   // whatever was acknowledged before is inside
	Leads   int       `json:"leads"`   // before those are taken off that were erased meanwhile
	Bytes   int64     `json:"bytes"`   // about what resumes and database take
	Key     bool      `json:"key"`     // the secret key is inside
}

// End is what an archive says of itself at its end.
type End struct {
	SHA256  string    `json:"sha256"` // of every byte before this entry, then of this entry's with no digest in it; lower-case hex
	Erased  time.Time `json:"erased"` // who was erased before is not inside
	Leads   int       `json:"leads"`
	Resumes int       `json:"resumes"` // entries, some perhaps of leads that were erased meanwhile
	Damaged int       `json:"damaged"` // leads whose resume was missing or damaged when it was copied
}

// The names of the entries.
const (
	manifestName = "manifest.json"
	keyName      = "secret.key"
	resumePrefix = "resumes/"
	databaseName = "usher.db"
	endName      = "end.json"
)

// mostSmall bounds the entries that are read into memory, in bytes.
const mostSmall = 64 << 10

func header(name string, size int64, m Manifest) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: m.Taken}
}

// sealed fills in the digest, given that of the bytes before.
func (e End) sealed(before hash.Hash) (End, error) {
	e.SHA256 = ""
	text, err := e.text()
	if err != nil {
		return e, err
	}
	before.Write(text)
	e.SHA256 = hex.EncodeToString(before.Sum(nil))
	return e, nil
}

func (e End) text() ([]byte, error) {
	text, err := json.MarshalIndent(e, "", "  ")
	return append(text, '\n'), err
}

// tail is the bytes of an archive from its last entry on.
func tail(e End, m Manifest) ([]byte, error) {
	text, err := e.text()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(header(endName, int64(len(text)), m)); err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = w.Close() // adds the trailer
	return b.Bytes(), err
}
