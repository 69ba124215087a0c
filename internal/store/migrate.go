package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrSchema says that this program must not touch this database: it was made by
// a newer Usher, or its migrations were edited.
var ErrSchema = errors.New("the database doesn't fit this program")

// Migration is one step of the schema's history.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrations lists the steps this program knows, and whether each was applied.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	steps, err := p.Status(ctx)
	if err != nil {
		return nil, s.translate(err)
	}
	all := make([]Migration, len(steps))
	for i, step := range steps {
		all[i] = Migration{Version: step.Source.Version, Name: step.Source.Path, Applied: step.State == goose.StateApplied}
	}
	return all, nil
}

// Migrate brings the schema up to date, one transaction a step, and copies a
// database that holds something to backup first. It refuses (ErrSchema) what a
// newer program made and what was edited after it was applied. The caller holds
// the data directory's lock. It returns how many steps it applied.
func (s *Store) Migrate(ctx context.Context, backup func(version int64) string) (int, error) {
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, s.translate(err)
	}
	if err := s.CheckSchema(ctx, version); err != nil {
		return 0, err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return 0, s.translate(err)
	}
	if !pending { // a start that was cut off may have left these out
		return 0, errors.Join(s.recordDigests(ctx), s.reindex(ctx))
	}
	if version > 0 && s.dialect == sqlite {
		if err := s.CopyTo(ctx, backup(version)); err != nil {
			return 0, fmt.Errorf("back up the database before the migration: %w", err)
		}
	}
	results, err := p.Up(ctx)
	if err != nil {
		return 0, s.translate(err)
	}
	return len(results), errors.Join(s.recordDigests(ctx), s.reindex(ctx))
}

func (s *Store) provider() (*goose.Provider, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.dialect.goose, s.write, own{sub, s.dialect.name}, goose.WithDisableGlobalRegistry(true))
}

// CopyTo writes a consistent copy of the database to a new file, while others read
// and write. A file that is there already is replaced.
func (s *Store) CopyTo(ctx context.Context, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a migration that was cut off
		return err
	}
	_, err := s.write.ExecContext(ctx, `VACUUM INTO $1`, path)
	return s.translate(err)
}

func (s *Store) digests() (map[int64]string, error) {
	entries, err := own{migrations, s.dialect.name}.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	all := map[int64]string{}
	for _, entry := range entries {
		version, err := goose.NumericComponent(entry.Name())
		if err != nil {
			return nil, err
		}
		text, err := migrations.ReadFile("migrations/" + entry.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all[version] = hex.EncodeToString(sum[:])
	}
	return all, nil
}

// CheckSchema refuses a database of a newer program and one whose applied
// migrations differ from this program's.
func (s *Store) CheckSchema(ctx context.Context, version int64) error {
	known, err := s.digests()
	if err != nil {
		return err
	}
	if version > 0 && known[version] == "" {
		return fmt.Errorf("%w: it has schema %d, made by a newer Usher; start that version instead", ErrSchema, version)
	}
	if n, err := s.count(ctx, s.dialect.table, "schema_digests"); err != nil || n == 0 {
		return s.translate(err)
	}
	rows, err := s.write.QueryContext(ctx, `SELECT version, sha256 FROM schema_digests`)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var v int64
		var digest string
		err := r.Scan(&v, &digest)
		if err == nil && known[v] != digest {
			err = fmt.Errorf("%w: migration %d was edited after it was applied", ErrSchema, v)
		}
		return struct{}{}, err
	})
	return s.translate(err)
}

func (s *Store) recordDigests(ctx context.Context) error {
	known, err := s.digests()
	if err != nil {
		return err
	}
	if n, err := s.count(ctx, `SELECT COUNT(*) FROM schema_digests`); err == nil && n == len(known) {
		return nil
	}
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_digests (version BIGINT PRIMARY KEY, sha256 TEXT NOT NULL)`); err != nil {
			return err
		}
		for version, digest := range known {
			_, err := t.ExecContext(ctx, `INSERT INTO schema_digests (version, sha256) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING`, version, digest)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) count(ctx context.Context, query string, args ...any) (n int, err error) {
	err = s.write.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}
