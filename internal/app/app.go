// Package app puts Usher together: it opens the data directory, builds the graph
// of packages, runs it, and stops it in the right order. It is the only place
// that knows all of them, the clock and the randomness.
package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/google/uuid"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/config"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/funnel"
	"usher/internal/httpapi"
	"usher/internal/intake"
	"usher/internal/kept"
	"usher/internal/lead"
	"usher/internal/live"
	"usher/internal/mail"
	"usher/internal/presence"
	"usher/internal/report"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/system"
	"usher/internal/view"
	"usher/internal/words"
)

// Env is what the surroundings give. The zero value of a field stands for the
// real thing; tests put in others.
type Env struct {
	Now    func() time.Time
	Log    *slog.Logger
	Driver string                        // of database/sql
	FS     func(disk.FS) disk.FS         // wraps the folders of the resumes and of the kept files
	Sender func(mail.Sender) mail.Sender // wraps the mail server
	// Space asks for the space of the file system on which a path lies.
	Space func(path string) (system.Space, error)
}

func (e Env) withDefaults() Env {
	if e.Now == nil {
		e.Now = func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
	}
	if e.Log == nil {
		e.Log = slog.New(slog.DiscardHandler)
	}
	if e.FS == nil {
		e.FS = func(f disk.FS) disk.FS { return f }
	}
	if e.Space == nil {
		e.Space = spaceOf
	}
	if e.Sender == nil {
		e.Sender = func(s mail.Sender) mail.Sender { return s }
	}
	return e
}

// App is Usher, put together.
type App struct {
	cfg     config.Config
	env     Env
	version string
	dir     *DataDir
	latch   *fault.Latch
	// captures says that there is nobody to give messages to, so that they are
	// stored as captured and nothing has to be tried.
	captures   bool
	startedAt  time.Time // to serve
	folder     io.Closer
	disk       *disk.Store
	keptFolder io.Closer // this and keptDisk are nil beside a server
	keptDisk   *disk.Store
	store      *store.Store
	shelf      *resume.Shelf

	Staff      *staff.Service
	Firm       *firm.Service
	Audit      *audit.Book
	Views      *view.Service
	Auth       *auth.Service
	Leads      *lead.Service
	Live       *live.Hub
	Presence   *presence.Board
	funnel     *funnel.Counter
	kept       *kept.Service
	Dispatcher *mail.Dispatcher
	tester     *mail.Tester
	passwords  *auth.Passwords
	languages  *words.Languages // of the pages and mails
	secret     []byte
	setupToken string
}

// Open opens the data of a configuration without serving. With own it takes the
// data directory for this process, makes what is missing and brings the schema
// up to date; without, it works beside a server and changes no schema.
func Open(ctx context.Context, cfg config.Config, version string, env Env, own bool) (_ *App, err error) {
	a := &App{cfg: cfg, env: env.withDefaults(), version: version, latch: &fault.Latch{}, captures: cfg.SMTP == nil && env.Sender == nil}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	a.latch.OnTrip(func(cause error) {
		a.env.Log.Error("a sync failed: intake is stopped until the restart", "error", cause)
	})
	if a.dir, err = OpenDataDir(cfg.DataDir, own); err != nil {
		return nil, err
	}
	if own {
		if err := a.dir.Lock(); err != nil {
			return nil, err
		}
	}
	if err := a.dir.Whole(); err != nil {
		return nil, err
	}
	if own {
		tightened, err := a.dir.Tighten()
		if err != nil {
			return nil, err
		}
		if len(tightened) > 0 {
			a.env.Log.Warn("other users could read these; not any more", "names", tightened)
		}
	}
	if err := a.openData(ctx, own); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *App) openData(ctx context.Context, own bool) error {
	if err := a.openStorage(ctx, own); err != nil {
		return err
	}
	a.Audit = &audit.Book{Store: a.store, Now: a.env.Now, NewID: newID, Log: a.env.Log}
	a.passwords = auth.NewPasswords(max(1, runtime.GOMAXPROCS(0)/2))
	a.Staff = a.newStaff()
	a.Views = &view.Service{Store: a.store, Now: a.env.Now, NewID: newID}
	a.Firm = &firm.Service{Store: a.store, Languages: a.cfg.Languages, Now: a.env.Now}
	return nil
}

func (a *App) openStorage(ctx context.Context, own bool) error {
	path := a.dir.file(databaseFile)
	if !own {
		if err := mustExist(path); err != nil {
			return err
		}
	}
	var err error
	a.store, err = store.Open(ctx, store.Options{
		Path: path, Latch: a.latch, Driver: a.env.Driver, BeforeCommit: a.syncNames, AfterCommit: a.wakeLive, NewID: newID, Now: a.env.Now, Enlist: a.enlist,
	})
	if err != nil {
		return fmt.Errorf("open the database %s: %w", path, cause(err))
	}
	a.Live = live.NewHub(a.store, a.env.Log)
	a.Presence = presence.NewBoard(a.env.Now, func(l presence.Looking) {
		a.Live.Announce(live.Change{Kind: live.Presence, LeadID: l.LeadID, UserIDs: l.UserIDs})
	})
	if own {
		if err := a.migrate(ctx); err != nil {
			return err
		}
	}
	folder, err := disk.OpenFolder(a.dir.file(resumeFolder))
	if err != nil {
		return fmt.Errorf("open the resumes: %w", err)
	}
	a.folder = folder
	a.disk = disk.New(a.env.FS(folder), a.latch)
	a.shelf = resume.NewShelf(a.disk, a.cfg.MaxResumeBytes, newID)
	return a.openKept(own)
}

// wakeLive tells those who listen that something was committed.
func (a *App) wakeLive() {
	if a.Live != nil { // while the store is being opened nobody listens
		a.Live.Wake()
	}
}

// syncNames lets a commit rely on the names of its resumes.
func (a *App) syncNames(ctx context.Context) error {
	if a.shelf == nil { // while migrating
		return nil
	}
	return a.shelf.SyncNames(ctx)
}

func (a *App) migrate(ctx context.Context) error {
	n, err := a.store.Migrate(ctx, func(version int64) string {
		return a.dir.file(fmt.Sprintf("usher-before-migration-%d.db", version))
	})
	if err != nil {
		return fmt.Errorf("bring the database up to date: %w", cause(err))
	}
	if n > 0 {
		a.env.Log.Info("the database is up to date", "migrations", n)
	}
	return nil
}

// cause is what an operator wants to read of an error: not the sentence that
// clients are told, but what is behind it.
func cause(err error) error {
	if known, ok := errors.AsType[*fault.Error](err); ok && known.Cause != nil {
		return known.Cause
	}
	return err
}

// Handler makes what serving needs beyond the data, and gives the whole server.
func (a *App) Handler() (http.Handler, error) {
	a.startedAt = a.env.Now()
	var err error
	if a.secret = a.cfg.SecretKey; a.secret == nil {
		if a.secret, err = a.dir.SecretKey(); err != nil {
			return nil, err
		}
	}
	attorneys, err := addresses(a.cfg.AttorneyEmails)
	if err != nil {
		return nil, err
	}
	if a.languages, err = words.New(a.cfg.Languages...); err != nil {
		return nil, err
	}
	a.Staff.Seals = a.seals()
	if err := a.buildMail(); err != nil {
		return nil, err
	}
	a.kept = a.newKept()
	a.funnel = a.newFunnel()
	a.Leads = &lead.Service{
		Store: a.store, Reader: a.store, Resumes: a.shelf, Forget: a.kept.Forget, Announce: a.Dispatcher.Wake, MayTake: a.mayTake,
		Attorneys: attorneys, Post: a.posting(), Now: a.env.Now, NewID: newID, Random: randomByte, Log: a.env.Log,
	}
	throttle := auth.NewThrottle(a.store, a.secret, a.env.Log)
	a.Staff.MayAsk = a.mayAsk(throttle)
	a.Auth = auth.NewService(auth.Config{
		Store: a.store, Browsers: a.store, Watch: a.store, Keys: a.store, Passwords: a.passwords, Throttle: throttle, Ended: a.tellOfEnd, Told: a.Staff.PasswordChanged, Audit: a.Audit, Secret: a.secret, Issuer: a.cfg.BaseURL.String(),
		Now: a.env.Now, NewID: newID, Log: a.env.Log,
	})
	return a.handler()
}

func (a *App) handler() (http.Handler, error) {
	reader := intake.Reader{Shelf: a.shelf}
	limit := a.newLimiter()
	cookie, err := edge.NewSessionCookie(a.cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	pages, err := a.pages(reader, limit, newcomer{a.Auth, cookie})
	if err != nil {
		return nil, err
	}
	e := &edge.Edge{
		TrustedProxies: a.cfg.TrustedProxies, TLS: a.cfg.BaseURL.Scheme == "https", Fail: httpapi.WriteProblem,
		Now: time.Now, NewID: newID, Log: a.env.Log,
	}
	server := &httpapi.Server{
		Leads: a.Leads, Auth: a.Auth, Keys: &auth.Keys{Store: a.store, Ended: a.tellOfEnd, Told: a.Staff.APIKeyAdded, Now: a.env.Now, NewID: newID}, Staff: a.Staff, Firm: a.Firm, Views: a.Views, Audit: a.Audit, Reports: &report.Service{Store: a.store}, Funnel: a.funnel, Live: streamed{a.Live, a.store}, Presence: a.Presence, Cookie: cookie, Outbox: a.store, Intake: reader, Limit: limit,
		Cursors: auth.NewSeal(a.secret, auth.ForCursor), Summary: a.Dispatcher.Summary, Tester: a.tester, Letterhead: a.letterheadOf, System: a.facts,
		FormURL: a.cfg.BaseURL.String() + "/", Draft: a.noticeDraft, Ready: a.Ready, Metrics: a.metrics(), Pages: pages, Now: a.env.Now, Log: a.env.Log,
	}
	return e.Around(server.Handler()), nil
}

// Close gives everything back. It may be called at any stage.
func (a *App) Close() error {
	var errs []error
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	for _, folder := range []io.Closer{a.folder, a.keptFolder} {
		if folder != nil {
			errs = append(errs, folder.Close())
		}
	}
	if a.dir != nil {
		errs = append(errs, a.dir.Unlock())
	}
	return errors.Join(errs...)
}

// Ready tells whether a lead could be stored now: no sync has failed, the
// database answers, and there is room for a resume of the largest size.
func (a *App) Ready(ctx context.Context) error {
	if err := a.store.Ready(ctx); err != nil {
		return err
	}
	space, err := a.env.Space(a.dir.path)
	if err != nil {
		return fault.Unstorable(err)
	}
	if need := a.needed(); space.Free < need {
		return fault.Unstorable(fmt.Errorf("%d bytes are free, %d are needed", space.Free, need))
	}
	return nil
}

// needed is how many bytes must be free for a resume of the largest size and its lead.
func (a *App) needed() uint64 { return uint64(a.cfg.MaxResumeBytes) + 1<<20 } //nolint:gosec // a limit is positive

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func randomByte() byte {
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return b[0]
}

// newToken is 256 random bits for a link.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Migrations lists the steps of the schema's history, and whether each is applied.
func (a *App) Migrations(ctx context.Context) ([]store.Migration, error) {
	return a.store.Migrations(ctx)
}
