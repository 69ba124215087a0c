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
	write *sql.DB // one connection
	read  *sql.DB
	latch *fault.Latch
	opts  Options
	// unscrubbed says that the log may still hold what was erased.
	unscrubbed atomic.Bool
}

// Options say how to open a database.
type Options struct {
	Path   string       // file of the database; its folder must exist
	Latch  *fault.Latch // closed when a sync fails
	Driver string       // name of the database/sql driver; empty means the real one
	// Enlist gives the messages to add for leads that came in before the firm had
	// anybody to tell; it is asked when the first admin is made.
	Enlist Enlist
}

// writeWait bounds one write: waiting for the connection, for another process's
// lock and for the disk.
const writeWait = 12 * time.Second

// tx is what the helpers of a transaction need of it.
type tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// update runs f in one write transaction. It begins by taking the write lock, so
// that what f reads is still true when it commits. A failed sync closes the
// latch, and from then on nothing is written any more.
func (s *Store) update(ctx context.Context, f func(ctx context.Context, t tx) error) error {
	if err := s.latch.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return s.translate(err)
	}
	defer func() { _ = conn.Close() }()
	if err := s.latch.Err(); err != nil { // it may have closed while this one waited
		return err
	}
	if _, err := conn.ExecContext(ctx, beginWrite); err != nil {
		s.rollback(ctx, conn)
		return s.translate(err)
	}
	if err := f(ctx, conn); err != nil {
		s.rollback(ctx, conn)
		return s.translate(err)
	}
	// Once the commit has begun it is seen through: an interrupted one would be
	// neither kept nor not kept.
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		s.rollback(ctx, conn)
		if !rolledBack(err) {
			err = errors.Join(err, lead.ErrUncertain)
		}
		return s.translate(err)
	}
	return nil
}

// rollback leaves the connection without a transaction, whatever has happened.
func (s *Store) rollback(ctx context.Context, conn *sql.Conn) {
	_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // fails when the engine did it already
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
	return s.translate(s.read.PingContext(ctx))
}

// Close ends the connections; the write-ahead log is folded into the database.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

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

// Path is the file of the database.
func (s *Store) Path() string { return s.opts.Path }
