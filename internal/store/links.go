package store

import (
	"context"
	"database/sql"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/mail"
	"usher/internal/staff"
)

// lapsed is what staff read of a message whose link doesn't work any more.
const lapsed = "The link in it has lapsed or was used, so it was not sent."

// linkMemory is how long a link that has lapsed is kept.
const linkMemory = 30 * 24 * time.Hour

// Invite implements staff.Links.
func (s *Store) Invite(ctx context.Context, u staff.User, l staff.Link, m mail.Message) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if err := s.addUser(ctx, t, u, false); err != nil {
			return err
		}
		return s.addLink(ctx, t, l, m)
	})
}

// AddLink implements staff.Links.
func (s *Store) AddLink(ctx context.Context, l staff.Link, m mail.Message) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if l.Purpose == staff.Invitation {
			if err := voidLinks(ctx, t, l.UserID, l.CreatedAt); err != nil {
				return err
			}
		}
		return s.addLink(ctx, t, l, m)
	})
}

func (s *Store) addLink(ctx context.Context, t tx, l staff.Link, m mail.Message) error {
	_, err := t.ExecContext(ctx, `INSERT INTO account_links (id, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		l.ID, l.Purpose, l.UserID, l.CreatedAt.UnixMicro(), l.ExpiresAt.UnixMicro())
	if err != nil {
		return err
	}
	sent := audit.Data{Facts: map[string]string{"purpose": string(l.Purpose)}}
	if err := s.record(ctx, t, l.CreatedAt, audit.LinkSent, l.UserID, sent); err != nil {
		return err
	}
	return s.insertMessage(ctx, t, m)
}

// NoLink implements staff.Links: a row comes and goes, so that there is something to
// commit.
func (s *Store) NoLink(ctx context.Context) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		nobody := s.opts.NewID()
		if err := writeTries(ctx, t, nobody, auth.Tries{Times: 1}); err != nil {
			return err
		}
		return writeTries(ctx, t, nobody, auth.Tries{})
	})
}

// voidLinks ends every link of a user that still works: a new password, being disabled and
// the end of all sessions do, and so does a link that was used.
func voidLinks(ctx context.Context, t tx, user string, now time.Time) error {
	_, err := t.ExecContext(ctx, `UPDATE account_links SET used_at = $1 WHERE user_id = $2 AND used_at IS NULL`, now.UnixMicro(), user)
	return err
}

const linkOfUser = `SELECT ` + userColumns + `, k.id, k.purpose, k.user_id, k.created_at, k.expires_at, k.used_at
	FROM account_links k JOIN users u ON u.id = k.user_id WHERE k.id = $1`

func scanLink(row scanner) (l staff.Link, u staff.User, err error) {
	var created, expires int64
	var used sql.NullInt64
	u, err = scanUser(row, &l.ID, &l.Purpose, &l.UserID, &created, &expires, &used)
	l.CreatedAt, l.ExpiresAt, l.UsedAt = at(created), at(expires), maybeAt(used)
	return l, u, err
}

// Link implements staff.Links.
func (s *Store) Link(ctx context.Context, id string) (staff.Link, staff.User, error) {
	l, u, err := scanLink(s.read.QueryRowContext(ctx, linkOfUser, id))
	return l, u, s.translate(err)
}

// UseLink implements staff.Links. There is one writer at a time, so that of two uses
// the second finds the link used.
func (s *Store) UseLink(ctx context.Context, id, hash string, now time.Time, may func(staff.Link, staff.User) bool, told *mail.Message) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		l, u, err := scanLink(t.QueryRowContext(ctx, linkOfUser, id))
		if err != nil {
			return err
		}
		if !may(l, u) {
			return notFound("link")
		}
		by := audit.ActorOf(ctx)
		by.UserID = u.ID // whoever holds the link is taken for the user
		how := audit.PasswordReset
		if l.Purpose == staff.Invitation {
			how = audit.InvitationAccepted
		}
		return s.setPassword(audit.As(ctx, by), t, u.ID, hash, now, how, told)
	})
}

// linkOpens is what the store can tell of staff.Link's rule, but for the time.
const linkOpens = `k.used_at IS NULL AND NOT u.disabled AND (k.purpose = 'invitation') = (u.password_hash = '')`

// Invitations implements staff.Links.
func (s *Store) Invitations(ctx context.Context, now time.Time) (map[string]time.Time, error) {
	until := map[string]time.Time{}
	rows, err := s.read.QueryContext(ctx, `SELECT k.user_id, MAX(k.expires_at) FROM account_links k JOIN users u ON u.id = k.user_id
		WHERE k.purpose = 'invitation' AND k.expires_at > $1 AND `+linkOpens+` GROUP BY k.user_id`, now.UnixMicro())
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id string
		var expires int64
		err := r.Scan(&id, &expires)
		until[id] = at(expires)
		return struct{}{}, err
	})
	return until, s.translate(err)
}

// holdLapsed suppresses those claimed messages whose link doesn't work any more: nobody
// has a use for them.
func holdLapsed(ctx context.Context, t tx, lease string, now time.Time) error {
	_, err := t.ExecContext(ctx, `UPDATE messages SET state = 'suppressed', next_at = NULL, lease = NULL, last_error = $1
		WHERE lease = $2 AND kind IN ('invitation', 'password_reset')
		AND NOT EXISTS (SELECT 1 FROM account_links k JOIN users u ON u.id = k.user_id
			WHERE k.id = messages.link_id AND k.expires_at > $3 AND `+linkOpens+`)`,
		lapsed, lease, now.UnixMicro())
	return err
}

var _ staff.Links = (*Store)(nil)
