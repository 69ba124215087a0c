package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/mail"
)

const leadColumns = `id, reference, first_name, last_name, single_name, email, email_key, language, state, created_at,
	resume_key, resume_filename, resume_content_type, resume_size, resume_sha256, resume_protected,
	reached_out_at, reached_out_by, channel, assignee, notice_language, notice_version, notice_read, version`

type scanner interface{ Scan(dest ...any) error }

func scanLead(row scanner) (lead.Lead, error) {
	var (
		l            lead.Lead
		created      int64
		reachedOutAt sql.NullInt64
		by, assignee sql.NullString
	)
	err := row.Scan(&l.ID, &l.Reference, &l.FirstName, &l.LastName, &l.SingleName, &l.Email, &l.EmailKey, &l.Language, &l.State, &created,
		&l.Resume.Key, &l.Resume.Filename, &l.Resume.ContentType, &l.Resume.Size, &l.Resume.SHA256, &l.Resume.Protected,
		&reachedOutAt, &by, &l.Channel, &assignee, &l.Notice.Language, &l.Notice.Version, &l.Notice.Read, &l.Version)
	l.CreatedAt, l.ReachedOutAt, l.ReachedOutBy, l.Assignee = at(created), maybeAt(reachedOutAt), by.String, assignee.String
	return l, err
}

func scanLeadRows(rows *sql.Rows) (lead.Lead, error) { return scanLead(rows) }

// AddLead implements lead.Store.
func (s *Store) AddLead(ctx context.Context, l lead.Lead, received lead.Event, messages []mail.Message, key *lead.Key) (lead.Lead, bool, error) {
	kept, replayed := l, false
	err := s.updateOf(ctx, mostSubmissions, func(ctx context.Context, t tx) error {
		if key != nil {
			earlier, found, err := leadUnderKey(ctx, t, *key)
			if err != nil || found {
				kept, replayed = earlier, found
				return err
			}
		}
		added, err := s.insertLead(ctx, t, l)
		if err != nil {
			return err
		}
		kept = added
		if err := s.insertEvent(ctx, t, received); err != nil {
			return err
		}
		for _, m := range messages {
			if err := s.insertMessage(ctx, t, m); err != nil {
				return err
			}
		}
		if key == nil {
			return nil
		}
		_, err = t.ExecContext(ctx, `INSERT INTO idempotency_keys (key, fingerprint, lead_id, created_at) VALUES ($1, $2, $3, $4)`,
			key.Value, key.Fingerprint, l.ID, key.Now.UnixMicro())
		return err
	})
	return kept, replayed, err
}

// Load keeps leads whose story is known already, all of them or none. It sends
// nothing and caps nothing: the messages are as they are given. The audit tells of
// what happens here, and not of what happened elsewhere.
func (s *Store) Load(ctx context.Context, stories []lead.Story) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		for _, story := range stories {
			if _, err := s.insertLead(ctx, t, story.Lead); err != nil {
				return err
			}
			for _, e := range story.Events {
				if err := insertEventRow(ctx, t, e); err != nil {
					return err
				}
			}
			for _, m := range story.Messages {
				if _, err := insertMessageRow(ctx, t, m); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// leadUnderKey gives the lead that stands under an idempotency key, if any. A
// lapsed key is forgotten.
func leadUnderKey(ctx context.Context, t tx, key lead.Key) (lead.Lead, bool, error) {
	var fingerprint, id string
	var created int64
	err := t.QueryRowContext(ctx, `SELECT fingerprint, lead_id, created_at FROM idempotency_keys WHERE key = $1`, key.Value).
		Scan(&fingerprint, &id, &created)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return lead.Lead{}, false, nil
	case err != nil:
		return lead.Lead{}, false, err
	case key.Now.Sub(at(created)) >= lead.KeyLife:
		_, err := t.ExecContext(ctx, `DELETE FROM idempotency_keys WHERE key = $1`, key.Value)
		return lead.Lead{}, false, err
	case fingerprint != key.Fingerprint:
		return lead.Lead{}, false, fault.Field(fault.Invalid, "Idempotency-Key", "idempotency_key_reused",
			"This key was used for another submission. Use a new key.")
	}
	l, err := leadByID(ctx, t, id)
	return l, err == nil, err
}

// insertLead keeps a lead and gives it back as it was kept: see place.
func (s *Store) insertLead(ctx context.Context, t tx, l lead.Lead) (lead.Lead, error) {
	l, err := place(ctx, t, l)
	if err != nil {
		return l, err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO leads (`+leadColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		l.ID, l.Reference, l.FirstName, l.LastName, l.SingleName, l.Email, l.EmailKey, l.Language, l.State, l.CreatedAt.UnixMicro(),
		l.Resume.Key, l.Resume.Filename, l.Resume.ContentType, l.Resume.Size, l.Resume.SHA256, l.Resume.Protected,
		micros(l.ReachedOutAt), orNull(l.ReachedOutBy), l.Channel, orNull(l.Assignee), l.Notice.Language, l.Notice.Version, l.Notice.Read, l.Version)
	if violates(err, "leads.reference") {
		return l, lead.ErrReferenceTaken
	}
	if err != nil {
		return l, err
	}
	s.derived.count(l, 1)
	return l, s.index(ctx, t, l)
}

func leadByID(ctx context.Context, t tx, id string) (lead.Lead, error) {
	l, err := scanLead(t.QueryRowContext(ctx, `SELECT `+leadColumns+` FROM leads WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return l, notFound("lead")
	}
	return l, err
}

// Lead implements lead.Reader.
func (s *Store) Lead(ctx context.Context, id string) (lead.Lead, error) {
	l, err := leadByID(ctx, s.read, id)
	return l, s.translate(err)
}

// ChangeLead implements lead.Store. The transaction holds the write lock from its
// first read, so a lost race shows as a decision on the newer lead.
func (s *Store) ChangeLead(ctx context.Context, id string, decide func(lead.Lead) (lead.Lead, []lead.Event, error)) (lead.Lead, error) {
	var changed lead.Lead
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		before, err := leadByID(ctx, t, id)
		if err != nil {
			return err
		}
		after, events, err := decide(before)
		if err != nil {
			return err
		}
		changed = after
		if len(events) == 0 {
			return nil
		}
		if after != before {
			if err := s.updateLead(ctx, t, before, after); err != nil {
				return err
			}
		}
		for _, e := range events {
			if err := s.insertEvent(ctx, t, e); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// updateLead keeps what may change of a lead, and the counters.
func (s *Store) updateLead(ctx context.Context, t tx, before, after lead.Lead) error {
	result, err := t.ExecContext(ctx, `UPDATE leads SET state = $1, reached_out_at = $2, reached_out_by = $3, channel = $4,
		assignee = $5, version = $6 WHERE id = $7 AND version = $8`,
		after.State, micros(after.ReachedOutAt), orNull(after.ReachedOutBy), after.Channel, orNull(after.Assignee), after.Version, before.ID, before.Version)
	if err := affectedOne(result, err, notFound("lead")); err != nil {
		return err
	}
	s.derived.count(before, -1)
	s.derived.count(after, 1)
	return nil
}

// EraseLead implements lead.Store.
func (s *Store) EraseLead(ctx context.Context, id string, check func(lead.Lead) error, erased lead.Event) (lead.Lead, error) {
	var gone lead.Lead
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		l, err := leadByID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := check(l); err != nil {
			return err
		}
		gone = l
		if err := s.forget(ctx, t, id); err != nil {
			return err
		}
		s.derived.count(l, -1)
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO tombstones (lead_id, created_at, erased_at, resume_key) VALUES ($1, $2, $3, $4)`,
				[]any{id, l.CreatedAt.UnixMicro(), erased.At.UnixMicro(), l.Resume.Key}},
			{`UPDATE events SET data = '{}' WHERE lead_id = $1`, []any{id}},
			{`DELETE FROM leads WHERE id = $1`, []any{id}}, // its messages and keys go with it
		} {
			if _, err := t.ExecContext(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		return s.insertEvent(ctx, t, erased)
	})
	if err == nil {
		s.unscrubbed.Store(true)
		s.strayWords.Store(true)
		_ = s.Scrub(ctx) // what holds it up is waited out by ScrubAgain
	}
	return gone, err
}

// FinishErasure implements lead.Store.
func (s *Store) FinishErasure(ctx context.Context, id string) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		_, err := t.ExecContext(ctx, `UPDATE tombstones SET resume_key = '' WHERE lead_id = $1`, id)
		return err
	})
}

// UnfinishedErasures gives the resume keys of erased leads whose files may still
// be there, by lead id.
func (s *Store) UnfinishedErasures(ctx context.Context) (map[string]string, error) {
	keys := map[string]string{}
	rows, err := s.read.QueryContext(ctx, `SELECT lead_id, resume_key FROM tombstones WHERE resume_key <> ''`)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id, key string
		err := r.Scan(&id, &key)
		keys[id] = key
		return struct{}{}, err
	})
	return keys, s.translate(err)
}

// RecordView implements lead.Store.
func (s *Store) RecordView(ctx context.Context, viewed lead.Event, since time.Time) error {
	const recent = `SELECT COUNT(*) FROM events WHERE lead_id = $1 AND at > $2 AND kind = $3 AND actor = $4`
	seen := func(ctx context.Context, t tx) (bool, error) {
		var n int
		err := t.QueryRowContext(ctx, recent, viewed.LeadID, since.UnixMicro(), viewed.Kind, viewed.Actor).Scan(&n)
		return n > 0, err
	}
	if found, err := seen(ctx, s.read); err != nil || found { // the usual case costs no write lock
		return s.translate(err)
	}
	return s.update(ctx, func(ctx context.Context, t tx) error {
		if found, err := seen(ctx, t); err != nil || found {
			return err
		}
		return s.insertEvent(ctx, t, viewed)
	})
}

// ResumeKnown tells whether a lead refers to a resume key, for the sweep.
func (s *Store) ResumeKnown(ctx context.Context, key string) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM leads WHERE resume_key = $1`, key).Scan(&n)
	return n > 0, s.translate(err)
}
