package e2e

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"usher/internal/mail/smtptest"
	"usher/internal/testkit"
)

// What the Dockerfile says about the image fits together, and its Go is the one
// that go.mod asks for.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	r := dockerfile(t)
	image := r.image
	if got := r.build.only(t, "FROM"); !strings.Contains(got, "golang:"+goVersion(t)+".") {
		t.Errorf("it builds with %s, and go.mod asks for Go %s", got, goVersion(t))
	}
	if got := r.ui.only(t, "FROM"); !regexp.MustCompile(` node:\d+\.\d+\.\d+-`).MatchString(got) {
		t.Errorf("it builds the staff app with %s, which may be another one tomorrow", got)
	}
	if got := image.only(t, "FROM"); got != "scratch" {
		t.Errorf("the image is made from %s", got)
	}
	image.user(t)
	if data := image.variable("USHER_DATA_DIR"); data == "" || image.only(t, "VOLUME") != data || image.variable("TMPDIR") != data {
		t.Errorf("the volume is %s, the data directory %s, TMPDIR %s", image.only(t, "VOLUME"), data, image.variable("TMPDIR"))
	}
	host, port, err := net.SplitHostPort(image.variable("USHER_LISTEN"))
	if err != nil || host != "0.0.0.0" || port != image.only(t, "EXPOSE") {
		t.Errorf("it listens on %s and exposes %s", image.variable("USHER_LISTEN"), image.only(t, "EXPOSE"))
	}
	if entry, cmd := execForm(t, image.only(t, "ENTRYPOINT")), execForm(t, image.only(t, "CMD")); len(entry) != 1 || !slices.Equal(cmd, []string{"serve"}) {
		t.Errorf("it runs %v %v", entry, cmd)
	}
	if got := image.only(t, "STOPSIGNAL"); got != "SIGTERM" {
		t.Errorf("it is stopped by %s", got)
	}
}

// goVersion is the language version of go.mod, such as 1.26.
func goVersion(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\ngo ")
	fields := strings.Split(strings.Fields(rest)[0], ".")
	return strings.Join(fields[:2], ".")
}

// container is the image as an engine would run it: in a root of its own that can't
// be written, with a volume that can, as the image's user.
type container struct {
	t     testing.TB
	image stage
	root  string
	data  string // the volume, from outside
	env   []string
}

const containerVersion = "v-of-the-container-test"

// newContainer builds the image and mounts it.
func newContainer(t testing.TB, certificates string, env ...string) *container {
	t.Helper()
	if os.Getuid() != 0 {
		testkit.LeaveOut(t, t.Name(), "a root of its own needs root")
	}
	testkit.Binary(t, "npm") // builds the staff app
	r := dockerfile(t)
	c := &container{t: t, image: r.image, env: env}
	c.root = c.image.files(t, r.run(t, containerVersion), certificates)
	// An engine always adds this file. It also gives /proc and /dev: here they are
	// left out, because nothing may need them.
	if err := os.WriteFile(filepath.Join(c.root, "etc", "hosts"), []byte("127.0.0.1 localhost\n"), 0o644); err != nil { //nolint:gosec // as engines do
		t.Fatal(err)
	}
	c.volume()
	return c
}

// volume mounts a new volume, which begins as the image's folder: its owner, its
// rights, its content.
func (c *container) volume() {
	c.t.Helper()
	uid, gid := c.image.user(c.t)
	mountPoint := filepath.Join(c.root, c.image.only(c.t, "VOLUME"))
	info, err := os.Stat(mountPoint)
	if err != nil {
		c.t.Fatalf("the image lacks the folder of its volume: %v", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) != uid || int(owner.Gid) != gid || info.Mode().Perm()&0o022 != 0 {
		c.t.Errorf("the volume begins as %v of %d:%d", info.Mode(), owner.Uid, owner.Gid)
	}
	c.data = c.t.TempDir()
	if err := os.Chmod(c.data, info.Mode()); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Chown(c.data, int(owner.Uid), int(owner.Gid)); err != nil {
		c.t.Fatal(err)
	}
	bind(c.t, c.root, c.root, true)
	bind(c.t, c.data, mountPoint, false)
}

// how runs a command of the image instead of the binary: the entry point for
// `docker run IMAGE words…`, or the words alone.
func (c *container) how(words ...string) how {
	return how{data: c.data, prepare: func(cmd *exec.Cmd) {
		uid, gid := c.image.user(c.t)
		cmd.Path, cmd.Args, cmd.Dir = words[0], words, "/"
		cmd.Env = slices.Concat(c.image.environment(), []string{"HOME=/"}, c.env)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Chroot:     c.root,
			Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)},
		}
	}}
}

// start is `docker run IMAGE`.
func (c *container) start() *server {
	c.t.Helper()
	return start(c.t, c.how(append(execForm(c.t, c.image.only(c.t, "ENTRYPOINT")), execForm(c.t, c.image.only(c.t, "CMD"))...)...))
}

// exec is `docker exec CONTAINER words…`.
func (c *container) exec(words ...string) (code int, output string) {
	c.t.Helper()
	code, out, errs := usher(c.t, c.how(words...), "")
	return code, out + errs
}

// healthy runs the health check as the engine does.
func (c *container) healthy() (code int, output string) {
	c.t.Helper()
	_, check, found := strings.Cut(c.image.only(c.t, "HEALTHCHECK"), " CMD ")
	if !found {
		c.t.Fatal("the HEALTHCHECK has no CMD")
	}
	return c.exec(execForm(c.t, check)...)
}

// The image serves, with the staff app, as a user who may do nothing, from a root that can't be
// written; what it was sent is there after a stop; mail goes out over TLS with the
// certificates that it holds.
func TestContainer(t *testing.T) {
	t.Parallel()
	certificates, key := certificate(t)
	if err := os.Chmod(certificates, 0o644); err != nil { //nolint:gosec // as Debian's are
		t.Fatal(err)
	}
	post := smtptest.Start(t, smtptest.Options{TLS: tlsConfig(t, certificates, key)})
	c := newContainer(t, certificates,
		fmt.Sprintf("USHER_LISTEN=0.0.0.0:%d", freePort(t)), "USHER_ADMIN_EMAIL="+adminEmail, "USHER_ADMIN_PASSWORD="+adminPassword,
		fmt.Sprintf("USHER_SMTP_URL=smtp://127.0.0.1:%d", post.Port()), "USHER_MAIL_FROM=intake@firm.example")
	c.isStatic()
	if code, out := c.exec("/usher", "version"); code != 0 || !strings.Contains(out, containerVersion) {
		t.Errorf("version: exit code %d: %s", code, out)
	}
	if code, out := c.healthy(); code != 1 {
		t.Errorf("the health check passes before the start: %d %s", code, out)
	}

	s := c.start()
	if code, out := c.healthy(); code != 0 {
		t.Errorf("the health check fails: %d %s", code, out)
	}
	s.isNobody()
	if a := s.get("/app/"); a.status != 200 {
		t.Errorf("the staff app: %s", a)
	}
	sub := simple("contained")
	l := s.submit(sub)
	post.Wait(t, 2)
	s.drained(patience)
	d := diagnose(t, c.how("/usher", "doctor"))
	d.consistent(t, 0)
	if code, out := c.exec("/usher", "backup", "/firm.tar"); code != 1 || !strings.Contains(out, "read-only") {
		t.Errorf("a backup into the root: exit code %d: %s", code, out)
	}
	s.stop()
	c.hasKept(l.ID, sub)
	if n := len(post.Copies()); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	c.isPrivate()
}

// hasKept starts the container again and expects the lead to be there.
func (c *container) hasKept(id string, sub submission) {
	c.t.Helper()
	s := c.start()
	if err := s.download(id, sub.sha256()); err != nil {
		c.t.Error(err)
	}
	s.stop()
	if code, out := c.exec("/usher", "verify"); code != 0 {
		c.t.Errorf("verify: %d %s", code, out)
	}
}

// isStatic expects a program that needs no other file to run.
func (c *container) isStatic() {
	c.t.Helper()
	program, err := elf.Open(filepath.Join(c.root, "usher"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer program.Close()
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			c.t.Error("the program wants an interpreter")
		}
	}
	if libraries, err := program.ImportedLibraries(); err != nil || len(libraries) > 0 {
		c.t.Errorf("the program wants %v (%v)", libraries, err)
	}
}

// isNobody expects that the server runs without rights.
func (s *server) isNobody() {
	s.t.Helper()
	status, err := os.ReadFile(procPath(s.pid, "status"))
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		name, values, _ := strings.Cut(strings.TrimSpace(line), ":\t")
		zero := strings.Trim(values, "0") == ""
		if name == "CapEff" && !zero || (name == "Uid" || name == "Gid") && slices.Contains(strings.Fields(values), "0") {
			s.t.Errorf("it runs with %s", line)
		}
	}
}

// isPrivate expects that all in the volume belongs to the image's user, and that
// nobody else can read it.
func (c *container) isPrivate() {
	c.t.Helper()
	uid, _ := c.image.user(c.t)
	err := filepath.WalkDir(c.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == c.data {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if owner, ok := info.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != uid || info.Mode().Perm()&0o077 != 0 {
			c.t.Errorf("%s is %v of user %d", path, info.Mode(), owner.Uid)
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}
