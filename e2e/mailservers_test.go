package e2e

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"usher/internal/mail/smtptest"
	"usher/internal/testkit"
)

// freePort is a port that nobody listens on, for servers that can't be told to
// choose one themselves. It is below those that the system gives to whoever asks for
// any, or for a connection: one of these might be gone again before it is used.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20_000 + rand.IntN(12_000) //nolint:gosec // any of them
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// certificate writes a certificate for 127.0.0.1 that signs itself, and its key.
func certificate(t testing.TB) (certFile, keyFile string) {
	t.Helper()
	config, _ := smtptest.Certificate(t)
	pair := config.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, keyFile: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// mailpit is a running Mailpit, the real mail server of these tests.
type mailpit struct {
	t    testing.TB
	base string
	smtp string // host:port
}

func startMailpit(t testing.TB, args ...string) *mailpit {
	t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "bin", "mailpit"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		testkit.LeaveOut(t, t.Name(), "Mailpit is not built; `make bin/mailpit` does it")
	}
	m := &mailpit{t: t, base: fmt.Sprintf("http://127.0.0.1:%d", freePort(t)), smtp: fmt.Sprintf("127.0.0.1:%d", freePort(t))}
	cmd := exec.Command(program, append(args, //nolint:gosec // a test's own command
		"--listen", strings.TrimPrefix(m.base, "http://"), "--smtp", m.smtp, "--disable-version-check",
		"--smtp-disable-rdns", "--database", filepath.Join(t.TempDir(), "mailpit.db"))...)
	log := newTranscript(nil)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go log.copy(stderr)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-log.ended
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Logf("Mailpit: %s", log.tail(30))
		}
	})
	eventually(t, patience, func() error {
		_, err := m.get("/readyz", nil)
		return err
	})
	return m
}

// get reads a route of Mailpit's API.
func (m *mailpit) get(path string, into any) (int, error) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(m.base + path)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, errors.New(response.Status)
	}
	if into != nil {
		err = json.NewDecoder(response.Body).Decode(into)
	}
	return response.StatusCode, err
}

// mail is a message as Mailpit shows it.
type mail struct {
	To         string
	Text, HTML string
	header     http.Header
}

// mails waits for that many messages and reads them.
func (m *mailpit) mails(n int) (mails []mail) {
	m.t.Helper()
	var list struct {
		Messages []struct {
			ID string
			To []struct{ Address string }
		}
	}
	eventually(m.t, patience, func() error {
		if _, err := m.get("/api/v1/messages", &list); err != nil || len(list.Messages) != n {
			return fmt.Errorf("%d messages at Mailpit, want %d; %w", len(list.Messages), n, err)
		}
		return nil
	})
	for _, entry := range list.Messages {
		var one mail
		if _, err := m.get("/api/v1/message/"+entry.ID, &struct {
			*mail
			To any
		}{mail: &one}); err != nil {
			m.t.Fatal(err)
		}
		one.To = entry.To[0].Address
		if _, err := m.get("/api/v1/message/"+entry.ID+"/headers", &one.header); err != nil {
			m.t.Fatal(err)
		}
		mails = append(mails, one)
	}
	return mails
}

// hostile is a prospect whose name would like to be a page.
var hostile = submission{
	first: `<script>alert(1)</script>`, last: `<img src="https://evil.example/x.png">`, email: "hostile@prospects.example",
	filename: "cv.txt", body: []byte("A resume.\n"),
}

var (
	tags     = regexp.MustCompile(`<[/!]?([a-zA-Z0-9]+)[^>]*>`)
	reaching = regexp.MustCompile(`(?i)\s(src|srcset|background|poster|on\w+)\s*=|url\(|@import|javascript:`)
	harmless = map[string]bool{
		"doctype": true, "html": true, "head": true, "meta": true, "title": true, "body": true,
		"h1": true, "p": true, "br": true, "strong": true, "bdi": true, "a": true,
	}
)

// checkMails looks at both mails of the hostile lead.
func checkMails(t *testing.T, s *server, l lead, mails []mail) {
	t.Helper()
	for _, m := range mails {
		header := func(name string) string { return strings.Join(m.header[name], "; ") }
		automatic, replyTo, links := "auto-replied", "", 0
		if m.To == adminEmail {
			automatic, replyTo, links = "auto-generated", hostile.email, 1
		} else if m.To != hostile.email {
			t.Errorf("a mail to %s", m.To)
		}
		id := header("Message-Id")
		if id == "" {
			id = header("Message-ID")
		}
		if !strings.HasSuffix(id, "@firm.example>") || header("Auto-Submitted") != automatic ||
			!strings.Contains(header("Reply-To"), replyTo) || (replyTo == "") != (header("Reply-To") == "") || !strings.Contains(header("From"), "intake@firm.example") {
			t.Errorf("to %s: headers %v", m.To, m.header)
		}
		if strings.Contains(m.Text+m.HTML, "A resume") || !strings.Contains(m.Text, l.Reference) || !strings.Contains(m.HTML, l.Reference) {
			t.Errorf("to %s: the reference is missing, or the resume is not:\n%s\n%s", m.To, m.Text, m.HTML)
		}
		found := 0
		for _, tag := range tags.FindAllStringSubmatch(m.HTML, -1) {
			if !harmless[strings.ToLower(tag[1])] || reaching.MatchString(tag[0]) {
				t.Errorf("to %s: a page that runs or fetches something with %s", m.To, tag[0])
			}
			found += strings.Count(tag[0], "href=")
		}
		if found != links {
			t.Errorf("to %s: %d links, want %d:\n%s", m.To, found, links, m.HTML)
		}
		if link := "/app/leads/" + l.ID; links == 1 && (!strings.Contains(m.HTML, link) || !strings.Contains(m.Text, link)) {
			t.Errorf("to %s: no link %s:\n%s", m.To, link, m.Text)
		}
	}
	for _, m := range s.messages() {
		if m.State != "sent" || m.Attempts != 1 {
			t.Errorf("%s is %s after %d tries: %s", m.Kind, m.State, m.Attempts, m.reason())
		}
	}
}

var sender = []string{"USHER_MAIL_FROM=Firm <intake@firm.example>", "USHER_MAIL_RETRY=200ms..500ms", "USHER_SMTP_TIMEOUT=10s"}

func TestMailpitPlain(t *testing.T) {
	t.Parallel()
	m := startMailpit(t)
	s := start(t, how{env: append([]string{"USHER_SMTP_URL=smtp://" + m.smtp + "?tls=off"}, sender...)})
	l := s.submit(hostile)
	mails := m.mails(2)
	s.drained(patience)
	checkMails(t, s, l, mails)
}

func TestMailpitTLS(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	passwords := filepath.Join(t.TempDir(), "passwords")
	if err := os.WriteFile(passwords, []byte("usher:secret-of-tests\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := startMailpit(t, "--smtp-tls-cert", cert, "--smtp-tls-key", key, "--smtp-require-starttls", "--smtp-auth-file", passwords)
	s := start(t, how{env: append([]string{
		"USHER_SMTP_URL=smtp://usher:secret-of-tests@" + m.smtp + "?tls=required", "SSL_CERT_FILE=" + cert, "SSL_CERT_DIR=" + t.TempDir(),
	}, sender...)})
	l := s.submit(hostile)
	mails := m.mails(2)
	s.drained(patience)
	checkMails(t, s, l, mails)
	if strings.Contains(s.out.String()+s.log.String(), "secret-of-tests") {
		t.Error("the mail server's password is printed")
	}
}

// A certificate that nobody vouches for: the messages wait, and are never sent
// without TLS, although this server would take them.
func TestMailpitWrongCertificate(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	other, _ := certificate(t)
	m := startMailpit(t, "--smtp-tls-cert", cert, "--smtp-tls-key", key)
	for _, mode := range []string{"required", "opportunistic"} {
		s := start(t, how{env: append([]string{
			"USHER_SMTP_URL=smtp://" + m.smtp + "?tls=" + mode, "SSL_CERT_FILE=" + other, "SSL_CERT_DIR=" + t.TempDir(),
		}, sender...)})
		s.submit(hostile)
		eventually(t, patience, func() error {
			for _, one := range s.messages() {
				if one.State != "retrying" || one.Attempts < 2 {
					return fmt.Errorf("%s: %s is %s after %d tries", mode, one.Kind, one.State, one.Attempts)
				}
			}
			return nil
		})
		s.stop()
	}
	m.mails(0)
}

// Debian's postfix takes both mails and puts them into a maildir.
func TestPostfix(t *testing.T) {
	t.Parallel()
	program := testkit.Binary(t, "postfix", "/usr/sbin")
	if os.Getuid() != 0 {
		testkit.LeaveOut(t, t.Name(), "postfix starts as root only")
	}
	port, inbox := startPostfix(t, program)
	s := start(t, how{env: append([]string{fmt.Sprintf("USHER_SMTP_URL=smtp://127.0.0.1:%d?tls=off", port)}, sender...)})
	l := s.submit(hostile)
	var names []string
	eventually(t, 2*patience, func() error {
		names, _ = filepath.Glob(filepath.Join(inbox, "new", "*")) // the pattern is fine
		if len(names) != 2 {
			return fmt.Errorf("%d mails in the maildir, want 2; messages %+v", len(names), s.messages())
		}
		return nil
	})
	var mails []mail
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		read := parseLetter(t, strings.ReplaceAll(string(content), "\r\n", "\n"))
		mails = append(mails, mail{To: read.header.Get("X-Original-To"), Text: read.text, HTML: read.html, header: http.Header(read.header)})
	}
	s.drained(patience)
	checkMails(t, s, l, mails)
}

// startPostfix runs a postfix with a configuration, a queue and a maildir of its own.
func startPostfix(t testing.TB, program string) (port int, inbox string) {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // postfix works as users of its own
			t.Fatal(err)
		}
	}
	port = freePort(t)
	owner := func(name, user string) {
		t.Helper()
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o755); err != nil { //nolint:gosec // likewise
			t.Fatal(err)
		}
		if err := os.Chown(folder, userID(t, user), -1); err != nil {
			t.Fatal(err)
		}
	}
	owner("config", "root")
	owner("queue", "root")
	owner("data", "postfix")
	owner("mail", "nobody")
	nobody := userID(t, "nobody")
	settings := strings.NewReplacer("DIR", dir, "NOBODY", strconv.Itoa(nobody)).Replace(`compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.firm.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = error
local_transport = error
alias_maps =
alias_database =
virtual_mailbox_domains = firm.example, prospects.example
virtual_mailbox_base = DIR/mail
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 100
virtual_uid_maps = static:NOBODY
virtual_gid_maps = static:NOBODY
maillog_file = DIR/log
maillog_file_prefixes = DIR
`)
	services := fmt.Sprintf(`127.0.0.1:%d inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
`, port)
	config := filepath.Join(dir, "config")
	for name, content := range map[string]string{"main.cf": settings, "master.cf": services} {
		if err := os.WriteFile(filepath.Join(config, name), []byte(content), 0o644); err != nil { //nolint:gosec // no secret
			t.Fatal(err)
		}
	}
	code, out, errs := runProgram(t, program, "-c", config, "start")
	t.Cleanup(func() {
		if log, err := os.ReadFile(filepath.Join(dir, "log")); t.Failed() {
			t.Logf("postfix: %s%s%s, %v", out, errs, log, err)
		}
		_ = exec.Command(program, "-c", config, "abort").Run() //nolint:gosec // a test's own command
		waitForMaster(t, filepath.Join(dir, "queue", "pid", "master.pid"))
	})
	if code != 0 {
		testkit.LeaveOut(t, t.Name(), "postfix does not start here: "+out+errs)
	}
	eventually(t, patience, func() error {
		conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err
	})
	return port, filepath.Join(dir, "mail", "inbox")
}

// waitForMaster waits until postfix writes no files any more.
func waitForMaster(t testing.TB, pidFile string) {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	pid, convErr := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || convErr != nil {
		return // it is gone, or never was
	}
	for limit := time.Now().Add(patience); time.Now().Before(limit) && syscall.Kill(pid, 0) == nil; {
		time.Sleep(20 * time.Millisecond)
	}
}

func userID(t testing.TB, name string) int {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		testkit.LeaveOut(t, t.Name(), err.Error())
	}
	id, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
