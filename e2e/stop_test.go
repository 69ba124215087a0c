package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// upload is a submission over a connection of its own, sent by hand. The server
// has asked for its body.
type upload struct {
	sub  submission
	conn net.Conn
	in   *bufio.Reader
	rest []byte // of the body, not sent yet
}

// begin sends the head of a submission, waits until the server asks for the body,
// and sends the first half of it.
func (s *server) begin(sub submission) (*upload, error) {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() { _ = conn.Close() }) // it may be closed already
	_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
	body, contentType := sub.multipart()
	u := &upload{sub: sub, conn: conn, in: bufio.NewReader(conn), rest: body[len(body)/2:]}
	if _, err := fmt.Fprintf(conn, "POST /api/v1/leads HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		s.addr, contentType, len(body)); err != nil {
		return nil, err
	}
	line, err := u.in.ReadString('\n')
	if err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		return nil, fmt.Errorf("the server doesn't ask for the body: %q, %w", line, err)
	}
	if _, err := u.in.ReadString('\n'); err != nil {
		return nil, err
	}
	_, err = conn.Write(body[:len(body)/2])
	return u, err
}

// finish sends what is left and reads the answer.
func (u *upload) finish() (answer, error) {
	if _, err := u.conn.Write(u.rest); err != nil {
		return answer{}, err
	}
	return u.answer()
}

// answer reads the answer, past the word to go on.
func (u *upload) answer() (answer, error) {
	response, err := http.ReadResponse(u.in, nil)
	if err == nil && response.StatusCode == http.StatusContinue {
		_ = response.Body.Close() // it has none
		response, err = http.ReadResponse(u.in, nil)
	}
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(response.Body)
	if closing := response.Body.Close(); err == nil {
		err = closing
	}
	return answer{response.StatusCode, response.Header, body}, err
}

// SIGTERM under load: what is running gets its answer, what hangs is cut off, and
// the exit is clean within 15 seconds. Every 201 is there after the next start.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	var mu sync.Mutex
	promised := map[string]string{}
	note := func(sub submission, a answer) {
		mu.Lock()
		defer mu.Unlock()
		promised[sub.check(t, a).ID] = sub.sha256()
	}
	var load, running sync.WaitGroup
	for client := range submitters { // as many as come in, until nobody answers
		load.Go(func() {
			for n := 0; ; n++ {
				sub := simple(fmt.Sprintf("load%d-%d", client, n))
				a, err := s.post(t.Context(), sub)
				if err != nil {
					return
				}
				if a.status != 201 {
					t.Errorf("submit: %s", a)
				}
				note(sub, a)
			}
		})
	}
	begun := make(chan struct{}, submitters)
	told := make(chan struct{})
	for client := range submitters { // slow ones, half sent when the signal comes
		running.Go(func() {
			sub := simple(fmt.Sprintf("slow%d", client))
			sub.body = []byte(strings.Repeat("slow ", 40_000))
			u, err := s.begin(sub)
			begun <- struct{}{}
			if err != nil {
				t.Error(err)
				return
			}
			<-told
			a, err := u.finish()
			if err != nil || a.status != 201 {
				t.Errorf("a running upload: %s, %v", a, err)
				return
			}
			note(sub, a)
		})
	}
	for range submitters {
		<-begun
	}
	if _, err := s.begin(simple("hangs")); err != nil { // and one that never sends the rest
		t.Fatal(err)
	}
	eventually(t, patience, func() error {
		mu.Lock()
		defer mu.Unlock()
		if len(promised) < 100 {
			return errors.New("there is no load yet")
		}
		return nil
	})
	began := time.Now()
	s.stopping()
	close(told)
	running.Wait()
	load.Wait()
	s.gone()
	took := time.Since(began)
	if s.code != 0 || took > 15*time.Second {
		t.Errorf("exit code %d after %v, want 0 within 15 s", s.code, took)
	}
	noTemporary(t, s.data)
	again := start(t, how{data: s.data})
	for id, sha := range promised {
		if err := again.download(id, sha); err != nil {
			t.Error(err)
		}
	}
	if leads := again.leads(); len(leads) != len(promised) {
		t.Errorf("%d leads, %d were promised", len(leads), len(promised))
	}
	again.stop()
	verify(t, s.data)
	t.Logf("%d leads were promised; stopped after %v with one upload that hung", len(promised), took.Round(time.Millisecond))
}

// stopping sends SIGTERM and waits until nobody can connect any more.
func (s *server) stopping() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	eventually(s.t, patience, func() error {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			return nil //nolint:nilerr // this is what is waited for
		}
		_ = conn.Close()
		return fmt.Errorf("it still listens")
	})
}
