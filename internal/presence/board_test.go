package presence_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"usher/internal/presence"
)

// fixture is a board with a clock, and what it has told.
type fixture struct {
	*presence.Board
	now  time.Time
	told []presence.Looking
}

func newFixture() *fixture {
	f := &fixture{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	f.Board = presence.NewBoard(func() time.Time { return f.now }, func(l presence.Looking) { f.told = append(f.told, l) })
	return f
}

// want compares what was told since the last time.
func (f *fixture) want(t *testing.T, told ...presence.Looking) {
	t.Helper()
	if len(f.told)+len(told) > 0 && !reflect.DeepEqual(f.told, told) {
		t.Errorf("told %v, want %v", f.told, told)
	}
	f.told = nil
}

func at(lead string, users ...string) presence.Looking {
	if users == nil {
		users = []string{}
	}
	return presence.Looking{LeadID: lead, UserIDs: users}
}

func TestLook(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.Look("ana", "1", "x")
	f.want(t, at("x", "ana"))
	f.Look("ana", "1", "x") // she is still there
	f.want(t)
	f.Look("ben", "1", "x")
	f.want(t, at("x", "ana", "ben"))
	f.Look("ana", "2", "x") // a second tab
	f.want(t, at("x", "ana", "ben"))
	f.Look("ana", "1", "y")
	f.want(t, at("x", "ana", "ben"), at("y", "ana"))
	f.Look("ana", "2", "")
	f.want(t, at("x", "ben"))
	if all := f.All(); !reflect.DeepEqual(all, []presence.Looking{at("x", "ben"), at("y", "ana")}) {
		t.Errorf("all: %v", all)
	}
	f.Look("eve", "1", "") // who never looked leaves nothing
	f.want(t)
}

func TestExpire(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.Look("ana", "1", "x")
	f.Look("ben", "1", "x")
	f.want(t, at("x", "ana"), at("x", "ana", "ben"))
	f.now = f.now.Add(presence.Lasts)
	f.Look("ben", "1", "x")
	f.Expire()
	f.want(t)
	f.now = f.now.Add(time.Second)
	f.Expire()
	f.want(t, at("x", "ben"))
	f.now = f.now.Add(time.Hour)
	f.Expire()
	f.want(t, at("x"))
	f.Look("ana", "1", "x")
	f.want(t, at("x", "ana"))
	f.now = f.now.Add(-time.Hour) // the clock was put back, and nobody comes
	f.Expire()
	f.want(t, at("x"))
	if all := f.All(); len(all) != 0 {
		t.Errorf("all: %v", all)
	}
}

// However many tabs somebody makes up, the board stays small, and the others' stay.
func TestManyTabs(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.Look("ben", "1", "x")
	for i := range 1000 {
		f.now = f.now.Add(time.Millisecond)
		f.Look("eve", fmt.Sprint(i), fmt.Sprint("lead ", i))
	}
	all := f.All()
	if len(all) != 21 || all[len(all)-1].LeadID != "x" {
		t.Errorf("%d: %v", len(all), all)
	}
}
