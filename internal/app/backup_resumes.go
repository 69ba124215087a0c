package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"usher/internal/lead"
)

// finding is a resume that isn't what its lead says.
type finding struct{ leadID, line string }

func (b *backing) addResume(ctx context.Context, l lead.Lead) error {
	problem, err := b.copyResume(ctx, l)
	if err != nil {
		return err
	}
	if problem != "" { // or the lead was erased: see eraseAgain
		b.findings = append(b.findings, finding{l.ID, fmt.Sprintf("lead %s (%s): the resume %s", l.ID, l.Reference, problem)})
	}
	b.tell(l.Resume.Size)
	return nil
}

// copyResume adds a resume as it is and says what is wrong with it. What is damaged
// may still be of use to people, and a backup must not stop at it.
func (b *backing) copyResume(ctx context.Context, l lead.Lead) (problem string, err error) {
	file, err := b.disk.Open(ctx, l.Resume.Key)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, fs.ErrNotExist):
		return "is missing", nil
	case err != nil:
		return "can't be opened: " + err.Error(), nil
	}
	defer func() { _ = file.Close() }()
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return "can't be read: " + err.Error(), nil
	}
	size = min(size, l.Resume.Size+1) // one byte too many is as wrong as a thousand
	digest := sha256.New()
	source := &stubborn{in: file}
	if err := b.writer.Resume(l.Resume.Key, size, io.TeeReader(source, digest)); err != nil {
		return "", err
	}
	if source.err != nil && !errors.Is(source.err, io.EOF) {
		return "can't be read: " + source.err.Error(), nil
	}
	if size != l.Resume.Size || hex.EncodeToString(digest.Sum(nil)) != l.Resume.SHA256 {
		return "is damaged", nil
	}
	return "", nil
}

// stubborn reads zeros when it can't read any further, so that an entry whose size
// is promised can be completed.
type stubborn struct {
	in  io.Reader
	err error
}

func (s *stubborn) Read(p []byte) (int, error) {
	if s.err == nil {
		var n int
		if n, s.err = s.in.Read(p); n > 0 || s.err == nil {
			return n, nil
		}
	}
	clear(p)
	return len(p), nil
}

// watched is a reader that ends with ctx and tells how much was read.
type watched struct {
	ctx  context.Context
	in   io.Reader
	read func(bytes int64)
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.in.Read(p)
	w.read(int64(n))
	return n, err
}
