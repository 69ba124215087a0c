package doctor

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"usher/internal/lead"
)

// A lead of the future tells of a clock that was wrong.
func TestClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for age, want := range map[time.Duration]Level{time.Hour: OK, -30 * time.Second: OK, -2 * time.Hour: Problem} {
		e := &exam{Patient: Patient{Now: func() time.Time { return now }}, newest: []lead.Lead{{CreatedAt: now.Add(-age)}}}
		if got := e.clock(t.Context()); len(got) != 1 || got[0].Level != want {
			t.Errorf("a lead of %v ago: %+v", age, got)
		}
	}
}

// A slow sync is worth a warning. The clock moves by itself here.
func TestSlowSync(t *testing.T) {
	t.Parallel()
	for step, want := range map[time.Duration]Level{time.Millisecond: OK, 80 * time.Millisecond: Warning} {
		now := time.Unix(0, 0)
		e := &exam{Patient: Patient{Dir: t.TempDir(), Now: func() time.Time { now = now.Add(step); return now }}, there: true}
		if got := e.sync(t.Context()); len(got) != 1 || got[0].Level != want {
			t.Errorf("%v: %+v", step, got)
		}
	}
}

// The file systems that Linux has numbers for.
func TestDoubtful(t *testing.T) {
	t.Parallel()
	for magic, want := range map[uint32]string{0x6969: "NFS", 0xfe534d42: "SMB", 0x01021994: "in memory", 0xef53: "", 0x58465342: ""} {
		if name, why := doubtful(magic); name != want || (why == "") != (want == "") {
			t.Errorf("%#x is %q: %q", magic, name, why)
		}
	}
}

// Every check has a name of its own that fits its column, and nothing goes on once
// nobody waits for it.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range checks() {
		if seen[c.about] || len(c.about) > 15 {
			t.Errorf("%q", c.about)
		}
		seen[c.about] = true
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	Examine(ctx, Patient{}, func(f Finding) { t.Errorf("%+v", f) })
}

// Every line of an error of the settings is a finding.
func TestSettings(t *testing.T) {
	t.Parallel()
	got := Settings(errors.Join(errors.New("USHER_A: is wrong"), errors.New("USHER_B: is wrong too")))
	if len(got) != 3 || got[0].Level != Problem || got[1].Text != "USHER_B: is wrong too" || !strings.Contains(got[2].Do, "again") {
		t.Errorf("%+v", got)
	}
}
