package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/lead"
	"usher/internal/search"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// office is a store with users, and what a test believes to be in it.
type office struct {
	s     *store.Store
	other *store.Store // the same database, as another process has it
	users []string
	mu    sync.Mutex
	leads map[string]lead.Lead
}

func openOffice(t *testing.T, s *store.Store) *office {
	t.Helper()
	o := &office{s: s, other: storetest.Again(t, s), leads: map[string]lead.Lead{}}
	for i := range 3 {
		u := storetest.User(fmt.Sprintf("user%d@firm.example", i), staff.Admin)
		if err := s.AddUser(t.Context(), u, false); err != nil {
			t.Fatal(err)
		}
		o.users = append(o.users, u.ID)
	}
	return o
}

// names of several scripts, some words of which many have and others few.
var names = []string{"María", "Łukasz", "王小明", "محمد", "Фёдор", "Ann", "Anna", "O'Brien", "김철수", "Γιώργος"}

// tongues are languages as prospects send them.
var tongues = []string{"en", "es", "ES-mx", "es_419", "est", "zh-Hant-TW", "zh-Hans", "fil", "pt-BR"}

// receive adds the n-th lead: every few of them at the same microsecond.
func (o *office) receive(t *testing.T, n int) {
	t.Helper()
	now := storetest.Epoch.Add(time.Duration(n/3) * time.Minute)
	email := fmt.Sprintf("p%d@mail%d.example", n, n%7)
	if n%4 == 0 { // some write again and again, and spell their address differently
		email = fmt.Sprintf("again%d@mail.example", n%3)
		if n%8 == 0 {
			email = strings.ToUpper(email)
		}
	}
	l, event, messages := storetest.LeadOf(t, n, email, now)
	l.FirstName, l.LastName = names[n%len(names)], names[n/2%len(names)]
	l.Language = tongues[n%len(tongues)]
	kept, _, err := o.s.AddLead(t.Context(), l, event, messages, nil)
	if err != nil {
		t.Errorf("AddLead: %v", err)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leads[kept.ID] = kept
}

// disturb changes or erases one of the leads.
func (o *office) disturb(t *testing.T, random *rand.Rand) {
	t.Helper()
	o.mu.Lock()
	ids := make([]string, 0, len(o.leads))
	for id := range o.leads {
		ids = append(ids, id)
	}
	o.mu.Unlock()
	slices.Sort(ids)
	id, by := ids[random.IntN(len(ids))], lead.Actor{UserID: o.users[random.IntN(3)], At: storetest.Epoch}
	if random.IntN(10) == 0 {
		if _, err := o.s.EraseLead(t.Context(), id, func(lead.Lead) error { return nil }, lead.Event{ID: storetest.NewID(), LeadID: id, Kind: lead.Erased}); err == nil {
			o.mu.Lock()
			defer o.mu.Unlock()
			delete(o.leads, id)
		}
		return
	}
	reached := lead.ReachedOut
	decide := []func(lead.Lead) (lead.Lead, []lead.Event, error){
		func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Apply(lead.Mark{State: &reached}, by) },
		func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Reopen("", by) },
		func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Assign(by.UserID, by) },
		func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Assign("", by) },
	}[random.IntN(4)]
	changed, err := o.other.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, []lead.Event, error) {
		after, events, err := decide(l)
		for i := range events {
			events[i].ID, events[i].LeadID = storetest.NewID(), id
		}
		return after, events, err
	})
	if err != nil {
		return // erased by somebody else
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if known, ok := o.leads[id]; ok && known.Version < changed.Version {
		o.leads[id] = changed
	}
}

// wanted is what a list must show, newest first: the definition, without an index.
func (o *office) wanted(f lead.Filter) []lead.Lead {
	var all []lead.Lead
	for _, l := range o.leads {
		terms := search.Terms(l.FirstName, l.LastName, l.Email, l.Reference)
		found := f.Words == nil || len(*f.Words) > 0
		if f.Words != nil {
			for _, word := range *f.Words {
				found = found && slices.ContainsFunc(terms, func(term string) bool { return strings.HasPrefix(term, word) })
			}
		}
		if found && (f.State == "" || l.State == f.State) && (f.Assignee == nil || l.Assignee == *f.Assignee) &&
			(f.Language == "" || strings.HasPrefix(parts(l.Language), parts(f.Language))) &&
			(f.SameEmailAs == "" || l.EmailKey == o.leads[f.SameEmailAs].EmailKey) && !l.CreatedAt.Before(f.From) && (f.To.IsZero() || !l.CreatedAt.After(f.To)) {
			all = append(all, l)
		}
	}
	return all
}

// parts are those of a language tag, each with a hyphen behind it.
func parts(tag string) string { return strings.ReplaceAll(strings.ToLower(tag), "_", "-") + "-" }

// filters are some of the questions that staff ask.
func (o *office) filters(n int) []lead.Filter {
	nobody := ""
	early, late := storetest.Epoch.Add(time.Duration(n/9)*time.Minute), storetest.Epoch.Add(time.Duration(n/5)*time.Minute)
	all := []lead.Filter{{}, {State: lead.Pending}, {State: lead.ReachedOut}, {Assignee: &nobody}, {Assignee: &o.users[1]}, {Assignee: &o.users[2], State: lead.Pending},
		{From: early}, {To: late}, {From: early, To: late, State: lead.Pending}, {From: late, Assignee: &nobody}}
	for _, q := range []string{"ann", "an", "MARIA lukasz", "小明", "محمد", "федор", "example", "mail3", "p1", "p12@mail5.example", "000-012", "example com", "brien o", "mail3 ann", "e", "nobody", ""} {
		words := search.Query(q)
		all = append(all, lead.Filter{Words: &words}, lead.Filter{Words: &words, State: lead.Pending, From: early}, lead.Filter{Words: &words, Assignee: &o.users[0], To: late})
	}
	for _, tag := range []string{"es", "ES", "es-mx", "es_MX", "es-4", "est", "zh", "zh-hant", "zh-Hant-TW", "fil", "fi", "pt", "xx"} {
		all = append(all, lead.Filter{Language: tag}, lead.Filter{Language: tag, State: lead.Pending, From: early}, lead.Filter{Language: tag, Assignee: &nobody, To: late},
			lead.Filter{Language: tag, Assignee: &o.users[1], State: lead.ReachedOut})
	}
	ids := slices.Sorted(maps.Keys(o.leads))
	words := search.Query("again1")
	for _, id := range append(ids[:20:20], storetest.NewID()) {
		all = append(all, lead.Filter{SameEmailAs: id}, lead.Filter{SameEmailAs: id, State: lead.Pending, From: early}, lead.Filter{SameEmailAs: id, Assignee: &nobody, To: late},
			lead.Filter{SameEmailAs: id, State: lead.ReachedOut, Assignee: &o.users[1]}, lead.Filter{SameEmailAs: id, Words: &words},
			lead.Filter{SameEmailAs: id, Language: "es"}, lead.Filter{Words: &words, Language: "es"})
	}
	return all
}

// Lists and counts tell the same as going through all leads one by one, whatever
// was done to them by many at once.
func TestListsAndCountsAreExact(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testListsAndCountsAreExact)
}

func testListsAndCountsAreExact(t *testing.T, s *store.Store) {
	o := openOffice(t, s)
	const n, workers = 240, 6
	for i := range n / 2 {
		o.receive(t, i)
	}
	var group sync.WaitGroup
	for w := range workers {
		random := rand.New(rand.NewPCG(1, uint64(w))) //nolint:gosec // a test that can be repeated
		group.Go(func() {
			for i := range n / 2 / workers {
				o.receive(t, n/2+w*n/2/workers+i)
				o.disturb(t, random)
				o.disturb(t, random)
			}
		})
	}
	group.Wait()
	for i, f := range o.filters(n) {
		about := describe(i, f)
		want := o.wanted(f)
		counts, err := s.Counts(t.Context(), f)
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		wantCounts := map[lead.State]int{lead.Pending: 0, lead.ReachedOut: 0}
		for _, l := range want {
			wantCounts[l.State]++
		}
		if diff := cmp.Diff(wantCounts, counts); diff != "" {
			t.Errorf("%s: counts (-want +got):\n%s", about, diff)
		}
		for _, oldest := range []bool{false, true} {
			checkPages(t, s, about, lead.Page{Filter: f, Oldest: oldest, Limit: 7}, want)
		}
	}
}

func describe(i int, f lead.Filter) string {
	text := fmt.Sprintf("filter %d: state %q language %q same address as %q", i, f.State, f.Language, f.SameEmailAs)
	if f.Words != nil {
		text += fmt.Sprintf(" words %q", *f.Words)
	}
	if f.Assignee != nil {
		text += fmt.Sprintf(" assignee %q", *f.Assignee)
	}
	return text
}

// checkPages reads a list to its end and compares it with what is wanted: each
// lead once, as it is now, in the order of time.
func checkPages(t *testing.T, s *store.Store, about string, page lead.Page, want []lead.Lead) {
	t.Helper()
	var got []lead.Lead
	for {
		leads, err := s.Leads(t.Context(), page)
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		got = append(got, leads...)
		if len(leads) < page.Limit || len(got) > 2*len(want)+page.Limit {
			break
		}
		last := leads[len(leads)-1]
		page.After = &lead.Position{CreatedAt: last.CreatedAt, ID: last.ID}
	}
	if !slices.IsSortedFunc(got, func(a, b lead.Lead) int {
		if page.Oldest {
			return a.CreatedAt.Compare(b.CreatedAt)
		}
		return b.CreatedAt.Compare(a.CreatedAt)
	}) {
		t.Errorf("%s, oldest first %v: not in the order of time", about, page.Oldest)
	}
	byID := func(a, b lead.Lead) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s, oldest first %v (-want +got):\n%s", about, page.Oldest, diff)
	}
}

// Each list walks an index in the order of the list; none sorts or scans.
func TestListsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	for n := range 200 {
		storetest.Add(t, s, n)
	}
	user, nobody := "x", ""
	words := []string{"example", "prospect5"}
	after := &lead.Position{CreatedAt: storetest.Epoch, ID: "x"}
	const byWords = ":M1; SEARCH s USING INTEGER PRIMARY KEY (rowid=?); SEARCH leads USING INDEX sqlite_autoindex_leads_1 (id=?)"
	for _, row := range []struct {
		page lead.Page
		plan string
	}{
		{lead.Page{}, "leads_newest"},
		{lead.Page{After: after}, "leads_newest ((created_at,id)<(?,?))"},
		{lead.Page{Oldest: true, After: after}, "leads_newest ((created_at,id)>(?,?))"},
		{lead.Page{Filter: lead.Filter{State: lead.Pending}, After: after}, "leads_state_newest (state=? AND (created_at,id)<(?,?))"},
		{lead.Page{Filter: lead.Filter{State: lead.Pending, From: storetest.Epoch, To: storetest.Epoch}}, "leads_state_newest (state=? AND created_at>? AND created_at<?)"},
		{lead.Page{Filter: lead.Filter{From: storetest.Epoch}}, "leads_newest (created_at>?)"},
		{lead.Page{Filter: lead.Filter{Assignee: &user}}, "leads_assignee_newest (assignee=?)"},
		{lead.Page{Filter: lead.Filter{Assignee: &nobody}, After: after}, "leads_assignee_newest (assignee=? AND (created_at,id)<(?,?))"},
		{lead.Page{Filter: lead.Filter{Assignee: &user, State: lead.Pending}, Oldest: true}, "leads_assignee_state_newest (assignee=? AND state=?)"},
		{lead.Page{Filter: lead.Filter{SameEmailAs: "x"}}, "leads_email_newest (email_key=?)"},
		{lead.Page{Filter: lead.Filter{SameEmailAs: "x", State: lead.Pending, Assignee: &user}}, "leads_email_newest (email_key=?)"},
		{lead.Page{Filter: lead.Filter{SameEmailAs: "x", Assignee: &nobody}, After: after}, "leads_email_newest (email_key=? AND (created_at,id)<(?,?))"},
		{lead.Page{Filter: lead.Filter{SameEmailAs: "x", State: lead.Pending, From: storetest.Epoch}, Oldest: true}, "leads_email_newest (email_key=? AND created_at>?)"},
		{lead.Page{Filter: lead.Filter{Language: "es"}, After: after}, "leads_language_newest (<expr>=? AND (created_at,id)<(?,?))"},
		{lead.Page{Filter: lead.Filter{Language: "es-mx", State: lead.Pending, Assignee: &user}, Oldest: true}, "leads_language_newest (<expr>=?)"},
		{lead.Page{Filter: lead.Filter{Language: "es", Assignee: &nobody, From: storetest.Epoch, To: storetest.Epoch}}, "leads_language_newest (<expr>=? AND created_at>? AND created_at<?)"},
		{lead.Page{Filter: lead.Filter{SameEmailAs: "x", Language: "es"}}, "leads_email_newest (email_key=?)"},
		{lead.Page{Filter: lead.Filter{Words: &words, Language: "es"}}, byWords},
		{lead.Page{Filter: lead.Filter{Words: &words}}, byWords},
		{lead.Page{Filter: lead.Filter{Words: &words, State: lead.Pending, Assignee: &user}, After: after, Oldest: true}, "lead_words VIRTUAL TABLE INDEX 64:M1>;"},
	} {
		row.page.Limit = 51
		query, args := s.LeadsQuery(row.page)
		checkPlan(t, s, query, args, row.plan)
	}
	query, args := s.CountsQuery(lead.Filter{Assignee: &user})
	checkPlan(t, s, query, args, "lead_counts")
	query, args = s.CountsQuery(lead.Filter{From: storetest.Epoch, State: lead.Pending})
	checkPlan(t, s, query, args, "COVERING INDEX leads_state_newest (state=? AND created_at>?)")
	for _, f := range []lead.Filter{{}, {State: lead.Pending}, {Assignee: &user}, {State: lead.Pending, Assignee: &nobody}} {
		f.SameEmailAs = "x"
		query, args = s.CountsQuery(f) // which sorts no more than the leads of one address
		if plan := planOf(t, s, query, args...); !strings.Contains(plan, "leads_email_newest (email_key=?)") {
			t.Errorf("%s\nplan: %s", query, plan)
		}
	}
	for _, f := range []lead.Filter{{}, {State: lead.Pending}, {State: lead.Pending, Assignee: &nobody}} {
		f.Language = "es"
		query, args = s.CountsQuery(f) // which sorts two states
		if plan := planOf(t, s, query, args...); !strings.Contains(plan, "COVERING INDEX leads_language_newest (<expr>=?)") {
			t.Errorf("%s\nplan: %s", query, plan)
		}
	}
	query, args = store.EventsQuery("x", after)
	checkPlan(t, s, query, args, "COVERING INDEX events_lead (lead_id=? AND (at,id)<(?,?))")
	for query, index := range map[string]string{
		`SELECT id FROM messages ORDER BY created_at DESC, id DESC LIMIT 51`:                                                                   "messages_newest",
		`SELECT id FROM messages WHERE next_at IS NOT NULL AND next_at <= 5 AND (lease IS NULL OR lease_until <= 5) ORDER BY next_at LIMIT 16`: "messages_due",
	} {
		checkPlan(t, s, query, nil, index)
	}
}

func checkPlan(t *testing.T, s *store.Store, query string, args []any, want string) {
	t.Helper()
	plan := planOf(t, s, query, args...)
	if !strings.Contains(plan, want) || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("%s\nplan: %s\nwant: %s, and no sorting", query, plan, want)
	}
}

// A lead can be found as soon as it is there, and not any more once it is erased.
func TestFoundAtOnceGoneAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := storetest.Add(t, s, 1)
		words := search.Query("prospect1 001")
		found := func() int {
			leads, err := s.Leads(context.WithoutCancel(t.Context()), lead.Page{Filter: lead.Filter{Words: &words}, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			return len(leads)
		}
		if found() != 1 {
			t.Error("a kept lead isn't found")
		}
		if _, err := s.EraseLead(t.Context(), l.ID, func(lead.Lead) error { return nil }, lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Erased}); err != nil {
			t.Fatal(err)
		}
		if found() != 0 {
			t.Error("an erased lead is found")
		}
		if n := queryText(t, s, `SELECT COUNT(*) FROM lead_search`); n != "0" {
			t.Error("the words of an erased lead are kept")
		}
	})
}

// Leads of an older version may share a microsecond. Making their words anew gives
// each one of its own and loses none, however many share it.
func TestWordsAreMadeAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testWordsAreMadeAnew)
}

func testWordsAreMadeAnew(t *testing.T, s *store.Store) {
	const n = 1003 // more than one page
	var stories []lead.Story
	for i := range n {
		l, event, messages := storetest.Lead(t, i)
		stories = append(stories, lead.Story{Lead: l, Events: []lead.Event{event}, Messages: messages})
	}
	if err := s.Load(t.Context(), stories); err != nil {
		t.Fatal(err)
	}
	same := storetest.Epoch.UnixMicro()
	if err := s.Update(t.Context(), func(_ context.Context, exec exec) error {
		return errors.Join(exec(`UPDATE leads SET created_at = $1`, same), exec(`DELETE FROM search_rules`))
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"example", "prospect1002"} {
		words := search.Query(q)
		found, err := s.Counts(t.Context(), lead.Filter{Words: &words})
		if want := map[string]int{"example": n, "prospect1002": 1}[q]; err != nil || found[lead.Pending] != want {
			t.Errorf("%s: found %v, %v; want %d", q, found, err, want)
		}
	}
	if got := queryText(t, s, `SELECT COUNT(DISTINCT l.created_at) FROM leads l JOIN lead_search s ON s.lead_id = l.id AND s.docid = l.created_at`); got != strconv.Itoa(n) {
		t.Errorf("%s leads have a microsecond of their own, want %d", got, n)
	}
}

// Who can't be found can still be erased.
func TestErasingTheUnfindable(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := storetest.Add(t, s, 1)
		if err := s.Update(t.Context(), func(_ context.Context, exec exec) error { return exec(`DELETE FROM lead_search`) }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.EraseLead(t.Context(), l.ID, func(lead.Lead) error { return nil }, lead.Event{ID: storetest.NewID(), LeadID: l.ID, Kind: lead.Erased}); err != nil {
			t.Error(err)
		}
	})
}
