package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver
	sqlite3 "modernc.org/sqlite/lib"

	"usher/internal/fault"
	"usher/internal/lead"
)

// beginWrite takes SQLite's write lock at once. A deferred transaction would take
// it at the first write and could then find that what it had read is old.
const beginWrite = "BEGIN IMMEDIATE"

const (
	readers     = 4
	busyTimeout = "5500" // milliseconds: another process's lock of five seconds goes unnoticed
)

// Open opens the database, making it when it isn't there, and brings nothing up
// to date: see [Store.Migrate].
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Driver == "" {
		opts.Driver = "sqlite"
	}
	s := &Store{latch: opts.Latch, opts: opts}
	var err error
	if s.write, err = sql.Open(opts.Driver, dsn(opts.Path, false)); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	s.write.SetMaxIdleConns(1)
	if s.read, err = sql.Open(opts.Driver, dsn(opts.Path, true)); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.connect(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// connect opens the files, and makes sure that the name of a new database is on
// disk before anybody relies on it: SQLite syncs the folder for its log, but not
// for the database itself.
func (s *Store) connect(ctx context.Context) error {
	if err := s.write.PingContext(ctx); err != nil {
		return s.translate(err)
	}
	folder, err := os.Open(filepath.Dir(s.opts.Path))
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	if err := folder.Sync(); err != nil {
		return errors.Join(err, fault.ErrSync)
	}
	return s.translate(s.read.PingContext(ctx))
}

// dsn says how each connection is set up. foreign_keys and secure_delete are off
// by default in SQLite; synchronous=FULL is what makes a commit durable.
func dsn(path string, readOnly bool) string {
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "cache_size(-4096)",
	} {
		q.Add("_pragma", pragma)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// code is SQLite's extended result code. It is asked for by method, so that tests
// can stand in for the engine.
func code(err error) int {
	var engine interface{ Code() int }
	if errors.As(err, &engine) {
		return engine.Code()
	}
	return sqlite3.SQLITE_OK
}

// failedSync tells of an fsync that failed in a commit.
func failedSync(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_IOERR_FSYNC || c == sqlite3.SQLITE_IOERR_DIR_FSYNC || errors.Is(err, fault.ErrSync)
}

// unavailable tells of trouble that may pass: no space, no descriptors, a lock
// held for too long, a disk that is read-only or fails to answer.
func unavailable(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	switch code(err) & 0xff { // the primary code of an extended one
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
		return true
	}
	return false
}

// rolledBack tells of a commit that certainly left nothing: it had not begun to
// write its last frame.
func rolledBack(err error) bool {
	c := code(err) & 0xff
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_FULL || c == sqlite3.SQLITE_CONSTRAINT
}

// violates tells whether err is about a unique column, named as table.column.
func violates(err error, column string) bool {
	c := code(err)
	if c != sqlite3.SQLITE_CONSTRAINT_UNIQUE && c != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return false
	}
	// SQLite has no other way to tell which one it was than its message, whose
	// form ("UNIQUE constraint failed: table.column") its documentation fixes.
	return strings.Contains(err.Error(), column)
}

// Scrub folds the write-ahead log into the database and empties it, so that what
// was erased can't be read from there. Somebody who is reading holds it up; it
// waits for that no longer than a moment, because it has the connection that
// writes, and [Store.ScrubAgain] has to be asked later.
func (s *Store) Scrub(ctx context.Context) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return s.translate(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout(100)"); err != nil {
		return s.translate(err)
	}
	var busy, frames, folded int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &folded)
	s.unscrubbed.Store(err != nil || busy != 0)
	_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout("+busyTimeout+")")
	return s.translate(errors.Join(err, resetErr))
}

// ScrubAgain scrubs when somebody held it up before.
func (s *Store) ScrubAgain(ctx context.Context) error {
	if !s.unscrubbed.Load() {
		return nil
	}
	return s.Scrub(ctx)
}

var _ lead.Store = (*Store)(nil)
