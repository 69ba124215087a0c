package smtptest

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	smtp "github.com/emersion/go-smtp"
)

// Copy is one message that the server was given whole.
type Copy struct {
	MessageID  string // with its angle brackets
	From       string
	Recipients []string
	Content    string // as it came, CRLF line ends
	UTF8       bool   // the client asked for SMTPUTF8
	Confirmed  bool   // the server answered 250
}

// Options make a server different.
type Options struct {
	TLS            *tls.Config // offers STARTTLS
	ImplicitTLS    bool        // begins with TLS instead
	User, Password string      // offers AUTH PLAIN, and requires it
	NoUTF8         bool        // doesn't offer SMTPUTF8
}

// Server listens on loopback until the test ends.
type Server struct {
	listener net.Listener
	proper   *smtp.Server
	hand     handOff
	done     chan struct{}
	wg       sync.WaitGroup

	mu      sync.Mutex
	faults  []*Fault
	copies  []Copy
	conns   map[net.Conn]struct{}
	dialled int
	changed chan struct{} // closed and replaced with each new copy
}

// Start starts a server on a free port. At most one Options is looked at.
func Start(tb testing.TB, options ...Options) *Server {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{
		listener: listener, done: make(chan struct{}), changed: make(chan struct{}),
		conns: map[net.Conn]struct{}{},
		hand:  handOff{conns: make(chan net.Conn), done: make(chan struct{}), addr: listener.Addr()},
	}
	var o Options
	if len(options) > 0 {
		o = options[0]
	}
	s.proper = smtp.NewServer(backend{s, o})
	s.proper.Domain = "smtptest"
	s.proper.AllowInsecureAuth = true
	s.proper.EnableSMTPUTF8 = !o.NoUTF8
	s.proper.ErrorLog = log.New(io.Discard, "", 0)
	if !o.ImplicitTLS {
		s.proper.TLSConfig = o.TLS
	}
	s.wg.Go(func() { _ = s.proper.Serve(s.hand) })
	s.wg.Go(func() { s.accept(o) })
	tb.Cleanup(s.Close)
	return s
}

// Close ends the server and every connection.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.done:
		s.mu.Unlock()
		return
	default:
	}
	close(s.done)
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	_ = s.listener.Close()
	_ = s.proper.Close()
	s.wg.Wait()
}

// Host and Port tell where the server listens.
func (s *Server) Host() string { return "127.0.0.1" }

// Port is the port that the server listens on.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	n, _ := strconv.Atoi(port)
	return n
}

// Dialled counts the connections so far.
func (s *Server) Dialled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialled
}

// Copies lists what came, in order, confirmed or not.
func (s *Server) Copies() []Copy {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Copy(nil), s.copies...)
}

// Wait waits until that many confirmed copies came, and fails the test after 30 s.
func (s *Server) Wait(tb testing.TB, confirmed int) []Copy {
	tb.Helper()
	limit := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		n, changed := 0, s.changed
		for _, c := range s.copies {
			if c.Confirmed {
				n++
			}
		}
		s.mu.Unlock()
		if n >= confirmed {
			return s.Copies()
		}
		select {
		case <-changed:
		case <-limit:
			tb.Fatalf("smtptest: %d confirmed copies after 30 s, want %d", n, confirmed)
		}
	}
}

func (s *Server) accept(o Options) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			s.hand.close()
			return
		}
		s.mu.Lock()
		s.dialled++
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		if s.faulty() {
			s.wg.Go(func() {
				defer s.forget(conn)
				(&script{Server: s, conn: conn}).run()
			})
			continue
		}
		if o.ImplicitTLS {
			conn = tls.Server(conn, o.TLS)
		}
		s.hand.give(conn)
	}
}

func (s *Server) forget(conn net.Conn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

func (s *Server) record(c Copy) {
	if m, err := netmail.ReadMessage(strings.NewReader(c.Content)); err == nil {
		c.MessageID = m.Header.Get("Message-Id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copies = append(s.copies, c)
	close(s.changed)
	s.changed = make(chan struct{})
}

// handOff is the listener that gives go-smtp the connections meant for it.
type handOff struct {
	conns chan net.Conn
	done  chan struct{}
	addr  net.Addr
}

func (h handOff) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.done:
		return nil, errors.New("smtptest: closed")
	}
}

func (h handOff) give(c net.Conn) {
	select {
	case h.conns <- c:
	case <-h.done:
		_ = c.Close()
	}
}

func (h handOff) close()         { close(h.done) }
func (h handOff) Close() error   { return nil }
func (h handOff) Addr() net.Addr { return h.addr }
