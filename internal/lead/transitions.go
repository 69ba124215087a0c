package lead

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"usher/internal/fault"
)

// Mark is what staff ask for when they PATCH or PUT a lead. Nil means not sent.
type Mark struct {
	State   *State
	Channel *Channel
}

// Actor is who changes a lead, when, and the version they last saw.
type Actor struct {
	UserID string
	At     time.Time
	Seen   Precondition
}

// Precondition is an If-Match header: which versions the caller will act on.
// The zero value acts on any.
type Precondition struct {
	Asked    bool    // a header was sent
	Any      bool    // it was *
	Versions []int64 // the versions it named
}

// Holds tells whether the caller will act on a version.
func (p Precondition) Holds(version int64) bool {
	return !p.Asked || p.Any || slices.Contains(p.Versions, version)
}

func (p Precondition) check(l Lead) error {
	if p.Holds(l.Version) {
		return nil
	}
	return fault.New(fault.Stale, "stale", "The lead was changed since you read it. Read it again and decide anew.")
}

// Check gives the violations that need no lead to be seen.
func (m Mark) Check() []fault.Violation {
	var bad []fault.Violation
	switch {
	case m.State == nil && m.Channel == nil:
		bad = append(bad, fault.Violation{Field: "state", Code: "required", Message: "Send a state, a channel, or both."})
	case m.State != nil && !m.State.Valid():
		bad = append(bad, fault.Violation{Field: "state", Code: "unknown_state", Message: "Use PENDING or REACHED_OUT."})
	case m.State != nil && *m.State == Pending && m.Channel != nil:
		bad = append(bad, fault.Violation{Field: "channel", Code: "not_allowed", Message: "A channel goes with REACHED_OUT only."})
	}
	if m.Channel != nil && !m.Channel.Valid() {
		bad = append(bad, fault.Violation{Field: "channel", Code: "unknown_channel", Message: "Use email, phone or other."})
	}
	return bad
}

// Apply decides what a mark does to the lead: PENDING to REACHED_OUT, one way. A
// repeat changes nothing and gives no events; so does PENDING on a pending lead.
// Errors: Invalid for a mark that is wrong in itself, Stale for an old version,
// Conflict when the lead's state doesn't allow it.
func (l Lead) Apply(m Mark, by Actor) (Lead, []Event, error) {
	if err := fault.Violated(m.Check()); err != nil {
		return l, nil, err
	}
	if err := by.Seen.check(l); err != nil {
		return l, nil, err
	}
	switch {
	case m.State == nil:
		return l.setChannel(*m.Channel)
	case *m.State == Pending && l.State == Pending:
		return l, nil, nil
	case *m.State == Pending:
		return l, nil, fault.New(fault.Conflict, "not_allowed",
			fmt.Sprintf("A lead in state %s can't be set to %s; reopen it instead.", l.State, Pending))
	case l.State == Pending:
		return l.reachOut(m.Channel, by)
	case m.Channel != nil && l.Channel == NoChannel:
		return l.setChannel(*m.Channel)
	default: // somebody did it already, and what they said stands
		return l, nil, nil
	}
}

func (l Lead) reachOut(channel *Channel, by Actor) (Lead, []Event, error) {
	l.State, l.ReachedOutAt, l.ReachedOutBy = ReachedOut, by.At, by.UserID
	data := map[string]string{"from": string(Pending), "to": string(ReachedOut)}
	if channel != nil {
		l.Channel = *channel
		data["channel"] = string(*channel)
	}
	l.Version++
	return l, []Event{{Kind: MarkedReached, Data: data}}, nil
}

func (l Lead) setChannel(channel Channel) (Lead, []Event, error) {
	switch {
	case l.State != ReachedOut:
		return l, nil, fault.New(fault.Conflict, "not_reached_out",
			fmt.Sprintf("The lead is %s; a channel can be set once it is %s.", l.State, ReachedOut))
	case l.Channel == channel:
		return l, nil, nil
	}
	l.Channel = channel
	l.Version++
	return l, []Event{{Kind: ChannelSet, Data: map[string]string{"channel": string(channel)}}}, nil
}

// Reopen decides what happens when staff put a lead back to PENDING. It is an
// event of its own: an undo when the same person does it within ten minutes, a
// reopening otherwise. A pending lead stays as it is.
func (l Lead) Reopen(reason string, by Actor) (Lead, []Event, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > maxReasonRunes {
		return l, nil, fault.Violated([]fault.Violation{{Field: "reason", Code: "too_long", Message: "Shorten the reason to 1,000 characters."}})
	}
	if err := by.Seen.check(l); err != nil {
		return l, nil, err
	}
	if l.State == Pending {
		return l, nil, nil
	}
	event := Event{Kind: Reopened, Data: map[string]string{"from": string(ReachedOut), "to": string(Pending)}}
	if l.ReachedOutBy == by.UserID && by.At.Sub(l.ReachedOutAt) <= undoWindow {
		event.Kind = Undone
	}
	if reason != "" {
		event.Data["reason"] = reason
	}
	l.State, l.ReachedOutAt, l.ReachedOutBy, l.Channel = Pending, time.Time{}, "", NoChannel
	l.Version++
	return l, []Event{event}, nil
}
