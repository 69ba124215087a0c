package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sync/errgroup"

	"usher/internal/backup"
	"usher/internal/config"
	"usher/internal/fault"
	"usher/internal/resume/disk"
	"usher/internal/store"
)

// Restored is what a restore has brought back.
type Restored struct {
	Manifest backup.Manifest
	End      backup.End
	Report   Report
}

// Progress is told how far a restore has come: first with the archive, in bytes,
// then with the verification, in leads.
type Progress struct {
	Read     func(bytes int64)
	Verified func(done, of int)
}

// Restore puts an archive into the data directory of a configuration, which must be
// empty, and verifies it. When it returns an error nothing counts as restored and
// the place can be restored into again. Damage in the report means that all else
// is restored: the live data were damaged when the backup was made.
func Restore(ctx context.Context, cfg config.Config, version string, env Env, archive io.Reader, progress Progress) (_ Restored, err error) {
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = errors.New("interrupted; nothing is restored")
		}
	}()
	reader, err := backup.NewReader(&watched{ctx: ctx, in: archive, read: progress.Read})
	if err != nil {
		return Restored{}, err
	}
	newest, err := store.NewestSchema()
	if err != nil {
		return Restored{}, err
	}
	if reader.Manifest().Schema > newest {
		return Restored{}, backup.ErrNewer
	}
	dir, err := claim(cfg.DataDir)
	if err != nil {
		return Restored{}, err
	}
	defer func() { err = errors.Join(err, dir.Unlock()) }()
	r := &restoring{dir: dir, reader: reader}
	report, err := r.run(ctx, cfg, version, env, progress.Verified)
	if err == nil {
		err = dir.unmark()
	}
	if err != nil {
		err = crowded(err, dir.path)
		return Restored{}, errors.Join(err, dir.giveUp())
	}
	return Restored{reader.Manifest(), reader.End(), report}, nil
}

// restoring is a restore under way.
type restoring struct {
	dir    *DataDir
	reader *backup.Reader
	folder *disk.Folder
}

func (r *restoring) run(ctx context.Context, cfg config.Config, version string, env Env, verified func(done, of int)) (Report, error) {
	if err := r.room(r.reader.Manifest().Bytes); err != nil {
		return Report{}, err
	}
	var err error
	if r.folder, err = disk.OpenFolder(r.dir.file(resumeFolder)); err != nil {
		return Report{}, err
	}
	err = errors.Join(r.unpack(), r.folder.Close())
	if err != nil {
		return Report{}, err
	}
	// The digest is right: the database gets its name.
	if err := os.Rename(r.dir.file(databaseDraft), r.dir.file(databaseFile)); err != nil {
		return Report{}, err
	}
	if err := syncFolder(r.dir.path); err != nil {
		return Report{}, err
	}
	return r.check(ctx, cfg, version, env, verified)
}

// databaseDraft is the database until the whole archive is found to be good.
const databaseDraft = databaseFile + ".tmp"

// unpack writes what is in the archive, to its end. Syncs run beside each other,
// because a disk does many at the price of one.
func (r *restoring) unpack() error {
	var syncs errgroup.Group
	syncs.SetLimit(16)
	err := r.entries(&syncs)
	if err := errors.Join(err, syncs.Wait()); err != nil {
		return err
	}
	return r.folder.Sync()
}

func (r *restoring) entries(syncs *errgroup.Group) error {
	for {
		e, err := r.reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.room(e.Size); err != nil {
			return err
		}
		file, err := r.create(e)
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%w: an entry comes twice", backup.ErrDamaged)
		}
		if err != nil {
			return err
		}
		_, err = io.Copy(file, e)
		syncs.Go(func() error { return errors.Join(file.Sync(), file.Close()) })
		if err != nil {
			return err
		}
	}
}

func (r *restoring) create(e backup.Entry) (disk.File, error) {
	const flags, mode = os.O_WRONLY | os.O_CREATE | os.O_EXCL, 0o600
	switch e.Kind {
	case backup.Resume:
		return r.folder.OpenFile(e.Key, flags, mode)
	case backup.Key:
		return os.OpenFile(r.dir.file(keyFile), flags, mode)
	default:
		return os.OpenFile(r.dir.file(databaseDraft), flags, mode)
	}
}

// room refuses what can't fit, before it fills the disk.
func (r *restoring) room(bytes int64) error {
	free, err := r.dir.Free()
	if err != nil {
		return err
	}
	if uint64(bytes) > free { //nolint:gosec // no size is negative: the reader has looked
		return fmt.Errorf("the backup needs %d MB in %s, and %d MB are free", bytes>>20, r.dir.path, free>>20)
	}
	return nil
}

// check opens what was unpacked, brings its schema up to date, finishes what was
// being erased when the backup was made, and verifies all of it.
func (r *restoring) check(ctx context.Context, cfg config.Config, version string, env Env, verified func(done, of int)) (_ Report, err error) {
	a := &App{cfg: cfg, env: env.withDefaults(), version: version, latch: &fault.Latch{}, dir: &DataDir{path: r.dir.path}}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.openData(ctx, true); err != nil {
		return Report{}, err
	}
	if err := errors.Join(r.removeCopies(), a.finishErasures(ctx)); err != nil {
		return Report{}, err
	}
	report, err := a.Verify(ctx, verified)
	// Nobody else is here, so that what has no lead belongs to nobody.
	report.Damage, report.Leftover = append(report.Damage, report.Leftover...), nil
	return report, err
}

// removeCopies removes what a migration has put aside: the archive is still there.
func (r *restoring) removeCopies() error {
	names, err := fs.Glob(os.DirFS(r.dir.path), migrationCopies)
	for _, name := range names {
		err = errors.Join(err, os.Remove(r.dir.file(name)))
	}
	return err
}

func (a *App) finishErasures(ctx context.Context) error {
	unfinished, err := a.store.UnfinishedErasures(ctx)
	if err != nil {
		return err
	}
	for id, key := range unfinished {
		if err := a.shelf.Remove(ctx, key); err != nil {
			return err
		}
		if err := a.store.FinishErasure(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// giveUp leaves a place that can be restored into again.
func (d *DataDir) giveUp() error {
	if err := d.empty(); err != nil {
		return err
	}
	return d.unmark()
}
