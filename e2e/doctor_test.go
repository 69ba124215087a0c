package e2e

import (
	"crypto/tls"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // to make a database what it shouldn't be

	"usher/internal/mail/smtptest"
	"usher/internal/testkit"
)

// diagnosis is what `usher doctor` printed: "problem mail: text -> what to do".
type diagnosis struct {
	code  int
	lines []string
	text  string
}

func diagnose(t testing.TB, h how, args ...string) diagnosis {
	t.Helper()
	code, out, errs := usher(t, h, "", append([]string{"doctor"}, args...)...)
	d := diagnosis{code: code, text: out + errs}
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		switch fields[0] {
		case "ok", "note", "warning", "problem":
			d.lines = append(d.lines, fields[0]+" "+strings.TrimSpace(line[9:24])+": "+strings.TrimSpace(line[25:]))
		case "->":
			d.lines[len(d.lines)-1] += " " + strings.Join(fields, " ")
		}
	}
	if strings.Contains(d.text, "panic") || strings.Contains(d.text, "goroutine ") {
		t.Errorf("%s", d.text)
	}
	return d
}

// finds expects one finding that begins with a level and a check, and holds texts.
func (d diagnosis) finds(t testing.TB, begins string, holds ...string) {
	t.Helper()
	for _, line := range d.lines {
		all := strings.HasPrefix(line, begins)
		for _, text := range holds {
			all = all && strings.Contains(line, text)
		}
		if all {
			return
		}
	}
	t.Errorf("no %q with %q in\n%s", begins, holds, strings.Join(d.lines, "\n"))
}

// consistent expects exit code 1 when there is a problem, and 0 otherwise.
func (d diagnosis) consistent(t testing.TB, problems int) {
	t.Helper()
	n := 0
	for _, line := range d.lines {
		if strings.HasPrefix(line, "problem ") {
			n++
		}
	}
	if want := min(problems, 1); n != problems || d.code != want {
		t.Errorf("%d problems and exit code %d, want %d and %d:\n%s", n, d.code, problems, want, d.text)
	}
}

func tlsConfig(t testing.TB, cert, key string) *tls.Config {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// A server that is well, with a mail server that is: all is said to be well, the
// test message arrives, nothing is changed and no secret is shown.
func TestDoctorAllWell(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	config := tlsConfig(t, cert, key)
	post := smtptest.Start(t, smtptest.Options{TLS: config, User: "usher", Password: "hunter2-secret"})
	mailEnv := []string{
		fmt.Sprintf("USHER_SMTP_URL=smtp://usher:hunter2-secret@127.0.0.1:%d", post.Port()), "USHER_MAIL_FROM=Firm <intake@firm.example>",
		"SSL_CERT_FILE=" + cert, "SSL_CERT_DIR=" + t.TempDir(),
	}
	s := start(t, how{}) // without mail, so that the only message is the doctor's
	s.submit(simple("well"))
	s.drained(patience)
	before := snapshot(t, s.data)
	delete(before, ".") // whose time changes with the probe
	h := how{data: s.data, env: append(mailEnv, "USHER_LISTEN="+s.addr, "USHER_BASE_URL="+s.base)}

	d := diagnose(t, h)
	d.consistent(t, 0)
	d.finds(t, "ok server", s.addr)
	d.finds(t, "ok mail", "smtp://***@127.0.0.1", "--send-to")
	if n := len(post.Copies()); n != 0 {
		t.Errorf("%d messages, and nobody asked for one", n)
	}
	d = diagnose(t, h, "--send-to", "me@firm.example")
	d.consistent(t, 0)
	d.finds(t, "ok test message", "me@firm.example")
	got := post.Wait(t, 1)
	if c := got[0].Content; len(got) != 1 || got[0].Recipients[0] != "me@firm.example" || got[0].From != "intake@firm.example" ||
		!strings.Contains(c, "Auto-Submitted: auto-generated") || !strings.Contains(c, "Subject: Test message from Usher") {
		t.Errorf("%+v", got)
	}
	for _, secret := range []string{"hunter2", adminPassword} {
		if strings.Contains(d.text, secret) {
			t.Errorf("it shows a secret:\n%s", d.text)
		}
	}
	after := snapshot(t, s.data)
	delete(after, ".")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("it changed the data:\n%s", diff)
	}
	s.stop()
	d = diagnose(t, h) // and without a server
	d.consistent(t, 0)
	d.finds(t, "note server", "No server runs", "usher serve")
}

// What can be wrong with the mail server, each with what to do.
func TestDoctorMail(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	other, _ := certificate(t)
	config := tlsConfig(t, cert, key)
	auth := smtptest.Options{TLS: config, User: "usher", Password: "right"}
	for name, c := range map[string]struct {
		options smtptest.Options
		fault   smtptest.Fault
		signIn  string
		query   string
		trust   string
		sendTo  string
		want    []string
	}{
		"refused sign-in":   {options: auth, signIn: "usher:wrong-secret@", trust: cert, want: []string{"problem mail", "535", "user and password"}},
		"no STARTTLS":       {signIn: "", trust: cert, want: []string{"problem mail", "does not offer STARTTLS", "smtps://"}},
		"other certificate": {options: auth, trust: other, want: []string{"problem mail", "certificate", "SSL_CERT_FILE"}},
		"refused sender": {fault: smtptest.Fault{Stage: smtptest.Mail, Reply: "553 5.7.1 Sender not owned by user", Times: -1}, query: "?tls=off",
			want: []string{"problem mail", "553 5.7.1 Sender not owned", "USHER_MAIL_FROM"}},
		"refused recipient": {fault: smtptest.Fault{Stage: smtptest.Rcpt, Reply: "550 5.7.1 Relaying denied", Times: -1}, query: "?tls=off", sendTo: "me@firm.example",
			want: []string{"problem test message", "550 5.7.1 Relaying denied", "Check the address"}},
		"other port": {fault: smtptest.Fault{Stage: smtptest.Greeting, Reply: "HTTP/1.1 400 Bad Request", Then: smtptest.Cut, Times: -1}, query: "?tls=off",
			want: []string{"problem mail", "not SMTP", "Check the port"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			post := smtptest.Start(t, c.options)
			if c.fault.Stage != "" {
				post.Arm(c.fault)
			}
			var args []string
			if c.sendTo != "" {
				args = []string{"--send-to", c.sendTo}
			}
			d := diagnose(t, how{data: t.TempDir(), env: []string{
				fmt.Sprintf("USHER_SMTP_URL=smtp://%s127.0.0.1:%d%s", c.signIn, post.Port(), c.query), "USHER_MAIL_FROM=intake@firm.example",
				"SSL_CERT_FILE=" + c.trust, "SSL_CERT_DIR=" + t.TempDir(), "USHER_LISTEN=127.0.0.1:" + strconv.Itoa(freePort(t)),
			}}, args...)
			d.consistent(t, 1)
			d.finds(t, c.want[0], c.want[1:]...)
			if strings.Contains(d.text, "wrong-secret") || len(post.Copies()) != 0 {
				t.Errorf("%v\n%s", post.Copies(), d.text)
			}
		})
	}
	for address, want := range map[string]string{
		"127.0.0.1:" + strconv.Itoa(freePort(t)): "connection refused", "nosuch.invalid": "Check the host",
	} {
		d := diagnose(t, how{data: t.TempDir(), env: []string{"USHER_SMTP_URL=smtp://" + address, "USHER_MAIL_FROM=intake@firm.example"}})
		d.finds(t, "problem mail", want)
	}
	d := diagnose(t, how{data: t.TempDir()}, "--send-to", "me@firm.example")
	d.finds(t, "note mail", "captured", "USHER_SMTP_URL")
	d.finds(t, "problem test message", "no mail server")
	if code, _, errs := usher(t, how{}, "", "doctor", "--send-to", "nonsense"); code != 2 || !strings.Contains(errs, "--send-to") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// Settings that can't be read are all named, and nothing else is looked at.
func TestDoctorSettings(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "none")
	d := diagnose(t, how{data: data, env: []string{"USHER_LISTNE=:1", "USHER_MAX_RESUME_BYTES=lots", "USHER_SECRET_KEY=not-to-be-seen"}})
	d.finds(t, "problem settings", "USHER_LISTNE", "did you mean USHER_LISTEN?")
	d.finds(t, "problem settings", "USHER_MAX_RESUME_BYTES")
	d.finds(t, "problem settings", "USHER_SECRET_KEY")
	d.consistent(t, 3)
	if strings.Contains(d.text, "not-to-be-seen") {
		t.Error(d.text)
	}
	d = diagnose(t, how{data: data, env: []string{"USHER_BASE_URL=http://nosuch.invalid"}})
	d.finds(t, "note data directory", "isn't there yet", "usher serve")
	d.finds(t, "warning settings", "USHER_BASE_URL is http://", "TLS proxy")
	d.finds(t, "problem base URL", "not known in the DNS")
	if _, err := os.Stat(data); err == nil {
		t.Error("it made the data directory")
	}
}

// Rights that others have, a database that doesn't fit, and nobody to tell.
func TestDoctorData(t *testing.T) {
	t.Parallel()
	above := filepath.Join(t.TempDir(), "a b")
	s := start(t, how{data: filepath.Join(above, "data"), noAdmin: true})
	s.stop()
	for path, mode := range map[string]os.FileMode{above: 0o777, s.data: 0o777, filepath.Join(s.data, "secret.key"): 0o644, filepath.Join(s.data, "usher.db"): 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	h := how{data: s.data, noAdmin: true}
	d := diagnose(t, h)
	d.consistent(t, 1)
	d.finds(t, "problem rights", "secret.key", "chmod go-rwx '")
	d.finds(t, "warning rights", "usher.db", "chmod go-rwx '")
	d.finds(t, "warning rights", "Others can write "+above+" (", "chmod go-w '"+above+"'")
	d.finds(t, "warning settings", "USHER_DATA_DIR can be written by other users")
	d.finds(t, "warning firm's mail", "Nobody of the firm", "usher user add")

	db, err := sql.Open("sqlite", filepath.Join(s.data, "usher.db"))
	if err == nil {
		_, err = db.Exec(`INSERT INTO schema_digests (version, sha256) VALUES (9999, 'of a later version')`)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	diagnose(t, h).finds(t, "problem database", "doesn't fit this program", "restore a backup")
	if err := os.WriteFile(filepath.Join(s.data, "usher.db"), []byte(strings.Repeat("not a database", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	diagnose(t, h).finds(t, "problem database", "can't be opened", "restore a backup")
}

// A file system in memory, and then a full one.
func TestDoctorSpace(t *testing.T) {
	t.Parallel()
	dir := mount(t, 16)
	h := how{data: filepath.Join(dir, "data")}
	start(t, h).stop()
	d := diagnose(t, h)
	d.finds(t, "warning file system", "in memory", "local disk")
	d.finds(t, "warning space", "room for 1 resumes")
	fill(t, filepath.Join(dir, "filler"))
	d = diagnose(t, h)
	d.finds(t, "problem space", "No lead can be stored now")
	d.finds(t, "problem sync", "The disk is full")
	if names := testkit.Names(t, h.data); strings.Contains(strings.Join(names, " "), "doctor") {
		t.Errorf("it leaves its probe: %v", names)
	}
}

// Messages that nobody got are found: a demo has some.
func TestDoctorOutbox(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	if code, out, errs := usher(t, how{data: "elsewhere"}, "", "demo", "--no-serve", "--into", dir); code != 0 {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	d := diagnose(t, how{data: dir})
	d.consistent(t, 0)
	d.finds(t, "warning outbox", "unsent for ten minutes or more", "state=retrying")
	d.finds(t, "warning outbox", "are dead", "/retry")
	d.finds(t, "ok firm's mail", "first admin")
	d.finds(t, "ok database", "whole")
	d.finds(t, "ok clock")
}
