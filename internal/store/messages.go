package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"usher/internal/audit"
	"usher/internal/lead"
	"usher/internal/mail"
)

const messageColumns = `id, COALESCE(lead_id, ''), COALESCE(user_id, ''), COALESCE(link_id, ''), kind, recipient, recipient_key, message_id,
	state, attempts, doubtful, last_error, created_at, next_at, sent_at`

func scanMessageInto(row scanner, m *mail.Message, more ...any) error {
	var created int64
	var next, sent sql.NullInt64
	err := row.Scan(append([]any{&m.ID, &m.LeadID, &m.UserID, &m.LinkID, &m.Kind, &m.Recipient, &m.RecipientKey, &m.MessageID, &m.State, &m.Attempts, &m.Doubtful,
		&m.LastError, &created, &next, &sent}, more...)...)
	m.CreatedAt, m.NextAt, m.SentAt = at(created), maybeAt(next), maybeAt(sent)
	return err
}

// insertMessage keeps a message, suppressed when its recipient has had enough
// confirmations in the last 24 hours. A message that is there already stays.
func (s *Store) insertMessage(ctx context.Context, t tx, m mail.Message) error {
	m, err := capped(ctx, t, m)
	if err != nil {
		return err
	}
	inserted, err := insertMessageRow(ctx, t, m)
	if err != nil || !inserted || m.State == mail.Queued {
		return err
	}
	return s.tellOfMessage(ctx, t, m, "")
}

// capped is a message as it is once its recipient's confirmations of the last 24
// hours are counted.
func capped(ctx context.Context, t tx, m mail.Message) (mail.Message, error) {
	if m.Kind != mail.Confirmation {
		return m, nil
	}
	var today int
	err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM messages WHERE kind = 'confirmation' AND recipient_key = $1 AND created_at > $2
		AND state <> 'suppressed'`, m.RecipientKey, m.CreatedAt.Add(-24*time.Hour).UnixMicro()).Scan(&today)
	return mail.Capped(m, today), err
}

// insertMessageRow keeps a message, unless it is there already.
func insertMessageRow(ctx context.Context, t tx, m mail.Message) (inserted bool, err error) {
	result, err := t.ExecContext(ctx, `INSERT INTO messages (id, lead_id, user_id, link_id, kind, recipient, recipient_key, message_id,
		state, attempts, doubtful, last_error, created_at, next_at, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (lead_id, kind, recipient_key) DO NOTHING`,
		m.ID, orNull(m.LeadID), orNull(m.UserID), orNull(m.LinkID), m.Kind, m.Recipient, m.RecipientKey, m.MessageID, m.State, m.Attempts, m.Doubtful, m.LastError,
		m.CreatedAt.UnixMicro(), micros(m.NextAt), micros(m.SentAt))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Claim implements mail.Outbox. When nothing is due it writes nothing.
func (s *Store) Claim(ctx context.Context, lease string, now, until time.Time, limit int) ([]mail.Due, error) {
	const due = `FROM messages WHERE next_at IS NOT NULL AND next_at <= $1 AND (lease IS NULL OR lease_until <= $1)`
	var n int
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 `+due+` LIMIT 1) due`, now.UnixMicro()).Scan(&n); err != nil || n == 0 {
		return nil, s.translate(err)
	}
	var claimed []mail.Due
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `WITH due AS (SELECT id `+due+` ORDER BY next_at LIMIT $2)
			UPDATE messages SET attempts = attempts + 1, lease = $3, lease_until = $4,
			doubtful = doubtful + CASE WHEN handed_over THEN 1 ELSE 0 END, handed_over = FALSE
			WHERE id IN (SELECT id FROM due)`,
			now.UnixMicro(), limit, lease, until.UnixMicro())
		if err == nil { // one that could not be held back while it was being tried, or that staff have retried
			err = s.holdBack(ctx, t, `lease = $2`, lease)
		}
		if err == nil {
			err = holdLapsed(ctx, t, lease, now)
		}
		if err != nil {
			return err
		}
		claimed, err = leased(ctx, t, lease)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func leased(ctx context.Context, t tx, lease string) ([]mail.Due, error) {
	rows, err := t.QueryContext(ctx, `SELECT m.id, COALESCE(m.lead_id, ''), COALESCE(m.user_id, ''), COALESCE(m.link_id, ''), m.kind,
		m.recipient, m.recipient_key, m.message_id, m.state, m.attempts, m.doubtful, m.last_error, m.created_at, m.next_at, m.sent_at,
		COALESCE(l.first_name, ''), COALESCE(l.last_name, ''), COALESCE(l.single_name, FALSE), COALESCE(l.email, ''),
		COALESCE(l.reference, ''), COALESCE(l.language, ''), l.created_at, COALESCE(u.name, ''), k.expires_at
		FROM messages m LEFT JOIN leads l ON l.id = m.lead_id LEFT JOIN users u ON u.id = m.user_id LEFT JOIN account_links k ON k.id = m.link_id
		WHERE m.lease = $1 ORDER BY m.next_at, m.id`, lease)
	return collect(rows, err, func(r *sql.Rows) (mail.Due, error) {
		d := mail.Due{Lease: lease}
		var received, until sql.NullInt64
		f := &d.Facts
		err := scanMessageInto(r, &d.Message, &f.FirstName, &f.LastName, &f.SingleName, &f.Email, &f.Reference, &f.Language, &received,
			&d.Account.Name, &until)
		f.ReceivedAt, d.Account.Until = maybeAt(received), maybeAt(until)
		return d, err
	})
}

// leaseUpdate runs an update that only the holder of a lease may make.
func (s *Store) leaseUpdate(ctx context.Context, query string, args ...any) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		result, err := t.ExecContext(ctx, query, args...)
		return affectedOne(result, err, mail.ErrLeaseLost)
	})
}

// HandOver implements mail.Outbox.
func (s *Store) HandOver(ctx context.Context, id, lease string) error {
	return s.leaseUpdate(ctx, `UPDATE messages SET handed_over = TRUE WHERE id = $1 AND lease = $2`, id, lease)
}

// tellOfMessage adds to the lead's timeline what became of a message. The actor is
// a user's id, and empty when it was Usher. What is about an account is on no timeline,
// and in the audit when it was a user.
func (s *Store) tellOfMessage(ctx context.Context, t tx, m mail.Message, actor string) error {
	if m.LeadID == "" {
		if actor == "" {
			return nil
		}
		retried := audit.Data{Facts: map[string]string{"message": m.ID, "kind": string(m.Kind)}}
		return s.record(ctx, t, s.opts.Now(), audit.MessageRetried, m.UserID, retried)
	}
	data := map[string]string{"message_id": m.ID, "message_kind": string(m.Kind), "state": string(m.State)}
	if m.LastError != "" && m.State != mail.Sent {
		data["error"] = m.LastError
	}
	return s.insertEvent(ctx, t, lead.Event{ID: s.opts.NewID(), LeadID: m.LeadID, Kind: lead.MessageChanged, At: s.opts.Now(), Actor: actor, Data: data})
}

// Settle implements mail.Outbox. A state that is new is an event of the lead's.
func (s *Store) Settle(ctx context.Context, id, lease string, r mail.Result) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		m := mail.Message{ID: id, LastError: r.LastError}
		err := t.QueryRowContext(ctx, `SELECT COALESCE(lead_id, ''), kind, state FROM messages WHERE id = $1 AND lease = $2`, id, lease).
			Scan(&m.LeadID, &m.Kind, &m.State)
		if errors.Is(err, sql.ErrNoRows) {
			return mail.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		if _, err := t.ExecContext(ctx, `UPDATE messages SET state = $1, last_error = $2, next_at = $3, sent_at = $4,
			lease = NULL, lease_until = NULL, handed_over = FALSE WHERE id = $5`,
			r.State, r.LastError, micros(r.NextAt), micros(r.SentAt), id); err != nil || m.State == r.State {
			return err
		}
		m.State = r.State
		return s.tellOfMessage(ctx, t, m, "")
	})
}

// Release implements mail.Outbox.
func (s *Store) Release(ctx context.Context, id, lease string) error {
	return s.leaseUpdate(ctx, `UPDATE messages SET attempts = attempts - 1, lease = NULL, lease_until = NULL, handed_over = FALSE
		WHERE id = $1 AND lease = $2`, id, lease)
}

// NextDue implements mail.Outbox. A leased message is due when its lease lapses.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT MIN(due) FROM (
			SELECT MIN(lease_until) AS due FROM messages WHERE lease IS NOT NULL
			UNION ALL SELECT due FROM (SELECT next_at AS due FROM messages WHERE next_at IS NOT NULL AND lease IS NULL ORDER BY next_at LIMIT 1) unleased
		) both_kinds`).Scan(&next)
	return maybeAt(next), s.translate(err)
}

// summary counts by an index of states alone: what was sent is never looked at,
// however much it is.
const summary = `SELECT
	(SELECT COUNT(*) FROM messages WHERE state IN ('queued', 'retrying')),
	(SELECT COUNT(*) FROM messages WHERE state IN ('queued', 'retrying') AND created_at <= $1),
	(SELECT COUNT(*) FROM messages WHERE state = 'dead')`

// summaryOfLeads counts only what is about leads: there it looks at what isn't done.
var summaryOfLeads = strings.ReplaceAll(summary, "WHERE", "WHERE user_id IS NULL AND")

// MessageSummary implements mail.Outbox.
func (s *Store) MessageSummary(ctx context.Context, since time.Time, accounts bool) (mail.Summary, error) {
	query := summaryOfLeads
	if accounts {
		query = summary
	}
	var sum mail.Summary
	err := s.read.QueryRowContext(ctx, query, since.UnixMicro()).Scan(&sum.Waiting, &sum.Stuck, &sum.Dead)
	return sum, s.translate(err)
}

// VoidLeases ends every lease. The holder of the data directory's lock does it at
// the start: on one machine, whoever held them is dead. It returns how many tries
// were cut off after the message had been handed over, which may send it twice.
func (s *Store) VoidLeases(ctx context.Context) (doubtful int64, err error) {
	err = s.update(ctx, func(ctx context.Context, t tx) error {
		result, err := t.ExecContext(ctx, `UPDATE messages SET doubtful = doubtful + 1, lease = NULL, lease_until = NULL, handed_over = FALSE
			WHERE lease IS NOT NULL AND handed_over`)
		if err != nil {
			return err
		}
		if doubtful, err = result.RowsAffected(); err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, `UPDATE messages SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL`)
		return err
	})
	return doubtful, err
}

// Messages gives one page of the outbox, newest first.
func (s *Store) Messages(ctx context.Context, page mail.Page) ([]mail.Message, error) {
	var q keyset
	if page.State != "" {
		q.equal("state", page.State)
	}
	if page.LeadID != "" {
		q.equal("lead_id", page.LeadID)
	}
	if !page.Accounts {
		q.condition("user_id IS NULL")
	}
	if page.AfterID != "" {
		q.after("created_at", page.AfterCreatedAt, page.AfterID)
	}
	rows, err := q.page(ctx, s.read, `SELECT `+messageColumns+` FROM messages`, page.Limit)
	messages, err := collect(rows, err, func(r *sql.Rows) (mail.Message, error) {
		var m mail.Message
		err := scanMessageInto(r, &m)
		return m, err
	})
	return messages, s.translate(err)
}

// RetryMessage makes a message due now by a person's wish, which the lead's
// timeline tells. Errors: NotFound; those of decide.
func (s *Store) RetryMessage(ctx context.Context, id, user string, decide func(mail.Message) (mail.Message, error)) (mail.Message, error) {
	var changed mail.Message
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		var m mail.Message
		err := scanMessageInto(t.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM messages WHERE id = $1`, id), &m)
		if errors.Is(err, sql.ErrNoRows) {
			return notFound("message")
		}
		if err != nil {
			return err
		}
		if changed, err = decide(m); err != nil || changed == m {
			return err
		}
		_, err = t.ExecContext(ctx, `UPDATE messages SET state = $1, attempts = $2, doubtful = $3, next_at = $4 WHERE id = $5`,
			changed.State, changed.Attempts, changed.Doubtful, micros(changed.NextAt), id)
		if err != nil {
			return err
		}
		return s.tellOfMessage(ctx, t, changed, user)
	})
	return changed, err
}

// Confirmation implements lead.Reader.
func (s *Store) Confirmation(ctx context.Context, l lead.Lead) (mail.State, error) {
	var state mail.State
	err := s.read.QueryRowContext(ctx, `SELECT state FROM messages WHERE lead_id = $1 AND kind = 'confirmation' AND recipient_key = $2`,
		l.ID, l.EmailKey).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return state, s.translate(err)
}

// MessageCounts counts the messages by state, for the metrics.
func (s *Store) MessageCounts(ctx context.Context) (map[mail.State]int, error) {
	counts := map[mail.State]int{}
	rows, err := s.read.QueryContext(ctx, `SELECT state, COUNT(*) FROM messages GROUP BY state`)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var state mail.State
		var n int
		err := r.Scan(&state, &n)
		counts[state] = n
		return struct{}{}, err
	})
	return counts, s.translate(err)
}

// Enlist gives the notifications for a lead once there is somebody to tell.
type Enlist func(l lead.Lead, adminEmail string) ([]mail.Message, error)

// enlist adds the notifications of leads that came in while the firm had nobody
// to tell.
func (s *Store) enlist(ctx context.Context, t tx, adminEmail string) error {
	rows, err := t.QueryContext(ctx, `SELECT `+leadColumns+` FROM leads
		WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.lead_id = leads.id AND m.kind = 'notification')`)
	waiting, err := collect(rows, err, scanLeadRows)
	if err != nil {
		return err
	}
	for _, l := range waiting {
		messages, err := s.opts.Enlist(l, adminEmail)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if err := s.insertMessage(ctx, t, m); err != nil {
				return err
			}
		}
	}
	return nil
}

var _ mail.Outbox = (*Store)(nil)
