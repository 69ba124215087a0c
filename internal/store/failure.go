package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite/lib"

	"usher/internal/fault"
)

// code is SQLite's extended result code. It is asked for by method, so that tests
// can stand in for the engine.
func code(err error) int {
	var engine interface{ Code() int }
	if errors.As(err, &engine) {
		return engine.Code()
	}
	return sqlite3.SQLITE_OK
}

// sqlState is PostgreSQL's five-letter code; empty when the error is not its.
func sqlState(err error) string {
	if known, ok := errors.AsType[*pgconn.PgError](err); ok {
		return known.Code
	}
	return ""
}

// failedSync tells of an fsync that failed in a commit. PostgreSQL ends itself
// then, and its log decides what was kept.
func failedSync(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_IOERR_FSYNC || c == sqlite3.SQLITE_IOERR_DIR_FSYNC || errors.Is(err, fault.ErrSync)
}

// unavailable tells of trouble that may pass: no space, no descriptors, a lock
// held for too long, a disk that is read-only or fails to answer, a server that
// is away.
func unavailable(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	switch code(err) & 0xff { // the primary code of an extended one
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
		return true
	}
	if state := sqlState(err); state != "" {
		return passing(state)
	}
	_, network := errors.AsType[net.Error](err)
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return network || connecting || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// passing tells whether PostgreSQL's code stands for trouble that may pass, by
// its class (PostgreSQL 15, appendix A).
func passing(state string) bool {
	return slices.Contains([]string{
		"08", // connection
		"25", // read-only transaction, on a standby
		"40", // deadlock, serialization
		"53", // disk full, out of memory, too many connections
		"55", // lock not available
		"57", // cancelled, shutting down, starting up
		"58", // system error
	}, state[:2])
}

// rolledBack tells of a commit that certainly left nothing: SQLite's had not begun
// to write its last frame, PostgreSQL's server said so itself.
func rolledBack(err error) bool {
	c := code(err) & 0xff
	state := sqlState(err)
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_FULL || c == sqlite3.SQLITE_CONSTRAINT || (state != "" && state[:2] != "08" && state[:2] != "57")
}

// violates tells whether err is about a unique column, named as table.column. In
// PostgreSQL the constraint is called table_column.
func violates(err error, column string) bool {
	if known, ok := errors.AsType[*pgconn.PgError](err); ok {
		return known.Code == "23505" && known.ConstraintName == strings.ReplaceAll(column, ".", "_")
	}
	c := code(err)
	if c != sqlite3.SQLITE_CONSTRAINT_UNIQUE && c != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return false
	}
	// SQLite has no other way to tell which one it was than its message, whose
	// form ("UNIQUE constraint failed: table.column") its documentation fixes.
	return strings.Contains(err.Error(), column)
}
