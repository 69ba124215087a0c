package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"usher/internal/testkit"
)

// backUp makes a backup and expects it to be well.
func backUp(t testing.TB, h how) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "firm.tar")
	if code, out, errs := usher(t, h, "", "backup", file); code != 0 {
		t.Fatalf("backup: exit code %d\n%s%s", code, out, errs)
	}
	if names := testkit.Names(t, filepath.Dir(file)); len(names) != 1 {
		t.Errorf("beside the backup lie %v", names)
	}
	return file
}

// restored restores a backup to a new place and starts a server there.
func restored(t testing.TB, file string, env ...string) *server {
	t.Helper()
	h := how{data: filepath.Join(t.TempDir(), "restored"), env: env, noAdmin: true}
	if code, out, errs := usher(t, h, "", "restore", file); code != 0 {
		t.Fatalf("restore: exit code %d\n%s%s", code, out, errs)
	}
	verify(t, h.data)
	return start(t, h)
}

// pace is how long submissions took.
type pace struct {
	mu    sync.Mutex
	times []time.Duration
}

func (p *pace) note(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times = append(p.times, d)
}

func (p *pace) quantile(q float64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.times) == 0 {
		return 0
	}
	slices.Sort(p.times)
	return p.times[int(q*float64(len(p.times)-1))]
}

// hammer lets the crowd submit until the returned function is called. now tells
// under which pace the time of a submission goes.
func (c *crowd) hammer(s *server, now *atomic.Pointer[pace]) (stop func()) {
	ctx, cancel := context.WithCancel(c.t.Context())
	var wg sync.WaitGroup
	for worker := range submitters {
		r := rand.New(rand.NewPCG(c.seed, uint64(worker))) //nolint:gosec // to be repeatable
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				sub := simple(fmt.Sprintf("b%d-%d", worker, n))
				sub.filename, sub.body = randomResume(r, sub.first)
				began, p := time.Now(), now.Load()
				a, err := s.post(c.t.Context(), sub)
				if err != nil {
					c.t.Error(err)
					return
				}
				p.note(time.Since(began))
				c.note(sub, a)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

func (c *crowd) acknowledged() []acknowledged {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.promised)
}

func (c *crowd) atLeast(n int) {
	c.t.Helper()
	eventually(c.t, 10*patience, func() error {
		if got := len(c.acknowledged()); got < n {
			return fmt.Errorf("%d leads, want %d", got, n)
		}
		return nil
	})
}

// Sixteen submitters hammer while backups are made: each holds whole whatever was
// acknowledged before it began, and of what came later nothing half.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	ahead, rounds := 400, 2
	if *long {
		ahead, rounds = 3000, 8
	}
	const origin = "USHER_BASE_URL=http://usher.example" // tokens name it
	s := start(t, how{env: []string{origin}})
	c := &crowd{t: t, seed: uint64(time.Now().UnixNano()), byEmail: map[string]acknowledged{}, lost: map[string]bool{}}
	var now atomic.Pointer[pace]
	calm, busy := &pace{}, &pace{}
	now.Store(&pace{})
	stop := c.hammer(s, &now)
	c.atLeast(ahead)

	before := c.acknowledged()
	changed, erased := before[0].id, before[1].id
	body := strings.NewReader(`{"state":"REACHED_OUT","channel":"phone"}`)
	header := s.bearer()
	header.Set("Content-Type", "application/json")
	if a, err := s.send(t.Context(), http.MethodPatch, "/api/v1/leads/"+changed, header, body); err != nil || a.status != 200 {
		t.Fatalf("mark: %s, %v", a, err)
	}
	if a := s.staff(http.MethodDelete, "/api/v1/leads/"+erased); a.status != 204 {
		t.Fatalf("erase: %s", a)
	}
	file, took := "", time.Duration(0)
	for range rounds {
		now.Store(calm)
		c.atLeast(len(c.acknowledged()) + 100)
		before = slices.Delete(c.acknowledged(), 1, 2)
		now.Store(busy)
		began := time.Now()
		file = backUp(t, how{data: s.data})
		took += time.Since(began)
	}
	stop()
	size, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if size.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v", size.Mode())
	}

	again := restored(t, file, origin)
	again.token, again.until = s.token, time.Now().Add(time.Minute) // an access token of the first server
	c.check(again, before)
	listed := again.leads()
	for _, l := range listed {
		path := "/api/v1/leads/" + l.ID
		if diff := cmp.Diff(string(s.read(path).body), string(again.read(path).body)); diff != "" {
			t.Errorf("lead %s differs:\n%s", l.ID, diff)
		}
		if err := again.download(l.ID, l.Resume.SHA256); err != nil {
			t.Error(err)
		}
	}
	if l := again.read("/api/v1/leads/" + changed).body; !strings.Contains(string(l), "REACHED_OUT") {
		t.Errorf("the changed lead: %s", l)
	}
	if a := again.staff(http.MethodGet, "/api/v1/leads/"+erased); a.status != 404 {
		t.Errorf("the erased lead: %s", a)
	}
	if a, err := again.signIn(t.Context(), adminEmail, adminPassword); err != nil || a.status != 200 {
		t.Errorf("sign-in: %s, %v", a, err)
	}
	again.submit(simple("afterwards"))
	again.drained(patience)
	again.stop()
	verify(t, again.data)
	t.Logf("%d leads before, %d in the backup of %d MB, %d in the end; %v for a backup", len(before), len(listed), size.Size()>>20, len(c.promised), took/time.Duration(rounds))
	t.Logf("submissions: median %v, p99 %v (%d); while backups were made: median %v, p99 %v (%d); p99 times %.2f",
		calm.quantile(0.5), calm.quantile(0.99), len(calm.times), busy.quantile(0.5), busy.quantile(0.99), len(busy.times),
		float64(busy.quantile(0.99))/float64(calm.quantile(0.99)))
}

// The key comes along unless it is a setting, and is never shown.
func TestBackupKey(t *testing.T) {
	t.Parallel()
	const key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	for _, env := range [][]string{nil, {"USHER_SECRET_KEY=" + key}} {
		s := start(t, how{env: env})
		secret := key
		if env == nil {
			text, err := os.ReadFile(filepath.Join(s.data, "secret.key"))
			if err != nil {
				t.Fatal(err)
			}
			secret = strings.TrimSpace(string(text))
		}
		file, place := filepath.Join(t.TempDir(), "firm.tar"), filepath.Join(t.TempDir(), "place")
		code, out, errs := usher(t, how{data: s.data, env: env}, "", "backup", file)
		code2, out2, errs2 := usher(t, how{data: place, env: env}, "", "restore", file)
		said := out + errs + out2 + errs2
		if code != 0 || code2 != 0 || strings.Contains(said, secret) {
			t.Errorf("exit codes %d and %d: %s", code, code2, said)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = os.Stat(filepath.Join(place, "secret.key"))
		inside := env == nil
		if strings.Contains(string(content), secret) != inside || errors.Is(err, fs.ErrNotExist) == inside {
			t.Errorf("the key is in the wrong place: %v", err)
		}
		if n := strings.Count(said, "The secret key is inside."); inside != (n == 2) {
			t.Error(said)
		}
		if n := strings.Count(said, "keep it yourself"); inside == (n == 2) {
			t.Error(said)
		}
	}
}

// A backup of damaged data says whose resume it is, and holds all else.
func TestBackupOfDamage(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	hurt, well := simple("hurt"), simple("well")
	id, whole := s.submit(hurt).ID, s.submit(well).ID
	for _, name := range testkit.Names(t, filepath.Join(s.data, "resumes")) {
		path := filepath.Join(s.data, "resumes", name)
		if content, err := os.ReadFile(path); err != nil || string(content) != string(hurt.body) {
			continue
		}
		if err := os.WriteFile(path, []byte(strings.ToUpper(string(hurt.body))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, place := filepath.Join(t.TempDir(), "firm.tar"), how{data: filepath.Join(t.TempDir(), "place"), noAdmin: true}
	for _, args := range [][]string{{"backup", file}, {"restore", file}} {
		h := how{data: s.data}
		if args[0] == "restore" {
			h = place
		}
		code, out, errs := usher(t, h, "", args...)
		if code != 1 || !strings.Contains(out, "damaged: lead "+id) || strings.Contains(out, whole) || !strings.Contains(errs, "1 findings; all else") {
			t.Errorf("%s: exit code %d\n%s%s", args[0], code, out, errs)
		}
	}
	if err := start(t, place).download(whole, well.sha256()); err != nil {
		t.Error(err)
	}
}

// On a full disk a backup leaves nothing and hurts nobody, and a restore leaves a
// place that can be restored into again, however much room there was.
func TestBackupDiskFull(t *testing.T) {
	t.Parallel()
	dir := mount(t, 24)
	s := start(t, how{})
	for i := range 20 {
		sub := simple(fmt.Sprintf("full%d", i))
		sub.body = []byte(strings.Repeat("x", 20_000+i))
		s.submit(sub)
	}
	s.drained(patience)
	good := backUp(t, how{data: s.data})
	filler := filepath.Join(dir, "filler")
	target, place := filepath.Join(dir, "backups", "firm.tar"), how{data: filepath.Join(dir, "place")}
	for _, folder := range []string{filepath.Dir(target), place.data} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	backedUp, putBack := false, false
	for free := 0; !backedUp || !putBack; free += 64 << 10 {
		if free > 12<<20 {
			t.Fatalf("not enough room at %d bytes", free)
		}
		if !backedUp && withRoom(t, filler, free, how{data: s.data}, "backup", target) {
			backedUp = true
			if err := os.Remove(target); err != nil {
				t.Fatal(err)
			}
		}
		if names := testkit.Names(t, filepath.Dir(target)); len(names) > 0 {
			t.Errorf("with %d bytes: the backup left %v", free, names)
		}
		putBack = putBack || withRoom(t, filler, free, place, "restore", good)
		if names := testkit.Names(t, place.data); !putBack && len(names) > 1 { // the lock
			t.Errorf("with %d bytes: the restore left %v", free, names)
		}
	}
	s.submit(simple("unharmed"))
	verify(t, place.data)
}

// withRoom runs a command with so many bytes free, and tells whether it was done.
// When it was not, it must have said why.
func withRoom(t *testing.T, filler string, free int, h how, args ...string) bool {
	t.Helper()
	fill(t, filler)
	defer func() { _ = os.Remove(filler) }()
	info, err := os.Stat(filler)
	if err == nil {
		err = os.Truncate(filler, max(0, info.Size()-int64(free)))
	}
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := usher(t, h, "", args...)
	if code == 0 {
		return true
	}
	said := slices.ContainsFunc([]string{"no space left", "MB are free", "KB are free"}, func(s string) bool { return strings.Contains(errs, s) })
	if code != 1 || !said || !strings.HasPrefix(errs, "usher: ") {
		t.Errorf("%s with %d bytes: exit code %d, %s%s", args[0], free, code, out, errs)
	}
	return false
}
