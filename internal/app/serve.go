package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/config"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/site"
	"usher/internal/staff"
)

// The bounds of a connection, and of a stop. A stop ends within 15 seconds.
const (
	headerTimeout = 20 * time.Second // for all headers of a request
	idleTimeout   = 2 * time.Minute  // between two requests
	maxHeader     = 32 << 10         // bytes
	mostConns     = 16_000
	drainTime     = 8 * time.Second // for running requests, when stopping
)

// Serve runs Usher until ctx ends, and then stops: first the requests, then the
// dispatcher, then the data. It writes to banner where things are once it listens.
func Serve(ctx context.Context, cfg config.Config, version string, env Env, banner io.Writer) (err error) {
	if err := Check(cfg); err != nil {
		return err
	}
	a, err := Open(ctx, cfg, version, env, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	a.recover(ctx)
	if err := a.firstAdmin(ctx); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; stop what uses it, or set USHER_LISTEN to another address", cfg.Listen, err)
	}
	if cfg.Source("USHER_BASE_URL") == "default" { // with port 0 it is known only now
		a.cfg.BaseURL = config.DefaultBaseURL(listener.Addr().String())
	}
	handler, err := a.Handler()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	a.banner(banner, listener.Addr().String())
	if err := a.Ready(ctx); err != nil { // reading works all the same
		a.env.Log.Warn("no lead can be stored now", "error", err)
	}
	return a.run(ctx, listener, handler)
}

func (a *App) run(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		DisableGeneralOptionsHandler: true, // net/http would answer OPTIONS * without our headers
		ErrorLog:                     slog.NewLogLogger(a.env.Log.Handler(), slog.LevelWarn),
	}
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.Dispatcher.Run(background) })
	group.Go(func() error { return a.Live.Run(background) })
	group.Go(func() error { return a.Presence.Run(background) })
	group.Go(func() error { return a.housekeep(background) })
	group.Go(func() error {
		err := server.Serve(netutil.LimitListener(listener, connLimit()))
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	})
	group.Go(func() error {
		<-groupCtx.Done()
		defer stopBackground()
		a.Live.Stop() // streams end by nothing else
		drain, cancel := context.WithTimeout(background, drainTime)
		defer cancel()
		if err := server.Shutdown(drain); err != nil {
			a.env.Log.Warn("some requests did not end in time and are cut off", "error", err)
			return server.Close()
		}
		return nil
	})
	return group.Wait()
}

// connLimit leaves a quarter of the process's descriptors to files.
func connLimit() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 512
	}
	return int(min(mostConns, limit.Cur*3/4))
}

// recover puts right what a process that died has left. Only the holder of the
// directory's lock may do it.
func (a *App) recover(ctx context.Context) {
	a.logFailure("empty the write-ahead log", a.store.Scrub(ctx))
	a.logFailure("see what erasures have left", a.store.Recall(ctx))
	doubtful, err := a.store.VoidLeases(ctx)
	a.logFailure("take back the messages of the last run", err) // their leases lapse by themselves, later
	if doubtful > 0 {
		a.env.Log.Warn("the last run was cut off", "messages_perhaps_sent_twice", doubtful)
	}
}

// removeTemporary removes what uploads of the last run have left. Looking through
// all resumes takes its time, and nobody has to wait for it.
func (a *App) removeTemporary(ctx context.Context) {
	removed, err := a.disk.RemoveTemporary(ctx)
	ofKept, keptErr := a.keptDisk.RemoveTemporary(ctx)
	a.logFailure("remove the temporary files of the last run", errors.Join(err, keptErr))
	if removed += ofKept; removed > 0 {
		a.env.Log.Warn("the last run was cut off", "temporary_files", removed)
	}
}

func (a *App) firstAdmin(ctx context.Context) error {
	taken, err := a.Staff.Any(ctx)
	if err != nil || taken {
		return err
	}
	if a.cfg.AdminEmail == "" {
		a.setupToken = newToken()
		return nil
	}
	_, err = a.Staff.Add(audit.As(ctx, audit.Actor{Name: audit.Usher}), admin(a.cfg), true)
	return err
}

func (a *App) newSetup() *site.Setup {
	if a.setupToken == "" {
		return nil
	}
	return site.NewSetup(a.setupToken, a.env.Now().Add(site.SetupLife))
}

func (a *App) banner(w io.Writer, addr string) {
	mailMode := "captured, not sent (set USHER_SMTP_URL to send)"
	if a.cfg.SMTP != nil {
		mailMode = "sent through " + a.cfg.SMTP.Redacted()
	}
	_, _ = fmt.Fprintf(w, "Usher %s is listening on http://%s\n", a.version, addr)
	_, _ = fmt.Fprintf(w, "  form   %[1]s/\n  staff  %[1]s/app/\n  API    %[1]s/docs\n  data   %[2]s\n  mail   %[3]s\n", a.cfg.BaseURL, a.cfg.DataDir, mailMode)
	if a.setupToken != "" {
		_, _ = fmt.Fprintf(w, "  setup  %s/setup/%s (makes the first admin, once, within 30 minutes)\n", a.cfg.BaseURL, a.setupToken)
	}
	for _, warning := range a.cfg.Warnings() {
		_, _ = fmt.Fprintf(w, "  warning: %s\n", warning)
	}
}

// The intervals of what is done in the background.
const (
	flushEvery = 5 * time.Second
	lastFlush  = 2 * time.Second // at the end it gets no longer
	sweepEvery = 24 * time.Hour
	keptEvery  = time.Minute
	// orphanAge is longer than any request can take.
	orphanAge = 24 * time.Hour
	// copyLife is how long the copy from before a migration is kept: who was erased
	// since is still in it.
	copyLife = 30 * 24 * time.Hour
)

// housekeep does what nobody waits for, until ctx ends.
func (a *App) housekeep(ctx context.Context) error {
	flush, sweep, lapse := time.NewTicker(flushEvery), time.NewTicker(sweepEvery), time.NewTicker(keptEvery)
	defer flush.Stop()
	defer sweep.Stop()
	defer lapse.Stop()
	a.removeTemporary(ctx)
	a.Sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			a.flush(last) // what waits in memory would be gone
			return nil
		case <-flush.C:
			a.flush(ctx)
			a.logFailure("empty the write-ahead log after an erasure", a.store.ScrubAgain(ctx))
		case <-lapse.C:
			a.sweepKept(ctx)
			a.tidyTries(ctx)
		case <-sweep.C:
			a.Auth.Flush(ctx) // who was seen isn't idle
			a.Sweep(ctx)
		}
	}
}

// flush stores what waits in memory: what could not be stored when it came, and what
// nobody should wait for.
func (a *App) flush(ctx context.Context) {
	a.Auth.Flush(ctx)
	a.Leads.FlushViews(ctx)
	a.Audit.Flush(ctx)
	a.logFailure("store the counts of the form", a.funnel.Flush(ctx))
}

// Sweep removes what no lead needs: resumes of erased leads, orphans that are
// older than any request, kept files, tokens and keys that have lapsed.
func (a *App) Sweep(ctx context.Context) {
	now := a.env.Now()
	unfinished, err := a.store.UnfinishedErasures(ctx)
	a.logFailure("read the unfinished erasures", err)
	for id, key := range unfinished {
		a.logFailure("finish an erasure", a.Leads.RemoveErased(ctx, id, key))
	}
	removed, err := a.shelf.Sweep(ctx, now, orphanAge, a.store.ResumeKnown)
	a.logFailure("sweep the resumes", err)
	if removed > 0 {
		a.env.Log.Info("resumes without a lead were removed", "count", removed)
	}
	a.sweepKept(ctx)
	a.tidyTries(ctx)
	a.logFailure("remove old copies of the database", a.dir.dropCopies(now.Add(-copyLife)))
	a.logFailure("tidy up", a.store.Tidy(ctx, now, now.Add(-lead.KeyLife)))
}

// tidyTries forgets failed sign-ins that count no more.
func (a *App) tidyTries(ctx context.Context) {
	a.logFailure("forget old tries", a.store.TidyTries(ctx, a.env.Now(), auth.MostTries))
}

func (a *App) logFailure(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		a.env.Log.Warn("housekeeping failed", "what", what, "error", err)
	}
}

func admin(cfg config.Config) staff.NewUser {
	return staff.NewUser{Email: cfg.AdminEmail, Password: cfg.AdminPassword, Role: staff.Admin}
}

// Check gives all that is wrong with the settings and that their syntax doesn't
// show, before anything is opened or made.
func Check(cfg config.Config) error {
	var errs []error
	if cfg.AdminEmail != "" {
		_, err := admin(cfg).Check()
		if known, ok := errors.AsType[*fault.Error](err); ok {
			for _, v := range known.Violations {
				errs = append(errs, fmt.Errorf("USHER_ADMIN_%s: %s", strings.ToUpper(v.Field), v.Message))
			}
		}
	}
	_, attorneysErr := addresses(cfg.AttorneyEmails)
	_, fromErr := mailbox(cfg)
	_, senderErr := newSender(cfg)
	return errors.Join(append(errs, attorneysErr, fromErr, senderErr)...)
}

func mustExist(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database yet (%w); start with: usher serve, or usher migrate", err)
	}
	return nil
}
