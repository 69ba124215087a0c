package app_test

import (
	"testing"
	"time"

	"usher/internal/demo"
	"usher/internal/storetest/filled"
)

// BenchmarkReport makes a year's report in the handler, over all leads that there are,
// and one of a week.
func BenchmarkReport(b *testing.B) {
	s := openBench(b, filled.ForReading(b))
	to := filled.Now.Format(time.DateOnly)
	year := "from=" + filled.Now.AddDate(0, 0, -365).Format(time.DateOnly) + "&to=" + to
	week := "from=" + filled.Now.AddDate(0, 0, -demo.Days/2-6).Format(time.DateOnly) + "&to=" + filled.Now.AddDate(0, 0, -demo.Days/2).Format(time.DateOnly)
	for _, c := range []struct{ name, path string }{
		{"year", "?" + year}, {"week", "?" + week}, {"csv/days", "/csv?report=days&" + year}, {"csv/backlog", "/csv?report=backlog"},
	} {
		b.Run(c.name, func(b *testing.B) { s.each(b, func() { s.get(reportsPath + c.path) }) })
	}
}
