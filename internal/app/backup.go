package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"usher/internal/backup"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/store"
	"usher/internal/system"
)

// Backup is what a backup holds.
type Backup struct {
	Manifest backup.Manifest
	End      backup.End
	Findings []string // resumes that are missing or damaged in the live data
}

// backing is a backup that is being written.
type backing struct {
	*App
	draft    *backup.Draft
	snapshot *store.Store
	writer   *backup.Writer
	result   Backup
	findings []finding
	done     int64
	progress func(done, of int64)
}

// Backup writes everything that a firm must not lose to a new file, while a server
// works: a copy of the database first, then the resumes of the leads in it. A
// resume is on disk before its row, so whatever was acknowledged before is inside.
// Damaged resumes are in it as they are, and among the findings. progress is told
// the bytes that are written.
func (a *App) Backup(ctx context.Context, file string, progress func(done, of int64)) (_ Backup, err error) {
	if err := a.outside(file); err != nil {
		return Backup{}, err
	}
	b := &backing{App: a, progress: progress}
	if b.draft, err = backup.Create(file); err != nil {
		return Backup{}, err
	}
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = errors.New("interrupted; nothing is kept of the backup")
		}
		err = errors.Join(err, b.draft.Discard())
	}()
	err = crowded(b.run(ctx), filepath.Dir(file))
	if err == nil {
		b.record(ctx)
	}
	return b.result, err
}

// record leaves a trace of the backup for the system page. The backup is whole without
// it.
func (b *backing) record(ctx context.Context) {
	err := b.store.RecordBackup(ctx, system.Backup{
		TakenAt: b.result.Manifest.Taken, Leads: b.result.End.Leads, Bytes: b.done, Damaged: b.result.End.Damaged,
	})
	if err != nil {
		b.env.Log.Warn("the backup is whole, but the system page won't know of it", "error", cause(err))
	}
}

// outside refuses a backup that would be lost with what it backs up, or take the
// name of one of its files.
func (a *App) outside(file string) error {
	path, err := filepath.Abs(filepath.Dir(file))
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return fmt.Errorf("open the folder for the backup: %w", err)
	}
	data, err := os.Stat(a.dir.path)
	if err != nil {
		return err
	}
	for ; ; path = filepath.Dir(path) {
		folder, err := os.Stat(path)
		if err == nil && os.SameFile(folder, data) {
			return fmt.Errorf("%s is in the data directory, and would be lost with it; choose another folder", file)
		}
		if path == filepath.Dir(path) {
			return nil
		}
	}
}

func (b *backing) run(ctx context.Context) (err error) {
	b.result.Manifest.Taken = b.env.Now()
	if err := b.fits(ctx); err != nil {
		return err
	}
	if err := b.store.CopyTo(ctx, b.draft.Snapshot()); err != nil {
		return fmt.Errorf("copy the database: %w", cause(err))
	}
	b.snapshot, err = store.Open(ctx, store.Options{Path: b.draft.Snapshot(), Latch: &fault.Latch{}, NewID: newID, Now: b.env.Now})
	if err != nil {
		return fmt.Errorf("open the copy of the database: %w", cause(err))
	}
	if err := errors.Join(b.fill(ctx), b.snapshot.Close()); err != nil {
		return cause(err)
	}
	if err := b.addDatabase(ctx); err != nil {
		return err
	}
	if err := b.writer.Close(b.result.End); err != nil {
		return err
	}
	return b.draft.Keep()
}

// fits makes sure that this program knows the tables that it is going to read.
func (b *backing) fits(ctx context.Context) error {
	newest, err := store.NewestSchema()
	if err != nil {
		return err
	}
	if b.result.Manifest.Schema, err = b.store.SchemaVersion(ctx); err != nil {
		return cause(err)
	}
	if b.result.Manifest.Schema != newest {
		return fmt.Errorf("the database has schema %d, and this program is for %d; make the backup with the version that serves it",
			b.result.Manifest.Schema, newest)
	}
	return nil
}

// fill writes all but the database, and takes the erased from its copy.
func (b *backing) fill(ctx context.Context) error {
	if err := b.begin(ctx); err != nil {
		return err
	}
	err := b.snapshot.EachLead(ctx, func(h store.Held) error { return b.addResume(ctx, h.Lead) })
	if err != nil {
		return err
	}
	if err := b.snapshot.DropAllKept(ctx); err != nil { // nobody has sent them, and their bytes stay here
		return err
	}
	b.result.End.Erased = b.env.Now()
	if err := b.eraseAgain(ctx); err != nil {
		return err
	}
	b.result.End.Leads, err = b.snapshot.CountLeads(ctx)
	for _, f := range b.findings {
		b.result.Findings = append(b.result.Findings, f.line)
	}
	b.result.End.Damaged = len(b.findings)
	return err
}

// begin writes the manifest and the key.
func (b *backing) begin(ctx context.Context) (err error) {
	var key []byte
	if b.cfg.SecretKey == nil {
		key, err = os.ReadFile(b.dir.file(keyFile))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read the secret key: %w", err)
		}
	}
	m := &b.result.Manifest
	m.Program, m.Key = b.version, key != nil
	if m.Leads, err = b.snapshot.CountLeads(ctx); err != nil {
		return err
	}
	if m.Bytes, err = b.snapshot.ResumeBytes(ctx); err != nil {
		return err
	}
	database, err := os.Stat(b.draft.Snapshot())
	if err != nil {
		return err
	}
	m.Bytes += database.Size()
	if b.writer, err = backup.NewWriter(b.draft.Archive, *m); err != nil || key == nil {
		return err
	}
	return b.writer.Key(key)
}

// eraseAgain erases from the copy whoever was erased from the database since.
func (b *backing) eraseAgain(ctx context.Context) error {
	err := b.store.EachErasure(ctx, func(e store.Erasure) error {
		if _, err := b.snapshot.Lead(ctx, e.LeadID); err != nil {
			if fault.KindOf(err) == fault.NotFound { // it was erased before the copy
				return nil
			}
			return err
		}
		erased := lead.Event{ID: newID(), LeadID: e.LeadID, Kind: lead.Erased, At: e.At, Actor: e.Actor}
		_, err := b.snapshot.EraseLead(ctx, e.LeadID, func(lead.Lead) error { return nil }, erased)
		b.findings = slices.DeleteFunc(b.findings, func(f finding) bool { return f.leadID == e.LeadID })
		return err
	})
	return errors.Join(err, b.snapshot.ScrubAgain(ctx))
}

func (b *backing) addDatabase(ctx context.Context) error {
	if _, err := os.Stat(b.draft.Snapshot() + "-wal"); err == nil {
		return errors.New("the copy of the database can't be completed")
	}
	file, err := os.Open(b.draft.Snapshot())
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return b.writer.Database(info.Size(), &watched{ctx: ctx, in: file, read: b.tell})
}

func (b *backing) tell(bytes int64) {
	b.done += bytes
	b.progress(b.done, max(b.done, b.result.Manifest.Bytes))
}
