package storetest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"usher/internal/store"
	"usher/internal/testkit"
)

// Main runs the tests of a package and then stops the PostgreSQL cluster that they
// may have started.
func Main(m *testing.M) {
	defer cluster.stop()
	m.Run()
}

// Engine opens databases of one kind.
type Engine struct {
	Name string
	Open func(t testing.TB) *store.Store // empty and migrated, gone with the test
}

// Engines are those that the one SQL text is for.
func Engines() []Engine {
	return []Engine{{"SQLite", Open}, {"PostgreSQL", OpenPostgres}}
}

// Each runs a test on each engine.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			test(t, engine.Open(t))
		})
	}
}

// cluster is the throwaway PostgreSQL of this process. It listens on a Unix socket
// only, and keeps nothing safe: it is for one run.
var cluster postgresCluster

type postgresCluster struct {
	once sync.Once
	err  error
	dir  string
	cmd  *exec.Cmd
	user string

	mu   sync.Mutex
	made int // databases
}

// OpenPostgres gives an empty, migrated database of the cluster, which it starts
// when it is the first to need it.
func OpenPostgres(t testing.TB) *store.Store {
	t.Helper()
	bin := postgresBinaries()
	if bin == "" {
		testkit.LeaveOut(t, t.Name(), "PostgreSQL is not installed")
	}
	cluster.once.Do(func() { cluster.err = cluster.start(bin) })
	if cluster.err != nil {
		t.Fatalf("start PostgreSQL: %v", cluster.err)
	}
	s := open(t, store.Options{URL: cluster.database(t)})
	if _, err := s.Migrate(t.Context(), nil); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}

// postgresBinaries is the folder of the newest PostgreSQL that Debian installed.
func postgresBinaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

func (c *postgresCluster) start(bin string) (err error) {
	if c.dir, err = os.MkdirTemp("", "usher-postgres-"); err != nil {
		return err
	}
	c.user = "postgres"
	as := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} // it goes when this process is killed
	if os.Geteuid() == 0 {                                 // PostgreSQL refuses root
		if as.Credential, err = otherUser(c.dir); err != nil {
			return err
		}
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", c.user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync") //nolint:gosec // Debian's folder
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: as.Credential}, c.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=400") //nolint:gosec // Debian's folder
	var log bytes.Buffer
	c.cmd.SysProcAttr, c.cmd.Dir, c.cmd.Stderr = as, c.dir, &log
	if err := startOnOwnThread(c.cmd); err != nil {
		return err
	}
	if err := c.wait(); err != nil {
		return fmt.Errorf("%w\n%s", err, log.String())
	}
	return nil
}

// startOnOwnThread starts a command on a thread that lives as long as this
// process: Pdeathsig is sent when the thread that started the command ends.
func startOnOwnThread(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return <-started
}

// otherUser makes the folder the one of a user who isn't root.
func otherUser(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
	if uidErr != nil || gidErr != nil {
		return nil, fmt.Errorf("user %s has no numeric ids", u.Username)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

func (c *postgresCluster) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond) // between two questions whether it is there
	}
}

func (c *postgresCluster) url(database string) string {
	return "postgres://" + c.user + "@/" + database + "?host=" + url.QueryEscape(c.dir)
}

// database makes an empty database.
func (c *postgresCluster) database(t testing.TB) string {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	conn, err := pgx.Connect(t.Context(), c.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	c.made++
	name := "test" + strconv.Itoa(c.made)
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+" STRATEGY file_copy"); err != nil {
		t.Fatal(err)
	}
	return c.url(name)
}

func (c *postgresCluster) stop() {
	if c.cmd != nil && c.cmd.Process != nil {
		_ = c.cmd.Process.Signal(syscall.SIGQUIT) // at once: nothing of it is kept
		_ = c.cmd.Wait()
	}
	if strings.Contains(c.dir, "usher-postgres-") {
		_ = os.RemoveAll(c.dir)
	}
}
