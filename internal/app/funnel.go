package app

import (
	"context"
	"time"

	"usher/internal/funnel"
)

// newFunnel makes what counts the visits of the form. It learns the firm's zone at
// once, so that the first of them are counted on the right day.
func (a *App) newFunnel() *funnel.Counter {
	c := &funnel.Counter{
		Store: a.store, Languages: a.cfg.Languages, Zone: a.zone, Ready: a.Ready, Now: a.env.Now,
	}
	ctx, cancel := context.WithTimeout(context.Background(), profileLimit)
	defer cancel()
	a.logFailure("learn the firm's zone", c.Flush(ctx))
	return c
}

// zone is the firm's; UTC while the profile can't be had.
func (a *App) zone(ctx context.Context) *time.Location {
	current, err := a.Firm.Current(ctx)
	if err != nil {
		a.env.Log.Warn("the form's visits are counted by days in UTC", "error", err)
	}
	return current.Profile.Location()
}
