package auth_test

import (
	"errors"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"usher/internal/auth"
	"usher/internal/fault"
)

const secretWord = "correct horse battery"

// matches asks without conditions.
func matches(t *testing.T, p *auth.Passwords, hash, password string) (matches bool, err error) {
	t.Helper()
	err = p.Matches(t.Context(), hash, password, func() error { return nil }, func(m bool) error { matches = m; return nil })
	return matches, err
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(1)
	hash, err := p.Hash(t.Context(), secretWord)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(hash) {
		t.Errorf("hash %s", hash)
	}
	again, err := p.Hash(t.Context(), secretWord)
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are equal (%v)", err)
	}
	for _, c := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"right", hash, secretWord, true},
		{"right, other salt", again, secretWord, true},
		{"wrong", hash, secretWord + " ", false},
		{"empty", hash, "", false},
		{"unknown user", "", secretWord, false},
		{"unknown user, the dummy's own password", "", "", false},
	} {
		if got, err := matches(t, p, c.hash, c.password); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	for _, broken := range []string{"x", "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$2a$10$abc"} {
		if got, err := matches(t, p, broken, ""); got || (err == nil && broken != "$argon2id$v=19$m=19456,t=2,p=1$$") {
			t.Errorf("%s: %v, %v", broken, got, err)
		}
	}
}

// No more hashes run at once than there are slots, and beyond the queue callers
// are told to come back. Unknown users take a slot like all others.
func TestPasswordSlots(t *testing.T) {
	t.Parallel()
	const slots, callers = 2, 200
	p := auth.NewPasswords(slots)
	var running, most, busy, other atomic.Int64
	began, gate := make(chan struct{}, callers), make(chan struct{})
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			err := p.Matches(t.Context(), "", "x", func() error {
				n := running.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				began <- struct{}{}
				<-gate
				running.Add(-1)
				return errors.New("enough") // no need to hash
			}, nil)
			var known *fault.Error
			switch {
			case errors.As(err, &known) && known.Kind == fault.Throttled && known.RetryAfter > 0:
				busy.Add(1)
			case err == nil || err.Error() != "enough":
				other.Add(1)
			}
		})
	}
	for range slots {
		<-began
	}
	close(gate)
	group.Wait()
	if most.Load() != slots || other.Load() != 0 {
		t.Errorf("%d at once, want %d; %d other errors", most.Load(), slots, other.Load())
	}
	// 65 for each slot may be inside or wait; who came later may have found room
	// that others left.
	if busy.Load() > callers-65*slots {
		t.Errorf("%d were turned away", busy.Load())
	}
}
