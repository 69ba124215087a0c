package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"usher/internal/mail/smtptest"
)

const submitters = 16

// acknowledged is a lead that a 201 has promised.
type acknowledged struct {
	id, sha string
}

// crowd is the submitters of TestKill and what they were told.
type crowd struct {
	t    *testing.T
	seed uint64

	mu         sync.Mutex
	promised   []acknowledged
	byEmail    map[string]acknowledged // the same, by the address that each had to itself
	unanswered []submission            // with a key: to be sent again
	lost       map[string]bool         // addresses of those without a key and an answer
}

// submit sends one submission after another until ctx ends or the server is gone.
func (c *crowd) submit(ctx context.Context, s *server, cycle, worker int) {
	r := rand.New(rand.NewPCG(c.seed, uint64(cycle*submitters+worker))) //nolint:gosec // to be repeatable
	for n := 0; ctx.Err() == nil; n++ {
		name := fmt.Sprintf("k%d-%d-%d", cycle, worker, n)
		sub := simple(name)
		sub.filename, sub.body = randomResume(r, name)
		if r.IntN(2) == 0 {
			sub.key = "key " + name
		}
		a, err := s.post(c.t.Context(), sub)
		if err != nil {
			c.mu.Lock()
			if sub.key != "" {
				c.unanswered = append(c.unanswered, sub)
			} else {
				c.lost[sub.email] = true
			}
			c.mu.Unlock()
			return // the server was killed
		}
		c.note(sub, a)
	}
}

// note keeps what a 201 promised. Another status is an error: nothing here is
// wrong with the submissions.
func (c *crowd) note(sub submission, a answer) lead {
	if a.status != http.StatusCreated {
		c.t.Errorf("submit %s: %s", sub.filename, a)
		return lead{}
	}
	l := sub.check(c.t, a)
	c.mu.Lock()
	defer c.mu.Unlock()
	ack := acknowledged{l.ID, sub.sha256()}
	if earlier, found := c.byEmail[sub.email]; found {
		if earlier != ack {
			c.t.Errorf("%s was promised as %s and as %s", sub.email, earlier.id, ack.id)
		}
		return l
	}
	c.promised = append(c.promised, ack)
	c.byEmail[sub.email] = ack
	return l
}

// again sends what got no answer once more, twice: the same lead each time.
func (c *crowd) again(s *server) int {
	c.t.Helper()
	open := c.unanswered
	c.unanswered = nil
	for _, sub := range open {
		if first, second := c.note(sub, s.try(sub)), c.note(sub, s.try(sub)); first.ID != second.ID {
			c.t.Errorf("two leads under one key: %s, %s", first.ID, second.ID)
		}
	}
	return len(open)
}

// check reads promised leads back, several at a time.
func (c *crowd) check(s *server, which []acknowledged) {
	c.t.Helper()
	work := make(chan acknowledged)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ack := range work {
				if err := s.download(ack.id, ack.sha); err != nil {
					c.t.Error(err)
				}
			}
		})
	}
	for _, ack := range which {
		work <- ack
	}
	close(work)
	wg.Wait()
}

// mostRead bounds how many leads are read back after one kill; above it the
// newest are, and others by chance. At the end all are.
const mostRead = 4000

func (c *crowd) sample(r *rand.Rand) []acknowledged {
	n := len(c.promised)
	if n <= mostRead {
		return c.promised
	}
	some := append([]acknowledged(nil), c.promised[n-mostRead/2:]...)
	for range mostRead / 2 {
		some = append(some, c.promised[r.IntN(n-mostRead/2)])
	}
	return some
}

// Sixteen submitters, and a server that is killed with SIGKILL at random moments,
// also while it starts: no 201 is ever forgotten, no resume damaged, no lead half,
// no start fails, and each message comes once or, when the kill fell between the
// mail server's 250 and our commit, twice.
func TestKill(t *testing.T) {
	t.Parallel()
	c := &crowd{t: t, seed: uint64(time.Now().UnixNano()), byEmail: map[string]acknowledged{}, lost: map[string]bool{}}
	t.Logf("seed %d", c.seed)
	r := rand.New(rand.NewPCG(c.seed, 1<<40)) //nolint:gosec // to be repeatable
	sink := smtptest.Start(t)
	h := how{data: filepath.Join(t.TempDir(), "data"), env: through(sink)}

	s := start(t, h)
	for range 5 { // two more than an address gets confirmations a day
		sub := simple("capped")
		sub.body = letters(r, 100)
		l := s.submit(sub)
		c.promised = append(c.promised, acknowledged{l.ID, sub.sha256()})
	}
	retried, slowest := 0, time.Duration(0)
	for cycle := range *kills {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+r.IntN(600))*time.Millisecond)
		var wg sync.WaitGroup
		for worker := range submitters {
			wg.Go(func() { c.submit(ctx, s, cycle, worker) })
		}
		<-ctx.Done() // the random moment
		s.kill()
		wg.Wait()
		cancel()
		if cycle%4 == 3 {
			killWhileStarting(t, h, time.Duration(r.IntN(40))*time.Millisecond)
		}
		began := time.Now()
		s = start(t, h)
		slowest = max(slowest, time.Since(began))
		noTemporary(t, h.data)
		c.check(s, c.sample(r))
		retried += c.again(s)
		if t.Failed() {
			t.Fatalf("in cycle %d", cycle)
		}
	}
	c.check(s, c.promised)
	s.drained(2 * time.Minute)
	c.checkOutbox(s, sink)
	s.stop()
	verify(t, h.data)
	t.Logf("%d kills, %d leads acknowledged, %d keyed submissions sent again, slowest start %v", *kills, len(c.promised), retried, slowest)
}

// killWhileStarting kills a server a moment after it was started.
func killWhileStarting(t *testing.T, h how, after time.Duration) {
	t.Helper()
	s := launch(t, h)
	s.pid = s.cmd.Process.Pid
	select {
	case <-time.After(after):
	case <-s.done:
	}
	s.kill()
}

// checkOutbox compares the leads with their messages, and those with what came to
// the mail server.
func (c *crowd) checkOutbox(s *server, sink *smtptest.Server) {
	c.t.Helper()
	messages := map[string][]message{}
	doubtful := 0
	for _, m := range s.messages() {
		messages[m.LeadID] = append(messages[m.LeadID], m)
		if m.State == "dead" && strings.Contains(m.reason(), "cut off twice") {
			// Two kills fell on the same message. Usher asks a person then.
			if a := s.staff(http.MethodPost, "/api/v1/messages/"+m.ID+"/retry"); a.status != http.StatusOK {
				c.t.Errorf("retry: %s", a)
			}
			doubtful++
		}
	}
	s.drained(patience)
	copies, confirmed, notified := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, mail := range sink.Copies() {
		copies[mail.MessageID]++
		if mail.Recipients[0] != adminEmail {
			confirmed[mail.Recipients[0]] = true
			continue
		}
		_, rest, _ := strings.Cut(parseLetter(c.t, mail.Content).text, "/app/leads/")
		notified[rest[:min(36, len(rest))]] = true
	}
	seen, suppressed := map[string]string{}, 0
	for _, l := range s.leads() {
		own := messages[l.ID]
		if len(own) != 2 || own[0].Kind == own[1].Kind || !notified[l.ID] || !confirmed[l.Email] {
			c.t.Errorf("lead %s: messages %v, firm told: %v, prospect told: %v", l.ID, own, notified[l.ID], confirmed[l.Email])
		}
		for _, m := range own {
			switch {
			case m.State == "suppressed" && m.Kind == "confirmation" && l.First == "capped":
				suppressed++
			case m.State != "sent" && (m.State != "dead" || doubtful == 0):
				c.t.Errorf("lead %s: %s to %s is %s: %s", l.ID, m.Kind, m.Recipient, m.State, m.reason())
			}
		}
		if l.First == "capped" {
			continue
		}
		if other, found := seen[l.Email]; found {
			c.t.Errorf("%s became two leads: %s and %s", l.Email, other, l.ID)
		}
		seen[l.Email] = l.ID
		if _, promised := c.byEmail[l.Email]; !promised && !c.lost[l.Email] {
			c.t.Errorf("lead %s of %s, which nobody was promised", l.ID, l.Email)
		}
	}
	for email, ack := range c.byEmail {
		if seen[email] != ack.id {
			c.t.Errorf("%s was promised as %s and is listed as %q", email, ack.id, seen[email])
		}
	}
	if suppressed != 2 {
		c.t.Errorf("%d confirmations are suppressed, want 2", suppressed)
	}
	twice := 0
	for id, n := range copies {
		if n > 1 {
			twice++
		}
		if n > 2 && doubtful == 0 {
			c.t.Errorf("%d copies of %s", n, id)
		}
	}
	c.t.Logf("%d messages, %d of them came twice, %d were cut off twice and retried by hand", len(copies), twice, doubtful)
}
