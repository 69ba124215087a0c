package demo

import (
	"time"

	"usher/internal/lead"
	"usher/internal/mail"
)

// confirmations are those of the last 24 hours that count against an address.
type confirmations struct {
	recent []confirmation // oldest first
	count  map[string]int // by recipient
}

type confirmation struct {
	at time.Time
	to string
}

// capped holds a message against the limit of confirmations for one address.
// Messages come in the order of their times.
func (c *confirmations) capped(m mail.Message) mail.Message {
	if m.Kind != mail.Confirmation {
		return m
	}
	if c.count == nil {
		c.count = map[string]int{}
	}
	for len(c.recent) > 0 && !c.recent[0].at.After(m.CreatedAt.Add(-24*time.Hour)) {
		gone := c.recent[0]
		c.recent = c.recent[1:]
		if c.count[gone.to]--; c.count[gone.to] == 0 {
			delete(c.count, gone.to)
		}
	}
	m = mail.Capped(m, c.count[m.RecipientKey])
	if m.State != mail.Suppressed {
		c.recent = append(c.recent, confirmation{m.CreatedAt, m.RecipientKey})
		c.count[m.RecipientKey]++
	}
	return m
}

// The times when the firm's mail server was away: an afternoon two weeks ago, and
// just now.
const (
	awayFrom, awayFor = 13*24*time.Hour + 20*time.Hour, 3 * time.Hour
	awayAgain         = 110 * time.Minute
	notTried          = 45 * time.Second // the dispatcher pauses while the server is away
)

// deliver carries a message as far as it comes until now, by the rules of the
// outbox.
func (t *teller) deliver(m *mail.Message) {
	at := m.CreatedAt.Add(time.Duration(300+t.r.IntN(2200)) * time.Millisecond)
	if m.State == mail.Suppressed || m.CreatedAt.Add(notTried).After(t.now) {
		return
	}
	obstacle := t.obstacle(m)
	for m.Attempts = 1; ; m.Attempts++ {
		result := mail.Policy{}.After(*m, t.answer(at, m.Attempts, obstacle), at, t.r.Float64())
		before := m.State
		m.State, m.LastError, m.NextAt, m.SentAt = result.State, result.LastError, result.NextAt.Truncate(time.Microsecond), result.SentAt
		if m.State != before {
			t.tell(m, at)
		}
		if m.State != mail.Retrying || !m.NextAt.Before(t.now) {
			return
		}
		at = m.NextAt
	}
}

func (t *teller) tell(m *mail.Message, at time.Time) {
	data := map[string]string{"message_id": m.ID, "message_kind": string(m.Kind), "state": string(m.State)}
	if m.LastError != "" {
		data["error"] = m.LastError
	}
	t.write("", at, lead.Event{Kind: lead.MessageChanged, Data: data})
}

// answer is what the mail server says to a try; nil when it takes the message.
func (t *teller) answer(at time.Time, attempt int, obstacle *mail.Failure) error {
	ago := t.now.Sub(at)
	switch {
	case ago < awayAgain, ago < awayFrom && ago > awayFrom-awayFor:
		return &mail.Failure{Trouble: mail.Unreachable, Stage: "dial", Text: "connection refused"}
	case obstacle != nil && (obstacle.Code != greylisted || attempt == 1):
		return obstacle
	}
	return nil
}

const greylisted = 451

// obstacle is what stands between a message and its recipient, mostly nothing.
func (t *teller) obstacle(m *mail.Message) *mail.Failure {
	draw := t.r.Float64() * 100
	switch {
	case m.Kind != mail.Confirmation || draw > 6:
		return nil
	case draw < 0.9:
		return &mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "5.1.1 The email account that you tried to reach does not exist"}
	case draw < 1.4:
		return &mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "5.1.2 Host or domain name not found"}
	case draw < 1.8:
		return &mail.Failure{Trouble: mail.Deferred, Stage: "RCPT", Code: 452, Text: "4.2.2 The recipient's mailbox is full"}
	case draw < 2.1:
		return &mail.Failure{Trouble: mail.Refused, Stage: "content", Code: 554, Text: "5.7.1 Message refused as unsolicited mail"}
	default:
		return &mail.Failure{Trouble: mail.Deferred, Stage: "RCPT", Code: greylisted, Text: "4.7.1 Greylisted, please try again in 300 seconds"}
	}
}
