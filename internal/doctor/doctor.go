package doctor

import (
	"context"
	"strings"
	"time"

	"usher/internal/config"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/store"
)

// Level is how bad a finding is.
type Level string

// The levels, from good to bad. Only a Problem makes the command fail.
const (
	OK      Level = "ok"
	Note    Level = "note"    // worth knowing
	Warning Level = "warning" // works, and is dangerous
	Problem Level = "problem" // doesn't work
)

// Finding is what a check found, in a sentence, and what to do about it.
type Finding struct {
	Level Level
	About string // the check
	Text  string
	Do    string // empty when there is nothing to do
}

// Patient is the Usher that is looked at.
type Patient struct {
	Config config.Config
	// Files of the data directory, by their paths. They need not be there.
	Dir, Database, Resumes, Kept, Key, Lock string
	// Open opens the database, which is there.
	Open func(context.Context) (*store.Store, error)
	// Proof is the path of a page that only a server with this data and this key
	// has, for a lead.
	Proof func(leadID string) (path string, err error)

	Mail   *smtp.Sender // nil: messages are captured
	From   mail.Mailbox
	SendTo mail.Address // who gets a test message; the zero Address: nobody
	Tester *mail.Tester // sends it through Mail
	Now    func() time.Time
}

// exam is one examination: the patient, and what earlier checks learned.
type exam struct {
	Patient
	there   bool         // the data directory is
	db      *store.Store // nil when it can't be asked
	serving bool         // somebody holds the data directory
	answers bool         // on the listen address
	newest  []lead.Lead  // the newest leads, newest first
}

// check is a row of the table.
type check struct {
	about string
	look  func(*exam, context.Context) []Finding
}

// checks is the table, in the order in which people should read the answers.
func checks() []check {
	return []check{
		{"settings", (*exam).settings},
		{"data directory", (*exam).directory},
		{"rights", (*exam).rights},
		{"space", (*exam).space},
		{"file system", (*exam).fileSystem},
		{"sync", (*exam).sync},
		{"database", (*exam).database},
		{"clock", (*exam).clock},
		{"server", (*exam).server},
		{"base URL", (*exam).baseURL},
		{"proxy", (*exam).proxy},
		{"firm's mail", (*exam).recipients},
		{"outbox", (*exam).outbox},
		{"mail", (*exam).mail},
		{"test message", (*exam).testMessage},
	}
}

// Examine runs every check and tells each finding as it comes.
func Examine(ctx context.Context, p Patient, tell func(Finding)) {
	e := &exam{Patient: p}
	defer func() {
		if e.db != nil {
			_ = e.db.Close() // it was only read
		}
	}()
	for _, c := range checks() {
		if ctx.Err() != nil {
			return
		}
		for _, f := range c.look(e, ctx) {
			f.About = c.about
			tell(f)
		}
	}
}

// Settings are the findings where the settings can't be read: there is nothing
// else to look at then.
func Settings(err error) []Finding {
	var all []Finding
	for line := range strings.SplitSeq(err.Error(), "\n") {
		all = append(all, Finding{Problem, "settings", line, ""})
	}
	return append(all, Finding{Note, "settings", "The other checks need settings that can be read.",
		"Correct them and run usher doctor again; docs/settings.md and usher serve --help list them all."})
}

// settings are readable when it comes to this; some are dangerous all the same.
func (e *exam) settings(context.Context) []Finding {
	var all []Finding
	for _, w := range e.Config.Warnings() {
		all = append(all, Finding{Level: Warning, Text: w.Text, Do: w.Do})
	}
	if all == nil {
		return one(OK, "All settings can be read.", "")
	}
	return all
}

func one(level Level, text, remedy string) []Finding {
	return []Finding{{Level: level, Text: text, Do: remedy}}
}
