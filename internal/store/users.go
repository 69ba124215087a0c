package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

const userColumns = `u.id, u.email, u.email_key, u.name, u.role, u.files, u.password_hash, u.disabled, u.created_at, u.signed_in_from, u.last_seen_at`

func scanUser(row scanner, more ...any) (staff.User, error) {
	var u staff.User
	var created, from int64
	var seen sql.NullInt64
	err := row.Scan(append([]any{
		&u.ID, &u.Email, &u.EmailKey, &u.Name, &u.Role, &u.Files, &u.PasswordHash, &u.Disabled, &created, &from, &seen,
	}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return u, notFound("user")
	}
	u.CreatedAt, u.SignedInFrom, u.LastSeenAt = at(created), at(from), maybeAt(seen)
	return u, err
}

// AddUser implements staff.Store. The first user is also told of the leads that
// nobody could be told of before.
func (s *Store) AddUser(ctx context.Context, u staff.User, first bool) error {
	return s.update(ctx, func(ctx context.Context, t tx) error { return s.addUser(ctx, t, u, first) })
}

func (s *Store) addUser(ctx context.Context, t tx, u staff.User, first bool) error {
	var n int
	if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM users`).Scan(&n); err != nil {
		return err
	}
	if first && n > 0 {
		return fault.New(fault.Conflict, "not_first", "There is a user already.")
	}
	_, err := t.ExecContext(ctx, `INSERT INTO users (id, email, email_key, name, role, files, password_hash, disabled, created_at, signed_in_from)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		u.ID, u.Email, u.EmailKey, u.Name, u.Role, u.Files, u.PasswordHash, u.Disabled, u.CreatedAt.UnixMicro(), u.SignedInFrom.UnixMicro())
	if violates(err, "users.email_key") {
		return fault.Field(fault.Conflict, "email", "email_taken", "A user with this address exists already.")
	}
	if err != nil {
		return err
	}
	added := audit.Data{Facts: u.Facts()}
	added.Facts["email"] = u.Email
	if err := s.record(ctx, t, u.CreatedAt, audit.UserAdded, u.ID, added); err != nil || u.Role != staff.Admin || s.opts.Enlist == nil {
		return err
	}
	return s.enlist(ctx, t, u.Email)
}

// Users implements staff.Store, oldest first.
func (s *Store) Users(ctx context.Context) ([]staff.User, error) {
	users, err := allUsers(ctx, s.read)
	return users, s.translate(err)
}

func allUsers(ctx context.Context, t tx) ([]staff.User, error) {
	rows, err := t.QueryContext(ctx, `SELECT `+userColumns+` FROM users u ORDER BY u.created_at, u.id`)
	return collect(rows, err, func(r *sql.Rows) (staff.User, error) { return scanUser(r) })
}

// UserByEmail implements staff.Store and auth.Store.
func (s *Store) UserByEmail(ctx context.Context, key string) (staff.User, error) {
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.email_key = $1`, key))
	return u, s.translate(err)
}

// User implements staff.Store and auth.Store.
func (s *Store) User(ctx context.Context, id string) (staff.User, error) {
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, id))
	return u, s.translate(err)
}

// FirstAdmin implements lead.Reader: the oldest admin who can sign in. Whoever
// has yet to choose a password may have been invited under somebody else's address.
func (s *Store) FirstAdmin(ctx context.Context) (string, error) {
	var email string
	err := s.read.QueryRowContext(ctx, `SELECT email FROM users WHERE role = 'admin' AND NOT disabled AND password_hash <> '' ORDER BY created_at, id LIMIT 1`).Scan(&email)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return email, s.translate(err)
}

// SetPassword implements staff.Store.
func (s *Store) SetPassword(ctx context.Context, id, hash string, now time.Time, told mail.Message) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		return s.setPassword(ctx, t, id, hash, now, audit.PasswordReset, &told)
	})
}

// setPassword voids the user's links, and keeps the message that tells of it, if there is one.
func (s *Store) setPassword(ctx context.Context, t tx, id, hash string, now time.Time, how audit.Action, told *mail.Message) error {
	result, err := t.ExecContext(ctx, `UPDATE users SET password_hash = $1, `+movesOn("$2")+` WHERE id = $3`, hash, now.UnixMicro(), id)
	if err := affectedOne(result, err, notFound("user")); err != nil {
		return err
	}
	if err := voidLinks(ctx, t, id, now); err != nil {
		return err
	}
	if err := s.record(ctx, t, now, how, id, audit.Data{}); err != nil || told == nil {
		return err
	}
	return s.insertMessage(ctx, t, *told)
}

// movesOn ends a user's sessions: each knows the signed_in_from that it began under.
// It never goes back and never stays, whatever the clock has done since.
func movesOn(now string) string {
	return `signed_in_from = CASE WHEN signed_in_from < ` + now + ` THEN ` + now + ` ELSE signed_in_from + 1 END`
}

// ChangeUser implements staff.Store. There is one writer at a time, so that nobody
// else changes any user between the decision and the write.
func (s *Store) ChangeUser(ctx context.Context, id string, decide func(u staff.User, everybody []staff.User) (staff.User, error)) (staff.User, error) {
	var changed staff.User
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		everybody, err := allUsers(ctx, t)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(everybody, func(u staff.User) bool { return u.ID == id })
		if i < 0 {
			return notFound("user")
		}
		if changed, err = decide(everybody[i], everybody); err != nil || changed == everybody[i] {
			return err
		}
		_, err = t.ExecContext(ctx, `UPDATE users SET name = $1, role = $2, files = $3, disabled = $4, signed_in_from = $5 WHERE id = $6`,
			changed.Name, changed.Role, changed.Files, changed.Disabled, changed.SignedInFrom.UnixMicro(), id)
		if err != nil {
			return err
		}
		now := s.opts.Now()
		if !changed.SignedInFrom.Equal(everybody[i].SignedInFrom) {
			if err := voidLinks(ctx, t, id, now); err != nil {
				return err
			}
		}
		told := audit.Changed(everybody[i].Facts(), changed.Facts())
		if len(told.After) == 0 { // all that was changed is from when on one may be signed in
			return s.record(ctx, t, now, audit.SessionsEnded, id, told)
		}
		return s.record(ctx, t, now, audit.UserChanged, id, told)
	})
	return changed, err
}

// SeeUsers implements auth.Watch.
func (s *Store) SeeUsers(ctx context.Context, seen map[string]time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for id, when := range seen {
			_, err := t.ExecContext(ctx, `UPDATE users SET last_seen_at = $1 WHERE id = $2 AND (last_seen_at IS NULL OR last_seen_at < $1)`,
				when.UnixMicro(), id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

var (
	_ staff.Store   = (*Store)(nil)
	_ auth.Store    = (*Store)(nil)
	_ auth.Browsers = (*Store)(nil)
	_ auth.Watch    = (*Store)(nil)
)
