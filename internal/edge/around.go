package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// The pace that a body must keep: after a grace, so many bytes a second on
// average, so that a phone at 200 kbit/s gets 10 MB through and somebody who
// trickles bytes does not hold a connection for ever.
const (
	bodyGrace  = 30 * time.Second
	bodyPace   = 8 << 10 // bytes a second
	writeStall = 30 * time.Second
	// bodyStall is how long nothing at all may come, however much came before: who has
	// sent ten megabytes at once would else have twenty minutes for the last byte.
	bodyStall = 2 * time.Minute
)

// call is what the edge remembers of one request.
type call struct {
	id     string
	status int
	bytes  int64
	err    error
	client netip.Addr
}

type callKey struct{}

func callOf(r *http.Request) *call {
	c, _ := r.Context().Value(callKey{}).(*call)
	if c == nil {
		return &call{}
	}
	return c
}

// RequestID is the id that the answer carries in X-Request-Id.
func RequestID(r *http.Request) string { return callOf(r).id }

// Client is the address that a request comes from, past trusted proxies.
func Client(r *http.Request) netip.Addr { return callOf(r).client }

// NoteError keeps an error for the request's one line in the log.
func NoteError(r *http.Request, err error) { callOf(r).err = err }

// Edge is what the server needs to know to stand between the network and its
// handlers.
type Edge struct {
	TrustedProxies []netip.Prefix
	TLS            bool // the base URL is https
	// Fail answers for a handler that panicked.
	Fail  func(w http.ResponseWriter, r *http.Request, err error)
	Now   func() time.Time
	NewID func() string
	Log   *slog.Logger
}

// Around is what every request passes: an id, the headers of every response, the
// pace of its body, a recovered panic, and one line in the log.
func (e *Edge) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := e.Now()
		c := &call{id: e.NewID(), client: clientAddr(r, e.TrustedProxies)}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		control := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &pacedBody{ReadCloser: r.Body, control: control, began: began, now: e.Now}
			// For handlers that read no body: net/http waits for it before it answers.
			_ = control.SetReadDeadline(began.Add(bodyGrace))
		}
		cw := &callWriter{ResponseWriter: w, call: c, control: control, now: e.Now}
		e.headers(cw, c.id)
		defer func() { e.logCall(r, c, began) }()
		defer e.recoverPanic(cw, r)
		next.ServeHTTP(cw, r)
	})
}

func (e *Edge) headers(w http.ResponseWriter, id string) {
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin") // no other site's page may hold what this one gives
	if e.TLS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'") // pages say more
}

func (e *Edge) recoverPanic(w *callWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
		panic(p)
	}
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	NoteError(r, err)
	if w.call.status == 0 {
		e.Fail(w, r, err)
	}
}

// logCall writes the one line of a request. It names the route, not the path: a
// path may hold a link's secret. It holds no address and no name.
func (e *Edge) logCall(r *http.Request, c *call, began time.Time) {
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("request_id", c.id), slog.String("method", loggableMethod(r.Method)), slog.String("route", r.Pattern),
		slog.Int("status", c.status), slog.Int64("bytes", c.bytes), slog.Duration("took", e.Now().Sub(began)),
	}
	if c.err != nil {
		_, known := Status(c.err)
		attrs = append(attrs, slog.String("code", known.Code))
		if c.status >= http.StatusInternalServerError && r.Context().Err() == nil { // else nobody waits for it any more
			level = slog.LevelError
			attrs = append(attrs, slog.String("error", c.err.Error()))
		}
	}
	e.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

func loggableMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "(other)" // strangers may put anything there
}

// clientAddr is the peer, or, when the peer is a trusted proxy, the last address
// in X-Forwarded-For that isn't one. What stands before it, anybody could have
// written.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(client, trusted); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if withPort, portErr := netip.ParseAddrPort(strings.TrimSpace(hops[i])); portErr == nil { // some proxies add it
			hop, err = withPort.Addr(), nil
		}
		if err != nil {
			break
		}
		client = hop.Unmap()
	}
	return client
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// pacedBody moves the connection's read deadline on as bytes come in.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	began   time.Time
	now     func() time.Time
	read    int64
}

func (b *pacedBody) Read(p []byte) (int, error) {
	until, stalled := b.began.Add(bodyGrace+time.Duration(b.read)*time.Second/bodyPace), b.now().Add(bodyStall)
	if stalled.Before(until) {
		until = stalled
	}
	_ = b.control.SetReadDeadline(until) // not every test's writer has one
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		// The body is over. Without this the deadline would cut off the answer of
		// a slow handler: net/http reads ahead and takes the error for a hang-up.
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// callWriter counts what is written and gives each write its own deadline, so
// that a reader who takes nothing is dropped and a slow one is not.
type callWriter struct {
	http.ResponseWriter
	call    *call
	control *http.ResponseController
	now     func() time.Time
}

func (w *callWriter) WriteHeader(status int) {
	if w.call.status == 0 && status >= 200 {
		w.call.status = status
		_ = w.control.SetWriteDeadline(w.now().Add(writeStall))
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *callWriter) Write(p []byte) (int, error) {
	if w.call.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	_ = w.control.SetWriteDeadline(w.now().Add(writeStall))
	n, err := w.ResponseWriter.Write(p)
	w.call.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *callWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
