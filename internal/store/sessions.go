package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/auth"
	"usher/internal/staff"
)

// Session implements auth.Store.
func (s *Store) Session(ctx context.Context, id string) (auth.Session, staff.User, error) {
	session, u, err := sessionByID(ctx, s.read, id)
	return session, u, s.translate(err)
}

func sessionByID(ctx context.Context, t tx, id string) (auth.Session, staff.User, error) {
	var session auth.Session
	var created int64
	var ended sql.NullInt64
	u, err := scanUser(t.QueryRowContext(ctx, `SELECT `+userColumns+`, s.id, s.user_id, s.created_at, s.ended_at
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`, id), &session.ID, &session.UserID, &created, &ended)
	session.CreatedAt, session.EndedAt = at(created), maybeAt(ended)
	return session, u, err
}

// AddSession implements auth.Store.
func (s *Store) AddSession(ctx context.Context, session auth.Session, refreshDigest string, expires time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `INSERT INTO sessions (id, user_id, created_at, ended_at) VALUES ($1, $2, $3, $4)`,
			session.ID, session.UserID, session.CreatedAt.UnixMicro(), micros(session.EndedAt))
		if err != nil {
			return err
		}
		return insertRefresh(ctx, t, refreshDigest, session.ID, expires)
	})
}

func insertRefresh(ctx context.Context, t tx, digest, session string, expires time.Time) error {
	_, err := t.ExecContext(ctx, `INSERT INTO refresh_tokens (digest, session_id, expires_at) VALUES ($1, $2, $3)`,
		digest, session, expires.UnixMicro())
	return err
}

// Rotate implements auth.Store. A token that was used before ends its session,
// and that is committed although the caller gets no new token.
func (s *Store) Rotate(ctx context.Context, oldDigest, newDigest string, now, expires time.Time) (auth.Session, staff.User, auth.Verdict, error) {
	var session auth.Session
	var u staff.User
	verdict := auth.Unknown
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		var id string
		var until int64
		var used sql.NullInt64
		err := t.QueryRowContext(ctx, `SELECT session_id, expires_at, used_at FROM refresh_tokens WHERE digest = $1`, oldDigest).
			Scan(&id, &until, &used)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if session, u, err = sessionByID(ctx, t, id); err != nil {
			return err
		}
		switch {
		case used.Valid:
			verdict = auth.Reused
			_, err = t.ExecContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, now.UnixMicro(), id)
			return err
		case !at(until).After(now) || !session.Valid(u):
			return nil
		}
		verdict = auth.Rotated
		if _, err := t.ExecContext(ctx, `UPDATE refresh_tokens SET used_at = $1 WHERE digest = $2`, now.UnixMicro(), oldDigest); err != nil {
			return err
		}
		return insertRefresh(ctx, t, newDigest, id, expires)
	})
	return session, u, verdict, err
}

// Tidy deletes what has lapsed: refresh tokens with the sessions they kept alive,
// and idempotency keys.
func (s *Store) Tidy(ctx context.Context, now, keysBefore time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.ExecContext(ctx, `DELETE FROM refresh_tokens WHERE expires_at < $1`, now.UnixMicro()); err != nil {
			return err
		}
		if _, err := t.ExecContext(ctx, `DELETE FROM sessions
			WHERE NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = sessions.id)`); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, `DELETE FROM idempotency_keys WHERE created_at < $1`, keysBefore.UnixMicro())
		return err
	})
}
