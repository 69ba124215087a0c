package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/mail"
	"usher/internal/staff"
)

const keyColumns = `k.id, k.user_id, k.name, k.scopes, k.digest, k.created_at, k.expires_at, k.last_used_at`

// scannedKey is where a row of keyColumns goes.
type scannedKey struct {
	auth.APIKey

	created       int64
	expires, used sql.NullInt64
}

func (k *scannedKey) columns() []any {
	return []any{&k.ID, &k.UserID, &k.Name, &k.Scopes, &k.Digest, &k.created, &k.expires, &k.used}
}

func (k *scannedKey) key() auth.APIKey {
	k.CreatedAt, k.ExpiresAt, k.LastUsedAt = at(k.created), maybeAt(k.expires), maybeAt(k.used)
	return k.APIKey
}

func scanKey(row scanner) (auth.APIKey, error) {
	var k scannedKey
	err := row.Scan(k.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.APIKey{}, notFound("API key")
	}
	return k.key(), err
}

// APIKey implements auth.KeyStore.
func (s *Store) APIKey(ctx context.Context, id string) (auth.APIKey, staff.User, error) {
	var k scannedKey
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+`, `+keyColumns+`
		FROM api_keys k JOIN users u ON u.id = k.user_id WHERE k.id = $1`, id), k.columns()...)
	return k.key(), u, s.translate(err)
}

// APIKeys implements auth.KeyStore.
func (s *Store) APIKeys(ctx context.Context, owner string) ([]auth.APIKey, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+keyColumns+` FROM api_keys k WHERE $1 = '' OR k.user_id = $1 ORDER BY k.created_at DESC, k.id DESC`, owner)
	keys, err := collect(rows, err, func(r *sql.Rows) (auth.APIKey, error) { return scanKey(r) })
	return keys, s.translate(err)
}

// AddAPIKey implements auth.KeyStore.
func (s *Store) AddAPIKey(ctx context.Context, k auth.APIKey, told mail.Message, check func(owned, made int) error) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		var owned, made int
		err := t.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM api_keys WHERE user_id = $1),
			(SELECT COUNT(*) FROM audit WHERE actor = $1 AND at > $2 AND action = $3)`,
			k.UserID, k.CreatedAt.Add(-24*time.Hour).UnixMicro(), audit.KeyAdded).Scan(&owned, &made)
		if err != nil {
			return err
		}
		if err := check(owned, made); err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, `INSERT INTO api_keys (id, user_id, name, scopes, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			k.ID, k.UserID, k.Name, string(k.Scopes), k.Digest, k.CreatedAt.UnixMicro(), micros(k.ExpiresAt))
		if err != nil {
			return err
		}
		if err := s.record(ctx, t, k.CreatedAt, audit.KeyAdded, k.ID, audit.Data{Facts: k.Facts()}); err != nil {
			return err
		}
		return s.insertMessage(ctx, t, told)
	})
}

// RemoveAPIKey implements auth.KeyStore.
func (s *Store) RemoveAPIKey(ctx context.Context, id string, check func(auth.APIKey) error) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		k, err := scanKey(t.QueryRowContext(ctx, `SELECT `+keyColumns+` FROM api_keys k WHERE k.id = $1`, id))
		if err != nil {
			return err
		}
		if err := check(k); err != nil {
			return err
		}
		if _, err = t.ExecContext(ctx, `DELETE FROM api_keys WHERE id = $1`, id); err != nil {
			return err
		}
		return s.record(ctx, t, s.opts.Now(), audit.KeyRevoked, id, audit.Data{Facts: k.Facts()})
	})
}

// SeeAPIKeys implements auth.KeyStore.
func (s *Store) SeeAPIKeys(ctx context.Context, seen map[string]time.Time) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for id, when := range seen {
			_, err := t.ExecContext(ctx, `UPDATE api_keys SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)`,
				when.UnixMicro(), id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

var _ auth.KeyStore = (*Store)(nil)
