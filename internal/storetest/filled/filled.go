// Package filled makes a data directory with as many leads as a benchmark wants,
// and keeps it for the next one: a million takes minutes. It is for tests only.
package filled

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"

	"usher/internal/auth"
	"usher/internal/demo"
	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/store"
)

// Password is that of every user of a filled directory.
const Password = "correct horse battery staple"

// Database is the name of the database in a directory.
const Database = "usher.db"

// Now is the moment at which the newest lead has just come in. It lies in the past,
// so that leads that are added later are newer.
var Now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// batch is how many leads one transaction loads.
const batch = 1000

// Leads is how many leads benchmarks want: USHER_TEST_BENCH_LEADS, or 10,000.
func Leads() (int, error) {
	text := os.Getenv("USHER_TEST_BENCH_LEADS")
	if text == "" {
		return 10_000, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 || n > demo.MostLeads {
		return 0, fmt.Errorf("USHER_TEST_BENCH_LEADS is %q, and should be a number from 1,000 to %d", text, demo.MostLeads)
	}
	return n, nil
}

// Dir is where filled directories are kept: USHER_TEST_BENCH_DIR, or one among the
// temporary files.
func Dir() string {
	if dir := os.Getenv("USHER_TEST_BENCH_DIR"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), "usher-bench")
}

// Firm is the made-up firm of n leads.
func Firm(n int) *demo.Demo { return demo.New(demo.DefaultSeed, Now, n) }

// Keep gives the data directory of n leads in dir, and makes it when it isn't there
// or was made by a program with another schema. Resumes it has none. Whoever writes
// makes a copy first.
func Keep(ctx context.Context, dir string, n int, progress func(done int)) (string, error) {
	path := filepath.Join(dir, fmt.Sprintf("leads-%d", n))
	if err := fits(ctx, path); err == nil {
		return path, nil
	}
	making := fmt.Sprintf("%s.%d", path, os.Getpid())
	err := errors.Join(os.RemoveAll(path), os.MkdirAll(making, 0o700))
	if err == nil {
		err = fill(ctx, making, n, progress)
	}
	if err == nil {
		err = os.Rename(making, path)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(making))
	}
	return path, nil
}

// fits tells whether a directory is there and this program can use it.
func fits(ctx context.Context, path string) error {
	if _, err := os.Stat(filepath.Join(path, Database)); err != nil {
		return err
	}
	s, err := open(ctx, path)
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx, func(int64) string { return filepath.Join(path, "before.db") })
	return errors.Join(err, s.Close())
}

func open(ctx context.Context, path string) (*store.Store, error) {
	return store.Open(ctx, store.Options{
		Path: filepath.Join(path, Database), Latch: &fault.Latch{},
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Now: func() time.Time { return Now },
	})
}

func fill(ctx context.Context, path string, n int, progress func(done int)) (err error) {
	s, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.Migrate(ctx, nil); err != nil {
		return err
	}
	hash, err := auth.NewPasswords(1).Hash(ctx, Password)
	if err != nil {
		return err
	}
	firm := Firm(n)
	for _, u := range firm.Users() {
		u.PasswordHash = hash
		if err := s.AddUser(ctx, u, false); err != nil {
			return err
		}
	}
	return load(ctx, s, firm, progress)
}

func load(ctx context.Context, s *store.Store, firm *demo.Demo, progress func(done int)) error {
	stories, done := make([]lead.Story, 0, batch), 0
	flush := func() error {
		if err := s.Load(ctx, stories); err != nil {
			return err
		}
		done += len(stories)
		stories = stories[:0]
		progress(done)
		return ctx.Err()
	}
	for story, err := range firm.Stories(demo.Mention) {
		if err != nil {
			return err
		}
		if stories = append(stories, story); len(stories) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Copy copies the database of a data directory into a new one.
func Copy(from, to string) (err error) {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	return CopyFile(filepath.Join(from, Database), filepath.Join(to, Database))
}

// CopyFile copies a file, and syncs it so that nobody's measurement pays for it.
func CopyFile(from, to string) (err error) {
	if _, err := os.Stat(from + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is in use", from)
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Sync(), target.Close())
}
