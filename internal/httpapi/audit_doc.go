package httpapi

import (
	"encoding/csv"
	"net/http"
	"strings"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/staff"
)

const auditPath = "/api/v1/audit"

func auditParams() []param {
	return []param{
		{"actor", inQuery, "Only what this user did: an id, or command_line, setup_link or usher for what acts without a user.", anyText(), exampleUserID},
		{"action", inQuery, "Only this action, or all about one thing: `lead.*`.", anyText(), "user.changed"},
		{"target", inQuery, "Only what was done to this user, lead or view: its id.", uuidSchema(), exampleID},
		{"from", inQuery, "Only what was done then or later: a time, or a date for the whole day (UTC).", anyText(), "2026-11-01"},
		{"to", inQuery, "Only what was done then or earlier: a time, or a date for the whole day (UTC).", anyText(), "2026-11-30T12:00:00Z"},
	}
}

// auditCodes says what can be wrong with them.
const auditCodes = "actor, target: `invalid_id`. action: `unknown_action`. from, to: `invalid_time`."

func unknownAction() fault.Violation {
	return fault.Violation{Field: "action", Code: "unknown_action", Message: "Use an action of the audit such as user.changed, or all about one thing such as lead.*"}
}

func exampleEntry() audit.Entry {
	return audit.Entry{
		ID: "01a2150c-2f7d-7a31-b0c4-9d8e7f6a5b4e", At: exampleTime(), Actor: audit.Actor{UserID: exampleUserID, Network: "203.0.113.7"},
		Action: audit.UserChanged, Target: "01a2150c-2f7d-7a31-b0c4-9d8e7f6a5b4c",
		Data: audit.Changed(map[string]string{"role": "viewer"}, map[string]string{"role": "intake"}),
	}
}

func auditOperation() operation {
	return operation{
		id: "listAudit", tag: "Audit", summary: "List the audit, newest first",
		text: "Who did what, when and from where. An entry is written with the change that it tells of and stays for ever: nothing changes or deletes it. " +
			"A prospect's name, address and text never stand in it.",
		params: append(auditParams(), limitParam(), cursorParam()), status: http.StatusOK, gives: "A page of the audit.",
		samples: []sample{
			{"The only page", AuditList{Items: []AuditEntry{auditEntry(exampleEntry())}}},
			{"More to come", AuditList{Items: []AuditEntry{auditEntry(exampleEntry())}, NextCursor: maybe(exampleCursor)}},
		},
		problems: listRefusals(auditCodes, unknownAction()),
	}
}

func exportAuditOperation() operation {
	return operation{
		id: "exportAudit", tag: "Audit", summary: "Export the audit as CSV",
		text: "All entries of the list that has the same filters, as one file in the form that the export of leads has; `data` is JSON. " +
			"The export is an entry itself.",
		params: auditParams(), status: http.StatusOK, gives: "The file.", media: csvMedia, samples: []sample{{"Two lines", exampleAuditFile()}},
		headers: []string{"Content-Disposition"}, problems: countRefusals(auditCodes, unknownAction()),
	}
}

// exampleAuditFile is the beginning of a file, without its mark.
func exampleAuditFile() string {
	var file strings.Builder
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	_ = w.Write(auditColumns()) // a Builder never fails
	_ = w.Write(auditRow(exampleEntry(), staff.User{Name: "Ana Rivera", Email: "ana@firm.example"}))
	w.Flush()
	return file.String()
}
