package backup

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"usher/internal/resume"
)

// Kind says what an entry is. An archive has them in this order, each once, but
// for the resumes.
type Kind int

// The kinds.
const (
	manifest Kind = iota
	Key
	Resume
	Database
	end
)

// Entry is one file of an archive. Its content is read before the next is asked for.
type Entry struct {
	io.Reader

	Kind Kind
	Key  string // of a resume: a valid storage key
	Size int64  // bytes
}

// Reader reads an archive and believes nothing of it. Nothing that it gave out
// counts before Next has returned io.EOF: only then is the digest compared.
type Reader struct {
	raw      *held
	tar      *tar.Reader
	manifest Manifest
	end      End
	last     Kind
	resumes  int
}

// NewReader reads the manifest. Errors: ErrDamaged, ErrNewer, and those of in.
func NewReader(in io.Reader) (*Reader, error) {
	raw := newHeld(in)
	r := &Reader{raw: raw, tar: tar.NewReader(raw)}
	h, err := r.header()
	if err != nil {
		return nil, err
	}
	if h.Name != manifestName || h.Size > mostSmall {
		return nil, fmt.Errorf("%w: it doesn't begin with a manifest", ErrDamaged)
	}
	text, err := io.ReadAll(r.tar)
	if err != nil {
		return nil, doubt(err)
	}
	if err := json.Unmarshal(text, &r.manifest); err != nil {
		return nil, fmt.Errorf("%w: its manifest can't be read", ErrDamaged)
	}
	m := r.manifest
	switch {
	case m.Format > Format:
		return nil, ErrNewer
	case m.Format < 1 || m.Schema < 1 || m.Leads < 0 || m.Bytes < 0 || m.Taken.IsZero():
		return nil, fmt.Errorf("%w: its manifest makes no sense", ErrDamaged)
	}
	return r, nil
}

// Manifest is what the archive says of itself.
func (r *Reader) Manifest() Manifest { return r.manifest }

// End is what it says at its end, once Next has returned io.EOF.
func (r *Reader) End() End { return r.end }

// Next gives the next entry, and io.EOF after the last of a whole archive. Other
// errors: ErrDamaged, and those of the input.
func (r *Reader) Next() (Entry, error) {
	h, err := r.header()
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Reader: content{r.tar}, Size: h.Size}
	if e.Kind, e.Key, err = kindOf(h.Name); err != nil {
		return Entry{}, err
	}
	if err := r.inOrder(e.Kind); err != nil {
		return Entry{}, err
	}
	switch {
	case e.Kind == end:
		if err := r.finish(h.Size); err != nil {
			return Entry{}, err
		}
		return Entry{}, io.EOF
	case e.Kind == Key && e.Size > mostSmall:
		return Entry{}, fmt.Errorf("%w: its key has %d bytes", ErrDamaged, e.Size)
	case e.Kind == Resume:
		r.resumes++
	}
	return e, nil
}

// header reads the next header, and takes plain files only: no link, no device, no
// file with holes, whose size is free to claim.
func (r *Reader) header() (*tar.Header, error) {
	h, err := r.tar.Next()
	if err != nil {
		return nil, doubt(err)
	}
	if h.Typeflag != tar.TypeReg || h.Size < 0 {
		return nil, fmt.Errorf("%w: %.80q is not a plain file", ErrDamaged, h.Name)
	}
	for name := range h.PAXRecords {
		if name != "size" { // of what is larger than 8 GiB
			return nil, fmt.Errorf("%w: %.80q has the attribute %.80q", ErrDamaged, h.Name, name)
		}
	}
	return h, nil
}

func kindOf(name string) (Kind, string, error) {
	switch name {
	case manifestName:
		return manifest, "", nil
	case keyName:
		return Key, "", nil
	case databaseName:
		return Database, "", nil
	case endName:
		return end, "", nil
	}
	key, found := strings.CutPrefix(name, resumePrefix)
	if !found || !resume.ValidKey(key) {
		return 0, "", fmt.Errorf("%w: %.80q doesn't belong there", ErrDamaged, name)
	}
	return Resume, key, nil
}

func (r *Reader) inOrder(next Kind) error {
	last := r.last
	r.last = next
	switch {
	case next <= last && (next != Resume || last != Resume),
		last == manifest && (next == Key) != r.manifest.Key,
		next == end && last != Database:
		return fmt.Errorf("%w: its entries are not in order", ErrDamaged)
	}
	return nil
}

// finish reads what is left and compares it with what must be there.
func (r *Reader) finish(size int64) error {
	rest, err := io.ReadAll(io.LimitReader(r.raw.in, mostSmall+1))
	if err != nil {
		return doubt(err)
	}
	if size > int64(len(rest)) {
		return fmt.Errorf("%w: it is cut off", ErrDamaged)
	}
	if err := json.Unmarshal(rest[:size], &r.end); err != nil {
		return fmt.Errorf("%w: its end can't be read", ErrDamaged)
	}
	sealed, err := r.end.sealed(r.raw.hash)
	if err != nil {
		return err
	}
	want, err := tail(sealed, r.manifest)
	if err != nil {
		return err
	}
	if r.end.Resumes != r.resumes || !bytes.Equal(want, append(r.raw.last, rest...)) {
		return fmt.Errorf("%w: its bytes don't fit its digest", ErrDamaged)
	}
	return nil
}

// content turns the errors of tar into ours.
type content struct{ io.Reader }

func (c content) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = doubt(err)
	}
	return n, err
}

// doubt tells what is wrong with the archive from what is wrong with reading it.
func doubt(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is cut off", ErrDamaged)
	case errors.Is(err, tar.ErrHeader), errors.Is(err, tar.ErrFieldTooLong):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}
