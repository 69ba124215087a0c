package kept_test

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"

	"usher/internal/fault"
	"usher/internal/kept"
	"usher/internal/store"
	"usher/internal/storetest"
)

// The 21st file of a network takes the place of its first, and nobody else's.
func TestCapOfANetwork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testCapOfANetwork)
}

func testCapOfANetwork(t *testing.T, rows *store.Store) {
	s := newStand(t, rows)
	other := s.kept(t, "form", "other net", text("other", 100)) // the oldest of all
	var files []kept.File
	for i := range kept.PerNetwork + 2 {
		files = append(files, s.kept(t, fmt.Sprint("form", i), "net", text(i, 100)))
		for n, f := range files {
			if want := n > i-kept.PerNetwork; s.is(t, f) != want {
				t.Errorf("after %d files: file %d is there: %t", i+1, n+1, !want)
			}
		}
	}
	if !s.is(t, other) {
		t.Error("another network's file is gone")
	}
	s.wantFiles(t, "afterwards", kept.PerNetwork+1)
}

// space is what a file of so many bytes counts for.
func space(bytes ...uint64) (all uint64) {
	for _, n := range bytes {
		all += n + 4096
	}
	return all
}

// All together have a twentieth of what would be free without them; the oldest go,
// and no more of them than have to.
func TestShare(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testShare)
}

func testShare(t *testing.T, rows *store.Store) {
	s := newStand(t, rows)
	// The disk has room for three of 10,000 bytes, to the byte.
	const size = 10_000
	disk := 20 * space(size, size, size)
	fill := func(used uint64) { s.free.Store(disk - used) } // what is left besides what is on it
	var files []kept.File
	for i := range 5 {
		held := min(uint64(i), 3)
		fill(held*space(size) + space(size)) // the draft is on the disk, too
		files = append(files, s.kept(t, "form", fmt.Sprint("net", i), text(i, size)))
	}
	for i, f := range files {
		if got, want := s.is(t, f), i >= 2; got != want {
			t.Errorf("file %d is there: %t, want %t", i+1, got, want)
		}
	}
	s.wantFiles(t, "three", 3)

	fill(space(size, size, size, 2*size))
	large := s.kept(t, "form", "net", text("large", 2*size)) // in the place of two
	if s.is(t, files[2]) || s.is(t, files[3]) || !s.is(t, files[4]) || !s.is(t, large) {
		t.Error("not the two oldest have gone")
	}
	s.wantFiles(t, "the large one", 2)

	// Somebody else has filled the disk: less is kept, from now on.
	s.free.Store(20*space(size) - space(size, 2*size) - space(size))
	last := s.kept(t, "form", "net", text("last", size))
	if !s.is(t, last) {
		t.Error("the last is gone")
	}
	s.wantFiles(t, "with less room", 1)
}

// Files of no size to speak of fill a disk by their number.
func TestShareOfTinyFiles(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	for i := range 30 {
		held := uint64(s.totals(t).Files)
		s.free.Store(20*4096*10 - (held+1)*4096)
		s.kept(t, "form", fmt.Sprint("net", i), text(i, 20))
	}
	s.wantFiles(t, "room for ten blocks", 9)
}

// What is too large to be kept even alone is refused, and nobody has to go for it.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	s := newStand(t, storetest.Open(t))
	for i := range kept.PerNetwork {
		s.kept(t, "form", "net", text(i, 100))
	}
	s.free.Store(0)
	_, err := s.keep(t, "form", "net", text("large", 100_000))
	known, _ := errors.AsType[*fault.Error](err)
	if known == nil || known.Kind != fault.Unavailable || known.Code != "no_room" {
		t.Errorf("on a full disk: %v", err)
	}
	s.wantFiles(t, "on a full disk", kept.PerNetwork)
	s.Free = func() (uint64, error) { return 0, syscall.EIO }
	if _, err := s.keep(t, "form", "net", text("small", 100)); fault.KindOf(err) != fault.Unavailable || !errors.Is(err, syscall.EIO) {
		t.Errorf("when nobody knows how full it is: %v", err)
	}
	s.wantFiles(t, "when nobody knows how full it is", kept.PerNetwork)
}

// Sixteen at once are never more than the caps allow, at no moment that a Keep
// looks at the disk, nor in the end.
func TestCapsAtOnce(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct {
		network func(i int) string
		most    int
		limit   uint64 // of all together, as space
	}{
		"a network": {func(int) string { return "net" }, kept.PerNetwork, plenty},
		"the share": {func(i int) string { return fmt.Sprint("net", i) }, 5, space(10_000, 10_000, 10_000, 10_000, 10_000)},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, storetest.Open(t))
			s.Free = func() (uint64, error) {
				held := s.totals(t)
				if held.Files > int64(c.most) {
					t.Errorf("%d are kept", held.Files)
				}
				return 20*c.limit - uint64(held.Bytes+held.Files*4096) - space(10_000), nil
			}
			for i := range c.most - 1 {
				s.kept(t, "form", c.network(i), text(i, 10_000))
			}
			var all sync.WaitGroup
			for i := range 16 {
				all.Go(func() {
					if _, err := s.keep(t, "form", c.network(100+i), text(100+i, 10_000)); err != nil {
						t.Errorf("keep: %v", err)
					}
				})
			}
			all.Wait()
			s.wantFiles(t, "in the end", c.most)
		})
	}
}
