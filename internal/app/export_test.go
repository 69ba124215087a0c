package app

import (
	"context"

	"usher/internal/fault"
	"usher/internal/kept"
	"usher/internal/system"
)

// What Serve does in one go, for tests that want the handler without a listener.

// MakeFirstAdmin makes the admin of the settings, or the setup link's token.
func (a *App) MakeFirstAdmin(ctx context.Context) error { return a.firstAdmin(ctx) }

// SetupToken is the secret of the setup link, once MakeFirstAdmin has made it.
func (a *App) SetupToken() string { return a.setupToken }

// SpaceOf asks for the space of the file system of a path.
func SpaceOf(path string) (system.Space, error) { return spaceOf(path) }

// StopIntake does what a failed sync does.
func (a *App) StopIntake() { a.latch.Trip(fault.ErrSync) }

// Kept looks after the files of forms that are not sent yet.
func (a *App) Kept() *kept.Service { return a.kept }

// Flush stores what waits in memory, as housekeeping does every few seconds.
func (a *App) Flush(ctx context.Context) { a.flush(ctx) }

// RemoveTemporary removes what uploads of the last run have left.
func (a *App) RemoveTemporary(ctx context.Context) { a.removeTemporary(ctx) }
