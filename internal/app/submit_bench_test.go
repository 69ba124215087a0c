package app_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"usher/internal/storetest/filled"
)

// submissions makes bodies that differ in names and addresses.
type submissions struct {
	people      []url.Values
	rest        []byte // the resume and what ends the body
	contentType string
	boundary    string
}

func newSubmissions(b *testing.B, size int) *submissions {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("resume", "resume.pdf")
	if err != nil {
		b.Fatal(err)
	}
	head := []byte("%PDF-1.7\n")
	_, _ = part.Write(append(head, bytes.Repeat([]byte("x"), size-len(head))...)) // to memory
	_ = w.Close()
	return &submissions{people(b), body.Bytes(), w.FormDataContentType(), w.Boundary()}
}

func (s *submissions) body(client, i int) io.Reader {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	_ = w.SetBoundary(s.boundary) // that of a Writer
	who := s.people[i%len(s.people)]
	_ = w.WriteField("first_name", who.Get("first_name"))
	_ = w.WriteField("last_name", who.Get("last_name"))
	_ = w.WriteField("email", fmt.Sprintf("p%d.%d@prospects.example", i, client))
	head.WriteString("\r\n")
	return io.MultiReader(&head, bytes.NewReader(s.rest))
}

// BenchmarkSubmit is the whole handler, with the disk: what a prospect waits for
// but for the network. commits/lead and syncs/lead are what carries over to other
// disks. One client at a time is what it costs without group commit.
func BenchmarkSubmit(b *testing.B) {
	s := openBench(b, filled.ForWriting(b))
	for _, kb := range []int{5, 200} {
		bodies := newSubmissions(b, kb<<10)
		for _, clients := range []int{1, 8, 16, 64} {
			b.Run("KB="+strconv.Itoa(kb)+"/clients="+strconv.Itoa(clients), func(b *testing.B) {
				s.submit(b, bodies, clients)
			})
		}
	}
}

func (s *bench) submit(b *testing.B, bodies *submissions, clients int) {
	b.Helper()
	files, folders := s.syncs.Load(), s.folders.Load()
	_, commits := s.Commits()
	s.clients(b, clients, func(client, i int) {
		s.do(http.MethodPost, "/api/v1/leads", bodies.contentType, bodies.body(client, i), io.Discard, http.StatusCreated)
	})
	_, after := s.Commits()
	commits, files, folders = after-commits, s.syncs.Load()-files, s.folders.Load()-folders
	perLead := func(n int64) float64 { return float64(n) / float64(b.N) }
	b.ReportMetric(perLead(commits), "commits/lead")
	b.ReportMetric(perLead(commits+files+folders), "syncs/lead")
}

// BenchmarkChange marks leads as reached out and reopens them again.
func BenchmarkChange(b *testing.B) {
	s := openBench(b, filled.ForWriting(b))
	ids := s.ids(800)
	pending := make([]bool, len(ids)) // unknown at first: the first round settles it
	for i := range ids {
		s.reopen(ids[i])
		pending[i] = true
	}
	for _, clients := range []int{1, 8} {
		b.Run("clients="+strconv.Itoa(clients), func(b *testing.B) {
			_, commits := s.Commits()
			turns := make([]int, clients)
			s.clients(b, clients, func(client, _ int) {
				i := (client + clients*turns[client]) % len(ids)
				turns[client]++
				if pending[i] {
					s.do(http.MethodPatch, "/api/v1/leads/"+ids[i], "application/json", bytes.NewReader([]byte(`{"state":"REACHED_OUT"}`)), io.Discard, http.StatusOK)
				} else {
					s.reopen(ids[i])
				}
				pending[i] = !pending[i]
			})
			_, after := s.Commits()
			b.ReportMetric(float64(after-commits)/float64(b.N), "commits/op")
		})
	}
}

func (s *bench) reopen(id string) {
	s.do(http.MethodPost, "/api/v1/leads/"+id+"/reopen", "", http.NoBody, io.Discard, http.StatusOK)
}

// ids are those of the newest leads.
func (s *bench) ids(n int) (ids []string) {
	s.b.Helper()
	next := ""
	for len(ids) < n {
		var page leadList
		s.read("/api/v1/leads?limit=100"+next, &page)
		for _, l := range page.Items {
			ids = append(ids, l.ID)
		}
		next = "&cursor=" + *page.NextCursor
	}
	return ids
}
