package demo

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/funnel"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/resume"
	"usher/internal/resume/disk"
)

var monday = time.Date(2026, 3, 2, 15, 4, 5, 123_456_000, time.UTC)

func stories(tb testing.TB, d *Demo, keep Keep) []lead.Story {
	tb.Helper()
	var all []lead.Story
	for s, err := range d.Stories(keep) {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// The same seed and time give the same firm, to the last byte; another seed
// another one.
func TestSameAgain(t *testing.T) {
	t.Parallel()
	a, b := New(1, monday, 300), New(1, monday, 300)
	if diff := cmp.Diff(stories(t, a, Mention), stories(t, b, Mention)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(a.Users(), b.Users()); diff != "" {
		t.Error(diff)
	}
	for i := range 200 {
		if !bytes.Equal((Paper{Number: i, demo: a}).Content(), (Paper{Number: i, demo: b}).Content()) {
			t.Errorf("resume %d differs", i)
		}
	}
	other := stories(t, New(2, monday, 300), Mention)
	if first := stories(t, a, Mention); first[0].Lead.ID == other[0].Lead.ID || first[7].Lead.Email == other[7].Lead.Email {
		t.Error("another seed gives the same leads")
	}
}

// Every lead obeys the rules that a real one does, for several seeds and hours.
func TestStoriesAreTrue(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		now := monday.Add(time.Duration(seed) * 41 * time.Hour)
		d := New(seed, now, 700)
		users := map[string]time.Time{}
		for _, c := range d.staff {
			users[c.user.ID] = c.until
		}
		seen, before := map[string]bool{}, now.AddDate(0, 0, -Days)
		once := func(what, s string) {
			if seen[what+s] {
				t.Errorf("%s %s stands there twice", what, s)
			}
			seen[what+s] = true
		}
		for _, s := range stories(t, d, Mention) {
			l := s.Lead
			if !l.CreatedAt.After(before) || !l.CreatedAt.Before(now) || l.CreatedAt != l.CreatedAt.Truncate(time.Microsecond) {
				t.Errorf("lead of %v after one of %v", l.CreatedAt, before)
			}
			before = l.CreatedAt
			once("reference", l.Reference)
			once("key", l.Resume.Key)
			once("id", l.ID)
			if !resume.ValidKey(l.Resume.Key) || !regexp.MustCompile(`^[2-9B-Z]{3}-[2-9B-Z]{3}$`).MatchString(l.Reference) {
				t.Errorf("key %q, reference %q", l.Resume.Key, l.Reference)
			}
			replay(t, s, now, users)
			for _, e := range s.Events {
				once("id", e.ID)
				if id := uuid.MustParse(e.ID); id.Version() != 7 || id.Variant() != uuid.RFC4122 || unixMilli(id) != e.At.UnixMilli() {
					t.Errorf("id %s of an event of %v", e.ID, e.At)
				}
			}
			for _, m := range s.Messages {
				once("id", m.ID)
				once("message", m.MessageID)
			}
		}
	}
}

func unixMilli(id uuid.UUID) (ms int64) {
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return ms
}

// replay lets the rules decide the story again, from its events alone.
func replay(t *testing.T, s lead.Story, now time.Time, users map[string]time.Time) {
	t.Helper()
	sorted := slices.SortedStableFunc(slices.Values(s.Events), func(a, b lead.Event) int { return a.At.Compare(b.At) })
	l := lead.Lead{
		ID: s.Lead.ID, Reference: s.Lead.Reference, FirstName: s.Lead.FirstName, LastName: s.Lead.LastName, SingleName: s.Lead.SingleName,
		Email: s.Lead.Email, EmailKey: s.Lead.EmailKey, Language: s.Lead.Language, State: lead.Pending, CreatedAt: s.Lead.CreatedAt,
		Resume: s.Lead.Resume, Version: 1,
	}
	for i, e := range sorted {
		until, known := users[e.Actor]
		if e.Actor != "" && (!known || !until.IsZero() && e.At.After(until)) {
			t.Errorf("%s by %q at %v", e.Kind, e.Actor, e.At)
		}
		if e.LeadID != l.ID || e.At.After(now) || e.At.Before(l.CreatedAt) || (e.Kind == lead.Received) != (i == 0) {
			t.Errorf("event %d: %+v", i, e)
		}
		l = replayed(t, l, e)
	}
	if diff := cmp.Diff(l, s.Lead); diff != "" {
		t.Errorf("the events tell of another lead: %s", diff)
	}
	for _, m := range s.Messages {
		wrong := (m.State == mail.Sent) == m.SentAt.IsZero() || (m.State == mail.Queued || m.State == mail.Retrying) == m.NextAt.IsZero() ||
			(m.State == mail.Dead || m.State == mail.Retrying) && (m.LastError == "" || m.Attempts == 0) || m.SentAt.After(now)
		if wrong || m.LeadID != l.ID || !strings.HasSuffix(m.Recipient, ".example") && !strings.Contains(m.Recipient, "@example.") {
			t.Errorf("message %+v", m)
		}
	}
}

func replayed(t *testing.T, l lead.Lead, e lead.Event) lead.Lead {
	t.Helper()
	by := lead.Actor{UserID: e.Actor, At: e.At}
	state, channel := lead.ReachedOut, lead.Channel(e.Data["channel"])
	var mark lead.Mark
	if channel != lead.NoChannel {
		mark.Channel = &channel
	}
	var events []lead.Event
	var err error
	switch e.Kind {
	case lead.MarkedReached:
		mark.State = &state
		l, events, err = l.Apply(mark, by)
	case lead.ChannelSet:
		l, events, err = l.Apply(mark, by)
	case lead.Reopened, lead.Undone:
		l, events, err = l.Reopen(e.Data["reason"], by)
	case lead.Assigned:
		if e.Data["from"] != l.Assignee {
			t.Errorf("assigned from %q, and it was %q", e.Data["from"], l.Assignee)
		}
		l.Assignee = e.Data["to"]
		l.Version++
		return l
	default:
		return l
	}
	if err != nil || len(events) != 1 || events[0].Kind != e.Kind || !maps.Equal(events[0].Data, e.Data) {
		t.Errorf("%+v: %v, %+v", e, err, events)
	}
	return l
}

// What a visitor should meet is there, with the numbers that the command has
// unless it is told otherwise.
func TestSomethingOfEverything(t *testing.T) {
	t.Parallel()
	kinds, states, messages, languages := map[lead.EventKind]int{}, map[lead.State]int{}, map[mail.State]int{}, map[string]int{}
	people, hours, weekdays := map[string]int{}, map[int]int{}, map[time.Weekday]int{}
	names, single := map[string]bool{}, 0
	for _, s := range stories(t, New(DefaultSeed, monday, 500), Mention) {
		for _, e := range s.Events {
			kinds[e.Kind]++
		}
		for _, m := range s.Messages {
			messages[m.State]++
		}
		states[s.Lead.State]++
		languages[s.Lead.Language]++
		people[s.Lead.EmailKey]++
		names[s.Lead.LastName] = true
		if s.Lead.SingleName {
			single++
		}
		hours[s.Lead.CreatedAt.In(zone()).Hour()]++
		weekdays[s.Lead.CreatedAt.In(zone()).Weekday()]++
	}
	for _, k := range []lead.EventKind{lead.Received, lead.MarkedReached, lead.ChannelSet, lead.Reopened, lead.Undone, lead.ResumeViewed,
		lead.Assigned, lead.Noted, lead.MessageChanged} {
		if kinds[k] == 0 {
			t.Errorf("no event %s", k)
		}
	}
	for _, s := range []mail.State{mail.Queued, mail.Retrying, mail.Sent, mail.Dead, mail.Suppressed} {
		if messages[s] == 0 {
			t.Errorf("no message is %s", s)
		}
	}
	for _, l := range []string{"en", "es", "vi", "pl", "tr", "pt-BR", "ru", "uk", "el", "ar", "fa", "he", "zh", "ko", "ja", "hi", "am"} {
		if languages[l] == 0 {
			t.Errorf("nobody speaks %s", l)
		}
	}
	most := slices.Max(slices.Collect(maps.Values(people)))
	if !names["Null"] || single == 0 || most < eager || hours[11] <= 3*hours[3] || weekdays[time.Tuesday] <= weekdays[time.Sunday] {
		t.Errorf("names %v, %d with one, at most %d by one person, hours %v, weekdays %v", names["Null"], single, most, hours, weekdays)
	}
	if r := states[lead.ReachedOut]; r < 400 || r > 485 {
		t.Errorf("states %v", states)
	}
	t.Logf("%v %v %v", states, messages, kinds)
}

// The resumes are what they say, by the checks that a stranger's have to pass.
func TestPapers(t *testing.T) {
	t.Parallel()
	folder, err := disk.OpenFolder(t.TempDir() + "/resumes")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	shelf := resume.NewShelf(disk.New(folder, new(fault.Latch)), 10<<20, uuid.NewString)
	d, counts := New(DefaultSeed, monday, 400), map[string]int{}
	stories(t, d, func(p Paper) (resume.Ref, error) {
		content := p.Content()
		upload, err := shelf.Receive(t.Context(), p.Filename, bytes.NewReader(content))
		if err != nil {
			t.Errorf("%s: %v", p.Filename, err)
			return Mention(p)
		}
		defer upload.Discard()
		ref, _ := Mention(p)
		if got := upload.Ref(); got.Filename != ref.Filename || got.ContentType != ref.ContentType || got.Protected || len(content) > 400_000 {
			t.Errorf("%q is %+v, %d bytes", p.Filename, got, len(content))
		}
		counts[ref.ContentType]++
		return upload.Ref(), nil
	})
	if len(counts) != len(kinds()) {
		t.Errorf("types: %v", counts)
	}
}

// A PDF's table says where each object stands, and its text can be found.
func TestPDF(t *testing.T) {
	t.Parallel()
	s := sheet{name: "Ána (Zoë) Núñez", latin: "Ana Nunez", headline: "Nurse", sections: []section{{"EXPERIENCE", slices.Repeat([]string{`C:\work (nights)`}, 80)}}}
	pdf := writePDF(s)
	rows := regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`).FindAllSubmatch(pdf, -1)
	if len(rows) != 8 { // catalog, pages, two fonts, two pages with their contents
		t.Fatalf("%d objects", len(rows))
	}
	for i, row := range rows {
		at := 0
		for _, digit := range row[1] {
			at = at*10 + int(digit-'0')
		}
		if want := string(rune('1'+i)) + " 0 obj\n"; !bytes.HasPrefix(pdf[at:], []byte(want)) {
			t.Errorf("at %d is %q, want %q", at, pdf[at:at+9], want)
		}
	}
	if !bytes.Contains(pdf, []byte("(\xc1na \\(Zo\xeb\\) N\xfa\xf1ez) Tj")) || !bytes.Contains(pdf, []byte(`(C:\\work \(nights\)) Tj`)) {
		t.Errorf("%s", pdf)
	}
	if s.name = "Łukasz"; !bytes.Contains(writePDF(s), []byte("(Ana Nunez) Tj")) {
		t.Error("a letter that the font doesn't have is not spelled otherwise")
	}
}

// A reference is never drawn twice, however many there are.
func TestReferences(t *testing.T) {
	t.Parallel()
	d, seen := New(7, monday, 1), map[string]bool{}
	for i := range 300_000 {
		seen[lead.Reference(d.reference(i))] = true
	}
	if len(seen) != 300_000 {
		t.Errorf("%d different ones of 300,000", len(seen))
	}
}

func BenchmarkStories(b *testing.B) {
	d := New(DefaultSeed, monday, MostLeads)
	n := 0
	for _, err := range d.Stories(Mention) {
		if err != nil {
			b.Fatal(err)
		}
		if n++; n >= b.N {
			return
		}
	}
}

// Whoever sent a form has begun it, and whoever has begun it has seen it, on each day
// and in each language.
func TestVisits(t *testing.T) {
	t.Parallel()
	d, sent := New(DefaultSeed, monday, 300), Sent{}
	for story, err := range d.Stories(Mention) {
		if err != nil {
			t.Fatal(err)
		}
		sent.Add(story.Lead, time.UTC, []string{"en", "es"})
	}
	times := map[pageDay]map[funnel.Step]int64{}
	total := map[funnel.Step]int64{}
	for _, c := range d.Visits(sent) {
		at := pageDay{c.Day, c.Language}
		if times[at] == nil {
			times[at] = map[funnel.Step]int64{}
		}
		times[at][c.Step] += c.Times
		total[c.Step] += c.Times
	}
	for at, n := range times {
		if n[funnel.Submitted] != int64(sent[at]) || n[funnel.Started] < n[funnel.Submitted] || n[funnel.Viewed] < n[funnel.Started] {
			t.Errorf("%v: %v", at, n)
		}
	}
	if total[funnel.Submitted] != 300 || total[funnel.Refused] == 0 {
		t.Errorf("%v", total)
	}
	if diff := cmp.Diff(d.Visits(sent), New(DefaultSeed, monday, 300).Visits(sent)); diff != "" {
		t.Error("another time it is other visits")
	}
}
