package httpapi

import (
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/mail"
	"usher/internal/system"
)

// exampleFacts are those of a server of which all is well but what change says.
func exampleFacts(change func(*system.Facts)) SystemView {
	f := system.Facts{
		Version: "1.0.0", StartedAt: exampleTime().Add(-30 * 24 * time.Hour), Now: exampleTime(), Sends: true,
		Space: &system.Space{Free: 61 << 30, Total: 98 << 30, Needed: 11 << 20},
		Known: &system.Known{
			Mail: mail.Summary{Waiting: 2}, Extent: system.Extent{Engine: "sqlite", Bytes: 84 << 20, Log: 4 << 20, Schema: 10},
			Backup: &system.Backup{TakenAt: exampleTime().Add(-6 * time.Hour), Leads: 4210, Bytes: 3 << 30},
			Newest: exampleTime().Add(-time.Minute), Zone: time.UTC,
		},
		BaseURL: &url.URL{Scheme: "https", Host: "intake.firm.example"}, ReachedBy: "intake.firm.example",
	}
	change(&f)
	return systemView(f)
}

// Schema implements huma.SchemaProvider, which has no other way to say null.
func (SystemOutbox) Schema(r huma.Registry) *huma.Schema {
	type members SystemOutbox
	return orNull[members](r)
}

// Schema implements huma.SchemaProvider, for the same reason.
func (SystemDisk) Schema(r huma.Registry) *huma.Schema {
	type members SystemDisk
	return orNull[members](r)
}

// Schema implements huma.SchemaProvider, for the same reason.
func (SystemDB) Schema(r huma.Registry) *huma.Schema {
	type members SystemDB
	return orNull[members](r)
}

// Schema implements huma.SchemaProvider, for the same reason.
func (SystemBackup) Schema(r huma.Registry) *huma.Schema {
	type members SystemBackup
	return orNull[members](r)
}

// orNull is the schema that an object's members have, or null.
func orNull[Members any](r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[Members]())
	s.Nullable = true
	return s
}

func systemOperation() operation {
	return operation{
		id: "getSystem", tag: "System", summary: "Tell how the server stands",
		text: "For admins. Outbox, disk, database, last backup, clock, address and settings, judged in one sentence. Cheap, so that it can be " +
			"asked every half minute; `usher doctor` looks deeper. No secret is in it.",
		status: http.StatusOK, gives: "How it stands.",
		samples: []sample{
			{"All is well", exampleFacts(func(*system.Facts) {})},
			{"Two things need a look", exampleFacts(func(f *system.Facts) { f.Known.Mail.Dead, f.Known.Backup = 3, nil })},
			{"The disk is full", exampleFacts(func(f *system.Facts) { f.Space.Free = 5 << 20 })},
		},
		problems: staffReads(),
	}
}
