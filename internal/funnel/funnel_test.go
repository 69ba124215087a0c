package funnel_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"usher/internal/funnel"
)

// shelf is a store and what a counter needs around it.
type shelf struct {
	kept         map[string]int64
	calls        int
	failing, out error // of writing, and of being ready
	zone         *time.Location
	now          time.Time
}

func (s *shelf) AddFunnel(_ context.Context, counts []funnel.Count) error {
	s.calls++
	if s.failing != nil {
		return s.failing
	}
	for _, c := range counts {
		s.kept[fmt.Sprint(c.Day, " ", c.Language, " ", c.Step, " ", c.Field, " ", c.Code)] += c.Times
	}
	return nil
}

func (s *shelf) counter() *funnel.Counter {
	return &funnel.Counter{
		Store: s, Languages: []string{"en", "es"}, Now: func() time.Time { return s.now },
		Zone:  func(context.Context) *time.Location { return s.zone },
		Ready: func(context.Context) error { return s.out },
	}
}

func newShelf() *shelf {
	return &shelf{kept: map[string]int64{}, zone: time.FixedZone("", -5*60*60), now: time.Date(2026, 11, 24, 4, 59, 0, 0, time.UTC)}
}

func (s *shelf) want(t *testing.T, what string, want ...string) {
	t.Helper()
	var got []string
	for key, n := range s.kept {
		got = append(got, fmt.Sprint(key, " ", n))
	}
	slices.SortFunc(got, cmp.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func view(language string) funnel.Event { return funnel.Event{Step: funnel.Viewed, Language: language} }

// What is counted is added to the day that it is at the firm, once.
func TestCounts(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := s.counter()
	flush := func() {
		t.Helper()
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	flush() // learns the zone, and has nothing to write
	if s.calls != 0 {
		t.Errorf("%d writes of nothing", s.calls)
	}
	c.Count(view("en"))
	c.Count(view("en"))
	c.Count(view("xx-evil"))
	c.Count(funnel.Event{Step: funnel.Refused, Language: "es", Field: "email", Code: "required"})
	s.now = s.now.Add(time.Minute)
	c.Count(view("en"))
	flush()
	flush()
	want := []string{"2026-11-23 en view   2", "2026-11-23 es refused email required 1", "2026-11-23 other view   1", "2026-11-24 en view   1"}
	s.want(t, "first", want...)
	if s.calls != 1 {
		t.Errorf("%d writes", s.calls)
	}
	s.zone = time.UTC
	flush()
	s.now = s.now.Add(20 * time.Hour)
	c.Count(view("en"))
	flush()
	s.want(t, "in another zone", append(want[:3:3], "2026-11-24 en view   1", "2026-11-25 en view   1")...)
}

// What can't be stored waits, and while no lead could be stored nothing is tried.
func TestWaits(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := s.counter()
	s.zone, s.failing = time.UTC, errors.New("locked")
	c.Count(view("en"))
	if err := c.Flush(t.Context()); !errors.Is(err, s.failing) {
		t.Errorf("%v", err)
	}
	c.Count(view("en"))
	s.failing, s.out = nil, errors.New("the disk is full")
	if err := c.Flush(t.Context()); err != nil || s.calls != 1 {
		t.Errorf("%v, %d writes", err, s.calls)
	}
	s.want(t, "nothing yet")
	s.out = nil
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	s.want(t, "all of it", "2026-11-24 en view   2")
}

// Memory is bounded: what is known goes on counting, what is new is dropped.
func TestBounded(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := s.counter()
	c.Count(view("en"))
	for i := range 20_000 {
		c.Count(funnel.Event{Step: funnel.Refused, Language: "en", Code: fmt.Sprint(i)})
	}
	c.Count(view("en"))
	if err := c.Flush(t.Context()); err != nil || len(s.kept) != 10_000 || s.kept["2026-11-24 en view  "] != 2 {
		t.Errorf("%v, %d rows, %d views", err, len(s.kept), s.kept["2026-11-24 en view  "])
	}
}

// Nothing is lost between those who count and the one who flushes.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := s.counter()
	s.zone = time.UTC
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				c.Count(view("en"))
			}
		})
	}
	for range 50 {
		if err := c.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	s.want(t, "all", "2026-11-24 en view   4000")
}
