package auth_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/staff"
	"usher/internal/storetest"
)

// steps is a store that writes down what it is asked, and no argument.
type steps struct {
	auth.Store
	auth.Tally

	taken []string
}

func (s *steps) UserByEmail(ctx context.Context, key string) (staff.User, error) {
	s.taken = append(s.taken, "user by e-mail")
	return s.Store.UserByEmail(ctx, key)
}

func (s *steps) Tries(ctx context.Context, keys []string) (map[string]auth.Tries, error) {
	s.taken = append(s.taken, "tries of "+strings.Repeat("+", len(keys)))
	return s.Tally.Tries(ctx, keys)
}

func (s *steps) ChangeTries(ctx context.Context, keys []string, decide func(map[string]auth.Tries) map[string]auth.Tries) error {
	s.taken = append(s.taken, "tries changed of "+strings.Repeat("+", len(keys)))
	return s.Tally.ChangeTries(ctx, keys, decide)
}

// refusedNames are names that nobody gets in under with the wrong password: somebody's,
// nobody's, that of a user who is disabled, of one who has no password yet, and what is
// no address.
func (s *signing) refusedNames(t *testing.T) map[string]string {
	t.Helper()
	for name, change := range map[string]func(*staff.User){
		"gone":    func(u *staff.User) { u.Disabled, u.PasswordHash = true, s.user.PasswordHash },
		"invited": func(u *staff.User) { u.PasswordHash = "" },
	} {
		u := storetest.User(name+"@firm.example", staff.Attorney)
		change(&u)
		if err := s.users.AddUser(t.Context(), u, false); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{
		"wrong password": "ann@firm.example", "unknown": "nobody@firm.example", "disabled": "gone@firm.example",
		"invited": "invited@firm.example", "no address": "nobody at all",
	}
}

// Whoever isn't let in, whatever the reason: the store is asked the same, one password
// is hashed, and the answer is one value.
func TestRefusalsTakeTheSameSteps(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	names := s.refusedNames(t)
	names["disabled, with the right password"] = names["disabled"]
	hashed, asked := s.words.Counted(), &steps{Store: s.disk.Store, Tally: s.disk.Tally}
	s.disk.Store, s.disk.Tally = asked, asked
	ways := map[string]func(name, word string) (error, error){
		"token": func(name, word string) (error, error) {
			_, err := s.SignIn(t.Context(), name, word, home)
			return err, auth.ErrGrant
		},
		"browser": func(name, word string) (error, error) {
			_, _, err := s.SignInBrowser(t.Context(), name, word, auth.Cookies{}, home)
			return err, auth.ErrCredentials
		},
	}
	want := []string{"user by e-mail", "tries of ++", "tries of ++", "tries changed of ++", "tries of ++"}
	for way, signIn := range ways {
		for what, name := range names {
			asked.taken = nil
			hashed.Store(0)
			word := "a wrong guess"
			if strings.HasSuffix(what, "right password") {
				word = secretWord
			}
			err, one := signIn(name, word)
			if !errors.Is(err, one) || err.Error() != one.Error() {
				t.Errorf("%s, %s: %v", way, what, err)
			}
			if !slices.Equal(asked.taken, want) || hashed.Load() != 1 {
				t.Errorf("%s, %s: %d passwords were hashed; %q", way, what, hashed.Load(), asked.taken)
			}
		}
	}
}

// unlimited is a tally that knows of nobody.
type unlimited struct{}

func (unlimited) Tries(context.Context, []string) (map[string]auth.Tries, error) { return nil, nil }

func (unlimited) ChangeTries(context.Context, []string, func(map[string]auth.Tries) map[string]auth.Tries) error {
	return nil
}

// How long refusals take, by turns and without the limits. The medians are printed for
// people to compare (go test -run SameTime -v); what is asserted are the steps above.
func TestRefusalsTakeTheSameTime(t *testing.T) { //nolint:paralleltest // what runs beside it would be measured too
	if testing.Short() {
		t.Skip("it measures")
	}
	s := newSigning(t)
	names := s.refusedNames(t)
	s.disk.Tally = unlimited{}
	const rounds = 25
	took := map[string][]time.Duration{}
	for range rounds {
		for what, name := range names {
			began := time.Now()
			if _, err := s.SignIn(t.Context(), name, "a wrong guess", home); !errors.Is(err, auth.ErrGrant) {
				t.Fatal(err)
			}
			took[what] = append(took[what], time.Since(began))
		}
	}
	for what, all := range took {
		slices.Sort(all)
		t.Logf("%s: median %v, quartiles %v and %v", what, all[rounds/2], all[rounds/4], all[rounds*3/4])
	}
}
