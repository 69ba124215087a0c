package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/staff"
)

// Session implements auth.Store.
func (s *Store) Session(ctx context.Context, id string) (auth.Session, staff.User, error) {
	session, u, err := oneSession(ctx, s.read, "s.id", id)
	return session, u, s.translate(err)
}

// SessionByCookie implements auth.Browsers.
func (s *Store) SessionByCookie(ctx context.Context, digest string) (auth.Session, staff.User, error) {
	session, u, err := oneSession(ctx, s.read, "s.cookie_digest", digest)
	return session, u, s.translate(err)
}

const sessionColumns = `s.id, s.user_id, s.created_at, s.signed_in_from, s.ended_at, s.seen_at, s.expires_at, s.network, s.agent`

// scannedSession is where a row of sessionColumns goes.
type scannedSession struct {
	auth.Session

	created, from        int64
	ended, seen, expires sql.NullInt64
}

func (s *scannedSession) columns() []any {
	return []any{&s.ID, &s.UserID, &s.created, &s.from, &s.ended, &s.seen, &s.expires, &s.Network, &s.Agent}
}

func (s *scannedSession) session() auth.Session {
	s.CreatedAt, s.SignedInFrom = at(s.created), at(s.from)
	s.EndedAt, s.SeenAt, s.ExpiresAt = maybeAt(s.ended), maybeAt(s.seen), maybeAt(s.expires)
	return s.Session
}

// oneSession reads the session whose unique column has a value, and its user.
func oneSession(ctx context.Context, t tx, column, value string) (auth.Session, staff.User, error) {
	var session scannedSession
	u, err := scanUser(t.QueryRowContext(ctx, `SELECT `+userColumns+`, `+sessionColumns+`
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE `+column+` = $1`, value), session.columns()...)
	return session.session(), u, err
}

// SessionsOf implements auth.Browsers. Those of before a new password or a lock-out have
// another signed_in_from.
func (s *Store) SessionsOf(ctx context.Context, u staff.User, now time.Time, limit int) ([]auth.Session, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+sessionColumns+` FROM sessions s
		WHERE s.user_id = $1 AND s.signed_in_from = $2 AND s.ended_at IS NULL AND (s.cookie_digest IS NOT NULL OR EXISTS (
			SELECT 1 FROM refresh_tokens r WHERE r.session_id = s.id AND r.used_at IS NULL AND r.expires_at > $3))
		ORDER BY COALESCE(s.seen_at, s.created_at) DESC, s.id DESC LIMIT $4`, u.ID, u.SignedInFrom.UnixMicro(), now.UnixMicro(), limit)
	sessions, err := collect(rows, err, func(r *sql.Rows) (auth.Session, error) {
		var session scannedSession
		err := r.Scan(session.columns()...)
		return session.session(), err
	})
	return sessions, s.translate(err)
}

// AddSession implements auth.Store.
func (s *Store) AddSession(ctx context.Context, session auth.Session, digest string, expires time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if err := s.record(ctx, t, session.CreatedAt, audit.SessionBegan, session.UserID, audit.Data{Facts: session.Facts()}); err != nil {
			return err
		}
		if session.OfBrowser() {
			return insertSession(ctx, t, session, digest)
		}
		if err := insertSession(ctx, t, session, ""); err != nil {
			return err
		}
		return insertRefresh(ctx, t, digest, session.ID, expires)
	})
}

func insertSession(ctx context.Context, t tx, session auth.Session, cookieDigest string) error {
	_, err := t.ExecContext(ctx, `INSERT INTO sessions (id, user_id, created_at, signed_in_from, ended_at, cookie_digest, seen_at, expires_at, network, agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		session.ID, session.UserID, session.CreatedAt.UnixMicro(), session.SignedInFrom.UnixMicro(), micros(session.EndedAt),
		orNull(cookieDigest), micros(session.SeenAt), micros(session.ExpiresAt), session.Network, session.Agent)
	return err
}

// EndSession implements auth.Store.
func (s *Store) EndSession(ctx context.Context, id string, why audit.Action, now time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error { return s.endSession(ctx, t, id, why, now) })
}

// endSession ends a session that isn't over, and only then says so in the audit: a
// copied token that comes again and again is one entry.
func (s *Store) endSession(ctx context.Context, t tx, id string, why audit.Action, now time.Time) error {
	var user string
	err := t.QueryRowContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL RETURNING user_id`, now.UnixMicro(), id).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.record(ctx, t, now, why, user, audit.Data{Facts: map[string]string{"session": id}})
}

// EndSessionsOf implements auth.Browsers. Where there was none to end the audit has
// nothing to say.
func (s *Store) EndSessionsOf(ctx context.Context, user, but string, now time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		result, err := t.ExecContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND id <> $3 AND ended_at IS NULL`, now.UnixMicro(), user, but)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, t, now, audit.OthersEnded, user, audit.Data{})
	})
}

// See implements auth.Browsers.
func (s *Store) See(ctx context.Context, seen map[string]time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for id, when := range seen {
			if _, err := t.ExecContext(ctx, `UPDATE sessions SET seen_at = $1 WHERE id = $2 AND (seen_at IS NULL OR seen_at < $1)`, when.UnixMicro(), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// ChangePassword implements auth.Browsers.
func (s *Store) ChangePassword(ctx context.Context, c auth.PasswordChange) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		var from int64
		err := t.QueryRowContext(ctx, `UPDATE users SET password_hash = $1, `+movesOn("$2")+` WHERE id = $3 AND password_hash = $4
			RETURNING signed_in_from`, c.NewHash, c.At.UnixMicro(), c.UserID, c.OldHash).Scan(&from)
		if errors.Is(err, sql.ErrNoRows) {
			return notFound("user")
		}
		if err == nil {
			err = voidLinks(ctx, t, c.UserID, c.At)
		}
		if err == nil {
			err = s.insertMessage(ctx, t, c.Told)
		}
		if err != nil {
			return err
		}
		if err := s.record(ctx, t, c.At, audit.PasswordChanged, c.UserID, audit.Data{}); err != nil || c.Next.ID == "" {
			return err
		}
		c.Next.SignedInFrom = at(from)
		return insertSession(ctx, t, c.Next, c.NextDigest)
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
		if session, u, err = oneSession(ctx, t, "s.id", id); err != nil {
			return err
		}
		switch {
		case used.Valid:
			verdict = auth.Reused
			return s.endSession(ctx, t, id, audit.TokenReused, now)
		case !at(until).After(now) || !session.Valid(u) || session.Lapsed(now):
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
// sessions that are too old or idle, API keys and links that lapsed long ago, and
// idempotency keys.
func (s *Store) Tidy(ctx context.Context, now, keysBefore time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for _, lapsed := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM refresh_tokens WHERE expires_at < $1`, []any{now.UnixMicro()}},
			{`DELETE FROM sessions WHERE cookie_digest IS NULL
				AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = sessions.id)`, nil},
			{`DELETE FROM sessions WHERE cookie_digest IS NULL AND created_at <= $1`, []any{now.Add(-auth.TokensLife).UnixMicro()}},
			{`DELETE FROM api_keys WHERE expires_at <= $1`, []any{now.Add(-auth.ExpiredKeysLife).UnixMicro()}},
			{`DELETE FROM sessions WHERE cookie_digest IS NOT NULL AND (expires_at <= $1 OR seen_at <= $2)`,
				[]any{now.UnixMicro(), now.Add(-auth.IdleLife).UnixMicro()}},
			{`DELETE FROM idempotency_keys WHERE created_at < $1`, []any{keysBefore.UnixMicro()}},
			{`DELETE FROM account_links WHERE expires_at < $1`, []any{now.Add(-linkMemory).UnixMicro()}},
		} {
			if _, err := t.ExecContext(ctx, lapsed.query, lapsed.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
