package httpapi

import (
	"net/http"
	"strings"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
)

// exampleLinkToken has the shape of what stands in a link behind the #.
var exampleLinkToken = strings.Repeat("Yb3", 14)

func exampleInvitation() LinkView {
	return LinkView{Purpose: staff.Invitation, Email: "ben@firm.example", Name: "Ben Cole", ExpiresAt: exampleTime().Add(staff.InvitationLife)}
}

func exampleLinkURL() string { return "https://leads.firm.example/app/invitation#" + exampleLinkToken }

// deadLink answers whatever is wrong with a link.
func deadLink() fault.Violation {
	return fault.Violation{Field: "token", Code: "invalid_link", Message: "This link doesn't work any more. Ask for a new one."}
}

const deadLinkWhen = "token: `required`, `invalid_link`: used, lapsed, replaced by a newer one, of another purpose, of a user who is disabled, or made up; the answer doesn't tell which."

func askResetOperation() operation {
	return operation{
		id: "askPasswordReset", tag: "Session", public: true, summary: "Ask for a link to choose another password",
		text: "It is mailed to the user with this address and works once, for an hour. The answer is the same, and as fast, when nobody has the address, and when " +
			"a user was sent three within the hour or ten within the day, or a network has asked for twenty or 200: then nothing is sent. Whoever has yet to follow an invitation needs a new one from an admin.",
		body:   jsonBody(true, sample{"Somebody forgot", AskBody{Email: "ben@firm.example"}}),
		status: http.StatusAccepted, gives: "If somebody has this address, a mail goes out, where there is a mail server.",
		samples: []sample{{"With a mail server", AskedView{Sending: true}}, {"Without one", AskedView{}}},
		problems: jsonRefusals(
			invalid("A member is missing or wrong. email: `required`, `invalid_email`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."}),
			cannotStore("The database can't be used right now."), intakeStopped(),
		),
	}
}

func linkOperation() operation {
	return operation{
		id: "openLink", tag: "Session", public: true, summary: "See what a link to choose a password is for",
		text: "Uses nothing up.", body: jsonBody(true, sample{"A link", LinkBody{Token: exampleLinkToken}}),
		status: http.StatusOK, gives: "Whose password it is.", samples: []sample{{"An invitation", exampleInvitation()}},
		problems: jsonRefusals(
			invalid("A member is missing or wrong. "+deadLinkWhen+" Any: `unknown_field`, `duplicate`, `wrong_type`.", deadLink()),
			cannotStore("The database can't be read right now."),
		),
	}
}

func resetOperation() operation {
	return chooseOperation("resetPassword", "Choose another password by a link",
		"Ends every session of the user, and their other links. They are told by mail. Nobody is signed in by it: sign in next.")
}

func invitationOperation() operation {
	return chooseOperation("acceptInvitation", "Choose the first password by a link", "Nobody is signed in by it: sign in next.")
}

func chooseOperation(id, summary, text string) operation {
	return operation{
		id: id, tag: "Session", public: true, summary: summary, text: text,
		body:   jsonBody(true, sample{"A link and a password", ChooseBody{Token: exampleLinkToken, Password: "seven quiet green lamps"}}), //nolint:gosec // nobody's
		status: http.StatusNoContent, gives: "The password is set.",
		problems: append(jsonRefusals(
			invalid("A member is missing or wrong. "+deadLinkWhen+" password: `required`, `too_short`, `too_long`, `too_common`, `too_personal`, `invalid_characters`. "+
				"Any: `unknown_field`, `duplicate`, `wrong_type`.", deadLink(),
				fault.Violation{Field: "password", Code: "too_short", Message: "Use a password of at least 12 characters."}),
			cannotStore("The database can't be used right now."), intakeStopped(),
		), tooManySignIns()),
	}
}

// tooManySignIns is for whatever hashes a password.
func tooManySignIns() refusal {
	return refusal{
		err:  &fault.Error{Kind: fault.Throttled, Code: "busy", RetryAfter: time.Second, Detail: "Too many people are signing in at once. Try again in a moment."},
		when: "Too many people are signing in at once.",
	}
}

func sendLinkOperation() operation {
	url := exampleLinkURL()
	return operation{
		id: "sendLink", tag: "Users", summary: "Send a user a new link to choose a password",
		text: "An invitation to whoever has no password yet, which works for seven days; to anybody else a reset, which works for an hour and leaves the password as it is until then. " +
			"It goes out by mail. An invitation takes the place of those before it.",
		params: []param{idParam("user", exampleUserID)}, body: jsonBody(false, sample{"Nothing", TestBody{}}),
		status: http.StatusCreated, gives: "What was sent.", samples: []sample{
			{"An invitation", LinkSentView{Purpose: staff.Invitation, ExpiresAt: exampleTime().Add(staff.InvitationLife), URL: &url}},
			{"A reset", LinkSentView{Purpose: staff.Reset, ExpiresAt: exampleTime().Add(staff.ResetLife)}},
		},
		problems: staffWrites(jsonRefusals(noSuch("user"),
			refused(fault.Conflict, "disabled", "They can't sign in. Enable them first.", "The user is disabled."),
			invalid("A member is wrong. Any: `unknown_field`, `duplicate`.", fault.Violation{Field: "email", Code: "unknown_field", Message: "There is no such field."}),
		)...),
	}
}
