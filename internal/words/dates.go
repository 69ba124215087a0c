package words

import (
	"strings"
	"time"
)

// dates writes a date out in full, as CLDR has it for a language.
type dates interface {
	FmtDateFull(t time.Time) string
}

// Date is the day of a time in its zone, written out, with Western digits:
// "Monday, 23 November 2026".
func (w Words) Date(t time.Time) string { return w.dates.FmtDateFull(t) }

// Clock is the time of day in its zone, of 24 hours: "09:14".
func (w Words) Clock(t time.Time) string { return t.Format("15:04") }

// Written is a time with its day and place, for readers who may be anywhere:
// "Monday, 23 November 2026, 09:14 (New York)". The day is not wrapped: by its letters
// whoever wraps all of it finds the direction.
func (w Words) Written(t time.Time) string {
	return w.Text("layout.time", "Date", Bare(w.Date(t)), "Time", w.Clock(t), "Place", place(t))
}

// place names the zone of a time as people do, by its city. A zone without one goes
// by its letters.
func place(t time.Time) string {
	name := t.Location().String()
	if name == "" || name == "Local" {
		name, _ = t.Zone()
	}
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}
