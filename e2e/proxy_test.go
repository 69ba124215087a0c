package e2e

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"usher/internal/mail/smtptest"
	"usher/internal/testkit"
)

// documented is the block of docs/operations.md that is written in a language, with
// other words in the place of some: what depends on the machine. Each of them must
// be there.
func documented(t testing.TB, language string, replace map[string]string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n```"+language+"\n")
	block, _, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed {
		t.Fatalf("docs/operations.md has no block of %s", language)
	}
	for from, to := range replace {
		if !strings.Contains(block, from) {
			t.Fatalf("the block of %s lacks %q:\n%s", language, from, block)
		}
		block = strings.ReplaceAll(block, from, to)
	}
	return block
}

// front is a TLS proxy in front of a server.
type front struct {
	t         testing.TB
	base      string // https://localhost:port
	port      int
	cert, key string
}

// newFront chooses where a proxy will be, so that the server can be told.
func newFront(t testing.TB) *front {
	t.Helper()
	f := &front{t: t, port: freePort(t)}
	f.base = fmt.Sprintf("https://localhost:%d", f.port)
	f.cert, f.key = certificate(t)
	return f
}

// run starts the proxy's program and waits until it takes connections.
func (f *front) run(dir, program string, args ...string) {
	f.t.Helper()
	cmd := command(f.t, program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	log := newTranscript(nil)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	go log.copy(stderr)
	f.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-log.ended
		_ = cmd.Wait() // it was killed
		if f.t.Failed() {
			f.t.Logf("%s: %s", filepath.Base(program), log.tail(30))
		}
	})
	eventually(f.t, patience, func() error {
		select {
		case <-log.ended:
			f.t.Fatalf("%s ended: %s", program, log)
		default:
		}
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", f.port))
		if err == nil {
			_ = conn.Close()
		}
		return err
	})
}

// nginx starts nginx with the documented configuration, changed by more. Once it
// runs it has no folder to buffer in.
func (f *front) nginx(upstream string, more map[string]string) {
	f.t.Helper()
	program := testkit.Binary(f.t, "nginx", "/usr/sbin")
	dir := f.t.TempDir()
	replace := map[string]string{
		"listen 80;": fmt.Sprintf("listen 127.0.0.1:%d;", freePort(f.t)), "listen 443 ": fmt.Sprintf("listen 127.0.0.1:%d ", f.port),
		"intake.firm.example;": "localhost;", "/etc/ssl/intake.firm.example.pem": f.cert, "/etc/ssl/private/intake.firm.example.key": f.key,
		"127.0.0.1:8080": upstream,
	}
	config := "daemon off; master_process off; error_log stderr; pid nginx.pid;\nevents {}\nhttp {\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		config += fmt.Sprintf("%s_temp_path %s;\n", kind, filepath.Join(dir, "buffer-"+kind))
	}
	config += documented(f.t, "nginx", replace) + "}\n"
	for from, to := range more {
		if !strings.Contains(config, from) {
			f.t.Fatalf("the configuration lacks %q", from)
		}
		config = strings.ReplaceAll(config, from, to)
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		f.t.Fatal(err)
	}
	f.run(dir, program, "-p", dir, "-e", "stderr", "-c", file)
	buffers, err := filepath.Glob(filepath.Join(dir, "buffer-*"))
	if err != nil || len(buffers) == 0 {
		f.t.Fatalf("nginx has the buffers %v (%v)", buffers, err)
	}
	for _, buffer := range buffers {
		if err := os.RemoveAll(buffer); err != nil {
			f.t.Fatal(err)
		}
	}
}

// caddy starts Caddy with the documented configuration, and a certificate that it
// needn't ask for.
func (f *front) caddy(upstream string) {
	f.t.Helper()
	program := testkit.Binary(f.t, "caddy")
	dir := f.t.TempDir()
	config := "{\n\tadmin off\n\tauto_https off\n}\n" + documented(f.t, "caddy", map[string]string{
		"intake.firm.example {": fmt.Sprintf("%s {\n\tbind 127.0.0.1\n\ttls %s %s", f.base, f.cert, f.key), "127.0.0.1:8080": upstream,
	})
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		f.t.Fatal(err)
	}
	f.run(dir, program, "run", "--config", file, "--adapter", "caddyfile")
}

// from is a prospect with an address of this machine's own, 127.0.0.n.
func (f *front) from(n byte) *server {
	f.t.Helper()
	text, err := os.ReadFile(f.cert)
	if err != nil {
		f.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		f.t.Fatal("no certificate")
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, n)}}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableCompression: true,
	}
	f.t.Cleanup(transport.CloseIdleConnections)
	return &server{t: f.t, base: f.base, http: &http.Client{
		Timeout: patience, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Usher behind the proxies that docs/operations.md describes, configured as it says.
func TestProxies(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(f *front, upstream string){
		"nginx": func(f *front, upstream string) { f.nginx(upstream, nil) },
		"caddy": (*front).caddy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, sink := newFront(t), smtptest.Start(t)
			env := append(through(sink), "USHER_BASE_URL="+f.base, "USHER_TRUSTED_PROXIES=127.0.0.1")
			s := start(t, how{env: append(env, "USHER_PUBLIC_RATE=2/min")}) // one at once
			run(f, s.addr)
			f.takesLargeOnes(t)
			f.refusesTooLargeOnes(t)
			f.tellsProspectsApart(t)
			f.isSecure(t, s, sink)
			f.streams(t)
			d := diagnose(t, how{data: s.data, env: append(env, "USHER_LISTEN="+s.addr, "SSL_CERT_FILE="+f.cert)})
			d.consistent(t, 0)
			for _, line := range d.lines { // but for the certificate, which ends within the hour
				if (strings.HasPrefix(line, "warning base URL") && !strings.Contains(line, "The certificate")) || strings.HasPrefix(line, "warning proxy") {
					t.Error(line)
				}
			}
			d = diagnose(t, how{data: s.data, env: append(env, "USHER_TRUSTED_PROXIES=", "USHER_LISTEN="+s.addr, "SSL_CERT_FILE="+f.cert)})
			d.finds(t, "warning proxy", "USHER_TRUSTED_PROXIES")
			d = diagnose(t, how{data: s.data, env: append(env, "USHER_BASE_URL=", "USHER_LISTEN="+s.addr)})
			d.finds(t, "warning base URL", "links of mails", "USHER_BASE_URL")
		})
	}
}

func pdf(name string, size int) submission {
	sub := simple(name)
	sub.filename = name + ".pdf"
	sub.body = around("%PDF-1.7\n", bytes.Repeat([]byte("x"), size), "\n%%EOF\n")
	return sub
}

// page submits by the form.
func (s *server) page(sub submission) answer {
	s.t.Helper()
	body, contentType := sub.multipart()
	a, err := s.send(s.t.Context(), http.MethodPost, "/", http.Header{"Content-Type": {contentType}}, bytes.NewReader(body))
	if err != nil {
		s.t.Fatalf("the form: %v", err)
	}
	return a
}

// takesLargeOnes expects that a resume of nearly the largest size goes in and
// comes out, whole and in parts.
func (f *front) takesLargeOnes(t *testing.T) {
	t.Helper()
	sub := pdf("large", 9_900_000)
	l := f.from(10).submit(sub)
	form := f.from(11)
	a := form.page(sub)
	if a.status != http.StatusSeeOther {
		t.Fatalf("the form: %s", a)
	}
	if a = form.get(a.header.Get("Location")); a.status != http.StatusOK || !strings.Contains(string(a.body), "We have your information") {
		t.Errorf("the confirmation: %s", a)
	}
	if err := form.download(l.ID, sub.sha256()); err != nil {
		t.Error(err)
	}
	body, contentType := sub.multipart()
	unannounced := struct{ io.Reader }{bytes.NewReader(body)} // nobody knows its length beforehand
	a, err := f.from(12).send(t.Context(), http.MethodPost, "/api/v1/leads", http.Header{"Content-Type": {contentType}}, unannounced)
	if err != nil || a.status != http.StatusCreated {
		t.Errorf("without a length: %s, %v", a, err)
	}
	header := form.bearer()
	header.Set("Range", "bytes=9000000-9000099")
	a, err = form.send(t.Context(), http.MethodGet, "/api/v1/leads/"+l.ID+"/resume", header, nil)
	if err != nil || a.status != http.StatusPartialContent || !bytes.Equal(a.body, sub.body[9_000_000:9_000_100]) {
		t.Errorf("a range: %d, %d bytes, %v", a.status, len(a.body), err)
	}
}

// refusesTooLargeOnes expects that whoever sends too much hears it from Usher.
func (f *front) refusesTooLargeOnes(t *testing.T) {
	t.Helper()
	for n, size := range []int{maxResume + 1, 12 * mebibyte, 20 * mebibyte} {
		a := f.from(byte(20 + n)).try(pdf("huge", size))
		if p := a.problem(t); a.status != http.StatusRequestEntityTooLarge || len(p.Errors) != 1 || p.Errors[0].Field != "resume" {
			t.Errorf("%d bytes: %.300s", size, a)
		}
		a = f.from(byte(30 + n)).page(pdf("huge", size))
		if a.status != http.StatusRequestEntityTooLarge || !strings.Contains(string(a.body), `id="resume-error"`) {
			t.Errorf("%d bytes by the form: %.300s", size, a)
		}
	}
}

// tellsProspectsApart expects that each has an allowance of their own, whatever
// address they claim to have.
func (f *front) tellsProspectsApart(t *testing.T) {
	t.Helper()
	body, contentType := simple("apart").multipart()
	for n, c := range []struct {
		from  byte
		claim string
		want  int
	}{{40, "", 201}, {40, "", 429}, {40, "203.0.113.7", 429}, {40, "203.0.113.8, 127.0.0.1", 429}, {41, "203.0.113.7", 201}, {41, "", 429}} {
		header := http.Header{"Content-Type": {contentType}}
		if c.claim != "" {
			header["X-Forwarded-For"], header["X-Real-Ip"] = []string{c.claim}, []string{c.claim}
			header["Forwarded"] = []string{"for=" + c.claim}
		}
		a, err := f.from(c.from).send(t.Context(), http.MethodPost, "/api/v1/leads", header, bytes.NewReader(body))
		if err != nil || a.status != c.want {
			t.Errorf("%d: from %d as %q: %s, %v; want %d", n, c.from, c.claim, a, err, c.want)
		}
	}
}

// isSecure expects HTTP/2, HSTS, links that begin with the base URL, an id that is
// in the server's log, and nothing for strangers at /metrics.
func (f *front) isSecure(t *testing.T, s *server, sink *smtptest.Server) {
	t.Helper()
	stranger := f.from(50)
	response, err := stranger.http.Get(f.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.ProtoMajor != 2 || !strings.HasPrefix(response.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("%s with %v", response.Proto, response.Header)
	}
	id := response.Header.Get("X-Request-Id")
	eventually(t, patience, func() error {
		if id == "" || !strings.Contains(s.log.String(), id) {
			return errors.New("the log lacks the request " + id)
		}
		return nil
	})
	if a := stranger.get("/metrics"); a.status != http.StatusNotFound {
		t.Errorf("/metrics: %s", a)
	}
	links := 0
	for _, mail := range sink.Wait(t, 10) { // of the five that were taken
		links += strings.Count(parseLetter(t, mail.Content).text, f.base+"/app/leads/")
	}
	if links == 0 {
		t.Errorf("no mail links to %s", f.base)
	}
}

// streams expects that what happens comes through the moment it does, while the
// stream is open.
func (f *front) streams(t *testing.T) {
	t.Helper()
	lines, end := f.from(60).follow(t, "")
	defer end()
	f.from(61).submit(simple("heard"))
	received(t, lines, 1)
}

// What is forgotten in nginx, and that `usher doctor` sees.
func TestProxyForgetful(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more map[string]string
		want []string
	}{
		"body size":   {map[string]string{"client_max_body_size 22m;": ""}, []string{"problem proxy", "10.0 MiB", "client_max_body_size"}},
		"1m":          {map[string]string{"client_max_body_size 22m;": "client_max_body_size 1m;"}, []string{"problem proxy", "10.0 MiB", "client_max_body_size"}},
		"the address": {map[string]string{"proxy_set_header X-Forwarded-For $remote_addr;": ""}, []string{"problem proxy", "X-Forwarded-For", "/metrics"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			env := []string{"USHER_BASE_URL=" + f.base, "USHER_TRUSTED_PROXIES=127.0.0.1"}
			s := start(t, how{env: env})
			f.nginx(s.addr, c.more)
			d := diagnose(t, how{data: s.data, env: append(env, "USHER_LISTEN="+s.addr, "SSL_CERT_FILE="+f.cert)})
			d.consistent(t, 1)
			d.finds(t, c.want[0], c.want[1:]...)
		})
	}
}
