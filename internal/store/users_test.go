package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

func TestFirstUserIsMadeOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFirstUserIsMadeOnce)
}

func testFirstUserIsMadeOnce(t *testing.T, s *store.Store) {
	var made atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		u := storetest.User(storetest.NewID()+"@firm.example", staff.Admin)
		group.Go(func() {
			if err := s.AddUser(t.Context(), u, true); err == nil {
				made.Add(1)
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("err = %v, want Conflict", err)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 {
		t.Errorf("%d first admins were made", made.Load())
	}
}

func TestTakenAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testTakenAddress)
}

func testTakenAddress(t *testing.T, s *store.Store) {
	for i, want := range []fault.Kind{0, fault.Conflict} {
		err := s.AddUser(t.Context(), storetest.User("Ana@firm.example", staff.Attorney), false)
		if i == 0 && err != nil || i == 1 && fault.KindOf(err) != want {
			t.Errorf("try %d: %v", i, err)
		}
	}
}

func signIn(t *testing.T, s *store.Store) (staff.User, auth.Session) {
	t.Helper()
	u := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), u, false); err != nil {
		t.Fatal(err)
	}
	session := auth.Session{ID: storetest.NewID(), UserID: u.ID, CreatedAt: storetest.Epoch.Add(time.Minute), SignedInFrom: u.SignedInFrom}
	if err := s.AddSession(t.Context(), session, "first", storetest.Epoch.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return u, session
}

func TestRefreshTokensAreGoodForOneUse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testRefreshTokensAreGoodForOneUse)
}

func testRefreshTokensAreGoodForOneUse(t *testing.T, s *store.Store) {
	_, session := signIn(t, s)
	rotate := func(old, next string, minute int) auth.Verdict {
		now := storetest.Epoch.Add(time.Duration(minute) * time.Minute)
		_, _, verdict, err := s.Rotate(t.Context(), old, next, now, now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return verdict
	}
	for _, step := range []struct {
		old, next string
		minute    int
		want      auth.Verdict
	}{
		{"nobody's", "x", 2, auth.Unknown},
		{"first", "second", 3, auth.Rotated},
		{"second", "third", 4, auth.Rotated},
		{"third", "late", 70, auth.Unknown}, // it has lapsed
		{"first", "stolen", 5, auth.Reused},
		{"third", "fourth", 6, auth.Unknown}, // the session is ended
	} {
		if got := rotate(step.old, step.next, step.minute); got != step.want {
			t.Errorf("%s: verdict %v, want %v", step.old, got, step.want)
		}
	}
	ended, u, err := s.Session(t.Context(), session.ID)
	if err != nil || ended.Valid(u) {
		t.Errorf("the session is still good: %+v, %v", ended, err)
	}
}

func TestChangesEndSessions(t *testing.T) {
	t.Parallel()
	now := storetest.Epoch.Add(2 * time.Minute)
	for name, change := range map[string]func(*store.Store, staff.User) error{
		"a new password": func(s *store.Store, u staff.User) error {
			return s.SetPassword(t.Context(), u.ID, "new", now, storetest.Told(t, u))
		},
		"a new password, with the clock set back": func(s *store.Store, u staff.User) error {
			return s.SetPassword(t.Context(), u.ID, "new", storetest.Epoch.Add(-time.Hour), storetest.Told(t, u))
		},
		"a new beginning": func(s *store.Store, u staff.User) error {
			_, err := s.ChangeUser(t.Context(), u.ID, func(u staff.User, _ []staff.User) (staff.User, error) {
				u.SignedInFrom = now
				return u, nil
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t)
			u, session := signIn(t, s)
			if err := change(s, u); err != nil {
				t.Fatal(err)
			}
			got, u, err := s.Session(t.Context(), session.ID)
			if err != nil || got.Valid(u) {
				t.Errorf("the session is still good: %+v, %v", got, err)
			}
		})
	}
}

func TestSchemaGuards(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]string{
		"newer":  `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`,
		"edited": `UPDATE schema_digests SET sha256 = 'other'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "usher.db")
			s := storetest.OpenAt(t, path, store.Options{})
			storetest.Add(t, s, 1)
			execute(t, path, edit)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Migrate(t.Context(), func(int64) string { return path + ".before" }); !errors.Is(err, store.ErrSchema) {
				t.Errorf("Migrate: %v, want ErrSchema", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the database was touched (%v)", err)
			}
		})
	}
}

func TestMigrateTwiceIsOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testMigrateTwiceIsOnce)
}

func testMigrateTwiceIsOnce(t *testing.T, s *store.Store) {
	n, err := s.Migrate(t.Context(), func(int64) string { t.Error("a backup was made for nothing"); return "" })
	if n != 0 || err != nil {
		t.Errorf("Migrate = %d, %v; want nothing to do", n, err)
	}
}

// Two admins who disable each other at once: whoever comes second finds what the
// first has done, on either engine.
func TestLastAdminAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testLastAdminAtOnce)
}

func testLastAdminAtOnce(t *testing.T, s *store.Store) {
	var admins []staff.User
	for _, name := range []string{"ana", "ben", "cleo", "dan"} {
		u := storetest.User(name+"@firm.example", staff.Admin)
		if err := s.AddUser(t.Context(), u, false); err != nil {
			t.Fatal(err)
		}
		admins = append(admins, u)
	}
	var group sync.WaitGroup
	var refused atomic.Int64
	for _, u := range admins {
		group.Go(func() {
			_, err := s.ChangeUser(t.Context(), u.ID, func(u staff.User, everybody []staff.User) (staff.User, error) {
				return staff.Change{Disabled: new(true)}.Of(u, everybody, storetest.Epoch)
			})
			if fault.KindOf(err) == fault.Conflict {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if refused.Load() != 1 {
		t.Errorf("%d were refused, want the last one", refused.Load())
	}
	if _, err := s.ChangeUser(t.Context(), storetest.NewID(), nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("changing nobody: %v", err)
	}
}

func TestUsersAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testUsersAreKept)
}

func testUsersAreKept(t *testing.T, s *store.Store) {
	eva := storetest.User("eva@firm.example", staff.Viewer)
	eva.Name, eva.Files = "Eva", true
	if err := s.AddUser(t.Context(), eva, false); err != nil {
		t.Fatal(err)
	}
	want := func(what string) {
		t.Helper()
		if got, err := s.User(t.Context(), eva.ID); err != nil || got != eva {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, eva)
		}
	}
	want("added")
	changed, err := s.ChangeUser(t.Context(), eva.ID, func(u staff.User, everybody []staff.User) (staff.User, error) {
		u.Name, u.Role, u.Files, u.Disabled, u.SignedInFrom = "E", staff.Intake, false, len(everybody) == 1, storetest.Epoch.Add(time.Hour)
		u.Email, u.PasswordHash = "other@firm.example", "other" // which is not what this is for
		return u, nil
	})
	if err != nil || changed.Name != "E" {
		t.Errorf("ChangeUser: %+v, %v", changed, err)
	}
	eva.Name, eva.Role, eva.Files, eva.Disabled, eva.SignedInFrom = "E", staff.Intake, false, true, storetest.Epoch.Add(time.Hour)
	want("changed")
	if _, err := s.ChangeUser(t.Context(), eva.ID, func(u staff.User, _ []staff.User) (staff.User, error) {
		u.Name = "x"
		return u, fault.New(fault.Conflict, "no", "No.")
	}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a refusal: %v", err)
	}
	want("refused")
	for _, minute := range []int{2, 1, 3} { // an older time comes late and counts for nothing
		eva.LastSeenAt = storetest.Epoch.Add(time.Duration(max(2, minute)) * time.Minute)
		if err := s.SeeUsers(t.Context(), map[string]time.Time{eva.ID: storetest.Epoch.Add(time.Duration(minute) * time.Minute), "nobody": storetest.Epoch}); err != nil {
			t.Fatal(err)
		}
		want("seen")
	}
}

func TestFirstAdminCanSignIn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFirstAdminCanSignIn)
}

// Leads are told to whoever has shown that the address is theirs.
func testFirstAdminCanSignIn(t *testing.T, s *store.Store) {
	invited, eva := storetest.User("mistyped@firm.example", staff.Admin), storetest.User("eva@firm.example", staff.Admin)
	invited.PasswordHash, eva.PasswordHash = "", "hash"
	eva.CreatedAt = invited.CreatedAt.Add(time.Minute)
	for _, u := range []staff.User{invited, eva} {
		if err := s.AddUser(t.Context(), u, false); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.FirstAdmin(t.Context()); got != eva.Email || err != nil {
		t.Errorf("FirstAdmin = %q, %v", got, err)
	}
}
