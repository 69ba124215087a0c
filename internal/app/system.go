package app

import (
	"context"

	"usher/internal/system"
)

// facts gathers the figures by which this server is judged. None of them takes long.
// host is what the asker came by.
func (a *App) facts(ctx context.Context, host string) system.Facts {
	f := system.Facts{
		Version: a.version, StartedAt: a.startedAt, Now: a.env.Now(), Stopped: a.latch.Err() != nil, Sends: a.tester.Sending(),
		BaseURL: a.cfg.BaseURL, ReachedBy: host,
	}
	if space, err := a.env.Space(a.dir.path); err == nil {
		space.Needed = a.needed()
		f.Space = &space
	} else {
		a.logFailure("ask for the free space", err)
	}
	known, err := a.known(ctx)
	if err == nil {
		f.Known = &known
	} else {
		a.logFailure("read how the database stands", err)
	}
	for _, w := range a.cfg.Warnings() {
		f.Warnings = append(f.Warnings, system.Warning(w))
	}
	return f
}

// known is what the database knows.
func (a *App) known(ctx context.Context) (k system.Known, err error) {
	if k.Mail, err = a.Dispatcher.Summary(ctx, true); err != nil {
		return k, err
	}
	if k.Extent, err = a.store.Extent(ctx); err != nil {
		return k, err
	}
	if k.Backup, err = a.store.LastBackup(ctx); err != nil {
		return k, err
	}
	if k.Newest, err = a.store.NewestStored(ctx); err != nil {
		return k, err
	}
	current, err := a.Firm.Current(ctx)
	k.Zone = current.Profile.Location()
	return k, err
}
