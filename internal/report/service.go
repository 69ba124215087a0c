// Package report says in figures how the firm does: how many leads come in, how long
// they wait for the first contact, how many of them within the firm's target, who
// waits now, and how far prospects come with the form. It is about days and never
// about single people of the firm.
package report

import (
	"context"
	"time"

	"usher/internal/funnel"
)

// Store gives what reports are made of. Times are those of receipt; before is not
// included.
type Store interface {
	// ReportLeads visits every lead of that time, erased ones too, in any order.
	ReportLeads(ctx context.Context, from, before time.Time, visit func(Lead)) error
	// ReportBacklog counts the pending leads by ages: bounds are when a lead came in that
	// has exactly each of them, newest first.
	ReportBacklog(ctx context.Context, bounds []time.Time) (Backlog, error)
	// Funnel gives the counts of some days, both included, by day.
	Funnel(ctx context.Context, first, last string) ([]funnel.Count, error)
}

// Service makes reports.
type Service struct {
	Store Store
}

// Report answers a question, whose period has at most MostDays. What is counted while
// it is made may be in some figures and not yet in others.
func (s *Service) Report(ctx context.Context, q Question) (Report, error) {
	r, err := s.Days(ctx, q)
	if err != nil {
		return r, err
	}
	if r.Backlog, err = s.Backlog(ctx, q.Now); err != nil {
		return r, err
	}
	counts, err := s.Funnel(ctx, q.Period)
	r.Funnel = NewFunnel(counts)
	return r, err
}

// Days is a report without backlog and funnel.
func (s *Service) Days(ctx context.Context, q Question) (Report, error) {
	tally := NewTally(q)
	from, before := q.Bounds()
	err := s.Store.ReportLeads(ctx, from, before, tally.Add)
	return tally.Report(), err
}

// Backlog is who waits.
func (s *Service) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	ages := Ages()
	bounds := make([]time.Time, len(ages))
	for i, age := range ages {
		bounds[i] = now.Add(-age)
	}
	return s.Store.ReportBacklog(ctx, bounds)
}

// Funnel gives the form's counts of a period.
func (s *Service) Funnel(ctx context.Context, p Period) ([]funnel.Count, error) {
	return s.Store.Funnel(ctx, p.First.Format(time.DateOnly), p.Last.Format(time.DateOnly))
}
