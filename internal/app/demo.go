package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"usher/internal/audit"
	"usher/internal/config"
	"usher/internal/demo"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/resume"
	"usher/internal/resume/disk"
	"usher/internal/staff"
)

// DemoConfig is the configuration of a demo in dir. It reads neither environment
// nor .env: those are a real firm's. Of the flags it takes what can't do harm.
func DemoConfig(dir string, flags map[string]string) (config.Config, error) {
	allowed := []string{"USHER_LISTEN", "USHER_BASE_URL", "USHER_LOG_FORMAT", "USHER_PUBLIC_RATE"}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if !slices.Contains(allowed, name) {
			return config.Config{}, fmt.Errorf("%s has no place in a demo, which takes --listen, --base-url, --log-format and --public-rate only", name)
		}
	}
	own := map[string]string{"USHER_DATA_DIR": dir, "USHER_FIRM_NAME": demo.FirmName}
	maps.Copy(own, flags)
	cfg, err := config.Load(own, nil, os.DevNull+".d") // where no .env is
	if err != nil {
		return cfg, err
	}
	host, _, err := net.SplitHostPort(cfg.Listen)
	if ip, parseErr := netip.ParseAddr(host); err == nil && host != "localhost" && (parseErr != nil || !ip.IsLoopback()) {
		return cfg, errors.New("a demo listens on this machine only: --listen 127.0.0.1:8080, with any port")
	}
	return cfg, err
}

// DemoSignIn is how to sign in to a demo; every user of it has the password.
type DemoSignIn struct{ Email, Password string }

// MakeDemo fills the data directory of cfg, which must hold nothing of Usher's
// yet, with a made-up firm. Nothing of it is synced: a demo needs no durability.
func MakeDemo(ctx context.Context, cfg config.Config, version string, env Env, d *demo.Demo, progress func(done int)) (in DemoSignIn, err error) {
	for _, name := range []string{databaseFile, resumeFolder, keptFolder, keyFile} {
		if _, err := os.Lstat((&DataDir{path: cfg.DataDir}).file(name)); !errors.Is(err, fs.ErrNotExist) {
			return in, fmt.Errorf("%s holds %s already; give the demo a directory of its own", cfg.DataDir, name)
		}
	}
	env.FS = func(f disk.FS) disk.FS { return unsynced{f} }
	a, err := Open(ctx, cfg, version, env, true)
	if err != nil {
		return in, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ctx = audit.As(ctx, audit.Actor{Name: audit.Usher})
	// Drawn anew each time: a password that everybody knows would still be there
	// on the day that somebody serves this directory to others.
	in.Password = newToken()[:16]
	if in.Email, err = a.addDemoUsers(ctx, d.Users(), in.Password); err != nil {
		return in, err
	}
	if err := a.introduceDemo(ctx, d.Users()[0].ID); err != nil {
		return in, fmt.Errorf("set what the firm of the demo says of itself: %w", err)
	}
	return in, a.loadDemo(ctx, d, progress)
}

// introduceDemo sets what the firm says of itself, as its admin would.
func (a *App) introduceDemo(ctx context.Context, admin string) error {
	_, err := a.Firm.Change(ctx, demo.Profile(a.Firm.Languages), admin, func(int64) bool { return true })
	for _, notice := range demo.Notices(a.Firm.Languages) {
		_, _, more := a.Firm.Publish(ctx, notice, admin)
		err = errors.Join(err, more)
	}
	return err
}

func (a *App) addDemoUsers(ctx context.Context, users []staff.User, password string) (admin string, err error) {
	hash, err := a.passwords.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		u.PasswordHash = hash
		if err := a.store.AddUser(ctx, u, false); err != nil {
			return "", err
		}
	}
	return users[0].Email, nil
}

// demoBatch is how many leads one transaction loads.
const demoBatch = 1000

// loadDemo makes one batch while the database takes the one before.
func (a *App) loadDemo(ctx context.Context, d *demo.Demo, progress func(done int)) error {
	group, ctx := errgroup.WithContext(ctx)
	batches := make(chan []lead.Story, 1)
	group.Go(func() error {
		defer close(batches)
		return a.makeBatches(ctx, d, batches)
	})
	group.Go(func() error {
		done, sent := 0, demo.Sent{}
		zone := a.zone(ctx)
		for batch := range batches {
			if err := a.store.Load(ctx, batch); err != nil {
				return fmt.Errorf("load the demo: %w", cause(err))
			}
			done += len(batch)
			progress(done)
			for _, story := range batch {
				sent.Add(story.Lead, zone, a.cfg.Languages)
			}
		}
		if err := a.store.AddFunnel(ctx, d.Visits(sent)); err != nil {
			return fmt.Errorf("load the demo: %w", cause(err))
		}
		return nil
	})
	return group.Wait()
}

func (a *App) makeBatches(ctx context.Context, d *demo.Demo, batches chan<- []lead.Story) error {
	papers := a.newPapers(ctx)
	batch := make([]lead.Story, 0, demoBatch)
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]lead.Story, 0, demoBatch)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for story, err := range d.Stories(papers.keep) {
		if err != nil {
			return fmt.Errorf("keep the resumes of the demo: %w", cause(err))
		}
		if batch = append(batch, story); len(batch) == demoBatch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// papers keeps the resumes of a demo: each distinct one as if a prospect had sent
// it, and the rest as further names of those.
type papers struct {
	ctx   context.Context //nolint:containedctx // of one run; the generator calls back without
	dir   DataDir
	link  func(from, to string) error
	shelf *resume.Shelf
	key   string       // of the resume that is being received
	kept  []resume.Ref // by number
}

func (a *App) newPapers(ctx context.Context) *papers {
	p := &papers{ctx: ctx, link: os.Link, dir: DataDir{path: a.dir.file(resumeFolder)}}
	p.shelf = resume.NewShelf(a.disk, a.cfg.MaxResumeBytes, func() string { return p.key })
	return p
}

func (p *papers) keep(paper demo.Paper) (resume.Ref, error) {
	if paper.Number < len(p.kept) {
		return p.again(paper)
	}
	p.key = paper.Key
	upload, err := p.shelf.Receive(p.ctx, paper.Filename, bytes.NewReader(paper.Content()))
	if err != nil {
		return resume.Ref{}, err
	}
	defer upload.Discard()
	p.kept = append(p.kept, upload.Ref())
	return upload.Ref(), upload.Keep(p.ctx)
}

// again gives a file one more name. When the file system has none left for it, or
// doesn't know such a thing, it is copied, and the copy gets the names to come.
func (p *papers) again(paper demo.Paper) (resume.Ref, error) {
	known := &p.kept[paper.Number]
	from, to := p.dir.file(known.Key), p.dir.file(paper.Key)
	if p.link(from, to) != nil {
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, content, 0o600)
		}
		if err != nil {
			return resume.Ref{}, err
		}
		known.Key = paper.Key
	}
	ref := *known
	ref.Key, ref.Filename = paper.Key, paper.Filename
	return ref, nil
}

// unsynced is a folder whose files are not synced.
type unsynced struct{ disk.FS }

func (unsynced) Sync() error { return nil }

func (u unsynced) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

type unsyncedFile struct{ disk.File }

func (unsyncedFile) Sync() error { return nil }

// ServeDemo serves a demo until ctx ends. Whatever its configuration says, its
// messages are captured and never sent.
func ServeDemo(ctx context.Context, cfg config.Config, version string, env Env, banner io.Writer) error {
	cfg.SMTP = nil
	env.Sender = func(mail.Sender) mail.Sender { return mail.Capture{} }
	return Serve(ctx, cfg, version, env, banner)
}
