package store

import (
	"context"
	"database/sql"
	"errors"

	"usher/internal/audit"
	"usher/internal/view"
)

const viewColumns = `id, owner, name, q, sort, shared, created_at, updated_at`

func scanView(row scanner) (view.View, error) {
	var v view.View
	var created, updated int64
	err := row.Scan(&v.ID, &v.Owner, &v.Name, &v.Text, &v.Sort, &v.Shared, &created, &updated)
	v.CreatedAt, v.UpdatedAt = at(created), at(updated)
	return v, err
}

func viewByID(ctx context.Context, t tx, id string) (view.View, error) {
	v, err := scanView(t.QueryRowContext(ctx, `SELECT `+viewColumns+` FROM saved_views WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return v, view.NotFound()
	}
	return v, err
}

// Views implements view.Store.
func (s *Store) Views(ctx context.Context, user string) ([]view.View, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+viewColumns+` FROM saved_views WHERE owner = $1 OR shared ORDER BY LOWER(name), id`, user)
	views, err := collect(rows, err, func(r *sql.Rows) (view.View, error) { return scanView(r) })
	return views, s.translate(err)
}

// AddView implements view.Store.
func (s *Store) AddView(ctx context.Context, v view.View, check func(owned int) error) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		var owned int
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM saved_views WHERE owner = $1`, v.Owner).Scan(&owned); err != nil {
			return err
		}
		if err := check(owned); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, `INSERT INTO saved_views (`+viewColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			v.ID, v.Owner, v.Name, v.Text, v.Sort, v.Shared, v.CreatedAt.UnixMicro(), v.UpdatedAt.UnixMicro())
		if err != nil || !v.Shared {
			return err
		}
		return s.record(ctx, t, v.CreatedAt, audit.ViewShared, v.ID, audit.Data{})
	})
}

// ChangeView implements view.Store.
func (s *Store) ChangeView(ctx context.Context, id string, decide func(view.View) (view.View, error)) (view.View, error) {
	var changed view.View
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		before, err := viewByID(ctx, t, id)
		if err != nil {
			return err
		}
		if changed, err = decide(before); err != nil || changed == before {
			return err
		}
		_, err = t.ExecContext(ctx, `UPDATE saved_views SET name = $1, q = $2, sort = $3, shared = $4, updated_at = $5 WHERE id = $6`,
			changed.Name, changed.Text, changed.Sort, changed.Shared, changed.UpdatedAt.UnixMicro(), id)
		if err != nil || !before.Shared && !changed.Shared {
			return err
		}
		action := audit.ViewChanged
		if !before.Shared {
			action = audit.ViewShared
		}
		return s.record(ctx, t, changed.UpdatedAt, action, id, audit.Data{Facts: changed.Differs(before)})
	})
	return changed, err
}

// RemoveView implements view.Store.
func (s *Store) RemoveView(ctx context.Context, id string, check func(view.View) error) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		v, err := viewByID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := check(v); err != nil {
			return err
		}
		if _, err = t.ExecContext(ctx, `DELETE FROM saved_views WHERE id = $1`, id); err != nil || !v.Shared {
			return err
		}
		return s.record(ctx, t, s.opts.Now(), audit.ViewRemoved, id, audit.Data{})
	})
}

var _ view.Store = (*Store)(nil)
