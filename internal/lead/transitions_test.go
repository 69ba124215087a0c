package lead_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/internal/fault"
	"usher/internal/lead"
)

var epoch = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func pending() lead.Lead { return lead.Lead{State: lead.Pending, CreatedAt: epoch, Version: 1} }

// check is what holds for every lead at all times.
func check(t *rapid.T, l lead.Lead) {
	switch {
	case !l.State.Valid():
		t.Fatalf("state %q", l.State)
	case (l.State == lead.ReachedOut) != !l.ReachedOutAt.IsZero():
		t.Fatalf("%s, reached out at %v", l.State, l.ReachedOutAt)
	case (l.State == lead.ReachedOut) != (l.ReachedOutBy != ""):
		t.Fatalf("%s, reached out by %q", l.State, l.ReachedOutBy)
	case l.State == lead.Pending && l.Channel != lead.NoChannel:
		t.Fatalf("pending with channel %s", l.Channel)
	}
}

// step draws something that staff do, and does it.
func step(t *rapid.T, by lead.Actor) func(lead.Lead) (lead.Lead, []lead.Event, error) {
	if rapid.Bool().Draw(t, "reopen") {
		reason := rapid.SampledFrom([]string{"", " ", "wrong number"}).Draw(t, "reason")
		return func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Reopen(reason, by) }
	}
	var m lead.Mark
	if rapid.Bool().Draw(t, "with a state") {
		state := rapid.SampledFrom([]lead.State{lead.Pending, lead.ReachedOut, "reached_out", ""}).Draw(t, "state")
		m.State = &state
	}
	if rapid.Bool().Draw(t, "with a channel") {
		channel := rapid.SampledFrom([]lead.Channel{lead.ByEmail, lead.ByPhone, lead.ByOther, lead.NoChannel, "fax"}).Draw(t, "channel")
		m.Channel = &channel
	}
	return func(l lead.Lead) (lead.Lead, []lead.Event, error) { return l.Apply(m, by) }
}

// Whatever staff do in whatever order: a lead is reached out exactly while it
// says when and by whom; each event is one version; what is refused or repeated
// changes nothing.
func TestTransitionsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l, now := pending(), epoch
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(rt, "seconds")) * time.Second)
			by := lead.Actor{UserID: rapid.SampledFrom([]string{"ann", "ben"}).Draw(rt, "user"), At: now}
			if rapid.Bool().Draw(rt, "with If-Match") {
				by.Seen = lead.Precondition{
					Asked: true, Any: rapid.Bool().Draw(rt, "any"), Versions: rapid.SliceOfN(rapid.Int64Range(1, 9), 0, 2).Draw(rt, "versions"),
				}
			}
			do := step(rt, by)
			after, events, err := do(l)
			check(rt, after)
			if len(events) > 1 || after.Version != l.Version+int64(len(events)) {
				rt.Fatalf("%d events from version %d to %d", len(events), l.Version, after.Version)
			}
			if len(events) == 0 && after != l {
				rt.Fatalf("changed without an event: %+v to %+v", l, after)
			}
			if err != nil && len(events) > 0 {
				rt.Fatalf("refused, with an event: %v", err)
			}
			if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Stale && kind != fault.Conflict {
				rt.Fatalf("refused with %v", err)
			}
			if err == nil && !by.Seen.Asked {
				again, events, err := do(after)
				if err != nil || len(events) > 0 || again != after {
					rt.Fatalf("a repeat: %v, %v, %+v", events, err, again)
				}
			}
			if after.CreatedAt != epoch {
				rt.Fatalf("created at %v", after.CreatedAt)
			}
			l = after
		}
	})
}

// An event tells what changed: undone only within ten minutes and by the same
// person.
func TestReopenProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		reached, channel := lead.ReachedOut, lead.ByPhone
		l, _, err := pending().Apply(lead.Mark{State: &reached, Channel: &channel}, lead.Actor{UserID: "ann", At: epoch})
		if err != nil {
			rt.Fatal(err)
		}
		wait := time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(rt, "wait"))
		who := rapid.SampledFrom([]string{"ann", "ben"}).Draw(rt, "who")
		_, events, err := l.Reopen("", lead.Actor{UserID: who, At: epoch.Add(wait)})
		if err != nil || len(events) != 1 {
			rt.Fatalf("%v, %v", events, err)
		}
		want := lead.Reopened
		if who == "ann" && wait <= 10*time.Minute {
			want = lead.Undone
		}
		if events[0].Kind != want {
			rt.Fatalf("%s after %v by %s", events[0].Kind, wait, who)
		}
	})
}
