package demo

import (
	"math/rand/v2"
	"time"

	"usher/internal/lead"
)

// teller writes one lead's story down, in the order in which it happens.
type teller struct {
	*Demo
	r     *rand.Rand
	story lead.Story
	at    time.Time // of the last thing that staff did
}

func (d *Demo) story(i int, keep Keep, today *confirmations) (lead.Story, error) {
	t := &teller{Demo: d, r: d.random(forStory, i), at: d.arrival(i)}
	created := t.at
	who := d.whoWrites(i)
	id := func() string { return newID(t.r, created) }
	ref, err := keep(d.paper(i, who, id()))
	if err != nil {
		return lead.Story{}, err
	}
	draw := lead.Draw{ID: id(), Reference: lead.Reference(d.reference(i)), NewID: id}
	t.story.Lead, t.story.Messages, err = lead.New(who.submission(), ref, draw, d.firm, created)
	if err != nil {
		return lead.Story{}, err
	}
	t.write("", created, lead.Event{Kind: lead.Received})
	for n := range t.story.Messages {
		m := &t.story.Messages[n]
		*m = today.capped(*m)
		t.deliver(m)
	}
	t.work()
	return t.story, nil
}

// write adds an event.
func (t *teller) write(user string, at time.Time, events ...lead.Event) {
	for _, e := range events {
		e.ID, e.LeadID, e.At, e.Actor = newID(t.r, at), t.story.Lead.ID, at, user
		t.story.Events = append(t.story.Events, e)
	}
}

// later lets time pass. It is false when that is still to come.
func (t *teller) later(d time.Duration) bool {
	t.at = t.at.Add(d + time.Duration(t.r.IntN(int(time.Minute)))).Truncate(time.Microsecond)
	return t.at.Before(t.now)
}

// opens waits for the firm's working hours.
func (t *teller) opens() bool {
	t.at = office(t.at, t.r.IntN(90))
	return t.later(time.Second)
}

// about is a waiting time: mostly shorter, sometimes much longer.
func (t *teller) about(d time.Duration) time.Duration {
	return time.Duration(t.r.ExpFloat64() * float64(d))
}

// work is what staff do with the lead, for as long as that is in the past.
func (t *teller) work() {
	const ignored = 3.5 // percent: every firm has some
	if chance(t.r, ignored) || !t.later(2*time.Minute+t.about(t.patience())) || !t.opens() {
		return
	}
	user := t.colleague(t.r, t.at)
	if chance(t.r, 45) {
		user = t.assign(user)
		if !t.later(t.about(50*time.Minute)) || !t.opens() {
			return
		}
	}
	if chance(t.r, 85) {
		t.write(user, t.at, lead.Event{Kind: lead.ResumeViewed})
	}
	if chance(t.r, 25) && t.later(3*time.Minute) {
		t.note(user, pick(t.r, beforeNotes()))
	}
	if !t.later(4*time.Minute+t.about(25*time.Minute)) || !t.opens() {
		return
	}
	t.reachOut(user)
	t.afterwards(user)
}

// patience is how long this lead waits for somebody, on the whole.
func (t *teller) patience() time.Duration {
	switch draw := t.r.IntN(100); {
	case draw < 70:
		return 90 * time.Minute
	case draw < 95:
		return 14 * time.Hour
	default:
		return 80 * time.Hour
	}
}

// assign gives the lead to somebody; mostly people take what they see first.
func (t *teller) assign(by string) (assignee string) {
	assignee = by
	if chance(t.r, 40) {
		assignee = t.colleague(t.r, t.at)
	}
	t.apply(by, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) { return l.Assign(assignee, by) })
	return assignee
}

func (t *teller) note(user, text string) {
	t.write(user, t.at, lead.Event{Kind: lead.Noted, Data: map[string]string{"text": text}})
}

// apply has the lead's own rules decide. They can't refuse what happens here.
func (t *teller) apply(user string, decide func(lead.Lead, lead.Actor) (lead.Lead, []lead.Event, error)) {
	changed, events, err := decide(t.story.Lead, lead.Actor{UserID: user, At: t.at})
	if err != nil {
		panic("demo: " + err.Error())
	}
	t.story.Lead = changed
	t.write(user, t.at, events...)
}

func (t *teller) reachOut(user string) {
	state := lead.ReachedOut
	mark := lead.Mark{State: &state}
	if channel := t.channel(); channel != lead.NoChannel {
		mark.Channel = &channel
	}
	t.apply(user, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) { return l.Apply(mark, by) })
}

func (t *teller) channel() lead.Channel {
	switch draw := t.r.IntN(100); {
	case draw < 48:
		return lead.ByEmail
	case draw < 82:
		return lead.ByPhone
	case draw < 88:
		return lead.ByOther
	default: // said later, or never
		return lead.NoChannel
	}
}

func (t *teller) reopen(user, reason string) {
	t.apply(user, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) { return l.Reopen(reason, by) })
}

// afterwards is what may follow the first contact.
func (t *teller) afterwards(user string) {
	switch {
	case chance(t.r, 2): // the wrong line of the list
		if t.later(40*time.Second) && t.at.Before(t.now) {
			t.reopen(user, "")
			if chance(t.r, 75) && t.later(t.about(5*time.Hour)) && t.opens() {
				t.reachOut(user)
			}
		}
	case chance(t.r, 3):
		if t.later(24*time.Hour+t.about(60*time.Hour)) && t.opens() {
			other := t.colleague(t.r, t.at)
			t.reopen(other, pick(t.r, reopenReasons()))
			if chance(t.r, 70) && t.later(t.about(20*time.Hour)) && t.opens() {
				t.reachOut(other)
			}
		}
	case t.story.Lead.Channel == lead.NoChannel && chance(t.r, 55):
		if channel := lead.ByPhone; t.later(8 * time.Minute) {
			mark := lead.Mark{Channel: &channel}
			t.apply(user, func(l lead.Lead, by lead.Actor) (lead.Lead, []lead.Event, error) { return l.Apply(mark, by) })
		}
	}
	if chance(t.r, 30) && t.later(3*time.Minute+t.about(4*time.Hour)) && t.opens() {
		t.note(user, pick(t.r, afterNotes()))
	}
	if chance(t.r, 12) && t.later(t.about(30*time.Hour)) && t.opens() {
		t.write(t.colleague(t.r, t.at), t.at, lead.Event{Kind: lead.ResumeViewed})
	}
}
