package store

import (
	"context"
	"database/sql"
	"errors"
	"math"

	"usher/internal/kept"
)

var _ kept.Store = (*Store)(nil)

const keptColumns = `id, form, network, at, resume_key, resume_filename, resume_content_type, resume_size, resume_sha256, resume_protected`

func scanKept(row scanner) (kept.File, error) {
	var f kept.File
	var kept int64
	err := row.Scan(&f.ID, &f.Form, &f.Network, &kept, &f.Ref.Key, &f.Ref.Filename, &f.Ref.ContentType, &f.Ref.Size, &f.Ref.SHA256, &f.Ref.Protected)
	if errors.Is(err, sql.ErrNoRows) {
		return f, notFound("file")
	}
	f.At = at(kept)
	return f, err
}

// AddKept implements kept.Store. It comes from strangers, and waits as they do.
func (s *Store) AddKept(ctx context.Context, f kept.File) error {
	return s.updateOf(ctx, mostSubmissions, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO kept_files (`+keptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			f.ID, f.Form, f.Network, f.At.UnixMicro(), f.Ref.Key, f.Ref.Filename, f.Ref.ContentType, f.Ref.Size, f.Ref.SHA256, f.Ref.Protected)
		return err
	})
}

// KeptFile implements kept.Store.
func (s *Store) KeptFile(ctx context.Context, id string) (kept.File, error) {
	f, err := scanKept(s.read.QueryRowContext(ctx, `SELECT `+keptColumns+` FROM kept_files WHERE id = $1`, id))
	return f, s.translate(err)
}

// KeptFiles implements kept.Store.
func (s *Store) KeptFiles(ctx context.Context, which kept.Which) ([]kept.File, error) {
	until, most := int64(math.MaxInt64), which.Most
	if !which.Until.IsZero() {
		until = which.Until.UnixMicro()
	}
	if most == 0 {
		most = math.MaxInt32
	}
	const all = `SELECT ` + keptColumns + ` FROM kept_files WHERE `
	query, args := all+`at <= $1 ORDER BY at, id LIMIT $2`, []any{until, most}
	switch {
	case which.SHA256 != "":
		query, args = all+`resume_sha256 = $1 AND at <= $2 ORDER BY at, id LIMIT $3`, []any{which.SHA256, until, most}
	case which.Network != "":
		query, args = all+`network = $1 AND at <= $2 ORDER BY at, id LIMIT $3`, []any{which.Network, until, most}
	}
	rows, err := s.read.QueryContext(ctx, query, args...)
	files, err := collect(rows, err, func(r *sql.Rows) (kept.File, error) { return scanKept(r) })
	return files, s.translate(err)
}

// DropKept implements kept.Store. A file's name may be that of a person, so it goes
// from the write-ahead log too, at the next [Store.ScrubAgain].
func (s *Store) DropKept(ctx context.Context, ids []string) error {
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		for _, id := range ids {
			if _, err := t.ExecContext(ctx, `DELETE FROM kept_files WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.unscrubbed.Store(true)
	}
	return err
}

// DropAllKept drops every kept file, from a copy of the database that goes where
// the files don't.
func (s *Store) DropAllKept(ctx context.Context) error {
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `DELETE FROM kept_files`)
		return err
	})
	if err == nil {
		s.unscrubbed.Store(true)
	}
	return err
}

// KeptTotals implements kept.Store.
func (s *Store) KeptTotals(ctx context.Context) (kept.Totals, error) {
	var all kept.Totals
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(resume_size), 0) AS BIGINT) FROM kept_files`).Scan(&all.Files, &all.Bytes)
	return all, s.translate(err)
}

// KeptKnown implements kept.Store.
func (s *Store) KeptKnown(ctx context.Context, key string) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM kept_files WHERE resume_key = $1`, key).Scan(&n)
	return n > 0, s.translate(err)
}
