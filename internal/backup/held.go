package backup

import (
	"crypto/sha256"
	"hash"
	"io"
)

// block is what tar reads in.
const block = 512

// held passes on what it reads and takes the digest of it, always a block behind:
// when a header has been read, the digest is that of all before the header.
type held struct {
	in   io.Reader
	hash hash.Hash
	last []byte // at most a block
}

func newHeld(in io.Reader) *held { return &held{in: in, hash: sha256.New()} }

func (h *held) Read(b []byte) (int, error) {
	n, err := h.in.Read(b)
	fresh := b[:n]
	if over := len(h.last) + n - block; over > 0 {
		old := min(over, len(h.last))
		h.hash.Write(h.last[:old])
		h.hash.Write(fresh[:over-old])
		h.last = append(h.last[:0], h.last[old:]...)
		fresh = fresh[over-old:]
	}
	h.last = append(h.last, fresh...)
	return n, err
}
