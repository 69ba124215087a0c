package app_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// What the database derives from leads is verified too: a wrong counter and a
// lead that can't be found are findings.
func TestVerifyDerived(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.submitted(t)
	reference := s.submitted(t).Reference
	verify := func() string {
		report, err := s.Verify(t.Context(), func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(report.Damage, "; ")
	}
	same(t, "well", verify(), "")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "usher.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct{ spoil, mend, finding string }{
		{`UPDATE lead_counts SET leads = 7`, `UPDATE lead_counts SET leads = 2`, `the counter of leads in state PENDING with assignee "" is off by 5`},
		{`UPDATE leads SET assignee = (SELECT id FROM users LIMIT 1)`, `UPDATE leads SET assignee = NULL`, "off by"},
		{`DELETE FROM lead_search WHERE docid = (SELECT MAX(docid) FROM lead_search)`, ``, reference + "): no search finds it"},
	} {
		if _, err := db.ExecContext(t.Context(), c.spoil); err != nil {
			t.Fatal(err)
		}
		if got := verify(); !strings.Contains(got, c.finding) {
			t.Errorf("after %s: %q", c.spoil, got)
		}
		if _, err := db.ExecContext(t.Context(), c.mend); err != nil {
			t.Fatal(err)
		}
	}
}
