package view

import (
	"context"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
)

// Store keeps views. Every method is one transaction.
type Store interface {
	// Views gives the user's own and all shared ones, by name.
	Views(ctx context.Context, user string) ([]View, error)
	// AddView keeps a view unless check, which is told how many its owner has, refuses.
	AddView(ctx context.Context, v View, check func(owned int) error) error
	// ChangeView keeps what decide returns. Errors: those of decide, NotFound.
	ChangeView(ctx context.Context, id string, decide func(View) (View, error)) (View, error)
	// RemoveView removes a view unless check refuses. Errors: those of check, NotFound.
	RemoveView(ctx context.Context, id string, check func(View) error) error
}

// Service is the use cases around saved views.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func() string
}

// List gives the user's own views and those that others share, by name.
func (s *Service) List(ctx context.Context, u staff.User) ([]View, error) {
	return s.Store.Views(ctx, u.ID)
}

// Save keeps a new view of the user's; it shows the newest first and is theirs alone
// unless the change says otherwise. Errors: Invalid, Forbidden, Conflict when they have
// Most.
func (s *Service) Save(ctx context.Context, c Change, u staff.User) (View, error) {
	if c.Name == nil {
		c.Name = new(string) // which is refused as an empty one is
	}
	c, bad := c.Check()
	if err := fault.Violated(bad); err != nil {
		return View{}, err
	}
	now := s.Now()
	v := View{ID: s.NewID(), Owner: u.ID, Sort: Newest, CreatedAt: now, UpdatedAt: now}.with(c)
	if err := v.showable(u); err != nil {
		return View{}, err
	}
	return v, s.Store.AddView(ctx, v, func(owned int) error {
		if owned >= Most {
			return fault.New(fault.Conflict, "too_many_views", "You have 50 saved views. Delete one first.")
		}
		return nil
	})
}

// Change changes a view: one's own, or as an admin a shared one. One in which nothing
// differs stays as it is. Errors: Invalid, NotFound, Forbidden.
func (s *Service) Change(ctx context.Context, id string, c Change, u staff.User) (View, error) {
	c, bad := c.Check()
	if err := fault.Violated(bad); err != nil {
		return View{}, err
	}
	return s.Store.ChangeView(ctx, id, func(before View) (View, error) {
		after := before.with(c)
		if after != before {
			after.UpdatedAt = s.Now()
		}
		if err := before.changeable(u); err != nil {
			return after, err
		}
		return after, after.showable(u)
	})
}

// Remove deletes a view: one's own, or as an admin a shared one. Errors: NotFound,
// Forbidden.
func (s *Service) Remove(ctx context.Context, id string, u staff.User) error {
	return s.Store.RemoveView(ctx, id, func(v View) error { return v.changeable(u) })
}
