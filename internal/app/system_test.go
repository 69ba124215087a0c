package app_test

import (
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/system"
)

const systemPath = "/api/v1/system"

// standing is how a server stands, as clients see it.
type standing struct {
	Status    string        `json:"status"`
	Sentence  string        `json:"sentence"`
	Version   string        `json:"version"`
	StartedAt string        `json:"started_at"`
	Now       string        `json:"now"`
	Zone      string        `json:"zone"`
	Checks    []systemCheck `json:"checks"`
	Outbox    *struct {
		messageSummary
	} `json:"outbox"`
	Disk *struct {
		FreeBytes   uint64 `json:"free_bytes"`
		TotalBytes  uint64 `json:"total_bytes"`
		NeededBytes uint64 `json:"needed_bytes"`
	} `json:"disk"`
	Database *struct {
		Engine   string  `json:"engine"`
		Bytes    int64   `json:"bytes"`
		LogBytes int64   `json:"log_bytes"`
		Schema   int64   `json:"schema"`
		NewestAt *string `json:"newest_at"`
	} `json:"database"`
	Backup *struct {
		TakenAt string `json:"taken_at"`
		Leads   int    `json:"leads"`
		Bytes   int64  `json:"bytes"`
		Damaged int    `json:"damaged"`
	} `json:"backup"`
	Address struct {
		BaseURL   string `json:"base_url"`
		ReachedBy string `json:"reached_by"`
	} `json:"address"`
}

type systemCheck struct {
	About string  `json:"about"`
	Level string  `json:"level"`
	Code  string  `json:"code"`
	Text  string  `json:"text"`
	Do    *string `json:"do"`
}

// stands asks by the host of the base URL.
func (s *server) stands(t testing.TB) standing {
	t.Helper()
	got := s.do(t, req{path: systemPath, token: s.admin(t)}.with("Host", strings.TrimPrefix(baseURL, "http://")))
	wantStatus(t, got, http.StatusOK)
	return into[standing](t, got)
}

// odd is what is not green, and the status before it.
func (s *server) odd(t testing.TB) []string {
	t.Helper()
	now := s.stands(t)
	all := []string{now.Status}
	for _, c := range now.Checks {
		if c.Level != "green" {
			all = append(all, c.About+" "+c.Level+" "+c.Code)
		}
	}
	return all
}

// healthy is a server of which all is well: it sends mail, and has a backup.
func healthy(t *testing.T, settings ...string) *server {
	t.Helper()
	s := start(t, append([]string{"USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example", "USHER_BASE_URL=https://usher.example"}, settings...)...)
	s.room.say(&system.Space{Free: 50 << 30, Total: 100 << 30}, nil)
	s.backup(t, nil)
	return s
}

func TestSystem(t *testing.T) {
	t.Parallel()
	s := healthy(t)
	s.post.answer(nil)
	s.submitted(t)
	s.deliver(t)
	s.backup(t, nil)
	s.clock.Add(time.Hour)
	wantStatus(t, s.changeFirm(t, `{"time_zone":"America/New_York"}`), http.StatusOK)
	got := s.stands(t)
	same(t, "status", []string{got.Status, got.Sentence, got.Version, got.StartedAt, got.Now, got.Zone},
		[]string{"green", "All is well.", "test", "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", "America/New_York"})
	var about []string
	for _, c := range got.Checks {
		about = append(about, c.About)
		same(t, c.About, []string{c.Level, c.Code}, []string{"green", "ok"})
		if c.Text == "" || c.Do != nil {
			t.Errorf("%+v", c)
		}
	}
	same(t, "checks", about, []string{"intake", "outbox", "disk", "database", "backup", "clock", "address", "settings"})
	if got.Outbox == nil || got.Disk == nil || got.Database == nil || got.Backup == nil {
		t.Fatalf("%+v", got)
	}
	same(t, "outbox", got.Outbox.messageSummary, messageSummary{Sending: true})
	same(t, "disk", []uint64{got.Disk.FreeBytes, got.Disk.TotalBytes, got.Disk.NeededBytes}, []uint64{50 << 30, 100 << 30, 11 << 20})
	if d := got.Database; d.Engine != "sqlite" || d.Bytes < 4096 || d.LogBytes < 4096 || d.Schema < 10 || d.NewestAt == nil || *d.NewestAt != "2026-11-23T09:00:00Z" {
		t.Errorf("database %+v", *d)
	}
	if b := got.Backup; b.TakenAt != "2026-11-23T09:00:00Z" || b.Leads != 1 || b.Bytes < 4096 || b.Damaged != 0 {
		t.Errorf("backup %+v", *b)
	}
	same(t, "address", []string{got.Address.BaseURL, got.Address.ReachedBy}, []string{"https://usher.example", "usher.example"})
}

// Nobody but an admin sees it, and it shows no secret.
func TestSystemIsForAdmins(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_SMTP_URL=smtp://mailer:"+marker+"@mail.firm.example?tls=opportunistic", "USHER_MAIL_FROM=intake@firm.example")
	s.run(t, []scenario{{name: "an attorney", req: req{path: systemPath, token: s.attorney(t)}, status: 403, code: "forbidden"}})
	got := s.do(t, req{path: systemPath, token: s.admin(t)})
	wantStatus(t, got, http.StatusOK)
	for _, secret := range []string{marker, secretHex, password, "mailer", s.dir, adminEmail} {
		if strings.Contains(got.body, secret) {
			t.Errorf("it shows %q: %s", secret, got.body)
		}
	}
}

// Whatever is wrong is seen, and forgotten once it is put right.
func TestSystemSeesTrouble(t *testing.T) {
	t.Parallel()
	well := []string{"green"}
	t.Run("no mail server, no backup", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		same(t, "at first", s.odd(t), []string{"amber", "outbox amber captured", "backup amber never", "settings amber base_url_plain"})
	})
	t.Run("outbox", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		s.submitted(t)
		same(t, "queued", s.odd(t), well)
		s.clock.Add(10 * time.Minute)
		same(t, "stuck", s.odd(t), []string{"amber", "outbox amber stuck"})
		s.post.answer(&mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "no such user"})
		s.deliver(t)
		s.clock.Add(time.Hour)
		s.deliver(t)
		same(t, "given up", s.odd(t), []string{"amber", "outbox amber dead"})
		s.post.answer(nil)
		for _, m := range s.messages(t, "state=dead").Items {
			wantStatus(t, s.do(t, req{method: http.MethodPost, path: "/api/v1/messages/" + m.ID + "/retry", token: s.admin(t)}), http.StatusOK)
		}
		s.deliver(t)
		same(t, "sent", s.odd(t), well)
	})
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		s.room.say(&system.Space{Free: 900 << 20, Total: 2 << 30}, nil)
		same(t, "low", s.odd(t), []string{"amber", "disk amber low"})
		same(t, "takes leads", s.do(t, req{path: "/readyz"}).status, http.StatusOK)
		s.room.say(&system.Space{Free: 11<<20 - 1, Total: 2 << 30}, nil)
		same(t, "full", s.odd(t), []string{"red", "disk red full"})
		same(t, "takes none", s.do(t, req{path: "/readyz"}).status, http.StatusServiceUnavailable)
		s.room.say(nil, errors.New("no such device"))
		same(t, "gone", s.odd(t), []string{"red", "disk red unknown"})
		s.room.say(nil, nil) // the real one
		if space := s.stands(t).Disk; space == nil || space.FreeBytes == 0 || space.FreeBytes > space.TotalBytes {
			t.Errorf("the real disk: %+v", space)
		}
	})
	t.Run("backup", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		s.clock.Add(7 * 24 * time.Hour)
		same(t, "a week old", s.odd(t), well)
		s.clock.Add(24 * time.Hour)
		same(t, "eight days old", s.odd(t), []string{"amber", "backup amber old"})
		s.submitted(t)
		if err := os.Remove(filepath.Join(s.dir, "resumes", s.files(t)[0])); err != nil {
			t.Fatal(err)
		}
		s.backup(t, nil)
		same(t, "with a loss", s.odd(t), []string{"amber", "backup amber damaged"})
		same(t, "how many", s.stands(t).Backup.Damaged, 1)
	})
	t.Run("clock", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		s.submitted(t)
		s.clock.Add(-time.Minute)
		same(t, "a minute", s.odd(t), well)
		s.clock.Add(-time.Second)
		same(t, "more", s.odd(t), []string{"red", "clock red behind"})
	})
	t.Run("intake", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		s.StopIntake()
		same(t, "stopped", s.odd(t), []string{"red", "intake red stopped"})
		if now := s.stands(t); !strings.HasPrefix(now.Sentence, "Usher doesn't work as it should. ") {
			t.Error(now.Sentence)
		}
	})
	t.Run("address and settings", func(t *testing.T) {
		t.Parallel()
		s := healthy(t, "USHER_TRUSTED_PROXIES=0.0.0.0/0", "USHER_SMTP_URL=smtp://mail.firm.example?tls=off")
		if err := os.Chmod(s.dir, 0o777); err != nil { //nolint:gosec // that is the trouble
			t.Fatal(err)
		}
		want := []string{"amber", "settings amber mail_plain", "settings amber trusts_everybody", "settings amber data_dir_writable"}
		same(t, "settings", s.odd(t), want)
		got := s.do(t, req{path: systemPath, token: s.admin(t)}) // by the address of the test's server
		same(t, "reached by", into[standing](t, got).Address.ReachedBy, strings.TrimPrefix(s.url, "http://"))
		if !slices.ContainsFunc(into[standing](t, got).Checks, func(c systemCheck) bool { return c.Code == "other_host" && c.Level == "amber" && c.Do != nil }) {
			t.Errorf("%s", got.body)
		}
	})
	t.Run("database", func(t *testing.T) {
		t.Parallel()
		s := healthy(t)
		db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "usher.db")+"?_pragma=busy_timeout(5000)")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), `ALTER TABLE last_backup RENAME TO elsewhere`); err != nil {
			t.Fatal(err)
		}
		same(t, "not as it should be", s.odd(t), []string{"red", "database red no_answer"})
		now := s.stands(t)
		if now.Database != nil || now.Outbox != nil || now.Backup != nil || now.Disk == nil || now.Zone != "UTC" {
			t.Errorf("%+v", now)
		}
	})
}

// A backup that leaves no trace is a backup all the same.
func TestBackupWithoutATrace(t *testing.T) {
	t.Parallel()
	s := healthy(t)
	s.clock.Add(time.Hour)
	_, made := s.backup(t, func() { s.StopIntake() })
	same(t, "taken", made.Manifest.Taken, s.clock.Now())
	same(t, "what is known of", s.stands(t).Backup.TakenAt, "2026-11-23T09:00:00Z")
}
