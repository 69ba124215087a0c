package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"time"

	"usher/internal/system"
)

// RecordBackup keeps that a backup was made, in the place of the one before.
func (s *Store) RecordBackup(ctx context.Context, b system.Backup) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO last_backup (id, taken_at, leads, bytes, damaged) VALUES (1, $1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET taken_at = excluded.taken_at, leads = excluded.leads, bytes = excluded.bytes, damaged = excluded.damaged`,
			b.TakenAt.UnixMicro(), b.Leads, b.Bytes, b.Damaged)
		return err
	})
}

// LastBackup gives the newest backup that was recorded; nil when none ever was.
func (s *Store) LastBackup(ctx context.Context) (*system.Backup, error) {
	var b system.Backup
	var taken int64
	err := s.read.QueryRowContext(ctx, `SELECT taken_at, leads, bytes, damaged FROM last_backup WHERE id = 1`).
		Scan(&taken, &b.Leads, &b.Bytes, &b.Damaged)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	b.TakenAt = at(taken)
	return &b, s.translate(err)
}

// newestStored looks at the event of the last commit, and at the newest lead: a clock
// that was set back is behind one of them.
const newestStored = `SELECT MAX(at) FROM (
	SELECT at FROM (SELECT at FROM events WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1) last
	UNION ALL SELECT created_at FROM (SELECT created_at FROM leads ORDER BY created_at DESC, id DESC LIMIT 1) newest
) stored`

// NewestStored gives the time of the newest thing that was stored; zero when there is
// none.
func (s *Store) NewestStored(ctx context.Context) (time.Time, error) {
	var newest sql.NullInt64
	err := s.read.QueryRowContext(ctx, newestStored).Scan(&newest)
	return maybeAt(newest), s.translate(err)
}

// Extent tells how large the database is, and which schema it has.
func (s *Store) Extent(ctx context.Context) (system.Extent, error) {
	e := system.Extent{Engine: s.dialect.name}
	var err error
	if e.Schema, err = s.SchemaVersion(ctx); err != nil {
		return e, err
	}
	if s.dialect == postgres {
		err = s.read.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&e.Bytes)
		return e, s.translate(err)
	}
	if e.Bytes, err = sizeOf(s.opts.Path); err != nil {
		return e, err
	}
	e.Log, err = sizeOf(s.opts.Path + "-wal")
	return e, err
}

// sizeOf is the size of a file, which need not be there.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
