// Package faultdb is a database/sql driver for tests: SQLite, with calls that fail
// when a rule says so. It shows that whatever fails, nothing is kept by half.
package faultdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
)

// Error is what a failing call returns: an error of the engine, by its code.
type Error int

func (e Error) Error() string { return fmt.Sprintf("injected SQLite error %d", int(e)) }

// Code is SQLite's extended result code.
func (e Error) Code() int { return int(e) }

// Codes of errors to inject (https://www.sqlite.org/rescode.html).
const (
	Full       Error = 13
	IOErrWrite Error = 778
	IOErrFsync Error = 1034
	Busy       Error = 5
)

// Fault is what happens to one call.
type Fault struct {
	Err   error
	After bool // the call is carried out, and then reported as failed
}

// Faults counts the calls of one driver and spoils those that its rule names.
type Faults struct {
	mu    sync.Mutex
	calls int
	rule  func(n int, query string) *Fault
	fired bool
}

// Arm starts counting from 1 and sets the rule; nil lets all calls pass.
func (f *Faults) Arm(rule func(n int, query string) *Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.rule, f.fired = 0, rule, false
}

// Fired tells whether a call was spoiled since Arm.
func (f *Faults) Fired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

func (f *Faults) next(query string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.rule == nil || strings.HasPrefix(query, "ROLLBACK") { // a rollback that fails is a connection that is gone
		return nil
	}
	fault := f.rule(f.calls, query)
	f.fired = f.fired || fault != nil
	return fault
}

var drivers atomic.Int64

// New registers a driver of its own and gives its name.
func New() (name string, faults *Faults) {
	faults = &Faults{}
	name = fmt.Sprintf("faultdb%d", drivers.Add(1))
	sql.Register(name, &faulty{&sqlite.Driver{}, faults})
	return name, faults
}

type faulty struct {
	driver.Driver
	faults *Faults
}

func (d *faulty) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(engine)
	if !ok {
		return nil, fmt.Errorf("%T can do less than database/sql needs", c)
	}
	return &conn{whole, d.faults}, nil
}

// conn passes on what database/sql asks of a connection.
type conn struct {
	engine
	faults *Faults
}

// engine is what SQLite's connections can do and database/sql uses.
type engine interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return call(c.faults, query, func() (driver.Result, error) {
		return c.engine.ExecContext(ctx, query, args)
	})
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return call(c.faults, query, func() (driver.Rows, error) {
		return c.engine.QueryContext(ctx, query, args)
	})
}

// PrepareContext passes on, and minds each run of the statement.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.engine.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	whole, ok := s.(statement)
	if !ok {
		return nil, fmt.Errorf("%T can do less than database/sql needs", s)
	}
	return &stmt{whole, query, c.faults}, nil
}

// stmt is a prepared statement that fails when told to.
type stmt struct {
	statement
	query  string
	faults *Faults
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return call(s.faults, s.query, func() (driver.Result, error) { return s.statement.ExecContext(ctx, args) })
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return call(s.faults, s.query, func() (driver.Rows, error) { return s.statement.QueryContext(ctx, args) })
}

func call[T any](faults *Faults, query string, do func() (T, error)) (T, error) {
	fault := faults.next(query)
	if fault == nil {
		return do()
	}
	var none T
	if fault.After {
		v, err := do()
		if err != nil {
			return none, err
		}
		if rows, ok := any(v).(driver.Rows); ok { // nobody will get them
			_ = rows.Close()
		}
	}
	return none, fault.Err
}
