package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/audit"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// Whoever shares a commit with others acts in their own name.
func TestActorsDontMix(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var group sync.WaitGroup
		for n := range 40 {
			u := storetest.User(fmt.Sprintf("u%d@firm.example", n), staff.Viewer)
			ctx := audit.As(t.Context(), audit.Actor{UserID: u.ID, Network: u.Email})
			group.Go(func() {
				if err := s.AddUser(ctx, u, false); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := queryText(t, s, `SELECT COUNT(*) FROM audit a JOIN users u ON u.id = a.target WHERE a.actor = u.id AND a.network = u.email`); n != "40" {
			t.Errorf("%s of 40 in their own name", n)
		}
	})
}

// Pages hold each entry once and in order, under every filter.
func TestAuditPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testAuditPages)
}

func testAuditPages(t *testing.T, s *store.Store) {
	ana, who := storetest.NewID(), storetest.NewID()
	var all []audit.Entry // newest first
	for n := range 30 {
		e := entry(n / 3) // three at the same time
		e.Action = []audit.Action{audit.UserChanged, audit.LeadAssigned, audit.LeadsExported}[n%3]
		if n%2 == 0 {
			e.Actor.UserID, e.Target = ana, who
		}
		if n%5 == 0 {
			e.Actor = audit.Actor{Name: audit.CommandLine}
		}
		all = append([]audit.Entry{e}, all...)
	}
	if err := s.Record(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	at := func(n int) time.Time { return storetest.Epoch.Add(time.Duration(n) * time.Second) }
	for name, f := range map[string]audit.Filter{
		"all": {}, "of a user": {Actor: ana}, "of a name": {Actor: "command_line"}, "an action": {Action: audit.UserChanged}, "about": {About: "lead."}, "a target": {Target: who},
		"times": {From: at(2), To: at(5)}, "together": {Actor: ana, About: "lead.", Target: who, From: at(1)}, "nothing": {Target: ana},
	} {
		var want, got []audit.Entry
		for _, e := range all {
			if (f.Actor == "" || e.Actor.ID() == f.Actor) && (f.Action == "" || e.Action == f.Action) && strings.HasPrefix(string(e.Action), f.About) &&
				(f.Target == "" || e.Target == f.Target) && (f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || !e.At.After(f.To)) {
				want = append(want, e)
			}
		}
		page := audit.Page{Filter: f, Limit: 2}
		for {
			some, err := s.AuditEntries(t.Context(), page)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, some...)
			if len(some) < page.Limit {
				break
			}
			page.After = &audit.Position{At: some[1].At, ID: some[1].ID}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// No page sorts, however long the audit has become.
func TestAuditPlans(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	after := &audit.Position{At: storetest.Epoch, ID: "x"}
	for name, f := range map[string]audit.Filter{
		"": {}, "audit_actor_newest": {Actor: "x"}, "audit_action_newest": {Action: audit.UserChanged}, "audit_target_newest": {Target: "x"}, "audit_newest": {About: "lead."},
	} {
		query, args := store.AuditQuery(audit.Page{Filter: f, Limit: 5, After: after})
		plan := planOf(t, s, query, args...)
		if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, name) || !strings.Contains(plan, "SEARCH") {
			t.Errorf("%s: %s", name, plan)
		}
	}
}
