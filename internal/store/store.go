package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"usher/internal/fault"
	"usher/internal/lead"
)

// Store is an open database.
type Store struct {
	dialect   *dialect
	write     *sql.DB // for the writer's connection, and another for migrations
	writer    writer
	readers   *sql.DB
	read      *prepared // over readers
	latch     *fault.Latch
	opts      Options
	group     group
	derived   derived       // of the writes that run
	counting  chan struct{} // places for those who count what a search finds, and for reports
	searching chan struct{} // places for those who list what a search finds
	// unscrubbed says that the log may still hold what was erased.
	unscrubbed atomic.Bool
	// strayWords says that the index of words may still name erased ones.
	strayWords atomic.Bool
}

// Options say how to open a database.
type Options struct {
	Path   string       // file of an SQLite database; its folder must exist
	URL    string       // of a PostgreSQL database, in place of Path: postgres://…
	Latch  *fault.Latch // closed when a sync fails
	Driver string       // name of the database/sql driver; empty means the real one
	// BeforeCommit is called in each commit, and has to succeed before anything of it
	// is kept: what the leads refer to must be on disk first. Nil asks for nothing.
	BeforeCommit func(ctx context.Context) error
	// AfterCommit is called after each commit, and must not wait. Nil asks for nothing.
	AfterCommit func()
	// NewID and Now are for the events that tell of a message.
	NewID func() string
	Now   func() time.Time
	// Enlist gives the messages to add for leads that came in before the firm had
	// anybody to tell; it is asked when the first admin is made.
	Enlist Enlist
}

// Open opens the database, making an SQLite one when it isn't there, and brings
// nothing up to date: see [Store.Migrate].
func Open(ctx context.Context, opts Options) (*Store, error) {
	s := &Store{dialect: sqlite, latch: opts.Latch, opts: opts, counting: make(chan struct{}, mostAtOnce), searching: make(chan struct{}, mostAtOnce)}
	open := s.openSQLite
	if opts.URL != "" {
		s.dialect, open = postgres, s.openPostgres
	}
	if err := open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.read = &prepared{on: s.readers}
	return s, nil
}

// mostAtOnce is how many connections may list, and how many may count, what a search
// finds. Either can take long, for words that many leads have or that few of those
// asked for have; there are readers beside them for all else, signing in first.
const mostAtOnce = 2

// tx is what the helpers of a transaction need of it.
type tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// rollback leaves the connection without a transaction, whatever has happened.
func (s *Store) rollback(ctx context.Context) {
	_, _ = s.writer.conn.ExecContext(ctx, "ROLLBACK") // fails when the engine did it already
}

// translate turns a driver's error into a fault and closes the latch when it
// tells of a failed sync. Faults and plain errors of ours pass unchanged.
func (s *Store) translate(err error) error {
	if err == nil {
		return nil
	}
	if failedSync(err) {
		err = errors.Join(err, fault.ErrSync)
		s.latch.Trip(err)
		return errors.Join(s.latch.Err(), err)
	}
	if unavailable(err) {
		return fault.Unstorable(err)
	}
	return err
}

// Ready tells whether a write would be tried now.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.latch.Err(); err != nil {
		return err
	}
	return s.translate(s.readers.PingContext(ctx))
}

// Close ends the connections; the write-ahead log is folded into the database.
func (s *Store) Close() error {
	errs := []error{s.writer.close()}
	if s.read != nil {
		errs = append(errs, s.read.forgetAll())
	}
	for _, pool := range []*sql.DB{s.readers, s.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

var (
	_ lead.Store  = (*Store)(nil)
	_ lead.Reader = (*Store)(nil)
)

// micros is a time as it is stored; null for the zero time.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// at is a stored time in UTC.
func at(m int64) time.Time { return time.UnixMicro(m).UTC() }

// maybeAt is a stored time that may be null, and is then the zero time.
func maybeAt(m sql.NullInt64) time.Time {
	if !m.Valid {
		return time.Time{}
	}
	return at(m.Int64)
}

// orNull stores an empty text as null, for columns that refer to something.
func orNull(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// collect reads all rows with scan.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// affectedOne turns an update that met no row into the given error.
func affectedOne(result sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(none, err)
	}
	return nil
}

func notFound(what string) error {
	return fault.New(fault.NotFound, "not_found", fmt.Sprintf("There is no such %s.", what))
}

// Path is the file of an SQLite database, and empty for another.
func (s *Store) Path() string { return s.opts.Path }
