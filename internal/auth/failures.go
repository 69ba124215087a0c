package auth

import (
	"context"
	"strconv"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/staff"
)

// Audit writes down what no transaction tells of.
type Audit interface {
	// Wait takes no time, so that nobody learns from the time whether a name is known
	// here, and needs no disk.
	Wait(e audit.Entry)
}

// The bounds of what guessing leaves in the audit, from however many networks it comes:
// so many failures of one user in a window, and so many of all unknown names together.
const (
	mostNoted   = 30
	notedWindow = time.Hour
)

// failures counts failed sign-ins.
type failures struct {
	mu    sync.Mutex
	noted map[string]*noted // by user; those of unknown names under the empty id
}

type noted struct {
	since time.Time
	times int
}

func newFailures() *failures { return &failures{noted: map[string]*noted{}} }

// noteFailure tells the audit of one failure, with the pause that it began, if any. What
// was typed as a name is never noted: a known one is the entry's target, an unknown one
// may be a password in the wrong field. Tries that are refused during a pause don't come
// here.
func (s *Service) noteFailure(ctx context.Context, u staff.User, matches bool, pause time.Duration) {
	now := s.now()
	times := s.failures.count(u.ID, now)
	if times > mostNoted {
		return
	}
	facts := map[string]string{"reason": "unknown_name"}
	switch {
	case matches:
		facts["reason"] = "disabled"
	case u.ID != "":
		facts["reason"] = "wrong_password"
	}
	if pause > 0 {
		facts["pause_seconds"] = strconv.FormatFloat(pause.Seconds(), 'f', 0, 64)
	}
	if times == mostNoted {
		facts["more"] = "not_recorded"
	}
	// Whoever changes a password is signed in, all others are nobody yet.
	s.audit.Wait(audit.Entry{ID: s.newID(), At: now, Actor: audit.ActorOf(ctx), Action: audit.SignInFailed, Target: u.ID, Data: audit.Data{Facts: facts}})
}

// count gives which failure of a user in the window this is.
func (f *failures) count(user string, now time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.noted[user]
	if n == nil || now.Sub(n.since) >= notedWindow {
		n = &noted{since: now}
		f.noted[user] = n
	}
	n.times++
	return n.times
}

// pause is for how long whoever failed is refused from now on; 0 when they aren't.
func (s *Service) pause(ctx context.Context, a Attempt) time.Duration {
	wait, err := s.throttle.wait(ctx, a, s.now())
	if err != nil {
		return 0 // the failure itself counts all the same
	}
	return wait
}
