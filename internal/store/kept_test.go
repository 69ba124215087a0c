package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/kept"
	"usher/internal/resume"
	"usher/internal/store"
	"usher/internal/storetest"
)

// keptFile adds a file that was kept some minutes after the epoch.
func keptFile(t *testing.T, s *store.Store, network string, minute int) kept.File {
	t.Helper()
	f := kept.File{
		ID: storetest.NewID(), Form: "form", Network: network, At: storetest.Epoch.Add(time.Duration(minute) * time.Minute),
		Ref: resume.Ref{
			Key: storetest.NewID(), Filename: fmt.Sprintf("Qkept %d.pdf", minute), ContentType: "application/pdf",
			Size: int64(1000 + minute), SHA256: strings.Repeat("a", 64), Protected: minute%2 == 0,
		},
	}
	if err := s.AddKept(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestKeptFiles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testKeptFiles)
}

func testKeptFiles(t *testing.T, s *store.Store) {
	second, first, other := keptFile(t, s, "net", 2), keptFile(t, s, "net", 1), keptFile(t, s, "other", 3)
	for about, c := range map[string]struct {
		which kept.Which
		want  []kept.File
	}{
		"all":                {kept.Which{}, []kept.File{first, second, other}},
		"a network":          {kept.Which{Network: "net"}, []kept.File{first, second}},
		"of a network, old":  {kept.Which{Network: "net", Until: first.At}, []kept.File{first}},
		"no such network":    {kept.Which{Network: "NET"}, nil},
		"old":                {kept.Which{Until: second.At}, []kept.File{first, second}},
		"a little older":     {kept.Which{Until: second.At.Add(-time.Microsecond)}, []kept.File{first}},
		"the oldest":         {kept.Which{Most: 1}, []kept.File{first}},
		"older than the old": {kept.Which{Until: storetest.Epoch}, nil},
	} {
		got, err := s.KeptFiles(t.Context(), c.which)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", about, err, diff)
		}
	}
	if got, err := s.KeptFile(t.Context(), other.ID); err != nil || got != other {
		t.Errorf("KeptFile = %+v, %v; want %+v", got, err, other)
	}
	if got, err := s.KeptTotals(t.Context()); err != nil || got != (kept.Totals{Files: 3, Bytes: 3006}) {
		t.Errorf("KeptTotals = %+v, %v", got, err)
	}
	for _, again := range []kept.File{{ID: other.ID, Ref: resume.Ref{Key: "abc"}}, {ID: "id", Ref: other.Ref}} {
		if err := s.AddKept(t.Context(), again); err == nil {
			t.Errorf("an id or a key twice: %+v", again)
		}
	}

	for _, ids := range [][]string{nil, {"none"}, {first.ID, "none", other.ID}, {first.ID}} {
		if err := s.DropKept(t.Context(), ids); err != nil {
			t.Errorf("drop %v: %v", ids, err)
		}
	}
	if _, err := s.KeptFile(t.Context(), first.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("dropped: %v", err)
	}
	for key, want := range map[string]bool{first.Ref.Key: false, second.Ref.Key: true, second.ID: false} {
		if known, err := s.KeptKnown(t.Context(), key); err != nil || known != want {
			t.Errorf("KeptKnown = %t, %v; want %t", known, err, want)
		}
	}
	if err := s.DropAllKept(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := s.KeptTotals(t.Context()); err != nil || got != (kept.Totals{}) {
		t.Errorf("KeptTotals of nothing = %+v, %v", got, err)
	}
}

// The name of a file that was dropped is in no file of the database.
func TestDroppedKeptFileLeavesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	f := keptFile(t, s, "Qnetwork", 1)
	if err := s.DropKept(t.Context(), []string{f.ID}); err != nil {
		t.Fatal(err)
	}
	if err := s.ScrubAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Qkept", "Qnetwork", f.Ref.Key} {
		assertNoText(t, s.Path(), text)
	}
}

// However many strangers keep files, no question of a form reads all of them but the
// sum, which reads an index.
func TestKeptPlans(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	const columns = `SELECT id, resume_filename FROM kept_files`
	for query, index := range map[string]string{
		columns + ` WHERE at <= $1 ORDER BY at, id LIMIT $2`:                  "kept_files_oldest",
		columns + ` WHERE network = $1 AND at <= $2 ORDER BY at, id LIMIT $3`: "kept_files_network",
		`SELECT COUNT(*), SUM(resume_size) FROM kept_files`:                   "kept_files_size",
		`SELECT COUNT(*) FROM kept_files WHERE resume_key = $1`:               "sqlite_autoindex_kept_files_2",
	} {
		plan := planOf(t, s, query, "1", 2, 3)
		if !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", query, plan)
		}
	}
}
