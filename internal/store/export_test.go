package store

import (
	"context"
	"database/sql"
	"errors"

	"usher/internal/audit"
	"usher/internal/lead"
)

// Pragma reads a setting of the connection that writes.
func (s *Store) Pragma(ctx context.Context, name string) (value string, err error) {
	err = s.write.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
	return value, err
}

// Reading is the pool that reads.
func (s *Store) Reading() *sql.DB { return s.readers }

// LeadsQuery is the query that Leads makes.
func (s *Store) LeadsQuery(page lead.Page) (string, []any) { return s.leadsQuery(page) }

// CountsQuery is the query that Counts makes.
func (s *Store) CountsQuery(f lead.Filter) (string, []any) { return s.countsQuery(f) }

// SummaryQuery is the query that MessageSummary makes.
const SummaryQuery = summary

// NewestStoredQuery is the query that NewestStored makes.
const NewestStoredQuery = newestStored

// EventsQuery is the condition of a timeline's page.
func EventsQuery(leadID string, after *lead.Position) (string, []any) {
	q := eventsQuery(leadID, after)
	return q.filtered(`SELECT id FROM events`) + q.order("at", "id") + " LIMIT 5", q.args
}

// Update runs a function in a write transaction.
func (s *Store) Update(ctx context.Context, f func(ctx context.Context, exec func(query string, args ...any) error) error) error {
	return s.update(ctx, func(ctx context.Context, t tx) error {
		return f(ctx, func(query string, args ...any) error {
			_, err := t.ExecContext(ctx, query, args...)
			return err
		})
	})
}

// MostWaiting is how many writes may wait.
const MostWaiting = mostWaiting

// Waiting is how many writes wait for their turn.
func (s *Store) Waiting() int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return len(s.group.waiting)
}

// HasStrayWords tells whether the index of words names what no lead has.
func (s *Store) HasStrayWords(ctx context.Context) (bool, error) { return s.hasStrayWords(ctx) }

// ReportQueries are the queries that ReportLeads makes.
func ReportQueries() []string { return []string{reportLeads, reportErased} }

// MigrateTo brings an empty database to a version of the past.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return errors.Join(err, s.recordDigests(ctx))
}

// AuditQuery is the query that AuditEntries makes.
func AuditQuery(page audit.Page) (string, []any) { return auditQuery(page) }
