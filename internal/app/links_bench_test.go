package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// BenchmarkAskReset asks for a reset of a user and of nobody by turns, and gives the
// medians of both: they must not tell one from the other.
func BenchmarkAskReset(b *testing.B) {
	s := start(b)
	took := map[string][]time.Duration{}
	emails := []string{attorneyEmail, "nobody@firm.example"}
	for i := 0; b.Loop(); i++ {
		s.clock.Add(time.Hour) // nobody has asked too often
		for turn := range emails {
			email := emails[(i+turn)%2]
			began := time.Now()
			wantStatus(b, s.do(b, jsonReq(http.MethodPost, resetPath, "", fmt.Sprintf(`{"email":%q}`, email))), http.StatusAccepted)
			took[email] = append(took[email], time.Since(began))
		}
	}
	median := func(email string) float64 {
		all := slices.Sorted(slices.Values(took[email]))
		return float64(all[len(all)/2].Microseconds())
	}
	b.ReportMetric(median(emails[0]), "known-µs")
	b.ReportMetric(median(emails[1]), "unknown-µs")
	b.ReportMetric(median(emails[0])/median(emails[1]), "known/unknown")
}
