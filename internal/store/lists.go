package store

import (
	"context"
	"database/sql"
	"strings"

	"usher/internal/lead"
)

// Leads implements lead.Reader: keyset pages, so that the deepest page costs what
// the first does and inserts move nothing.
func (s *Store) Leads(ctx context.Context, page lead.Page) ([]lead.Lead, error) {
	if page.Words != nil && len(*page.Words) == 0 {
		return nil, nil
	}
	done, err := s.take(ctx, s.searching, page.Filter)
	if err != nil {
		return nil, err
	}
	defer done()
	query, args := s.leadsQuery(page)
	rows, err := s.read.QueryContext(ctx, query, args...)
	leads, err := collect(rows, err, scanLeadRows)
	return leads, s.translate(err)
}

// leadsQuery is the query for one page of leads. With words it goes by the index of
// words, whose order is that of the list.
func (s *Store) leadsQuery(page lead.Page) (string, []any) {
	q := keyset{oldest: page.Oldest}
	from, order := s.source(&q, page.Filter), q.order("created_at", "id")
	filter(&q, page.Filter)
	switch {
	case page.Words != nil:
		if !page.From.IsZero() {
			q.condition(s.dialect.docid + " >= " + q.bind(page.From.UnixMicro()))
		}
		if page.After != nil {
			q.condition(s.dialect.docid + " " + q.behind() + " " + q.bind(page.After.CreatedAt.UnixMicro()))
		}
		order = q.order(s.dialect.docid)
	case page.After != nil:
		q.after("created_at", page.After.CreatedAt, page.After.ID)
	}
	return q.filtered(`SELECT `+leadColumns+` FROM `+from) + order + " LIMIT " + q.bind(page.Limit), q.args
}

// source gives the tables in which leads are looked for, and adds the condition
// that finds all words.
func (s *Store) source(q *keyset, f lead.Filter) string {
	switch {
	case f.Words != nil:
		q.condition(s.dialect.matches(q.bind(s.dialect.query(*f.Words))))
		return s.dialect.found
	case f.SameEmailAs != "":
		return s.dialect.sameEmail
	case f.Language != "":
		return s.dialect.sameLanguage
	}
	return "leads"
}

// filter adds what a filter asks of a lead's own columns.
func filter(q *keyset, f lead.Filter) {
	switch {
	case f.Assignee == nil:
	case *f.Assignee == "":
		q.condition("assignee IS NULL")
	default:
		q.equal("assignee", *f.Assignee)
	}
	if f.State != "" {
		q.equal("state", f.State)
	}
	if f.Language != "" {
		q.inLanguage(f.Language)
	}
	if f.SameEmailAs != "" {
		q.condition("email_key = (SELECT other.email_key FROM leads other WHERE other.id = " + q.bind(f.SameEmailAs) + ")")
	}
	if !f.From.IsZero() {
		q.condition("created_at >= " + q.bind(f.From.UnixMicro()))
	}
	if !f.To.IsZero() {
		q.condition("created_at <= " + q.bind(f.To.UnixMicro()))
	}
}

// A lead's language in lower case with a hyphen behind each part, and the beginning
// of that, by which the index leads_language_newest is sorted.
const (
	languageParts = `REPLACE(LOWER(language), '_', '-') || '-'`
	languageIndex = `SUBSTR(` + languageParts + `, 1, 3)`
)

// inLanguage asks for leads in a language or in a form of it: es finds es-MX, and
// not est.
func (q *keyset) inLanguage(tag string) {
	parts := strings.ReplaceAll(strings.ToLower(tag), "_", "-") + "-"
	q.condition(languageIndex + " = " + q.bind(parts[:3])) // no language has fewer than two letters
	if len(parts) > 3 {
		bound := q.bind(parts)
		q.condition("SUBSTR(" + languageParts + ", 1, LENGTH(" + bound + ")) = " + bound)
	}
}

// Counts implements lead.Reader. Without words, times, a language and an address it reads a few
// counters that are kept with every change; otherwise it counts.
func (s *Store) Counts(ctx context.Context, f lead.Filter) (map[lead.State]int, error) {
	counts := map[lead.State]int{lead.Pending: 0, lead.ReachedOut: 0}
	if f.Words != nil && len(*f.Words) == 0 {
		return counts, nil
	}
	done, err := s.take(ctx, s.counting, f)
	if err != nil {
		return nil, err
	}
	defer done()
	query, args := s.countsQuery(f)
	rows, err := s.read.QueryContext(ctx, query, args...)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var state lead.State
		var n int
		err := r.Scan(&state, &n)
		counts[state] = n
		return struct{}{}, err
	})
	return counts, s.translate(err)
}

// take takes one of a few places for those who look for words: what few leads have
// can take a while to find, and others read too. Call done afterwards.
func (s *Store) take(ctx context.Context, places chan struct{}, f lead.Filter) (done func(), err error) {
	if f.Words == nil {
		return func() {}, nil
	}
	return s.occupy(ctx, places)
}

// occupy waits for one of a few places. Call done afterwards.
func (s *Store) occupy(ctx context.Context, places chan struct{}) (done func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, s.translate(ctx.Err())
	}
}

func (s *Store) countsQuery(f lead.Filter) (string, []any) {
	var q keyset
	if f.Words == nil && f.From.IsZero() && f.To.IsZero() && f.SameEmailAs == "" && f.Language == "" {
		if f.Assignee != nil {
			q.equal("assignee", *f.Assignee) // empty for nobody, here
		}
		if f.State != "" {
			q.equal("state", f.State)
		}
		return q.filtered(`SELECT state, CAST(SUM(leads) AS BIGINT) FROM lead_counts`) + ` GROUP BY state`, q.args
	}
	from := s.source(&q, f)
	filter(&q, f)
	return q.filtered(`SELECT state, COUNT(*) FROM `+from) + ` GROUP BY state`, q.args
}
