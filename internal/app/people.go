package app

import (
	"context"

	"usher/internal/live"
)

// tellOfUser tells those who listen that somebody's rights are others now, and makes
// those go who may not listen any more.
func (a *App) tellOfUser(id string) {
	a.Live.Announce(live.Change{Kind: live.User, UserIDs: []string{id}})
}

// firmName is what the firm is called; empty while the database doesn't answer.
func (a *App) firmName(ctx context.Context) string {
	current, _ := a.Firm.Current(ctx)
	return current.Profile.Called(a.cfg.FirmName)
}
