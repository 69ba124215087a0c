package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/testkit"
)

const (
	mebibyte  = 1 << 20
	maxResume = 10 * mebibyte // the default
	maxMemory = 256           // MiB, through everything that a stranger can send
)

// memory reads a line of /proc/PID/status, in MiB: VmRSS is what the server takes
// now, VmHWM the most that it ever took.
func (s *server) memory(name string) int {
	s.t.Helper()
	status, err := os.ReadFile(procPath(s.pid, "status"))
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), name+":")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return kib / 1024
}

// dial opens a connection of its own, which is cut off after a while.
func (s *server) dial() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() }) // it may be closed already
	_ = conn.SetDeadline(time.Now().Add(3 * time.Minute))
	return conn
}

func readAnswer(conn net.Conn) (answer, error) {
	return (&upload{in: bufio.NewReader(conn)}).answer()
}

// Who asks first hears that a gigabyte is too much before sending a byte of it.
func TestOversizeAnnounced(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	for _, path := range []string{"/api/v1/leads", "/"} {
		conn := s.dial()
		began := time.Now()
		_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\n"+
			"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", path, s.addr, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		a, err := readAnswer(conn)
		if err != nil || a.status != 413 {
			t.Errorf("%s: %s, %v", path, a, err)
		} else if path != "/" {
			a.problem(t)
		}
		t.Logf("%s: 413 after %v", path, time.Since(began))
	}
	noTemporary(t, s.data)
}

// Who doesn't ask, or was told to go on, is heard out for a while, so that the
// answer arrives, and not for ever: at most twice as much is read as is taken.
func TestOversizeSent(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	for _, c := range []oversize{
		{size: maxResume + 900_000, expect: true}, {size: maxResume + 900_000}, {size: 12 * mebibyte}, {size: 12 * mebibyte, chunked: true},
		{size: 12 * mebibyte, chunked: true, expect: true}, {size: 25 * mebibyte}, {size: 25 * mebibyte, chunked: true},
		{size: 500 * mebibyte}, {size: 500 * mebibyte, chunked: true},
	} {
		conn := s.dial()
		before := s.bytesRead()
		sent := make(chan int, 1)
		go func() { sent <- c.send(conn, s.addr) }()
		a, err := readAnswer(conn)
		if err != nil || a.status != 413 {
			t.Errorf("%+v: %s, %v", c, a, err)
		} else if p := a.problem(t); len(p.Errors) != 1 || p.Errors[0].Field != "resume" {
			t.Errorf("%+v: the problem doesn't name the resume: %s", c, a)
		}
		eventually(t, patience, func() error { // the server hangs up, or has read all
			select {
			case <-sent:
				return nil
			default:
				return errors.New("it still sends")
			}
		})
		_ = conn.Close()
		read := s.bytesRead() - before
		t.Logf("%+v: the server read %.1f MiB", c, float64(read)/mebibyte)
		if most := 2*(maxResume+mebibyte) + mebibyte; read > most {
			t.Errorf("%+v: %d bytes were read, want at most %d", c, read, most)
		}
	}
	noTemporary(t, s.data)
	if n := len(s.leads()); n != 0 {
		t.Errorf("%d leads", n)
	}
	if peak := s.memory("VmHWM"); peak > maxMemory {
		t.Errorf("peak memory %d MiB", peak)
	}
}

// bytesRead is how much the server has read in its life, from files and sockets.
func (s *server) bytesRead() int {
	s.t.Helper()
	text, err := os.ReadFile(procPath(s.pid, "io"))
	if err != nil {
		testkit.LeaveOut(s.t, s.t.Name(), err.Error())
	}
	_, rest, _ := strings.Cut(string(text), "rchar: ")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// oversize is a submission with a resume of so many bytes, and how it is sent.
type oversize struct {
	size            int
	chunked, expect bool
}

// send sends it until the end, or until nobody listens any more, and returns how
// many bytes went out. Asking first is for form's sake: it doesn't wait.
func (o oversize) send(conn net.Conn, host string) (sent int) {
	const first = "--b\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\nAnn\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"cv.txt\"\r\n\r\n"
	header := fmt.Sprintf("Content-Length: %d\r\n", len(first)+o.size)
	if o.chunked {
		header = "Transfer-Encoding: chunked\r\n"
	}
	if o.expect {
		header += "Expect: 100-continue\r\n"
	}
	_, _ = fmt.Fprintf(conn, "POST /api/v1/leads HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\n%s\r\n", host, header)
	write := func(b []byte) bool {
		if o.chunked {
			b = slices.Concat([]byte(strconv.FormatInt(int64(len(b)), 16)+"\r\n"), b, []byte("\r\n"))
		}
		n, err := conn.Write(b)
		sent += n
		return err == nil
	}
	block := bytes.Repeat([]byte("x"), 64<<10)
	on := write([]byte(first))
	for left := o.size; on && left > 0; left -= len(block) {
		on = write(block[:min(left, len(block))])
	}
	if o.chunked {
		_, _ = io.WriteString(conn, "0\r\n\r\n")
	}
	return sent
}

// Sixteen resumes of the largest size at once, and some that are too large.
func TestMemory(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	sub := simple("large")
	sub.body = bytes.Repeat([]byte("0123456789abcde\n"), maxResume/16)
	body, contentType := sub.multipart()
	before := s.memory("VmRSS")
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			a, err := s.send(t.Context(), http.MethodPost, "/api/v1/leads", http.Header{"Content-Type": {contentType}}, bytes.NewReader(body))
			if err != nil || a.status != 201 {
				t.Errorf("upload %d: %s, %v", n, a, err)
				return
			}
			if err := s.download(sub.check(t, a).ID, sub.sha256()); err != nil {
				t.Error(err)
			}
		})
		if n%4 == 0 {
			wg.Go(func() {
				conn := s.dial()
				go oversize{size: 25 * mebibyte, chunked: true}.send(conn, s.addr)
				if a, err := readAnswer(conn); err != nil || a.status != 413 {
					t.Errorf("too large: %s, %v", a, err)
				}
			})
		}
	}
	wg.Wait()
	peak := s.memory("VmHWM")
	t.Logf("resident memory: %d MiB before, %d MiB at most", before, peak)
	if peak > maxMemory {
		t.Errorf("peak memory %d MiB, want at most %d", peak, maxMemory)
	}
	if n := len(testkit.Names(t, filepath.Join(s.data, "resumes"))); n != 16 {
		t.Errorf("%d files are kept, want 16", n)
	}
}

// Thousands of connections that say nothing don't keep others from being served.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	many := 2000
	if *long {
		many = 10_000
	}
	s := start(t, how{})
	s.get("/healthz")
	before := s.memory("VmRSS")
	for n := range many {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			testkit.LeaveOut(t, t.Name(), fmt.Sprintf("no more than %d connections can be opened here: %v", n, err))
		}
		defer conn.Close()
		if n%2 == 0 {
			_, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: ") // and no more
		}
	}
	var took []time.Duration
	for range 500 {
		began := time.Now()
		if a := s.get("/healthz"); a.status != 200 {
			t.Fatalf("healthz: %s", a)
		}
		took = append(took, time.Since(began))
	}
	s.submit(simple("among"))
	slices.Sort(took)
	grown := s.memory("VmRSS") - before
	t.Logf("%d idle connections: 500 of 500 health checks answered, p99 %v, %d MiB more memory", many, took[494], grown)
	if grown > 200 {
		t.Errorf("%d MiB more memory, want at most 200", grown)
	}
}

// Who trickles is cut off: headers after 20 s, a body after its grace of 30 s,
// whether or not a handler reads it.
func TestTrickle(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	for name, head := range map[string]string{
		"headers":                  "POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a body that nobody reads": "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
		"body": "POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n" +
			"--b\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"cv.txt\"\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := s.dial()
			began := time.Now()
			if _, err := io.WriteString(conn, head); err != nil {
				t.Fatal(err)
			}
			cut := make(chan struct{})
			go func() {
				tick := time.NewTicker(time.Second)
				defer tick.Stop()
				for {
					select {
					case <-cut:
						return
					case <-tick.C:
						_, _ = conn.Write([]byte("x")) // it fails when we are cut off
					}
				}
			}()
			_ = conn.SetReadDeadline(time.Now().Add(2 * time.Minute))
			reply, err := io.ReadAll(conn)
			close(cut)
			if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
				t.Fatal("not cut off after two minutes")
			}
			first, _, _ := strings.Cut(string(reply), "\r\n")
			t.Logf("cut off after %v: %s", time.Since(began).Round(time.Second), first)
		})
	}
	t.Cleanup(func() { noTemporary(t, s.data) })
}

// Headers are bounded: a little over the limit is refused, and the server goes on.
func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	for size, want := range map[int]int{16 << 10: http.StatusOK, 64 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		// The rest of a refused header is not read, so the answer's body may be cut off.
		a, err := s.send(t.Context(), http.MethodGet, "/healthz", http.Header{"X-Long": {strings.Repeat("x", size)}}, nil)
		if a.status != want {
			t.Errorf("a header of %d bytes: %s, %v; want %d", size, a, err, want)
		}
	}
	if a := s.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("afterwards: %s", a)
	}
}
