package kept

import (
	"context"
	"errors"
	"sync"
	"time"

	"usher/internal/fault"
	"usher/internal/resume"
)

// page is how many files are looked at and dropped at once.
const page = 100

// Service keeps, opens and drops files. It is safe for concurrent use, and the only
// one that keeps files in its folder: the caps hold within one process.
type Service struct {
	Store    Store
	Shelf    *resume.Shelf               // the kept files' own
	Into     *resume.Shelf               // that of the leads' resumes
	Free     func() (uint64, error)      // free bytes of the disk that Shelf is on
	Digest   func(network string) string // keyed, so that no address can be guessed from it
	Now      func() time.Time            // of the same clock as the files' own times
	NewToken func() string               // makes an id: see File.ID

	mu sync.Mutex // held from looking for room until the row is there
}

// Keep keeps an upload, which is a draft of Shelf, for a form. The oldest files make
// room: of the network when it has PerNetwork, of all when they have their Share.
// After an error nothing is kept and the draft is gone; the caller goes on without.
//
// Errors: fault.Unavailable, with the code no_room when the file alone is over the
// share.
func (s *Service) Keep(ctx context.Context, form, network string, upload *resume.Upload) (File, error) {
	defer upload.Discard() // does nothing once it is kept
	// The slow part comes first, so that many can do it at once. The disk holds the
	// bytes already: they are in the draft.
	if err := upload.Keep(ctx); err != nil {
		return File{}, err
	}
	f := File{ID: s.NewToken(), Form: form, Network: s.Digest(network), Ref: upload.Ref(), At: s.Now()}
	if err := s.enter(ctx, f); err != nil {
		// Nobody has learned the id. If the row is there all the same, because its
		// commit could not be seen through, it opens nothing without its file.
		return File{}, errors.Join(err, s.Shelf.Remove(context.WithoutCancel(ctx), f.Ref.Key))
	}
	return f, nil
}

// enter makes room and adds the row of a file that is on the shelf.
func (s *Service) enter(ctx context.Context, f File) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.makeRoom(ctx, f); err != nil {
		return err
	}
	if err := s.Shelf.SyncNames(ctx); err != nil {
		return err
	}
	return s.Store.AddKept(ctx, f)
}

// makeRoom drops what has to go so that f may be kept too. When f can't be kept
// anyway, nothing is dropped for it.
func (s *Service) makeRoom(ctx context.Context, f File) error {
	held, err := s.Store.KeptTotals(ctx)
	if err != nil {
		return err
	}
	free, err := s.Free()
	if err != nil {
		return fault.Unstorable(err)
	}
	need := totalsOf(f).space()
	// The bytes of f are on the disk already and missing from free. Dropping moves
	// bytes from held to free, so the cap stays what it is.
	limit := int64(Share * (float64(free) + float64(held.space()+need)))
	if need > limit {
		return noRoom()
	}
	theirs, err := s.Store.KeptFiles(ctx, Which{Network: f.Network})
	if err != nil {
		return err
	}
	leaving := theirs[:max(0, len(theirs)+1-PerNetwork)]
	for {
		if _, err := s.drop(ctx, leaving); err != nil {
			return err
		}
		held = held.minus(totalsOf(leaving...))
		over := held.space() + need - limit
		if over <= 0 {
			return nil
		}
		oldest, err := s.Store.KeptFiles(ctx, Which{Most: page})
		if err != nil || len(oldest) == 0 { // others may have dropped theirs meanwhile
			return err
		}
		leaving = enough(oldest, over)
	}
}

// Find gives a file that is kept, for the form it came with. Its bytes are looked at
// when it is opened: a form that is refused costs no more than this.
//
// Errors: fault.NotFound when it has lapsed, was dropped or came with another form;
// fault.Unavailable.
func (s *Service) Find(ctx context.Context, id, form string) (File, error) {
	if !wellFormed(id) {
		return File{}, gone(nil)
	}
	f, err := s.Store.KeptFile(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return File{}, gone(nil)
	}
	if err != nil {
		return File{}, err
	}
	if !f.of(form) || f.lapsed(s.Now()) {
		return File{}, gone(nil)
	}
	return f, nil
}

// Open gives a copy of a file as a fresh draft of Into, to go on with as if it had
// been sent now; the caller keeps or discards it. The file stays until it is dropped
// or lapses, so that a form that fails again still has it. Errors: as for Find, and
// fault.NotFound when its bytes are missing or damaged.
func (s *Service) Open(ctx context.Context, id, form string) (*resume.Upload, error) {
	f, err := s.Find(ctx, id, form)
	if err != nil {
		return nil, err
	}
	file, err := s.Shelf.Open(ctx, f.Ref)
	if err != nil {
		return nil, unopened(err)
	}
	defer func() { _ = file.Close() }()
	upload, err := s.Into.Receive(ctx, f.Ref.Filename, file)
	if err != nil {
		return nil, uncopied(ctx, err)
	}
	if upload.Ref().SHA256 != f.Ref.SHA256 { // damaged since it was opened
		upload.Discard()
		return nil, gone(resume.ErrDamaged)
	}
	return upload, nil
}

// Drop lets go of a file, because its form was sent or the prospect takes it away.
// With nothing there, or of another form, it does nothing. Errors: fault.Unavailable.
func (s *Service) Drop(ctx context.Context, id, form string) error {
	f, err := s.Find(ctx, id, form)
	if fault.KindOf(err) == fault.NotFound { // what has lapsed is Sweep's
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.drop(ctx, []File{f})
	return err
}

// Forget lets go of every file with this content, because its lead is erased. A form
// that has one in hand asks for it again. Errors: fault.Unavailable.
func (s *Service) Forget(ctx context.Context, sha256 string) error {
	files, err := s.Store.KeptFiles(ctx, Which{SHA256: sha256})
	if err == nil {
		_, err = s.drop(ctx, files)
	}
	return err
}

// Sweep removes the files that have lapsed, and those in the folder that no row
// refers to and that are older than Life: a crash or a failed removal has left them.
// It returns how many files it removed. One that can't be removed doesn't keep the
// others: those errors come back joined. Only the holder of the data lock may sweep.
func (s *Service) Sweep(ctx context.Context) (removed int, err error) {
	now := s.Now()
	var failed []error
	for {
		lapsed, err := s.Store.KeptFiles(ctx, Which{Until: now.Add(-Life), Most: page})
		if err != nil {
			return removed, errors.Join(append(failed, err)...)
		}
		if len(lapsed) == 0 {
			break
		}
		n, err := s.drop(ctx, lapsed)
		removed += n
		if err != nil {
			failed = append(failed, err)
		}
		if n == 0 && err != nil { // nothing moves any more
			return removed, errors.Join(failed...)
		}
	}
	n, err := s.Shelf.Sweep(ctx, now, Life, s.Store.KeptKnown)
	return removed + n, errors.Join(append(failed, err)...)
}

// drop takes away rows and then their files, and tells how many files went. A file
// that stays behind has no row, and is swept later.
func (s *Service) drop(ctx context.Context, files []File) (removed int, err error) {
	if len(files) == 0 {
		return 0, nil
	}
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	if err := s.Store.DropKept(ctx, ids); err != nil {
		return 0, err
	}
	var failed []error
	for _, f := range files { // a request that ends now doesn't leave them behind
		if err := s.Shelf.Remove(context.WithoutCancel(ctx), f.Ref.Key); err != nil {
			failed = append(failed, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(failed...)
}

// unopened is what a caller gets when the bytes of a file can't be had.
func unopened(err error) error {
	if errors.Is(err, resume.ErrMissing) || errors.Is(err, resume.ErrDamaged) {
		return gone(err)
	}
	return err
}

// uncopied is what a caller gets when they were there and could not be copied. That
// the disk didn't give them a second time is trouble that may pass.
func uncopied(ctx context.Context, err error) error {
	if _, known := errors.AsType[*fault.Error](err); known || ctx.Err() != nil {
		return err
	}
	return fault.Unstorable(err)
}
