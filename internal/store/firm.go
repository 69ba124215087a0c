package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"usher/internal/audit"
	"usher/internal/firm"
)

const (
	profileColumns = `name, accent, zone, contact_within_hours, ask_read, embed_sites, return_addresses,
	logo_digest, logo_content_type, logo_width, logo_height, version, updated_at, updated_by`
	noticeColumns = `version, language, text, published_at, published_by`
)

// Firm implements firm.Store.
func (s *Store) Firm(ctx context.Context) (firm.Current, error) {
	c, err := currentFirm(ctx, s.read)
	return c, s.translate(err)
}

// currentFirm reads the profile before its texts: when somebody changes them in
// between, the version is the older one, and acting on it is refused.
func currentFirm(ctx context.Context, t tx) (firm.Current, error) {
	p, err := profile(ctx, t)
	if err != nil {
		return firm.Current{}, err
	}
	rows, err := t.QueryContext(ctx, `SELECT `+noticeColumns+` FROM firm_notices n
		WHERE version = (SELECT MAX(version) FROM firm_notices m WHERE m.language = n.language) AND text <> ''`)
	standing, err := collect(rows, err, scanNotice)
	c := firm.Current{Profile: p, Notices: map[string]firm.Notice{}}
	for _, n := range standing {
		c.Notices[n.Language] = n
	}
	return c, err
}

func profile(ctx context.Context, t tx) (firm.Profile, error) {
	p, err := scanProfile(t.QueryRowContext(ctx, `SELECT `+profileColumns+` FROM firm_profile WHERE id = 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return firm.Profile{}, nil
	}
	if err != nil {
		return p, err
	}
	p.Texts = map[string]firm.Texts{}
	rows, err := t.QueryContext(ctx, `SELECT language, hours, promise, urgent, mail_note FROM firm_texts`)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var language string
		var texts firm.Texts
		err := r.Scan(&language, &texts.Hours, &texts.Promise, &texts.Urgent, &texts.MailNote)
		p.Texts[language] = texts
		return struct{}{}, err
	})
	return p, err
}

func scanProfile(row scanner) (firm.Profile, error) {
	var (
		p              firm.Profile
		logo           firm.Logo
		sites, returns string
		updated        int64
	)
	err := row.Scan(&p.Name, &p.Accent, &p.Zone, &p.ContactWithin, &p.AskRead, &sites, &returns,
		&logo.Digest, &logo.ContentType, &logo.Width, &logo.Height, &p.Version, &updated, &p.UpdatedBy)
	if err != nil {
		return p, err
	}
	p.UpdatedAt = at(updated)
	if logo.Digest != "" {
		p.Logo = &logo
	}
	return p, errors.Join(json.Unmarshal([]byte(sites), &p.EmbedSites), json.Unmarshal([]byte(returns), &p.ReturnAddresses))
}

// LogoBytes implements firm.Store.
func (s *Store) LogoBytes(ctx context.Context, digest string) ([]byte, error) {
	var contents string
	err := s.read.QueryRowContext(ctx, `SELECT logo_base64 FROM firm_profile WHERE logo_digest = $1 AND logo_digest <> ''`, digest).Scan(&contents)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("logo")
	}
	if err != nil {
		return nil, s.translate(err)
	}
	return base64.StdEncoding.DecodeString(contents)
}

// ChangeFirm implements firm.Store.
func (s *Store) ChangeFirm(ctx context.Context, decide func(firm.Profile) (firm.Profile, error)) (firm.Profile, error) {
	var changed firm.Profile
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		before, err := profile(ctx, t)
		if err != nil {
			return err
		}
		if changed, err = decide(before); err != nil || changed.Version == before.Version {
			return err
		}
		if err := keepProfile(ctx, t, changed); err != nil {
			return err
		}
		return s.recordProfile(ctx, t, before, changed)
	})
	return changed, err
}

// recordProfile tells the audit of a change, and of the logo by itself: its bytes are
// nothing to compare.
func (s *Store) recordProfile(ctx context.Context, t tx, before, after firm.Profile) error {
	if data := audit.Changed(before.Facts(), after.Facts()); !data.Empty() {
		if err := s.record(ctx, t, after.UpdatedAt, audit.FirmChanged, "", data); err != nil {
			return err
		}
	}
	switch {
	case after.LogoDigest() == before.LogoDigest():
		return nil
	case after.Logo == nil:
		return s.record(ctx, t, after.UpdatedAt, audit.LogoRemoved, "", audit.Data{})
	}
	return s.record(ctx, t, after.UpdatedAt, audit.LogoSet, "", audit.Data{Facts: map[string]string{"sha256": after.LogoDigest()}})
}

// keepProfile keeps a profile. The bytes of a logo that stays are there already.
func keepProfile(ctx context.Context, t tx, p firm.Profile) error {
	logo := firm.Logo{}
	if p.Logo != nil {
		logo = *p.Logo
	}
	_, err := t.ExecContext(ctx, `INSERT INTO firm_profile (id, `+profileColumns+`, logo_base64)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, accent = excluded.accent, zone = excluded.zone,
			contact_within_hours = excluded.contact_within_hours, ask_read = excluded.ask_read,
			embed_sites = excluded.embed_sites, return_addresses = excluded.return_addresses, logo_digest = excluded.logo_digest,
			logo_content_type = excluded.logo_content_type, logo_width = excluded.logo_width, logo_height = excluded.logo_height,
			logo_base64 = CASE WHEN excluded.logo_digest = firm_profile.logo_digest THEN firm_profile.logo_base64 ELSE excluded.logo_base64 END,
			version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		p.Name, p.Accent, p.Zone, p.ContactWithin, p.AskRead, textList(p.EmbedSites), textList(p.ReturnAddresses),
		logo.Digest, logo.ContentType, logo.Width, logo.Height,
		p.Version, p.UpdatedAt.UnixMicro(), p.UpdatedBy, base64.StdEncoding.EncodeToString(logo.Bytes))
	if err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `DELETE FROM firm_texts`); err != nil {
		return err
	}
	for language, texts := range p.Texts {
		_, err := t.ExecContext(ctx, `INSERT INTO firm_texts (language, hours, promise, urgent, mail_note) VALUES ($1, $2, $3, $4, $5)`,
			language, texts.Hours, texts.Promise, texts.Urgent, texts.MailNote)
		if err != nil {
			return err
		}
	}
	return nil
}

// textList is a list of texts as it is stored.
func textList(list []string) string {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	if err != nil { // texts always marshal
		panic(fmt.Sprintf("store: %v", err))
	}
	return string(b)
}

func scanNotice(r *sql.Rows) (firm.Notice, error) {
	var n firm.Notice
	var published int64
	err := r.Scan(&n.Version, &n.Language, &n.Text, &published, &n.PublishedBy)
	n.PublishedAt = at(published)
	return n, err
}

// Notices implements firm.Store.
func (s *Store) Notices(ctx context.Context) ([]firm.Notice, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+noticeColumns+` FROM firm_notices ORDER BY version DESC`)
	all, err := collect(rows, err, scanNotice)
	return all, s.translate(err)
}

// PublishNotice implements firm.Store.
func (s *Store) PublishNotice(ctx context.Context, language string, decide func(newest firm.Notice, next int64) (firm.Notice, error)) (firm.Notice, error) {
	var decided firm.Notice
	err := s.update(ctx, func(ctx context.Context, t tx) error {
		var last int64
		if err := t.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) FROM firm_notices`).Scan(&last); err != nil {
			return err
		}
		rows, err := t.QueryContext(ctx, `SELECT `+noticeColumns+` FROM firm_notices WHERE language = $1 ORDER BY version DESC LIMIT 1`, language)
		found, err := collect(rows, err, scanNotice)
		if err != nil {
			return err
		}
		newest := firm.Notice{}
		if len(found) > 0 {
			newest = found[0]
		}
		if decided, err = decide(newest, last+1); err != nil || decided.Version != last+1 {
			return err
		}
		_, err = t.ExecContext(ctx, `INSERT INTO firm_notices (`+noticeColumns+`) VALUES ($1, $2, $3, $4, $5)`,
			decided.Version, decided.Language, decided.Text, decided.PublishedAt.UnixMicro(), decided.PublishedBy)
		if err != nil {
			return err
		}
		return s.record(ctx, t, decided.PublishedAt, audit.NoticePublished, "", audit.Data{Facts: decided.Facts()})
	})
	return decided, err
}

var _ firm.Store = (*Store)(nil)
