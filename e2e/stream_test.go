package e2e

import (
	"bufio"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// follow opens a stream and gives its lines until it ends.
func (s *server) follow(t *testing.T, lastEventID string) (lines <-chan string, end context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/api/v1/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", s.bearer().Get("Authorization"))
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	client := &http.Client{Transport: s.http.Transport} // without a limit of time
	in, err := client.Do(r)                             //nolint:bodyclose // the reader below closes it
	if err != nil {
		t.Fatal(err)
	}
	if in.StatusCode != http.StatusOK {
		t.Fatalf("%d", in.StatusCode)
	}
	to := make(chan string, 1000)
	go func() {
		defer close(to)
		defer in.Body.Close()
		for scan := bufio.NewScanner(in.Body); scan.Scan(); {
			to <- scan.Text()
		}
	}()
	t.Cleanup(cancel)
	return to, cancel
}

// received reads a stream until the arrivals of so many leads have come, and gives
// their ids and the last event's.
func received(t *testing.T, lines <-chan string, leads int) (ids []string, last string) {
	t.Helper()
	arrival := false
	for line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case name == "id":
			last = value
		case name == "event":
			arrival = value == "lead.received"
		case name == "data" && arrival:
			ids = append(ids, value)
		case line == "" && len(ids) == leads:
			return ids, last
		}
	}
	t.Fatalf("the stream ended after %d of %d leads", len(ids), leads)
	return nil, ""
}

// A server that stops ends its streams and exits in time; one that is killed takes
// them with it. Whoever comes back is told what was committed meanwhile.
func TestStreamOverRestarts(t *testing.T) {
	t.Parallel()
	h := how{data: filepath.Join(t.TempDir(), "data")}
	s := start(t, h)
	lines, _ := s.follow(t, "")
	s.submit(simple("first"))
	_, last := received(t, lines, 1)
	s.submit(simple("second"))
	s.stop() // the exit code is looked at there
	for range lines {
		continue // to its end
	}

	s = start(t, h)
	s.submit(simple("third"))
	lines, end := s.follow(t, last)
	ids, last := received(t, lines, 2)
	end()
	s.submit(simple("fourth"))
	s.kill()

	s = start(t, h)
	lines, _ = s.follow(t, last)
	more, _ := received(t, lines, 1)
	seen := map[string]bool{}
	for _, id := range append(ids, more...) {
		if seen[id] {
			t.Errorf("%s was told twice", id)
		}
		seen[id] = true
	}
}
