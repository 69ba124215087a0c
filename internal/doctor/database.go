package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/system"
)

const (
	smallDatabase = 256 << 20 // bytes that are read through in seconds
	patience      = 20 * time.Second
)

// database opens it, and leaves it open for the checks that ask it.
func (e *exam) database(ctx context.Context) []Finding {
	info, err := os.Stat(e.Database)
	switch {
	case !e.there:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return one(Note, "There is no database yet.", "usher serve makes it.")
	case err != nil:
		return one(Problem, "The database can't be looked at: "+err.Error()+".", "Run usher doctor as the user that serves.")
	}
	const damaged = "Stop Usher, keep a copy of the data directory as it is, and restore a backup."
	db, err := e.Open(ctx)
	if err != nil {
		return one(Problem, "The database can't be opened: "+err.Error()+".", damaged)
	}
	e.db = db
	if err := db.CheckSchema(ctx, 0); err != nil {
		return one(Problem, err.Error()+".", "Start the version of Usher that made it, or restore a backup of before the upgrade.")
	}
	steps, err := db.Migrations(ctx)
	if err != nil {
		return one(Problem, "The schema can't be read: "+err.Error()+".", damaged)
	}
	pending := 0
	for _, s := range steps {
		if !s.Applied {
			pending++
		}
	}
	if pending > 0 {
		_ = e.db.Close()
		e.db = nil // what follows asks for the schema of this version
		return one(Note, fmt.Sprintf("%d migrations are pending.", pending), "usher serve applies them at its next start, after it has copied the database; or run usher migrate.")
	}
	e.newest, err = db.Leads(ctx, lead.Page{Limit: 100})
	if err != nil {
		return one(Problem, "The leads can't be read: "+err.Error()+".", damaged)
	}
	return e.integrity(ctx, info.Size(), damaged)
}

func (e *exam) integrity(ctx context.Context, size int64, remedy string) []Finding {
	if size > smallDatabase {
		return one(OK, fmt.Sprintf("The database opens and its schema is current. With %s it is too large to read through here.", system.Size(size)), "usher verify reads all of it.")
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := e.db.Integrity(limited)
	switch {
	case limited.Err() != nil:
		return one(Note, fmt.Sprintf("Reading the database through takes longer than %v.", patience), "usher verify reads all of it.")
	case err != nil:
		return one(Problem, "The database can't be read: "+err.Error()+".", remedy)
	case len(found) > 0:
		return one(Problem, fmt.Sprintf("The database is damaged: %s (%d findings).", found[0], len(found)), remedy)
	}
	return one(OK, fmt.Sprintf("The database is whole (%s) and its schema is current.", system.Size(size)), "")
}

// clock compares the machine's with the newest lead: time doesn't go backwards.
func (e *exam) clock(context.Context) []Finding {
	if len(e.newest) == 0 {
		return nil
	}
	if ahead := e.newest[0].CreatedAt.Sub(e.Now()); ahead > time.Minute {
		return one(Problem, fmt.Sprintf("The newest lead is of %v from now: the clock is wrong, or was.", ahead.Round(time.Second)),
			"Set the clock and keep it right (timedatectl set-ntp true): links and sign-ins depend on it.")
	}
	return one(OK, "The clock is not behind the newest lead.", "")
}

// recipients tells whether anybody of the firm hears of a lead.
func (e *exam) recipients(ctx context.Context) []Finding {
	if n := len(e.Config.AttorneyEmails); n > 0 {
		return one(OK, fmt.Sprintf("The firm is told of leads at %d addresses (USHER_ATTORNEY_EMAIL).", n), "")
	}
	if e.db == nil {
		return nil
	}
	admin, err := e.db.FirstAdmin(ctx)
	if err != nil {
		return one(Problem, "The users can't be read: "+err.Error()+".", "Run usher verify.")
	}
	if admin == "" {
		return one(Warning, "Nobody of the firm would be told of a lead: USHER_ATTORNEY_EMAIL is not set, and there is no admin.",
			"Set USHER_ATTORNEY_EMAIL, or make an admin: usher user add you@firm.example --role admin")
	}
	return one(OK, "The firm is told of leads at the first admin's address. USHER_ATTORNEY_EMAIL can name others.", "")
}

// outbox looks for messages that nobody got.
func (e *exam) outbox(ctx context.Context) []Finding {
	if e.db == nil {
		return nil
	}
	sum, err := e.db.MessageSummary(ctx, e.Now().Add(-mail.StuckAfter), true)
	if err != nil {
		return one(Problem, "The messages can't be counted: "+err.Error()+".", "Run usher verify.")
	}
	var all []Finding
	if sum.Stuck > 0 {
		all = append(all, Finding{Level: Warning, Text: fmt.Sprintf("%d messages have been unsent for ten minutes or more.", sum.Stuck),
			Do: "See GET /api/v1/messages?state=retrying for the reason (last_error); they are tried again by themselves while usher serve runs."})
	}
	if sum.Dead > 0 {
		all = append(all, Finding{Level: Warning, Text: fmt.Sprintf("%d messages are dead: they were refused, or tried for too long.", sum.Dead),
			Do: "See GET /api/v1/messages?state=dead for the reason, and retry one with POST /api/v1/messages/{id}/retry."})
	}
	if all == nil {
		return one(OK, "No message is stuck or dead.", "")
	}
	return all
}
