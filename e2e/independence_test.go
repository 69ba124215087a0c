package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"usher/internal/mail/smtptest"
)

// A mail server that hangs after DATA stops nothing: submissions are taken, the
// server is ready, and when the mail server is well again everything is delivered.
func TestHangingMailServer(t *testing.T) {
	t.Parallel()
	sink := smtptest.Start(t)
	s := start(t, how{env: append(through(sink), "USHER_SMTP_TIMEOUT=1s")})
	measure := func(name string) {
		t.Helper()
		var took []time.Duration
		for n := range 40 {
			began := time.Now()
			s.submit(simple(fmt.Sprintf("%s%d", name, n)))
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		t.Logf("mail server %s: median %v, slowest %v", name, took[len(took)/2], took[len(took)-1])
	}
	measure("up")
	s.drained(patience)
	sink.Arm(smtptest.Fault{Stage: smtptest.Content, Then: smtptest.Hang, Times: -1})
	measure("hanging")
	hung := len(sink.Copies())
	eventually(t, patience, func() error {
		if len(sink.Copies()) == hung {
			return fmt.Errorf("nothing reached the hanging mail server")
		}
		return nil
	})
	if a := s.get("/readyz"); a.status != 200 {
		t.Errorf("readyz while the mail server hangs: %s", a)
	}
	measure("hung")
	sink.Heal()
	s.drained(2 * time.Minute)
	confirmed := map[string]int{}
	for _, c := range sink.Copies() {
		if c.Confirmed {
			confirmed[c.MessageID]++
		}
	}
	for _, m := range s.messages() {
		if m.State != "sent" {
			t.Errorf("%s is %s: %s", m.Kind, m.State, m.reason())
		}
	}
	if len(confirmed) != 240 {
		t.Errorf("%d messages were delivered, want those of 120 leads", len(confirmed))
	}
	for id, n := range confirmed {
		if n != 1 {
			t.Errorf("%d confirmed copies of %s", n, id)
		}
	}
}
