package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/lead"
)

func eventsOperation() operation {
	return operation{
		id: "listEvents", tag: "Leads", summary: "List what happened to a lead, newest first",
		text: "What `data` holds, by kind:\n\n" +
			"- `received`: a `signal_` for each thing about the submission that looked odd\n" +
			"- `reached_out`: `from`, `to`, and `channel` when it was said; `channel_set`: `channel`\n" +
			"- `reopened`, `undone` (by the same user within ten minutes): `from`, `to`, and `reason` when there is one\n" +
			"- `assigned`: `from` and `to`, ids of users, empty for nobody\n" +
			"- `note`: `text`\n" +
			"- `resume_viewed`: nothing; once for a user in ten minutes\n" +
			"- `address_corrected`: nothing; the prospect did it on the confirmation page, within half an hour\n" +
			"- `message_changed`: `message_id`, `message_kind`, `state`, and `error` when a try failed; the actor is who asked to try again",
		params: []param{idParam("lead", exampleID), limitParam(), cursorParam()}, status: http.StatusOK, gives: "A page of the timeline.",
		samples:  []sample{{"A lead that was called", EventList{Items: exampleEvents()}}},
		problems: append(listRefusals("", fault.Violation{Field: "cursor", Code: "invalid_cursor", Message: "Use next_cursor as the list gave it, or leave it out to start again."}), noSuch("lead")),
	}
}

func noteOperation() operation {
	return operation{
		id: "addNote", tag: "Leads", summary: "Add a note", text: "For the firm's eyes only. It stays in the timeline and goes with the lead. White space at its ends is removed.",
		params: []param{idParam("lead", exampleID)}, body: jsonBody(true, sample{"A note", NoteBody{exampleEvents()[0].Data["text"]}}),
		status: http.StatusCreated, gives: "The note, as an event of the timeline.", samples: []sample{{"The note", exampleEvents()[0]}},
		problems: staffWrites(jsonRefusals(noSuch("lead"),
			invalid("The note can't be kept. text: `required`, `too_long`, `control_characters`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "text", Code: "too_long", Message: "Shorten the note to 10,000 characters."}))...),
	}
}

func assigneeOperation() operation {
	assigned := examplePending()
	assigned.Assignee, assigned.Version = maybe(exampleUserID), 2
	return operation{
		id: "assignLead", tag: "Leads", summary: "Say who takes care of a lead",
		text:   "Repeating is fine and changes nothing. `me` is whoever asks, null is nobody.",
		params: []param{idParam("lead", exampleID), ifMatchParam()},
		body:   jsonBody(true, sample{"Me", AssigneeBody{maybe("me")}}, sample{"Somebody", AssigneeBody{maybe(exampleUserID)}}, sample{"Nobody", AssigneeBody{}}),
		status: http.StatusOK, gives: "The lead as it is now.", samples: []sample{{"Assigned", assigned}}, headers: []string{"ETag"},
		problems: staffWrites(jsonRefusals(noSuch("lead"), staleVersion(),
			invalid("The lead can't be given to them. assignee: `required`, `unknown_user`, `wrong_type`. Any: `unknown_field`, `duplicate`.",
				fault.Violation{Field: "assignee", Code: "unknown_user", Message: "Use the id of a user who can sign in, me, or null for nobody."}))...),
	}
}

// exampleEvents is the timeline of a lead that was called and assigned.
func exampleEvents() []EventView {
	event := func(last string, kind lead.EventKind, after time.Duration, actor string, data map[string]string) EventView {
		return EventView{ID: exampleID[:len(exampleID)-1] + last, Kind: kind, At: exampleTime().Add(after), Actor: maybe(actor), Data: data}
	}
	return []EventView{
		event("4", lead.Noted, 3*time.Hour, exampleUserID, map[string]string{"text": "Called, no answer. Will try again on Thursday."}),
		event("3", lead.Assigned, 2*time.Hour, exampleUserID, map[string]string{"from": "", "to": exampleUserID}),
		event("2", lead.MessageChanged, time.Second, "", map[string]string{"message_id": exampleMessageID, "message_kind": "confirmation", "state": "sent"}),
		event("1", lead.Received, 0, "", map[string]string{}),
	}
}
