package httpapi

import (
	"net/http"

	"usher/internal/edge"
	"usher/internal/fault"
)

// refusal is one way in which an operation refuses, as the document tells it. The
// status, the code and the example come from the error, which is the one that the
// code really answers with; a test in package app compares them.
type refusal struct {
	err    *fault.Error
	when   string // when that happens, in a sentence
	status int    // in place of the one that the error's kind has
}

func (r refusal) answeredWith() int {
	if r.status != 0 {
		return r.status
	}
	status, _ := edge.Status(r.err)
	return status
}

// refused makes a refusal that is about no field.
func refused(kind fault.Kind, code, detail, when string) refusal {
	return refusal{err: fault.New(kind, code, detail), when: when}
}

// invalid is the 422 of whatever could be read and is wrong. The text names the
// codes that each field can have, the example shows some of them.
func invalid(when string, bad ...fault.Violation) refusal {
	return refusal{err: &fault.Error{Kind: fault.Invalid, Code: "invalid", Detail: "Some fields need another look.", Violations: bad}, when: when}
}

// staffReads are the refusals of a route for signed-in users that only reads:
// what all of them have, and more.
func staffReads(more ...refusal) []refusal {
	return append([]refusal{
		refused(fault.Unauthenticated, "unauthenticated", "Sign in. A program sends its access token or API key as a bearer token.",
			"There is no access token, API key or session cookie, or it has lapsed, was revoked, or its session has ended. This comes before anything else is looked at."),
		cannotStore("The database can't be used right now."),
	}, more...)
}

// staffWrites are the same for one that changes something.
func staffWrites(more ...refusal) []refusal {
	return append(staffReads(intakeStopped(), crossOrigin()), more...)
}

// crossOrigin is for whatever a cookie alone allows to change.
func crossOrigin() refusal {
	return refused(fault.Forbidden, "cross_origin", "Another site sent this request. Open Usher itself and try again there.",
		"A page of another site made the browser send this with its cookie. Nothing was changed. It can't happen with a bearer token.")
}

// noSuch is for an id in the path; what names a lead or a message.
func noSuch(what string) refusal {
	return refused(fault.NotFound, "not_found", "There is no such "+what+".", "No "+what+" has this id, or it is no id at all.")
}

// staleVersion is for whatever takes If-Match of a lead.
func staleVersion() refusal {
	return refused(fault.Stale, "stale", "The lead was changed since you read it. Read it again and decide anew.",
		"If-Match names another version than the lead has now. Nothing was changed.")
}

func cannotStore(when string) refusal {
	return refusal{err: fault.Unstorable(nil), when: when}
}

func intakeStopped() refusal {
	latch := &fault.Latch{}
	latch.Trip(fault.ErrSync)
	_, known := edge.Status(latch.Err())
	return refusal{err: known, when: "The disk failed to confirm a write, and the server keeps nothing more until its operator restarts it."}
}

// jsonRefusals are what every route that takes a JSON body can say of it; what is
// wrong with its members goes into an invalid of the route's own.
func jsonRefusals(more ...refusal) []refusal {
	return append([]refusal{
		refused(fault.Malformed, "malformed_json", "The body is not one well-formed JSON value.", "The body can't be parsed, something stands behind the value, or half of a surrogate pair is escaped."),
		refused(fault.TooLarge, "too_large", "The body is longer than 128 KiB.", "The body is longer than 128 KiB."),
		refused(fault.Unsupported, "unsupported_media_type", "Send the body as application/json.", "Content-Type is not application/json."),
		encodedBody(),
		refused(fault.Invalid, "not_an_object", "Send a JSON object.", "The body is JSON, and no object."),
	}, more...)
}

func encodedBody() refusal {
	return refused(fault.Unsupported, "unsupported_encoding", "Send the body without a Content-Encoding.", "The body has a Content-Encoding.")
}

// markRefusals are those of PATCH and PUT of a lead.
func markRefusals() []refusal {
	return staffWrites(jsonRefusals(
		noSuch("lead"), staleVersion(),
		refused(fault.Conflict, "not_allowed", "A lead in state REACHED_OUT can't be set to PENDING; reopen it instead.",
			"The lead is REACHED_OUT and the body says PENDING."),
		refused(fault.Conflict, "not_reached_out", "The lead is PENDING; a channel can be set once it is REACHED_OUT.",
			"The body has a channel only, and the lead is PENDING."),
		invalid("A member is wrong. state: `required`, `unknown_state`. channel: `unknown_channel`, `not_allowed` (with PENDING). "+
			"Any: `unknown_field`, `duplicate`, `wrong_type`.",
			fault.Violation{Field: "state", Code: "unknown_state", Message: "Use PENDING or REACHED_OUT."},
			fault.Violation{Field: "channel", Code: "unknown_channel", Message: "Use email, phone or other."}),
	)...)
}

func reopenRefusals() []refusal {
	return staffWrites(jsonRefusals(
		noSuch("lead"), staleVersion(),
		invalid("A member is wrong. reason: `too_long`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
			fault.Violation{Field: "reason", Code: "too_long", Message: "Shorten the reason to 1,000 characters."}),
	)...)
}

func retryRefusals() []refusal {
	return staffWrites(
		noSuch("message"),
		refused(fault.Conflict, "already_sent", "The message was sent already.", "The mail server took it."),
		refused(fault.Conflict, "suppressed", "This one is held back: the address had its confirmations for the day, or the prospect has corrected it.",
			"The cap of confirmations protects somebody's mailbox."),
	)
}

// listRefusals are those of a list that can be paged; text has the codes of its
// own parameters.
func listRefusals(text string, example fault.Violation) []refusal {
	return countRefusals(text+" limit: `out_of_range`. cursor: `invalid_cursor`.",
		example, fault.Violation{Field: "limit", Code: "out_of_range", Message: "Use a whole number from 1 to 100."})
}

// countRefusals are those of whatever reads query parameters and pages nothing.
func countRefusals(text string, examples ...fault.Violation) []refusal {
	return staffReads(invalid("A parameter is wrong. "+text+" Any: `duplicate`, `malformed`.", examples...))
}

func unknownState() fault.Violation {
	return fault.Violation{Field: "state", Code: "unknown_state", Message: "Use PENDING or REACHED_OUT."}
}

func unknownMessageState() fault.Violation {
	return fault.Violation{Field: "state", Code: "unknown_state", Message: "Use queued, retrying, sent, dead, captured or suppressed."}
}

func resumeRefusals() []refusal {
	again := refused(fault.Unavailable, "resume_unreadable", "This file can't be read right now. Try again in a moment.", "The storage doesn't give the file.")
	again.err.RetryAfter = fault.Unstorable(nil).RetryAfter
	outside := refused(fault.Invalid, "range_not_satisfiable", "The file has no such range; Content-Range tells how long it is.", "Range lies outside the file.")
	outside.status = http.StatusRequestedRangeNotSatisfiable
	return staffReads(
		noSuch("lead"),
		refused(fault.Stale, "stale", "The file is another one than the header asks for.", "If-Match doesn't name the file's ETag."),
		outside, again,
		refused(fault.Internal, "resume_missing", "This resume is missing from the server's storage.",
			"The file is gone. Tell whoever runs the server: `usher verify` finds it."),
		refused(fault.Internal, "resume_damaged", "This resume was damaged in the server's storage, so it isn't shown.",
			"The file is no longer what was sent. Tell whoever runs the server."),
	)
}
