package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/demo"
	"usher/internal/resume/disk"
	"usher/internal/storetest/filled"
)

// bench is Usher in this process for benchmarks: filled, with the real clock and a
// log that is written and read by nobody. Requests go to the handler without a
// network. Nothing runs in the background, so no message is sent.
type bench struct {
	*app.App
	b        *testing.B
	handler  http.Handler
	token    string
	syncs    atomic.Int64 // of resumes
	folders  atomic.Int64 // syncs of the resumes' folder
	mu       sync.Mutex
	measured []time.Duration
}

func openBench(b *testing.B, dir string) *bench {
	b.Helper()
	flags := map[string]string{"USHER_DATA_DIR": dir, "USHER_BASE_URL": baseURL, "USHER_SECRET_KEY": secretHex, "USHER_PUBLIC_RATE": "off"}
	cfg, err := config.Load(flags, nil, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	s := &bench{b: b}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // a line is written as a server writes it, and that costs
	env := app.Env{Log: log, FS: func(f disk.FS) disk.FS { return countingFS{f, s} }}
	if s.App, err = app.Open(context.Background(), cfg, "bench", env, true); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	if s.handler, err = s.Handler(); err != nil {
		b.Fatal(err)
	}
	s.token = s.signIn()["access_token"]
	return s
}

// countingFS counts the syncs.
type countingFS struct {
	disk.FS
	bench *bench
}

func (c countingFS) Sync() error {
	c.bench.folders.Add(1)
	return c.FS.Sync()
}

func (c countingFS) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	f, err := c.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return countingFile{f, c.bench}, nil
}

type countingFile struct {
	disk.File
	bench *bench
}

func (c countingFile) Sync() error {
	c.bench.syncs.Add(1)
	return c.File.Sync()
}

// reply takes an answer and keeps its body only when somebody wants it.
type reply struct {
	header http.Header
	status int
	body   io.Writer
}

func (r *reply) Header() http.Header { return r.header }

func (r *reply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *reply) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

// do makes one request and fails the benchmark when the answer has another status.
func (s *bench) do(method, target, contentType string, body io.Reader, into io.Writer, want int) {
	r, err := http.NewRequestWithContext(context.Background(), method, target, body)
	if err != nil {
		s.b.Error(err)
		return
	}
	r.RemoteAddr, r.RequestURI = "127.0.0.1:1", target
	r.Header.Set("Authorization", "Bearer "+s.token)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer := &reply{header: http.Header{}, body: into}
	s.handler.ServeHTTP(answer, r)
	if answer.status != want {
		s.b.Errorf("%s %s: status %d, want %d", method, target, answer.status, want)
	}
}

func (s *bench) get(target string) {
	s.do(http.MethodGet, target, "", http.NoBody, io.Discard, http.StatusOK)
}

// read makes a GET and decodes what it gives.
func (s *bench) read(target string, into any) {
	s.b.Helper()
	var body bytes.Buffer
	s.do(http.MethodGet, target, "", http.NoBody, &body, http.StatusOK)
	if err := json.Unmarshal(body.Bytes(), into); err != nil {
		s.b.Fatalf("%s: %v", target, err)
	}
}

// grant asks for tokens.
func (s *bench) grant(form url.Values) map[string]string {
	s.b.Helper()
	var body bytes.Buffer
	s.do(http.MethodPost, "/api/v1/token", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), &body, http.StatusOK)
	var all map[string]any
	if err := json.Unmarshal(body.Bytes(), &all); err != nil {
		s.b.Fatal(err)
	}
	texts := map[string]string{}
	for name, value := range all {
		texts[name], _ = value.(string)
	}
	return texts
}

func passwordGrant() url.Values {
	return url.Values{"grant_type": {"password"}, "username": {filled.Firm(0).Users()[0].Email}, "password": {filled.Password}}
}

func (s *bench) signIn() map[string]string { return s.grant(passwordGrant()) }

// timed runs one operation and remembers how long it took.
func (s *bench) timed(do func()) {
	began := time.Now()
	do()
	took := time.Since(began)
	s.mu.Lock()
	s.measured = append(s.measured, took)
	s.mu.Unlock()
}

// each runs an operation again and again, by itself.
func (s *bench) each(b *testing.B, do func()) {
	b.Helper()
	s.b, s.measured = b, s.measured[:0]
	b.ReportAllocs()
	do() // so that statements are prepared and pages are read
	before := cpu()
	for b.Loop() {
		s.timed(do)
	}
	s.report(b, cpu()-before)
}

// clients share b.N operations; do is told which client it is and which operation.
func (s *bench) clients(b *testing.B, n int, do func(client, i int)) {
	b.Helper()
	s.b, s.measured = b, make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	var next atomic.Int64
	var wg sync.WaitGroup
	before := cpu()
	b.ResetTimer()
	for client := range n {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				s.timed(func() { do(client, i) })
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	s.report(b, cpu()-before)
}

// report adds what ns/op doesn't tell: the median and the 99th percentile, and the
// time of all processors, which a busy machine falsifies least.
func (s *bench) report(b *testing.B, spent time.Duration) {
	b.Helper()
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "cpu-µs/op")
	slices.Sort(s.measured)
	if n := len(s.measured); n > 0 {
		b.ReportMetric(float64(s.measured[n/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(s.measured[n*99/100].Microseconds()), "p99-µs")
	}
}

// people are names and addresses for submissions.
func people(b *testing.B) []url.Values {
	b.Helper()
	var all []url.Values
	for story, err := range demo.New(2, filled.Now, 500).Stories(demo.Mention) {
		if err != nil {
			b.Fatal(err)
		}
		if l := story.Lead; !l.SingleName {
			all = append(all, url.Values{"first_name": {l.FirstName}, "last_name": {l.LastName}})
		}
	}
	return all
}

// cpu is how long this process has kept processors busy.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
