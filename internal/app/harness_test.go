package app_test

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"usher/internal/app"
	"usher/internal/auth"
	"usher/internal/config"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/system"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(contractTests{m}) }

const (
	adminEmail    = "admin@firm.example"
	attorneyEmail = "attorney@firm.example"
	password      = "correct horse battery"
	secretHex     = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	baseURL       = "http://usher.example"
)

// server is Usher in this process: a real database, real files, real HTTP, and a
// clock that the test moves. Nothing runs in the background.
type server struct {
	*app.App
	url   string
	dir   string
	clock *clock
	post  *post
	room  *room
	http  *http.Client

	mu     sync.Mutex
	tokens map[string]string // access tokens by e-mail address
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// room is the file system of the data directory: the real one, or what a test says.
type room struct {
	mu    sync.Mutex
	space *system.Space
	err   error
}

func (r *room) ask(path string) (system.Space, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && r.space == nil {
		return app.SpaceOf(path)
	}
	if r.err != nil {
		return system.Space{}, r.err
	}
	return *r.space, nil
}

func (r *room) say(space *system.Space, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.space, r.err = space, err
}

// post is the mail server: it takes letters, or answers with err.
type post struct {
	mu   sync.Mutex
	err  error
	sent []mail.Letter

	server mail.Sender // of the settings; letters go there once passOn is called
	pass   bool
}

func (p *post) Send(ctx context.Context, letter mail.Letter, handOver func(context.Context) error) error {
	p.mu.Lock()
	if p.pass {
		server := p.server
		p.mu.Unlock()
		return server.Send(ctx, letter, handOver)
	}
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	if err := handOver(ctx); err != nil {
		return err
	}
	p.sent = append(p.sent, letter)
	return nil
}

// passOn lets the letters go to the mail server of the settings.
func (p *post) passOn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass = true
}

func (p *post) answer(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// passwordHash is the one hash that every test's users share: making one costs
// as much as a sign-in.
var passwordHash = sync.OnceValues(func() (string, error) {
	return auth.NewPasswords(1).Hash(context.Background(), password)
})

// bare opens a server without a user. Settings are NAME=value; the rate limit is
// off unless one turns it on.
func bare(t testing.TB, settings ...string) *server {
	t.Helper()
	return bareIn(t, func(*app.Env) {}, settings...)
}

// bareIn is bare in surroundings that differ.
func bareIn(t testing.TB, differ func(*app.Env), settings ...string) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{
		dir: filepath.Join(dir, "data"), clock: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		post: &post{err: mail.ErrCaptured}, room: &room{}, tokens: map[string]string{},
	}
	flags := map[string]string{"USHER_DATA_DIR": s.dir, "USHER_BASE_URL": baseURL, "USHER_SECRET_KEY": secretHex, "USHER_PUBLIC_RATE": "off"}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		flags[name] = value
	}
	cfg, err := config.Load(flags, nil, dir)
	if err != nil {
		t.Fatal(err)
	}
	env := app.Env{Now: s.clock.Now, Sender: func(server mail.Sender) mail.Sender { s.post.server = server; return s.post }, Space: s.room.ask}
	differ(&env)
	if s.App, err = app.Open(context.Background(), cfg, "test", env, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Staff.Hash = func(context.Context, string) (string, error) { return passwordHash() }
	if err := s.MakeFirstAdmin(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	s.url, s.http = listening.URL, listening.Client()
	s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s
}

// start opens a server with an admin and an attorney.
func start(t testing.TB, settings ...string) *server {
	t.Helper()
	s := bare(t, append([]string{"USHER_ADMIN_EMAIL=" + adminEmail, "USHER_ADMIN_PASSWORD=" + password}, settings...)...)
	s.addUser(t, attorneyEmail, staff.Attorney)
	return s
}

func (s *server) addUser(t testing.TB, email string, role staff.Role) staff.User {
	t.Helper()
	u, err := s.Staff.Add(t.Context(), staff.NewUser{Email: email, Password: password, Role: role}, false)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// addInvited adds an attorney who has no password yet.
func (s *server) addInvited(t testing.TB, email string) {
	t.Helper()
	hash := s.Staff.Hash
	s.Staff.Hash = func(context.Context, string) (string, error) { return "", nil }
	defer func() { s.Staff.Hash = hash }()
	s.addUser(t, email, staff.Attorney)
}

// signIn gives an access token, the same one until the clock has moved past it.
func (s *server) signIn(t testing.TB, email string) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if token := s.tokens[email]; token != "" {
		if _, err := s.Auth.Authenticate(t.Context(), token); err == nil {
			return token
		}
	}
	got := s.token(t, "username="+email+"&password="+strings.ReplaceAll(password, " ", "+"))
	wantStatus(t, got, http.StatusOK)
	s.tokens[email], _ = got.object(t)["access_token"].(string)
	return s.tokens[email]
}

func (s *server) admin(t testing.TB) string    { t.Helper(); return s.signIn(t, adminEmail) }
func (s *server) attorney(t testing.TB) string { t.Helper(); return s.signIn(t, attorneyEmail) }

// deliver sends what is due.
func (s *server) deliver(t testing.TB) {
	t.Helper()
	if _, err := s.Dispatcher.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// census counts what is stored; what became of messages is not its matter.
type census struct {
	Leads, Messages, Events, Keys, Tombstones, Files, Temporary int
}

func (c census) minus(d census) census {
	return census{
		c.Leads - d.Leads, c.Messages - d.Messages, c.Events - d.Events, c.Keys - d.Keys, c.Tombstones - d.Tombstones,
		c.Files - d.Files, c.Temporary - d.Temporary,
	}
}

func (c census) plus(d census) census {
	return c.minus(census{}.minus(d))
}

// oneLead is what a new lead adds: with it two messages, one event, one file.
var oneLead = census{Leads: 1, Messages: 2, Events: 1, Files: 1}

func (s *server) database(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "usher.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func (s *server) census(t testing.TB) census {
	t.Helper()
	var c census
	db := s.database(t)
	defer db.Close()
	row := db.QueryRowContext(t.Context(), `SELECT (SELECT COUNT(*) FROM leads), (SELECT COUNT(*) FROM messages), (SELECT COUNT(*) FROM events WHERE kind <> 'message_changed'),
		(SELECT COUNT(*) FROM idempotency_keys), (SELECT COUNT(*) FROM tombstones)`)
	if err := row.Scan(&c.Leads, &c.Messages, &c.Events, &c.Keys, &c.Tombstones); err != nil {
		t.Fatal(err)
	}
	for _, name := range s.files(t) {
		if strings.HasSuffix(name, ".tmp") {
			c.Temporary++
		} else {
			c.Files++
		}
	}
	return c
}

// files lists what lies in the resumes' folder.
func (s *server) files(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.dir, "resumes"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// timeline gives a lead's events as "kind actor data", but for what became of its
// messages.
func (s *server) timeline(t testing.TB, leadID string) []string {
	t.Helper()
	rows, err := s.database(t).QueryContext(t.Context(), `SELECT e.kind || ' ' || COALESCE(u.email, e.actor) || ' ' || e.data
		FROM events e LEFT JOIN users u ON u.id = e.actor WHERE e.lead_id = $1 AND e.kind <> 'message_changed' ORDER BY e.at, e.id`, leadID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
