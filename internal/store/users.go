package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
)

const userColumns = `u.id, u.email, u.email_key, u.name, u.role, u.password_hash, u.disabled, u.created_at, u.signed_in_from`

func scanUser(row scanner, more ...any) (staff.User, error) {
	var u staff.User
	var created, from int64
	err := row.Scan(append([]any{&u.ID, &u.Email, &u.EmailKey, &u.Name, &u.Role, &u.PasswordHash, &u.Disabled, &created, &from}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return u, notFound("user")
	}
	u.CreatedAt, u.SignedInFrom = at(created), at(from)
	return u, err
}

// AddUser implements staff.Store. The first user is also told of the leads that
// nobody could be told of before.
func (s *Store) AddUser(ctx context.Context, u staff.User, first bool) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		var n int
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM users`).Scan(&n); err != nil {
			return err
		}
		if first && n > 0 {
			return fault.New(fault.Conflict, "not_first", "There is a user already.")
		}
		_, err := t.ExecContext(ctx, `INSERT INTO users (id, email, email_key, name, role, password_hash, disabled, created_at, signed_in_from)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			u.ID, u.Email, u.EmailKey, u.Name, u.Role, u.PasswordHash, u.Disabled, u.CreatedAt.UnixMicro(), u.SignedInFrom.UnixMicro())
		if violates(err, "users.email_key") {
			return fault.Field(fault.Conflict, "email", "email_taken", "A user with this address exists already.")
		}
		if err != nil || u.Role != staff.Admin || s.opts.Enlist == nil {
			return err
		}
		return s.enlist(ctx, t, u.Email)
	})
}

// Users implements staff.Store, oldest first.
func (s *Store) Users(ctx context.Context) ([]staff.User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+userColumns+` FROM users u ORDER BY u.created_at, u.id`)
	users, err := collect(rows, err, func(r *sql.Rows) (staff.User, error) { return scanUser(r) })
	return users, s.translate(err)
}

// UserByEmail implements staff.Store and auth.Store.
func (s *Store) UserByEmail(ctx context.Context, key string) (staff.User, error) {
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.email_key = $1`, key))
	return u, s.translate(err)
}

// User implements auth.Store.
func (s *Store) User(ctx context.Context, id string) (staff.User, error) {
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, id))
	return u, s.translate(err)
}

// FirstAdmin implements lead.Reader: the oldest admin who isn't disabled.
func (s *Store) FirstAdmin(ctx context.Context) (string, error) {
	var email string
	err := s.read.QueryRowContext(ctx, `SELECT email FROM users WHERE role = 'admin' AND NOT disabled ORDER BY created_at, id LIMIT 1`).Scan(&email)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return email, s.translate(err)
}

// SetPassword implements staff.Store.
func (s *Store) SetPassword(ctx context.Context, id, hash string, now time.Time) error {
	return s.changeUser(ctx, `UPDATE users SET password_hash = $1, `+movesOn("$2")+` WHERE id = $3`, hash, now.UnixMicro(), id)
}

// SetDisabled implements staff.Store.
func (s *Store) SetDisabled(ctx context.Context, id string, disabled bool, now time.Time) error {
	return s.changeUser(ctx, `UPDATE users SET disabled = $1, `+movesOn("$2")+` WHERE id = $3`, disabled, now.UnixMicro(), id)
}

// movesOn ends a user's sessions: each knows the signed_in_from that it began under.
// It never goes back and never stays, whatever the clock has done since.
func movesOn(now string) string {
	return `signed_in_from = CASE WHEN signed_in_from < ` + now + ` THEN ` + now + ` ELSE signed_in_from + 1 END`
}

func (s *Store) changeUser(ctx context.Context, query string, args ...any) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		result, err := t.ExecContext(ctx, query, args...)
		return affectedOne(result, err, notFound("user"))
	})
}

var (
	_ staff.Store   = (*Store)(nil)
	_ auth.Store    = (*Store)(nil)
	_ auth.Browsers = (*Store)(nil)
)
