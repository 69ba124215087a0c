package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/audit"
	"usher/internal/firm"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/storetest/faultdb"
)

func entry(n int) audit.Entry {
	return audit.Entry{
		ID: storetest.NewID(), At: storetest.Epoch.Add(time.Duration(n) * time.Second), Action: audit.LeadsExported,
		Actor: audit.Actor{UserID: storetest.NewID(), Network: "192.0.2.1"}, Data: audit.Data{Facts: map[string]string{"rows": fmt.Sprint(n)}},
	}
}

// The engine refuses whatever would change or delete an entry.
func TestAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAuditIsAppendOnly)
}

func testAuditIsAppendOnly(t *testing.T, s *store.Store) {
	kept := []audit.Entry{entry(2), entry(1)}
	for range 2 { // the second time they are there
		if err := s.Record(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
	}
	const row = ` INTO audit (id, at, actor, api_key, action, target, network, data) VALUES ('%s', 0, '', '', 'x', '', '', '{}')`
	statements := []string{
		`UPDATE audit SET actor = 'x'`, `UPDATE audit SET at = 0 WHERE id = '%s'`, `DELETE FROM audit`, `DELETE FROM audit WHERE id = '%s'`,
		`INSERT` + row, `INSERT` + row + ` ON CONFLICT (id) DO UPDATE SET actor = 'x'`,
	}
	if s.Path() == "" {
		statements = append(statements, `TRUNCATE audit`, `TRUNCATE audit CASCADE`,
			`MERGE INTO audit a USING (SELECT '%s' AS id) b ON a.id = b.id WHEN MATCHED THEN DELETE`)
	} else {
		statements = append(statements, `REPLACE`+row, `INSERT OR REPLACE`+row, `UPDATE OR REPLACE audit SET actor = 'x'`, `INSERT OR IGNORE`+row)
	}
	for _, statement := range statements {
		if strings.Contains(statement, "%s") {
			statement = fmt.Sprintf(statement, kept[0].ID)
		}
		err := s.Update(t.Context(), func(_ context.Context, exec func(string, ...any) error) error { return exec(statement) })
		if err == nil {
			t.Errorf("carried out: %s", statement)
		}
	}
	got, err := s.AuditEntries(t.Context(), audit.Page{Limit: 9})
	if diff := cmp.Diff(kept, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// No statement of the program so much as tries.
func TestNothingTouchesTheAudit(t *testing.T) {
	t.Parallel()
	touches := regexp.MustCompile(`(?i)(update(\s+or\s+\w+)?|delete\s+from|replace\s+into|truncate(\s+table)?|drop\s+table(\s+if\s+exists)?|alter\s+table|drop\s+trigger)\s+"?audit`)
	for _, statement := range []string{"UPDATE audit SET", "delete\n from audit", "TRUNCATE TABLE audit", "DROP TRIGGER audit_never_changes"} {
		if !touches.MatchString(statement) {
			t.Errorf("it doesn't find %q", statement)
		}
	}
	files, err := filepath.Glob("*.go")
	steps, stepsErr := filepath.Glob("migrations/*.sql")
	if err := errors.Join(err, stepsErr); err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, steps...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := touches.Find(text); found != nil && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s: %s", file, found)
		}
	}
}

// total counts the entries.
func total(t *testing.T, s *store.Store) string {
	t.Helper()
	return queryText(t, s, `SELECT COUNT(*) FROM audit`)
}

// Every action but those of a Book is written with its change, once, in the name of
// whoever acts, and never with what somebody has written.
func TestChangesLeaveAnEntry(t *testing.T) {
	t.Parallel()
	done := changes()
	for _, action := range audit.Actions() {
		change := done[action]
		switch action { //nolint:exhaustive // what changes nothing
		case audit.SignInFailed, audit.LeadsExported, audit.MessageTested, audit.ReportExported, audit.AuditExported:
			continue
		}
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				f := newFirmAtWork(t, s)
				by := audit.Actor{UserID: f.ana.ID, KeyID: "key", Network: "2001:db8::/64"}
				if action == audit.InvitationAccepted { // which nobody else can do
					by.UserID = f.invited.ID
				}
				if err := change(audit.As(t.Context(), by), f); err != nil {
					t.Fatal(err)
				}
				found, err := s.AuditEntries(t.Context(), audit.Page{Filter: audit.Filter{Action: action, Actor: by.UserID}, Limit: 9})
				if err != nil || len(found) != 1 || found[0].Actor != by {
					t.Fatalf("entries: %+v, %v", found, err)
				}
				if text := queryText(t, s, `SELECT MAX(data) FROM audit WHERE id = $1`, found[0].ID); strings.Contains(text, "Maria") {
					t.Errorf("kept: %s", text)
				}
			})
		})
	}
}

// Where the entry can't be written there is no change, and where the change can't be
// kept there is no entry.
func TestNeitherWithoutTheOther(t *testing.T) {
	t.Parallel()
	for action, change := range changes() {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			driver, db := faultdb.New()
			s := storetest.OpenAt(t, filepath.Join(t.TempDir(), "usher.db"), store.Options{Driver: driver})
			f := newFirmAtWork(t, s)
			before, leads := total(t, s), queryText(t, s, everything)
			for _, spoiled := range []string{"INSERT INTO audit", "COMMIT"} {
				db.Arm(func(_ int, query string) *faultdb.Fault {
					if strings.HasPrefix(query, spoiled) {
						return &faultdb.Fault{Err: faultdb.Full}
					}
					return nil
				})
				if err := change(t.Context(), f); err == nil || !db.Fired() {
					t.Errorf("%s fails, and the change is made: %v", spoiled, err)
				}
				db.Arm(nil)
				if after, now := total(t, s), queryText(t, s, everything); after != before || now != leads {
					t.Errorf("%s fails: %s entries, then %s; %s, then %s", spoiled, before, after, leads, now)
				}
			}
		})
	}
}

// everything that a change could have touched, in one text.
const everything = `SELECT
	(SELECT COUNT(*) FROM leads) || ' ' || (SELECT COUNT(*) FROM events) || ' ' || (SELECT GROUP_CONCAT(COALESCE(next_at, 0)) FROM messages) || ' ' ||
	(SELECT GROUP_CONCAT(name || password_hash || signed_in_from) FROM users) || ' ' || (SELECT COUNT(*) || ' ' || COUNT(ended_at) FROM sessions) || ' ' ||
	(SELECT COUNT(*) FROM refresh_tokens) || ' ' || COALESCE((SELECT name || logo_digest || version FROM firm_profile), '') || ' ' ||
	(SELECT COUNT(*) FROM firm_notices) || ' ' || (SELECT COALESCE(GROUP_CONCAT(name), '') FROM saved_views) || ' ' || (SELECT COUNT(*) || ' ' || COUNT(used_at) FROM account_links) || ' ' || (SELECT COUNT(*) FROM api_keys)`

// What prospects do, and what nobody else sees, isn't audited; a repeat is no change.
func TestNothingToAudit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		f := newFirmAtWork(t, s)
		_, _, _, reused := s.Rotate(t.Context(), "first", "stolen", storetest.Epoch, storetest.Epoch.Add(time.Hour))
		before := total(t, s)
		private, err := f.views.Save(t.Context(), named("Mine", false), f.ana)
		_, changed := f.views.Change(t.Context(), private.ID, named("Still mine", false), f.ana)
		_, repeated := f.profile.SetLogo(t.Context(), &firm.Logo{Digest: "before"}, f.ana.ID)
		_, same := f.ChangeUser(t.Context(), f.ben.ID, func(u staff.User, _ []staff.User) (staff.User, error) { return u, nil })
		_, _, _, again := s.Rotate(t.Context(), "first", "stolen", storetest.Epoch, storetest.Epoch.Add(time.Hour))
		storetest.Add(t, s, 2)
		if err := errors.Join(reused, err, changed, repeated, same, again, f.views.Remove(t.Context(), private.ID, f.ana)); err != nil {
			t.Fatal(err)
		}
		if after := total(t, s); after != before {
			t.Errorf("%s entries, then %s", before, after)
		}
	})
}
