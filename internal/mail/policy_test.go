package mail_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/internal/mail"
)

var (
	deferred    = &mail.Failure{Trouble: mail.Deferred, Stage: "RCPT", Code: 450, Text: "greylisted"}
	refused     = &mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "no such user"}
	unreachable = &mail.Failure{Trouble: mail.Unreachable, Stage: "AUTH", Code: 535, Text: "bad credentials"}
)

func TestPolicyAfter(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		attempts int
		err      error
		after    time.Duration // since CreatedAt
		want     mail.Result
	}{
		"sent":               {1, nil, time.Minute, mail.Result{State: mail.Sent, SentAt: epoch.Add(time.Minute)}},
		"captured":           {1, mail.ErrCaptured, 0, mail.Result{State: mail.Captured}},
		"first pause":        {1, deferred, 0, mail.Result{State: mail.Retrying, LastError: "450 greylisted (RCPT)", NextAt: epoch.Add(30 * time.Second)}},
		"third pause":        {3, deferred, 0, mail.Result{State: mail.Retrying, LastError: "450 greylisted (RCPT)", NextAt: epoch.Add(2 * time.Minute)}},
		"longest pause":      {99, unreachable, 0, mail.Result{State: mail.Retrying, LastError: "535 bad credentials (AUTH)", NextAt: epoch.Add(time.Hour)}},
		"refused once":       {1, refused, 0, mail.Result{State: mail.Retrying, LastError: "550 no such user (RCPT)", NextAt: epoch.Add(30 * time.Second)}},
		"refused twice":      {2, refused, 0, mail.Result{State: mail.Dead, LastError: "550 no such user (RCPT)"}},
		"tried for too long": {99, deferred, 5*day - time.Minute, mail.Result{State: mail.Dead, LastError: "450 greylisted (RCPT)"}},
		"nearly too long":    {99, unreachable, 5*day - 2*time.Hour, mail.Result{State: mail.Retrying, LastError: "535 bad credentials (AUTH)", NextAt: epoch.Add(5*day - time.Hour)}},
		"unknown trouble": {1, errors.New("ana@mail.example"), 0, mail.Result{State: mail.Retrying, NextAt: epoch.Add(30 * time.Second),
			LastError: "the try broke off before the mail server had the message; see the log (Usher)"}},
	} {
		m := mail.Message{Attempts: c.attempts, CreatedAt: epoch}
		if got := (mail.Policy{}).After(m, c.err, epoch.Add(c.after), 0.5); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestPolicyBefore(t *testing.T) {
	t.Parallel()
	for doubtful, want := range []bool{true, true, false, false} {
		result, ok := (mail.Policy{}).Before(mail.Message{Doubtful: doubtful})
		if ok != want || !ok && (result.State != mail.Dead || !strings.Contains(result.LastError, "may have been delivered")) {
			t.Errorf("%d doubtful: %v %+v", doubtful, ok, result)
		}
	}
}

// TestPauses: every pause keeps its bounds, grows but for jitter, and none is
// beyond Max or the horizon.
func TestPauses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(time.Hour)).Draw(t, "first"))
		p := mail.Policy{First: first, Max: first * time.Duration(rapid.IntRange(1, 500).Draw(t, "max"))}
		p.Horizon = p.Max * time.Duration(rapid.IntRange(1, 50).Draw(t, "horizon"))
		attempts := rapid.IntRange(1, 80).Draw(t, "attempts")
		now := epoch.Add(time.Duration(rapid.Int64Range(0, int64(p.Horizon)).Draw(t, "age")))
		jitter := rapid.Float64Range(0, 0.999).Draw(t, "jitter")
		at := func(attempts int, jitter float64) time.Duration {
			r := p.After(mail.Message{Attempts: attempts, CreatedAt: epoch}, deferred, now, jitter)
			if r.State == mail.Dead {
				if now.Add(p.Max).Before(epoch.Add(p.Horizon)) {
					t.Fatalf("dead %v before the horizon", p.Horizon-now.Sub(epoch))
				}
				return -1
			}
			if r.State != mail.Retrying || r.NextAt.After(epoch.Add(p.Horizon)) {
				t.Fatalf("%+v", r)
			}
			return r.NextAt.Sub(now)
		}
		pause, base, next := at(attempts, jitter), at(attempts, 0.5), at(attempts+1, 0.5)
		if pause < 0 || base < 0 || next < 0 {
			return
		}
		if slack := time.Microsecond; pause > p.Max || next < base ||
			float64(pause) < 0.8*float64(base)-float64(slack) || float64(pause) > 1.2*float64(base)+float64(slack) {
			t.Fatalf("attempt %d: pause %v, without jitter %v, then %v; max %v", attempts, pause, base, next, p.Max)
		}
	})
}
