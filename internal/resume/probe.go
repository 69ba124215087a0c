package resume

import (
	"errors"
	"io"
)

// Why a parser couldn't go on; both are the fault of the file.
var (
	errAllowance = errors.New("more bytes to read than allowed")
	errOutside   = errors.New("points outside the file")
)

// probe reads a draft for the parsers of strangers' bytes. It gives out no more
// than an allowance, so that no lie in a file makes a parser read for ever, and
// it remembers the first error of the storage, so that a failing disk is never
// taken for a bad file.
type probe struct {
	draft   io.ReaderAt
	size    int64 // bytes
	left    int64 // allowance, in bytes
	trouble error // first error of the storage
}

// allow sets how many bytes may be read from now on.
func (p *probe) allow(n int64) { p.left = n }

// ReadAt implements io.ReaderAt within the file and the allowance.
func (p *probe) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off > p.size {
		return 0, errOutside
	}
	over := off+int64(len(b)) > p.size
	if over {
		b = b[:p.size-off]
	}
	if int64(len(b)) > p.left {
		return 0, errAllowance
	}
	n, err := p.draft.ReadAt(b, off)
	p.left -= int64(n)
	switch {
	case err == io.EOF && n == len(b):
		err = nil
	case err != nil && p.trouble == nil:
		p.trouble = err // an end before the size we wrote is trouble too
	}
	if err == nil && over {
		err = io.EOF
	}
	return n, err
}

// prefix reads the first bytes into buf and returns as many as there are.
func (p *probe) prefix(buf []byte) ([]byte, error) {
	n, err := p.ReadAt(buf, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buf[:n], err
}

// scan gives the bytes from from to to, a buffer at a time. The last overlap
// bytes of each piece come again at the start of the next, so that a short word
// is never cut. It ends early when each returns false.
func (p *probe) scan(from, to int64, buf []byte, overlap int, each func(piece []byte) bool) error {
	from, to = max(from, 0), min(to, p.size)
	for kept := 0; from < to; {
		want := min(int64(len(buf)-kept), to-from)
		n, err := p.ReadAt(buf[kept:kept+int(want)], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			return io.ErrUnexpectedEOF
		}
		piece := buf[:kept+n]
		if !each(piece) {
			return nil
		}
		from += int64(n)
		kept = copy(buf, piece[max(0, len(piece)-overlap):])
	}
	return nil
}
