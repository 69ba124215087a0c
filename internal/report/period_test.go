package report_test

import (
	"slices"
	"testing"
	"time"

	"usher/internal/report"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func date(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func period(t *testing.T, first, last, in string) report.Period {
	t.Helper()
	return report.Period{First: date(t, first), Last: date(t, last), Zone: zone(t, in)}
}

// A day begins and ends where the firm is, and is as long as it is there.
func TestBounds(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct {
		zone, day, from string
		hours           float64
	}{
		"UTC":                      {"UTC", "2026-11-23", "2026-11-23T00:00:00Z", 24},
		"west":                     {"America/New_York", "2026-11-23", "2026-11-23T05:00:00Z", 24},
		"east of the date line":    {"Pacific/Kiritimati", "2026-11-23", "2026-11-22T10:00:00Z", 24},
		"west of the date line":    {"Pacific/Pago_Pago", "2026-11-23", "2026-11-23T11:00:00Z", 24},
		"a quarter of an hour":     {"Asia/Kathmandu", "2026-11-23", "2026-11-22T18:15:00Z", 24},
		"clocks go forward":        {"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23},
		"clocks go back":           {"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25},
		"no midnight":              {"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", 23},
		"two midnights":            {"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", 25},
		"the day after half hours": {"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5},
		"a day that never was":     {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0},
	} {
		from, before := period(t, c.day, c.day, c.zone).Bounds()
		if got := from.UTC().Format(time.RFC3339); got != c.from || before.Sub(from).Hours() != c.hours {
			t.Errorf("%s: from %s, %v hours", about, got, before.Sub(from).Hours())
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	p := period(t, "2024-02-28", "2024-03-01", "America/New_York")
	if got := p.Dates(); !slices.Equal(got, []string{"2024-02-28", "2024-02-29", "2024-03-01"}) || p.Days() != 3 {
		t.Errorf("%v, %d days", got, p.Days())
	}
	if year := period(t, "2024-01-01", "2024-12-31", "UTC"); year.Days() != report.MostDays || len(year.Dates()) != report.MostDays {
		t.Errorf("%d days", year.Days())
	}
	if p := period(t, "2024-03-01", "2024-02-29", "UTC"); p.Days() > 0 || len(p.Dates()) != 0 {
		t.Errorf("%d days", p.Days())
	}
	late := time.Date(2024, 3, 1, 23, 59, 0, 0, zone(t, "Asia/Tokyo")) // its date counts, not its moment
	if p := (report.Period{First: late, Last: late, Zone: time.UTC}); p.Days() != 1 || p.Dates()[0] != "2024-03-01" {
		t.Errorf("%v", p.Dates())
	}
}
