package system

import (
	"fmt"
	"net/url"
	"time"

	"usher/internal/mail"
)

// Level is how bad a finding is.
type Level string

// The levels.
const (
	Green Level = "green"
	Amber Level = "amber" // works, and wants to be looked at
	Red   Level = "red"   // doesn't work
)

// About is a part of the server that is looked at.
type About string

// The parts, in the order in which people should read of them.
const (
	Intake   About = "intake"
	Outbox   About = "outbox"
	Disk     About = "disk"
	Database About = "database"
	Backups  About = "backup"
	Clock    About = "clock"
	Address  About = "address"
	Settings About = "settings"
)

// Finding is what was found of one part. A part can have several that are amber.
type Finding struct {
	About About
	Level Level
	Code  string // closed set, "ok" for whatever is green
	Text  string // for people, in English
	Do    string // what to do; empty when there is nothing to do
}

// Backup is the trace that a backup leaves in the database.
type Backup struct {
	TakenAt time.Time
	Leads   int
	Bytes   int64
	Damaged int // resumes that were missing or damaged
}

// Space is that of the file system of the data directory, in bytes.
type Space struct {
	Free   uint64 // for an ordinary user
	Total  uint64
	Needed uint64 // with less than that, intake refuses
}

// Extent is how large a database is.
type Extent struct {
	Engine string // sqlite or postgres
	Bytes  int64
	Log    int64 // bytes of SQLite's write-ahead log
	Schema int64 // the last migration
}

// Warning is what works and is dangerous among the settings.
type Warning struct{ Code, Text, Do string }

// Known is what the database knows.
type Known struct {
	Mail   mail.Summary
	Extent Extent
	Backup *Backup   // nil when none was ever made
	Newest time.Time // of the newest thing that was stored; zero when there is none
	Zone   *time.Location
}

// Facts are the figures by which a server is judged.
type Facts struct {
	Version        string
	StartedAt, Now time.Time
	Stopped        bool   // a sync failed: intake is stopped until the restart
	Sends          bool   // there is a mail server
	Space          *Space // nil when it can't be asked for
	Known          *Known // nil when the database doesn't answer
	BaseURL        *url.URL
	ReachedBy      string // the host that the asker came by; empty when nobody knows
	Warnings       []Warning
}

// Report is a judgement.
type Report struct {
	Level    Level // the worst of all findings
	Sentence string
	Findings []Finding // at least one for each part that could be looked at
}

// Judge says what the figures mean.
func Judge(f Facts) Report {
	var r Report
	for _, look := range []func(Facts) []Finding{intake, outbox, disk, database, backups, clock, address, settings} {
		r.Findings = append(r.Findings, look(f)...)
	}
	var amber, red []Finding
	for _, found := range r.Findings {
		switch found.Level {
		case Green:
		case Amber:
			amber = append(amber, found)
		case Red:
			red = append(red, found)
		}
	}
	switch {
	case len(red) > 0:
		r.Level, r.Sentence = Red, "Usher doesn't work as it should. "+red[0].Text
	case len(amber) == 1:
		r.Level, r.Sentence = Amber, "Usher works, and one thing needs a look. "+amber[0].Text
	case len(amber) > 1:
		r.Level, r.Sentence = Amber, fmt.Sprintf("Usher works, and %d things need a look.", len(amber))
	default:
		r.Level, r.Sentence = Green, "All is well."
	}
	return r
}

// Size is a number of bytes for people.
func Size(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 40, "TiB"}, {1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
