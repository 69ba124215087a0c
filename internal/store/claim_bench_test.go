package store_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/storetest/filled"
)

// pendingMessages is how many messages wait in the benchmarks of claims.
const pendingMessages = 10_000

// BenchmarkClaim claims due messages out of many that wait, as the dispatcher does.
func BenchmarkClaim(b *testing.B) {
	s := storetest.OpenAt(b, filepath.Join(filled.ForWriting(b), filled.Database), store.Options{})
	now := filled.Now.Add(time.Hour)
	claim := func(b *testing.B, limit, want int) {
		b.Helper()
		due, err := s.Claim(b.Context(), storetest.NewID(), now, now.Add(time.Minute), limit)
		if err != nil || len(due) != want {
			b.Fatalf("claimed %d messages, want %d: %v", len(due), want, err)
		}
	}
	await(b, s, 0)
	b.Run("nothing due", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			claim(b, 1, 0)
		}
	})
	await(b, s, pendingMessages)
	for _, limit := range []int{1, 16, 100} {
		b.Run("limit="+strconv.Itoa(limit), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				claim(b, limit, limit)
				b.StopTimer()
				if _, err := s.VoidLeases(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(limit)*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		})
	}
	b.Run("next due", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if next, err := s.NextDue(b.Context()); err != nil || next.IsZero() {
				b.Fatal(next, err)
			}
		}
	})
}

// await lets so many messages wait, and no others.
func await(b *testing.B, s *store.Store, n int) {
	b.Helper()
	err := s.Update(b.Context(), func(_ context.Context, exec func(query string, args ...any) error) error {
		if err := exec(`UPDATE messages SET state = 'captured', next_at = NULL, lease = NULL, lease_until = NULL WHERE next_at IS NOT NULL`); err != nil {
			return err
		}
		return exec(`UPDATE messages SET state = 'queued', next_at = created_at, sent_at = NULL
			WHERE id IN (SELECT id FROM messages ORDER BY created_at DESC LIMIT $1)`, n)
	})
	if err != nil {
		b.Fatal(err)
	}
}
