package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// prepared is a connection, or a pool of them, that keeps its statements: reading
// a statement's text costs SQLite more than most of them cost to run.
type prepared struct {
	on interface {
		tx
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}

	mu    sync.RWMutex
	known map[string]*sql.Stmt
}

// mostKept is far more than the number of texts that this package has; what is
// beyond is run without being kept.
const mostKept = 512

// statement gives a kept statement, or nil when the text is to be run as it is.
func (p *prepared) statement(ctx context.Context, query string) *sql.Stmt {
	p.mu.RLock()
	known, n := p.known[query], len(p.known)
	p.mu.RUnlock()
	if known != nil || n >= mostKept {
		return known
	}
	made, err := p.on.PrepareContext(ctx, query)
	if err != nil { // running it tells the same error
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.known[query]; other != nil {
		_ = made.Close() // somebody was faster
		return other
	}
	if p.known == nil {
		p.known = map[string]*sql.Stmt{}
	}
	p.known[query] = made
	return made
}

// ExecContext implements tx.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := p.statement(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return p.on.ExecContext(ctx, query, args...)
}

// QueryContext implements tx.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := p.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return p.on.QueryContext(ctx, query, args...)
}

// QueryRowContext implements tx.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := p.statement(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return p.on.QueryRowContext(ctx, query, args...)
}

// forgetAll closes the kept statements.
func (p *prepared) forgetAll() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, s := range p.known {
		errs = append(errs, s.Close())
	}
	p.known = nil
	return errors.Join(errs...)
}

// writer is the one connection that writes, kept with its statements from one
// commit to the next.
type writer struct {
	mu   sync.Mutex // held while something is written
	conn *sql.Conn  // nil until it is needed, and after something went wrong
	prepared
}

// take gives the connection to the caller alone, until give.
func (w *writer) take(ctx context.Context, pool *sql.DB) error {
	w.mu.Lock()
	if w.conn != nil {
		return nil
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	w.conn, w.on = conn, conn
	return nil
}

// give gives the connection back; one that something went wrong with isn't kept.
func (w *writer) give(err error) {
	if err != nil {
		_ = w.drop()
	}
	w.mu.Unlock()
}

// drop gives the connection back to its pool. The caller has taken it.
func (w *writer) drop() error {
	if w.conn == nil {
		return nil
	}
	err := errors.Join(w.forgetAll(), w.conn.Close())
	w.conn, w.on = nil, nil
	return err
}

// close ends the writer.
func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.drop()
}
