package app_test

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	domain "usher/internal/lead"
	"usher/internal/store"
	"usher/internal/storetest"
)

const csvPath = leadsPath + "/csv"

// exported reads the file of a query: its columns, and each row by them.
func (s *server) exported(t testing.TB, query string) (columns []string, rows []map[string]string) {
	t.Helper()
	got := s.do(t, req{path: csvPath + "?" + query, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	body, marked := strings.CutPrefix(got.body, "\ufeff")
	if !marked || strings.Count(body, "\n") != strings.Count(body, "\r\n") || !strings.HasSuffix(body, "\r\n") {
		t.Errorf("byte order mark %v, lines %.100q", marked, body)
	}
	all, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, column := range all[0] {
			row[column] = cells[i]
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// The file is what the contract says, to the byte.
func TestExport(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.submitted(t, text("first_name", `Ann "Nan"`), text("last_name", "Smith, Jr."), text("language", "es"), file("cv, 2026.pdf", pdf))
	s.clock.Add(time.Second)
	wantStatus(t, s.assign(t, a.ID, `{"assignee":"me"}`), http.StatusOK)
	wantStatus(t, s.mark(t, a.ID, `{"state":"REACHED_OUT","channel":"phone"}`), http.StatusOK)
	s.clock.Add(3*24*time.Hour + 250*time.Millisecond)
	b := s.submitted(t, text("first_name", "Suharto"), text("last_name", ""), text("single_name", "true"))
	got := s.do(t, req{path: csvPath, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	same(t, "file", got.body, "\ufeffreference,state,first_name,last_name,single_name,email,language,created_at,reached_out_at,reached_out_by,channel,assignee,resume_filename,id\r\n"+
		b.Reference+",PENDING,Suharto,,true,ann@example.com,en,2026-11-26T09:00:01.25Z,,,,,cv.pdf,"+b.ID+"\r\n"+
		a.Reference+`,REACHED_OUT,"Ann ""Nan""","Smith, Jr.",false,ann@example.com,es,2026-11-23T09:00:00Z,2026-11-23T09:00:01Z,`+attorneyEmail+",phone,"+attorneyEmail+
		`,"cv, 2026.pdf",`+a.ID+"\r\n")
	for name, want := range map[string]string{
		"Content-Type": "text/csv; charset=utf-8; header=present", "Content-Disposition": `attachment; filename="leads-2026-11-26.csv"`, "Cache-Control": "no-store",
	} {
		same(t, name, got.header.Get(name), want)
	}
	for query, want := range map[string][]string{
		"": {b.ID, a.ID}, "sort=oldest": {a.ID, b.ID}, "state=PENDING": {b.ID}, "assignee=me": {a.ID}, "q=suharto": {b.ID}, "q=nobody": nil, "to=2026-11-24": {a.ID},
		"same_email_as=" + a.ID + "&state=REACHED_OUT": {a.ID}, "limit=1&cursor=" + marker: {b.ID, a.ID},
	} {
		var ids []string
		columns, rows := s.exported(t, query)
		for _, row := range rows {
			ids = append(ids, row["id"])
		}
		same(t, query, ids, want)
		same(t, query+": columns", len(columns), 14)
	}
}

// A file of many pages has each lead once and in order, while others come in.
func TestExportIsWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	const n = 2600 // five pages, and a sixth
	var want []string
	var stories []domain.Story
	for i := range n {
		l, event, messages := storetest.Lead(t, i)
		stories = append(stories, domain.Story{Lead: l, Events: []domain.Event{event}, Messages: messages})
		want = append(want, l.ID)
	}
	if err := storetest.OpenAt(t, filepath.Join(s.dir, "usher.db"), store.Options{}).Load(t.Context(), stories); err != nil {
		t.Fatal(err)
	}
	s.clock.Add(24 * time.Hour)
	token := s.attorney(t) // of the day that it is now
	for _, sort := range []string{"newest", "oldest"} {
		ctx, cancel := context.WithCancel(t.Context())
		var others sync.WaitGroup
		others.Go(func() {
			for ctx.Err() == nil {
				s.submitted(t)
			}
		})
		got := s.do(t, req{path: csvPath + "?sort=" + sort, token: token})
		cancel()
		others.Wait()
		rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range rows[1:] {
			ids = append(ids, row[len(row)-1])
		}
		slices.Reverse(want) // to newest first, and back
		before := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(want, id) })
		same(t, sort, before, want)
		slices.Sort(ids)
		same(t, sort+": no lead twice", len(slices.Compact(ids)), len(rows)-1)
	}
}

// Every name comes back code point for code point, but for those that a
// spreadsheet would calculate.
func TestExportKeepsNames(t *testing.T) {
	t.Parallel()
	s := start(t)
	defused := map[string]string{"=1+1": "'=1+1", "-": "'-", "\u200e=HYPERLINK(1)": "'\u200e=HYPERLINK(1)", "＠SUM(A1)": "'＠SUM(A1)"}
	names := append(slices.Clone(realNames), "\u200e=HYPERLINK(1)", "＠SUM(A1)")
	for _, name := range names {
		s.submitted(t, text("first_name", name), text("last_name", name), text("email", "+1@example.com"), file("-.pdf", pdf))
	}
	_, rows := s.exported(t, "sort=oldest")
	same(t, "rows", len(rows), len(names))
	for i, row := range rows {
		want, changed := defused[names[i]]
		if !changed {
			want = names[i]
		}
		for column, want := range map[string]string{"first_name": want, "last_name": want, "email": "'+1@example.com", "resume_filename": "'-.pdf"} {
			if row[column] != want {
				t.Errorf("%s %+q came back as %+q, want %+q", column, names[i], row[column], want)
			}
		}
	}
}

// pages stands between the export and the real reader.
type pages struct {
	domain.Reader
	mu    sync.Mutex
	leads func(ctx context.Context, page domain.Page) ([]domain.Lead, error)
}

func (p *pages) Leads(ctx context.Context, page domain.Page) ([]domain.Lead, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leads(ctx, page)
}

func (p *pages) now(leads func(ctx context.Context, page domain.Page) ([]domain.Lead, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leads = leads
}

// between gives the pages of a server, with one lead in it.
func (s *server) between(t testing.TB) (*pages, domain.Lead) {
	t.Helper()
	s.submitted(t)
	p := &pages{Reader: s.Leads.Reader}
	all, err := p.Reader.Leads(t.Context(), domain.Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.Leads.Reader = p
	return p, all[0]
}

// endless gives the first page again and again.
func endless(of domain.Lead, before func(ctx context.Context, page int) error) func(context.Context, domain.Page) ([]domain.Lead, error) {
	n := 0
	return func(ctx context.Context, page domain.Page) ([]domain.Lead, error) {
		n++
		return slices.Repeat([]domain.Lead{of}, page.Limit), before(ctx, n)
	}
}

func (s *server) export(t testing.TB) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+csvPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.attorney(t))
	got, err := s.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A file that can't be finished is no file: the client sees the connection break.
// What goes wrong before the first byte is a refusal like any other.
func TestExportIsCutOff(t *testing.T) {
	t.Parallel()
	s := start(t)
	between, l := s.between(t)
	broken := errors.New("the disk is gone")
	for _, fails := range []int{2, 5} {
		between.now(endless(l, func(_ context.Context, page int) error {
			if page == fails {
				return broken
			}
			return nil
		}))
		got := s.export(t)
		body, err := io.ReadAll(got.Body)
		got.Body.Close()
		if got.StatusCode != http.StatusOK || err == nil {
			t.Errorf("page %d fails: %d, %d bytes, %v", fails, got.StatusCode, len(body), err)
		}
		if lines := strings.Count(string(body), "\n"); lines != 1+500*(fails-1) {
			t.Errorf("page %d fails, and %d lines came", fails, lines)
		}
		told := s.audited(t, "action=lead.exported")[0].Data.Facts
		same(t, "told", told, map[string]string{"rows": strconv.Itoa(500 * (fails - 1)), "cut_off": "true"})
	}
	between.now(endless(l, func(context.Context, int) error { return broken }))
	got := s.export(t)
	defer got.Body.Close()
	if got.StatusCode != http.StatusInternalServerError || got.Header.Get("Content-Type") != "application/problem+json" || got.Header.Get("Content-Disposition") != "" {
		t.Errorf("the first page fails: %d %v", got.StatusCode, got.Header)
	}
}

// Who hangs up in the middle of a file without an end stops it; and the first rows
// are there although the last never are.
func TestExportStopsWithItsReader(t *testing.T) {
	t.Parallel()
	s := start(t)
	between, l := s.between(t)
	asked := make(chan context.Context, 1)
	between.now(endless(l, func(ctx context.Context, _ int) error {
		select {
		case asked <- ctx:
		default:
		}
		return nil
	}))
	got := s.export(t)
	if _, err := io.CopyN(io.Discard, got.Body, 1<<20); err != nil {
		t.Error(err)
	}
	got.Body.Close()
	<-(<-asked).Done() // and the server's end, which the test waits for, waits for the handler
}

// HEAD is answered without going through the leads.
func TestExportHead(t *testing.T) {
	t.Parallel()
	s := start(t)
	between, l := s.between(t)
	asked := 0
	between.now(endless(l, func(_ context.Context, page int) error {
		asked = page
		return nil
	}))
	got := s.do(t, req{method: http.MethodHead, path: csvPath, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	same(t, "pages read", asked, 1)
	same(t, "name", got.header.Get("Content-Disposition"), `attachment; filename="leads-2026-11-23.csv"`)
}
