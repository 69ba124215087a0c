package store

import (
	"context"
	"database/sql"
	"errors"

	"usher/internal/lead"
	"usher/internal/mail"
)

// corrected is what staff read of a confirmation that its lead has another address
// for.
const corrected = "The prospect corrected the address before this was sent."

// CorrectAddress implements lead.Store.
func (s *Store) CorrectAddress(ctx context.Context, id string,
	decide func(l lead.Lead, corrections int) (lead.Lead, []lead.Event, mail.Message, error),
) (lead.Lead, error) {
	var after lead.Lead
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		before, err := leadByID(ctx, t, id)
		if err != nil {
			return err
		}
		var times int
		if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM events WHERE lead_id = $1 AND kind = $2`, id, lead.AddressCorrected).Scan(&times); err != nil {
			return err
		}
		changed, events, message, err := decide(before, times)
		if err != nil {
			return err
		}
		after = changed
		if len(events) == 0 {
			return nil
		}
		if err := s.setAddress(ctx, t, before, after); err != nil {
			return err
		}
		for _, e := range events {
			if err := s.insertEvent(ctx, t, e); err != nil {
				return err
			}
		}
		return s.redirect(ctx, t, message)
	})
	return after, err
}

// setAddress changes the address and what the lead is found by.
func (s *Store) setAddress(ctx context.Context, t tx, before, after lead.Lead) error {
	result, err := t.ExecContext(ctx, `UPDATE leads SET email = $1, email_key = $2, version = $3 WHERE id = $4 AND version = $5`,
		after.Email, after.EmailKey, after.Version, before.ID, before.Version)
	if err := affectedOne(result, err, notFound("lead")); err != nil {
		return err
	}
	if err := s.forget(ctx, t, before.ID); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `DELETE FROM lead_search WHERE lead_id = $1`, before.ID); err != nil {
		return err
	}
	return s.index(ctx, t, after)
}

// redirect keeps a confirmation, and holds back those of the same lead that wait for
// another address. An address that was left and is taken again gets the message that
// it had, under the cap that it would have been under.
func (s *Store) redirect(ctx context.Context, t tx, m mail.Message) error {
	if err := s.holdBack(ctx, t, `lead_id = $2 AND lease IS NULL`, m.LeadID); err != nil {
		return err
	}
	again := m
	err := scanMessageInto(t.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE lead_id = $1 AND kind = 'confirmation' AND recipient_key = $2 AND state = 'suppressed' AND last_error = $3`,
		m.LeadID, m.RecipientKey, corrected), &again)
	if errors.Is(err, sql.ErrNoRows) {
		return s.insertMessage(ctx, t, m)
	}
	if err != nil {
		return err
	}
	again.State, again.NextAt, again.LastError = m.State, m.NextAt, ""
	if again, err = capped(ctx, t, again); err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `UPDATE messages SET state = $1, next_at = $2, last_error = '' WHERE id = $3`, again.State, micros(again.NextAt), again.ID)
	if err != nil {
		return err
	}
	return s.tellOfMessage(ctx, t, again, "")
}

// holdBack suppresses the confirmations that are due, or will be, at another address
// than their lead has by now. which says which messages are looked at, by $2.
func (s *Store) holdBack(ctx context.Context, t tx, which string, arg any) error {
	rows, err := t.QueryContext(ctx, `UPDATE messages SET state = 'suppressed', next_at = NULL, lease = NULL, last_error = $1
		WHERE `+which+` AND kind = 'confirmation' AND state IN ('queued', 'retrying')
		AND recipient_key <> (SELECT l.email_key FROM leads l WHERE l.id = messages.lead_id)
		RETURNING `+messageColumns, corrected, arg)
	held, err := collect(rows, err, func(r *sql.Rows) (mail.Message, error) {
		var m mail.Message
		err := scanMessageInto(r, &m)
		return m, err
	})
	if err != nil {
		return err
	}
	for _, m := range held {
		if err := s.tellOfMessage(ctx, t, m, ""); err != nil {
			return err
		}
	}
	return nil
}
