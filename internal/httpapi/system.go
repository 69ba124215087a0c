package httpapi

import (
	"net/http"
	"time"

	"usher/internal/staff"
	"usher/internal/system"
)

// SystemView is how the server stands.
type SystemView struct {
	Status    system.Level  `json:"status" enum:"green,amber,red" doc:"The worst of all checks."`
	Sentence  string        `json:"sentence" example:"Usher works, and one thing needs a look. No backup was ever made."`
	Version   string        `json:"version" doc:"Of the program."`
	StartedAt time.Time     `json:"started_at" doc:"When it began to serve."`
	Now       time.Time     `json:"now" doc:"The server's clock."`
	Zone      string        `json:"zone" example:"America/New_York" doc:"The firm's time zone."`
	Checks    []SystemCheck `json:"checks" doc:"At least one for each part that could be looked at, in the order in which to read them."`
	Outbox    *SystemOutbox `json:"outbox" doc:"Null when the database doesn't answer."`
	Disk      *SystemDisk   `json:"disk" doc:"Of the data directory's file system; null when it can't be asked for."`
	Database  *SystemDB     `json:"database" doc:"Null when it doesn't answer."`
	Backup    *SystemBackup `json:"backup" doc:"The last one; null when none was ever made, or the database doesn't answer."`
	Address   SystemAddress `json:"address"`
}

// SystemCheck is what was found of one part. A part can have several that are amber.
type SystemCheck struct {
	About system.About `json:"about" enum:"intake,outbox,disk,database,backup,clock,address,settings"`
	Level system.Level `json:"level" enum:"green,amber,red"`
	Code  string       `json:"code" enum:"ok,stopped,captured,stuck,dead,low,full,unknown,no_answer,never,old,damaged,behind,other_host,base_url_plain,mail_plain,trusts_everybody,data_dir_writable" doc:"ok: it is green."`
	Text  string       `json:"text" doc:"For people, in English."`
	Do    *string      `json:"do" doc:"What to do about it; null when there is nothing to do."`
}

// SystemOutbox is what of the outbox people may have to look after.
type SystemOutbox struct {
	Sending bool `json:"sending" doc:"There is a mail server; without one, messages are captured."`
	Waiting int  `json:"waiting" doc:"Queued or retrying."`
	Stuck   int  `json:"stuck" doc:"Of those, the ones that have waited for ten minutes or longer."`
	Dead    int  `json:"dead" doc:"Given up, until somebody tries them again."`
}

// SystemDisk is the space of the data directory's file system.
type SystemDisk struct {
	FreeBytes   uint64 `json:"free_bytes" doc:"That Usher may use."`
	TotalBytes  uint64 `json:"total_bytes"`
	NeededBytes uint64 `json:"needed_bytes" doc:"With less than that free, no lead is stored."`
}

// SystemDB is the database.
type SystemDB struct {
	Engine    string     `json:"engine" enum:"sqlite,postgres"`
	Bytes     int64      `json:"bytes"`
	LogBytes  int64      `json:"log_bytes" doc:"Of SQLite's write-ahead log, which is folded into the database by and by; else 0."`
	Migration int64      `json:"schema" doc:"The last migration: it grows with upgrades."`
	NewestAt  *time.Time `json:"newest_at" doc:"When the newest thing was stored; null when there is none."`
}

// SystemBackup is a backup.
type SystemBackup struct {
	TakenAt time.Time `json:"taken_at" doc:"Whatever was acknowledged before that is inside."`
	Leads   int       `json:"leads"`
	Bytes   int64     `json:"bytes"`
	Damaged int       `json:"damaged" doc:"Resumes that were missing or damaged then."`
}

// SystemAddress is where the server believes that it is.
type SystemAddress struct {
	BaseURL   string `json:"base_url" format:"uri" example:"https://intake.firm.example" doc:"What links begin with."`
	ReachedBy string `json:"reached_by" example:"intake.firm.example" doc:"The host that you asked for."`
}

func systemView(f system.Facts) SystemView {
	r := system.Judge(f)
	v := SystemView{
		Status: r.Level, Sentence: r.Sentence, Version: f.Version, StartedAt: f.StartedAt, Now: f.Now, Zone: "UTC",
		Address: SystemAddress{f.BaseURL.String(), f.ReachedBy},
	}
	for _, found := range r.Findings {
		v.Checks = append(v.Checks, SystemCheck{found.About, found.Level, found.Code, found.Text, maybe(found.Do)})
	}
	if f.Space != nil {
		v.Disk = &SystemDisk{f.Space.Free, f.Space.Total, f.Space.Needed}
	}
	k := f.Known
	if k == nil {
		return v
	}
	v.Zone = k.Zone.String()
	v.Outbox = &SystemOutbox{f.Sends, k.Mail.Waiting, k.Mail.Stuck, k.Mail.Dead}
	v.Database = &SystemDB{k.Extent.Engine, k.Extent.Bytes, k.Extent.Log, k.Extent.Schema, maybe(k.Newest)}
	if b := k.Backup; b != nil {
		v.Backup = &SystemBackup{b.TakenAt, b.Leads, b.Bytes, b.Damaged}
	}
	return v
}

func (s *Server) getSystem(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	return writeJSON(w, http.StatusOK, systemView(s.System(r.Context(), r.Host)))
}
