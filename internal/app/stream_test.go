package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/live"
)

// told is one event of a stream.
type told struct{ id, event, data string }

// listening is an open stream.
type listening struct {
	cancel context.CancelFunc
	events chan told // closed at its end
}

// goLive lets what is committed be told, as a server does.
func (s *server) goLive(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Live.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// listen opens a stream and waits until it is open. after is the Last-Event-ID; empty for none.
func (s *server) listen(t testing.TB, after string, credentials func(*http.Request)) *listening {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	credentials(r)
	in, err := s.http.Do(r) //nolint:bodyclose // the reader below closes it
	if err != nil {
		t.Fatal(err)
	}
	if in.StatusCode != http.StatusOK || in.Header.Get("Content-Type") != "text/event-stream" || in.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", in.StatusCode, in.Header)
	}
	l := &listening{cancel, make(chan told, 10_000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(l.events)
		defer in.Body.Close()
		var now told
		for lines := bufio.NewScanner(in.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "id":
				now.id = value
			case name == "event":
				now.event = value
			case name == "data":
				now.data = value
			case lines.Text() == "" && (now.id != "" || now.event != ""):
				l.events <- now
				now = told{}
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return l
}

func (s *server) byToken(t testing.TB) func(*http.Request) {
	t.Helper()
	token := s.attorney(t)
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// next waits for an event. The first of a stream without a past has an id only.
func (l *listening) next(t testing.TB) told {
	t.Helper()
	select {
	case e, open := <-l.events:
		if !open {
			t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("nothing comes")
	}
	return told{}
}

// upTo reads until the events of so many kinds have come, by name.
func (l *listening) upTo(t testing.TB, events ...string) (all []told) {
	t.Helper()
	for len(events) > 0 {
		e := l.next(t)
		all = append(all, e)
		if i := slices.Index(events, e.event); i >= 0 {
			events = slices.Delete(events, i, i+1)
		}
	}
	return all
}

func TestStream(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	l := s.listen(t, "", s.byToken(t))
	same(t, "the first event", l.next(t).event, "")
	r := s.submitted(t, text("first_name", marker), text("email", marker+"@example.com"))
	wantStatus(t, s.mark(t, r.ID, `{"state":"REACHED_OUT"}`), http.StatusOK)
	wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + r.ID, token: s.admin(t)}), http.StatusNoContent)
	all := l.upTo(t, "lead.received", "lead.changed", "lead.changed")
	for _, e := range all {
		if !strings.Contains(e.data, r.ID) || strings.Contains(e.data, marker) {
			t.Errorf("%+v", e)
		}
	}
	same(t, "the first", all[0].event, "lead.received")
	same(t, "the last", all[len(all)-1].event, "lead.changed")
}

// A message that changes is told with its own id.
func TestStreamTellsOfMessages(t *testing.T) {
	t.Parallel()
	s := start(t, mailOn...)
	s.goLive(t)
	s.post.answer(nil)
	l := s.listen(t, "", s.byToken(t))
	r := s.submitted(t)
	s.clock.Add(time.Minute)
	s.deliver(t)
	all := l.upTo(t, "message.changed", "message.changed")
	for _, m := range s.messages(t, "lead_id="+r.ID).Items {
		want := fmt.Sprintf(`{"lead_id":"%s","message_id":"%s"}`, r.ID, m.ID)
		if !slices.ContainsFunc(all, func(e told) bool { return e.event == "message.changed" && e.data == want }) {
			t.Errorf("no %s in %+v", want, all)
		}
	}
}

// Whoever comes back is told what was missed: everything, once, in order; also while
// leads come in.
func TestStreamMissesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	const senders, each = 8, 6
	credentials := s.byToken(t)
	l := s.listen(t, "", credentials)
	last := l.next(t).id
	var wait sync.WaitGroup
	for range senders {
		wait.Go(func() {
			for range each {
				s.submitted(t)
			}
		})
	}
	received := map[string]int{}
	var ids []string
	for reads := 0; len(received) < senders*each; reads++ {
		if reads%7 == 6 { // the connection breaks
			l.cancel()
			l = s.listen(t, last, credentials)
		}
		e := l.next(t)
		if e.event == "" {
			continue
		}
		last, ids = e.id, append(ids, e.id)
		if e.event == "lead.received" {
			received[e.data]++
		}
	}
	wait.Wait()
	for data, times := range received {
		if times != 1 {
			t.Errorf("%s came %d times", data, times)
		}
	}
	for i := 1; i < len(ids); i++ {
		if len(ids[i]) < len(ids[i-1]) || len(ids[i]) == len(ids[i-1]) && ids[i] <= ids[i-1] {
			t.Errorf("%s comes after %s", ids[i], ids[i-1])
		}
	}
}

// A client that knows of more than there is, or missed too much, is told to ask again.
func TestStreamResets(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	s.submitted(t)
	l := s.listen(t, "99999", s.byToken(t))
	first := l.next(t)
	if first.event != "reset" || first.id == "99999" {
		t.Errorf("%+v", first)
	}
	s.submitted(t)
	l.upTo(t, "lead.received")
}

func TestStreamRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.attorney(t)
	for _, id := range []string{"x", "-1", "1.5", "99999999999999999999"} {
		got := s.do(t, req{path: "/api/v1/stream", token: token, header: map[string]string{"Last-Event-ID": id}})
		same(t, id, got.status, http.StatusUnprocessableEntity)
		same(t, id, got.violations(t), []string{"Last-Event-ID invalid_id"})
	}
	wantStatus(t, s.do(t, req{path: "/api/v1/stream"}), http.StatusUnauthorized)
	head := s.do(t, req{method: http.MethodHead, path: "/api/v1/stream", token: token})
	if head.status != http.StatusOK || head.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %v", head.status, head.header)
	}
}

// A stream ends with the session that it was opened in, and tells nothing more.
func TestStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	token := s.attorney(t)
	l := s.listen(t, "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) })
	l.next(t)
	if err := s.Staff.Disable(t.Context(), attorneyEmail, true); err != nil {
		t.Fatal(err)
	}
	s.submitted(t)
	for e := range l.events { // until it ends
		t.Errorf("told %+v", e)
	}
}

// As many streams as promised are told of each arrival, and one more is asked to wait, but
// for somebody who has fewer.
func TestManyStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	credentials := s.byToken(t)
	all := make([]*listening, live.Most)
	for i := range all {
		all[i] = s.listen(t, "", credentials)
		all[i].next(t)
	}
	got := s.do(t, req{path: "/api/v1/stream", token: s.attorney(t)})
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "30" {
		t.Errorf("one more: %d %v", got.status, got.header)
	}
	token := s.admin(t)
	admin := s.listen(t, "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) })
	admin.next(t)
	for range all[0].events { // the oldest of the others ends
		continue
	}
	all[0] = admin
	const leads = 5
	var took []time.Duration
	for range leads {
		r := s.submitted(t)
		committed := time.Now()
		for _, l := range all {
			for e := l.next(t); !strings.Contains(e.data, r.ID) || e.event != "lead.received"; {
				e = l.next(t)
			}
			took = append(took, time.Since(committed))
		}
	}
	slices.Sort(took)
	t.Logf("from the 201 to the event, %d streams, %d leads: p50 %v, p99 %v", len(all), leads, took[len(took)/2], took[len(took)*99/100])
	s.Live.Stop()
	for _, l := range all {
		for range l.events { // each ends
			continue
		}
	}
}
