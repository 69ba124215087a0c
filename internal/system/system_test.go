package system_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/mail"
	"usher/internal/system"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// well are the figures of a server of which nothing has to be said.
func well() system.Facts {
	return system.Facts{
		Now: now, Sends: true, Space: &system.Space{Free: 50 << 30, Total: 100 << 30, Needed: 11 << 20},
		Known: &system.Known{
			Extent: system.Extent{Engine: "sqlite", Bytes: 3 << 20}, Backup: &system.Backup{TakenAt: now.Add(-7 * 24 * time.Hour)}, Newest: now.Add(time.Minute), Zone: time.UTC,
		},
		BaseURL: &url.URL{Scheme: "https", Host: "intake.firm.example"}, ReachedBy: "intake.firm.example",
	}
}

// found is what is not green, as "about level code".
func found(r system.Report) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Level == system.Green && (f.Code != "ok" || f.Do != "" || f.Text == "") || f.Level != system.Green && (f.Code == "ok" || f.Do == "") {
			all = append(all, "odd: "+string(f.About))
		}
		if f.Level != system.Green {
			all = append(all, string(f.About)+" "+string(f.Level)+" "+f.Code)
		}
	}
	return all
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change   func(*system.Facts)
		want     []string
		sentence string
	}{
		"all is well":          {func(*system.Facts) {}, nil, "All is well."},
		"intake is stopped":    {func(f *system.Facts) { f.Stopped = true }, []string{"intake red stopped"}, "Usher doesn't work as it should. The disk failed to confirm a write, so no lead is stored until the restart."},
		"no mail server":       {func(f *system.Facts) { f.Sends = false }, []string{"outbox amber captured"}, "Usher works, and one thing needs a look. There is no mail server: messages are kept in the outbox and not sent."},
		"messages wait":        {func(f *system.Facts) { f.Known.Mail = mail.Summary{Waiting: 9} }, nil, "All is well."},
		"stuck and given up":   {func(f *system.Facts) { f.Known.Mail = mail.Summary{Waiting: 4, Stuck: 1, Dead: 2} }, []string{"outbox amber stuck", "outbox amber dead"}, "Usher works, and 2 things need a look."},
		"9 per cent are free":  {func(f *system.Facts) { f.Space.Free = 9_900_000_000 }, []string{"disk amber low"}, ""},
		"10 per cent are free": {func(f *system.Facts) { f.Space.Free = 10_800_000_000 }, nil, ""},
		"a small disk": {func(f *system.Facts) { *f.Space = system.Space{Free: 1<<30 - 1, Total: 2 << 30, Needed: 11 << 20} }, []string{"disk amber low"},
			"Usher works, and one thing needs a look. 1024.0 MiB of 2.0 GiB are free."},
		"a gibibyte":              {func(f *system.Facts) { *f.Space = system.Space{Free: 1 << 30, Total: 2 << 30, Needed: 11 << 20} }, nil, ""},
		"just enough for a lead":  {func(f *system.Facts) { f.Space.Free = 11 << 20 }, []string{"disk amber low"}, ""},
		"too little for a lead":   {func(f *system.Facts) { f.Space.Free = 11<<20 - 1 }, []string{"disk red full"}, "Usher doesn't work as it should. 11.0 MiB are free and 11.0 MiB are needed, so no lead is stored."},
		"a disk that can't say":   {func(f *system.Facts) { f.Space = nil }, []string{"disk red unknown"}, ""},
		"no database":             {func(f *system.Facts) { f.Known = nil }, []string{"database red no_answer"}, "Usher doesn't work as it should. The database doesn't answer."},
		"no backup":               {func(f *system.Facts) { f.Known.Backup = nil }, []string{"backup amber never"}, "Usher works, and one thing needs a look. No backup was ever made."},
		"an old backup":           {func(f *system.Facts) { f.Known.Backup.TakenAt = now.Add(-8*24*time.Hour - 1) }, []string{"backup amber old"}, "Usher works, and one thing needs a look. The last backup is 8 days old."},
		"a backup with losses":    {func(f *system.Facts) { f.Known.Backup.Damaged = 1 }, []string{"backup amber damaged"}, "Usher works, and one thing needs a look. 1 resume was missing or damaged when the last backup was made."},
		"a clock that is behind":  {func(f *system.Facts) { f.Known.Newest = now.Add(time.Minute + 1) }, []string{"clock red behind"}, ""},
		"nothing was ever stored": {func(f *system.Facts) { f.Known.Newest = time.Time{} }, nil, "All is well."},
		"another host":            {func(f *system.Facts) { f.ReachedBy = "127.0.0.1:8080" }, []string{"address amber other_host"}, "Usher works, and one thing needs a look. You came by 127.0.0.1:8080, and links in mails lead to intake.firm.example."},
		"the scheme's own port":   {func(f *system.Facts) { f.ReachedBy = "Intake.Firm.Example:443" }, nil, ""},
		"another port":            {func(f *system.Facts) { f.ReachedBy = "intake.firm.example:80" }, []string{"address amber other_host"}, ""},
		"an address of IPv6": {func(f *system.Facts) {
			f.BaseURL = &url.URL{Scheme: "http", Host: "[::1]"}
			f.ReachedBy = "[::1]:80"
		}, nil, ""},
		"a warning": {func(f *system.Facts) {
			f.Warnings = []system.Warning{{"mail_plain", "x", "y"}, {"trusts_everybody", "x", "y"}}
		},
			[]string{"settings amber mail_plain", "settings amber trusts_everybody"}, "Usher works, and 2 things need a look."},
		"amber and red": {func(f *system.Facts) { f.Known.Backup, f.Stopped = nil, true }, []string{"intake red stopped", "backup amber never"}, ""},
	} {
		f := well()
		tt.change(&f)
		r := system.Judge(f)
		if diff := cmp.Diff(tt.want, found(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if tt.sentence != "" && r.Sentence != tt.sentence {
			t.Errorf("%s: %q, want %q", name, r.Sentence, tt.sentence)
		}
		all := strings.Join(tt.want, ",")
		want := map[bool]system.Level{true: system.Red, false: system.Amber}[strings.Contains(all, " red ")]
		if all == "" {
			want = system.Green
		}
		if r.Level != want {
			t.Errorf("%s: %s, want %s", name, r.Level, want)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1536: "1.5 KiB", 10 << 20: "10.0 MiB", 3 << 30: "3.0 GiB", 5 << 40: "5.0 TiB"} {
		if got := system.Size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
