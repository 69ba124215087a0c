package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"usher/internal/demo"
	"usher/internal/storetest/filled"
)

// target is a server that is driven: Usher, or the ceiling.
type target struct {
	name  string
	cmd   *exec.Cmd
	addr  string
	token string

	deep    string   // the query of a page in the middle of the list
	surname string   // of somebody there
	ids     []string // of the newest leads
	pending []bool   // whether each of them is
}

// launch starts a server and waits until it prints where it listens.
func launch(ctx context.Context, name string, env []string, args ...string) (*target, error) {
	t := &target{name: name, cmd: exec.CommandContext(ctx, args[0], args[1:]...)} //nolint:gosec // what the caller named
	t.cmd.Env = append(env, "PATH="+os.Getenv("PATH"), "HOME="+os.TempDir())
	t.cmd.Dir = os.TempDir() // where no .env is
	var log bytes.Buffer
	t.cmd.Stderr = nil // nobody reads the log, but it is written
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := t.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() { // what it prints once it listens
		log.WriteString(lines.Text() + "\n")
		if _, addr, found := strings.Cut(lines.Text(), "listening on http://"); found {
			t.addr = addr
		}
		if _, token, found := strings.Cut(lines.Text(), "token "); found && name != usher {
			t.token = token
		}
		if t.addr != "" && (t.token != "" || name == usher) {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return t, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s ended before it listened: %s", name, log.String()), t.cmd.Wait())
}

const (
	usher   = "usher"
	theBare = "ceiling"
)

// launchUsher starts Usher on a data directory, without a limit of submissions. It
// believes X-Forwarded-For, by which the flood has many senders. Mail is captured,
// or waits for a server that isn't there.
func launchUsher(ctx context.Context, binary, data string, mailWaits bool) (*target, error) {
	env := []string{"USHER_LISTEN=127.0.0.1:0", "USHER_DATA_DIR=" + data, "USHER_PUBLIC_RATE=off", "USHER_TRUSTED_PROXIES=127.0.0.1/32"}
	if mailWaits {
		env = append(env, "USHER_SMTP_URL=smtp://127.0.0.1:1?tls=off", "USHER_MAIL_FROM=intake@firm.example", "USHER_MAIL_RETRY=1h..1h")
	}
	return launch(ctx, usher, env, binary, "serve")
}

func (t *target) stop() error {
	_ = t.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(20*time.Second, func() { _ = t.cmd.Process.Kill() })
	defer timer.Stop()
	err := t.cmd.Wait()
	if t.name != usher { // it ends by the signal
		return nil
	}
	return err
}

// get asks once and decodes the answer.
func (t *target) get(ctx context.Context, path string, into any) error {
	c := &client{addr: t.addr}
	defer c.close()
	body, err := c.do(ctx, plain(http.MethodGet, path, t.token, "", ""))
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

// signIn gives Usher's target a fresh token.
func (t *target) signIn(ctx context.Context) error {
	if t.name != usher {
		return nil
	}
	c := &client{addr: t.addr}
	defer c.close()
	form := url.Values{"grant_type": {"password"}, "username": {filled.Firm(0).Users()[0].Email}, "password": {filled.Password}}
	body, err := c.do(ctx, plain(http.MethodPost, "/api/v1/token", "", "application/x-www-form-urlencoded", form.Encode()))
	if err != nil {
		return err
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	err = json.Unmarshal(body, &answer)
	t.token = answer.Token
	return err
}

// rest waits until Usher's dispatcher has nothing to do, so that it takes nothing
// from the next measurement, and tells how long that was.
func (t *target) rest(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	for t.name == usher {
		var p page
		if err := t.get(ctx, "/api/v1/messages?state=queued&limit=1", &p); err != nil || len(p.Items) == 0 {
			return time.Since(began), err
		}
		if time.Since(began) > mostRest {
			return time.Since(began), nil // without a mail server they wait for ever
		}
		time.Sleep(20 * time.Millisecond)
	}
	return 0, nil
}

const mostRest = 20 * time.Second

// page is a page of either server.
type page struct {
	Items []struct {
		ID, State string
		First     string    `json:"first_name"`
		Last      string    `json:"last_name"`
		Created   time.Time `json:"created_at"`
	}
	Next *string `json:"next_cursor"`
}

const mostIDs = 1600

// explore finds what the workloads ask for.
func (t *target) explore(ctx context.Context, middle page) error {
	if err := t.signIn(ctx); err != nil {
		return err
	}
	for cursor := ""; len(t.ids) < mostIDs; {
		var p page
		if err := t.get(ctx, "/api/v1/leads"+cursor, &p); err != nil {
			return err
		}
		for _, l := range p.Items {
			t.ids, t.pending = append(t.ids, l.ID), append(t.pending, l.State == "PENDING")
		}
		if p.Next == nil {
			break
		}
		cursor = "?cursor=" + url.QueryEscape(*p.Next)
	}
	t.surname = surname(middle)
	last := middle.Items[len(middle.Items)-1]
	t.deep = "cursor=" + strconv.FormatInt(last.Created.UnixMicro(), 10) + "." + last.ID
	if t.name == usher { // its cursors are sealed
		t.deep = "cursor=" + url.QueryEscape(*middle.Next)
	}
	return nil
}

// middle is the page of Usher's list at which half of the leads had come in.
func (t *target) middle(ctx context.Context) (p page, err error) {
	if err := t.signIn(ctx); err != nil {
		return p, err
	}
	at := filled.Now.Add(-demo.Days * 12 * time.Hour)
	err = t.get(ctx, "/api/v1/leads?to="+at.Format(time.RFC3339), &p)
	if err == nil && p.Next == nil {
		err = errors.New("there are too few leads")
	}
	return p, err
}

// surname is one of the page's that is written in plain letters.
func surname(p page) string {
	for _, l := range p.Items {
		if len(l.Last) > 5 && strings.Trim(l.Last, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			return l.Last
		}
	}
	return "garcia"
}

// memory is the resident memory of the server's process in MiB, or 0 where the
// system doesn't tell.
func (t *target) memory() float64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(t.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseFloat(fields[0], 64)
	return kib / 1024
}

// cpu is how long the server has kept processors busy, or 0 where the system
// doesn't tell.
func (t *target) cpu() time.Duration {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(t.cmd.Process.Pid), "stat"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	const user, system, tick = 11, 12, 10 * time.Millisecond // proc(5), counted from the state
	if len(fields) <= system {
		return 0
	}
	inUser, _ := strconv.ParseInt(fields[user], 10, 64)
	inSystem, _ := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(inUser+inSystem) * tick
}
