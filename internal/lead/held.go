package lead

import (
	"context"

	"usher/internal/audit"
)

// heldView is a resume view that waits to be recorded.
type heldView struct {
	Event

	by audit.Actor
}

const mostViews = 10_000 // that wait in memory

// holdBack keeps a view in memory and in the log until it can be stored: a full
// disk keeps nobody from reading.
func (s *Service) holdBack(view heldView, cause error) {
	s.Log.Warn("a resume view waits to be recorded", "lead", view.LeadID, "user", view.Actor, "at", view.At, "error", cause)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.views) < mostViews {
		s.views = append(s.views, view)
	}
}

// FlushViews records the views that wait in memory. The caller repeats it.
func (s *Service) FlushViews(ctx context.Context) {
	s.mu.Lock()
	waiting := s.views
	s.views = nil
	s.mu.Unlock()
	for i, view := range waiting {
		if err := s.Store.RecordView(audit.As(ctx, view.by), view.Event, view.At.Add(-viewWindow)); err != nil {
			s.mu.Lock()
			s.views = append(s.views, waiting[i:]...)
			s.mu.Unlock()
			return
		}
	}
}
