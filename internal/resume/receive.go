package resume

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Upload is a resume that was received and found acceptable, and that nobody
// has decided to keep yet. It is not safe for concurrent use.
type Upload struct {
	ref   Ref
	draft Draft
}

// Receive copies body into a draft, once, and looks at what arrived. filename
// is the name that the sender gave, with or without a path; body is read until
// its end, and never further than one byte past the limit, so that the caller
// can decide how much of the rest to drain.
//
// Rejections are faults about Field: too_large, empty, unsupported_type,
// name_mismatch, macros and unsafe_archive. Trouble with the storage is
// fault.Unstorable. Any other error is the body's own, wrapped for errors.Is and
// errors.As. After an error nothing is left in the storage.
func (s *Shelf) Receive(ctx context.Context, filename string, body io.Reader) (_ *Upload, err error) {
	draft, err := s.storage.Create(ctx)
	if err != nil {
		return nil, unstorable(err)
	}
	upload := &Upload{draft: draft}
	defer func() {
		if err != nil {
			upload.Discard()
		}
	}()

	buf, giveBack := s.buffer()
	defer giveBack()
	hash := sha256.New()
	size, err := s.copy(ctx, draft, hash, body, buf)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, empty()
	}
	found, err := decide(draft, size, buf)
	if err != nil {
		return nil, err
	}
	name, err := cleanFilename(filename, found.kind)
	if err != nil {
		return nil, err
	}
	upload.ref = Ref{
		Key: s.newKey(), Filename: name, ContentType: found.kind.contentType,
		Size: size, SHA256: hex.EncodeToString(hash.Sum(nil)), Protected: found.protected,
	}
	return upload, nil
}

// Ref is what a lead has to know of this resume. It points at nothing until
// Keep has returned nil.
func (u *Upload) Ref() Ref { return u.ref }

// Content reads the bytes, from their start each time, until Keep or Discard.
func (u *Upload) Content() io.Reader { return io.NewSectionReader(u.draft, 0, u.ref.Size) }

// Keep makes the resume's bytes durable and puts them under its key. Whoever
// refers to the key lets [Shelf.SyncNames] succeed first. After an error nothing is
// kept. Errors: fault.Unavailable.
func (u *Upload) Keep(ctx context.Context) error {
	return unstorable(u.draft.Keep(ctx, u.ref.Key))
}

// Discard takes the draft away. It may always be deferred: after Keep, a second
// time and on a nil Upload it does nothing. A draft that can't be removed is
// left for Sweep.
func (u *Upload) Discard() {
	if u != nil {
		_ = u.draft.Discard()
	}
}

// copy fills buf again and again until body ends. Full buffers make few large
// writes out of the many small reads that a multipart body gives.
func (s *Shelf) copy(ctx context.Context, draft io.Writer, hash hash.Hash, body io.Reader, buf []byte) (size int64, err error) {
	for ended := false; !ended; {
		room := buf[:min(int64(len(buf)), s.maxBytes+1-size)]
		var n int
		n, ended, err = fill(ctx, body, room)
		if err != nil {
			return size, fmt.Errorf("read the body: %w", err)
		}
		if size += int64(n); size > s.maxBytes {
			return size, tooLarge(s.maxBytes)
		}
		if n == 0 {
			break
		}
		hash.Write(room[:n])
		if _, err := draft.Write(room[:n]); err != nil {
			return size, unstorable(err)
		}
	}
	return size, nil
}

// fill reads until buf is full or the body ends. It is io.ReadFull but for one
// thing that matters here: io.ReadFull answers io.ErrUnexpectedEOF for a short
// body as well as for a connection that broke, and a broken one must never pass
// for the end of a resume.
func fill(ctx context.Context, body io.Reader, buf []byte) (n int, ended bool, err error) {
	for idle := 0; n < len(buf); {
		if err := ctx.Err(); err != nil {
			return n, false, err
		}
		read, err := body.Read(buf[n:])
		n += read
		if err == io.EOF { // itself: one that is wrapped tells of something else
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
		if idle++; read > 0 {
			idle = 0
		}
		if idle == 100 {
			return n, false, io.ErrNoProgress
		}
	}
	return n, false, nil
}

// SyncNames makes the keys durable of all resumes that were kept before it was
// called. It is for whoever commits a group of leads: one sync for all of them.
// Errors: fault.Unavailable; then the resumes of this group are to be removed.
func (s *Shelf) SyncNames(ctx context.Context) error { return unstorable(s.storage.SyncNames(ctx)) }
