package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"usher/internal/fault"
)

const (
	mostReaders = 2*mostAtOnce + 2
	busyTimeout = "5500" // milliseconds: another process's lock of five seconds goes unnoticed
)

// openSQLite opens the two pools of a file.
func (s *Store) openSQLite(ctx context.Context) error {
	driver := s.opts.Driver
	if driver == "" {
		driver = "sqlite"
	}
	var err error
	if s.write, err = sql.Open(driver, dsn(s.opts.Path, false)); err != nil {
		return err
	}
	if s.readers, err = sql.Open(driver, dsn(s.opts.Path, true)); err != nil {
		return err
	}
	s.readers.SetMaxOpenConns(mostReaders)
	s.readers.SetMaxIdleConns(mostReaders)
	return s.connect(ctx)
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
	return s.translate(s.readers.PingContext(ctx))
}

// dsn says how each connection is set up. foreign_keys and secure_delete are off
// by default in SQLite; synchronous=FULL is what makes a commit durable.
func dsn(path string, readOnly bool) string {
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "cache_size(-4096)",
		"temp_store(2)", // what a savepoint could have to put back stays in memory: on disk it was more than the log
	} {
		q.Add("_pragma", pragma)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Scrub folds the write-ahead log into the database and empties it, so that what
// was erased can't be read from there. Somebody who is reading holds it up; it
// waits for that no longer than a moment, because it has the connection that
// writes, and [Store.ScrubAgain] has to be asked later.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect != sqlite {
		return nil
	}
	if err := s.writer.take(ctx, s.write); err != nil {
		return s.translate(err)
	}
	defer s.writer.give(nil)
	conn := s.writer.conn
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout(100)"); err != nil {
		return s.translate(err)
	}
	var busy, frames, folded int
	err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &folded)
	s.unscrubbed.Store(err != nil || busy != 0)
	_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout("+busyTimeout+")")
	return s.translate(errors.Join(err, resetErr))
}

// ScrubAgain finishes what erasures have left to do: it takes their words out of
// what the index of words is built of, and scrubs when somebody held it up before.
func (s *Store) ScrubAgain(ctx context.Context) error {
	if err := s.dropStrayWords(ctx); err != nil {
		return err
	}
	if !s.unscrubbed.Load() {
		return nil
	}
	return s.Scrub(ctx)
}

// Recall says after a start what erasures of the last run may have left to do.
func (s *Store) Recall(ctx context.Context) error {
	var erased bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM tombstones)`).Scan(&erased)
	s.strayWords.Store(erased)
	return s.translate(err)
}
