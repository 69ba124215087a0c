package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresReaders is how many connections read.
const postgresReaders = 8

// openPostgres opens the two pools of a server's database.
func (s *Store) openPostgres(ctx context.Context) error {
	cfg, err := pgx.ParseConfig(s.opts.URL)
	if err != nil {
		return fmt.Errorf("read the database's URL: %w", err)
	}
	writing, reading := cfg.Copy(), cfg.Copy()
	// A commit is on disk when it returns, whatever the server's own setting.
	writing.RuntimeParams["synchronous_commit"] = "on"
	writing.RuntimeParams["lock_timeout"] = busyTimeout
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	s.write, s.readers = stdlib.OpenDB(*writing), stdlib.OpenDB(*reading)
	s.readers.SetMaxOpenConns(postgresReaders)
	s.readers.SetMaxIdleConns(postgresReaders)
	return s.translate(s.readers.PingContext(ctx))
}
