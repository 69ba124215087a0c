package httpapi

import (
	"net/http"

	"usher/internal/fault"
)

// TestBody is what a test message takes: nothing.
type TestBody struct{}

func summaryOperation() operation {
	return operation{
		id: "summarizeMessages", tag: "Messages", summary: "Tell whether mail goes out",
		text:   "What of the outbox people may have to look after. Those about accounts count for admins alone. Cheap, so that it can be asked every half minute.",
		status: http.StatusOK, gives: "How many there are.",
		samples:  []sample{{"A mail server that is down", MessageSummary{Sending: true, Waiting: 7, Stuck: 3, Dead: 1}}, {"All is well", MessageSummary{Sending: true}}},
		problems: staffReads(),
	}
}

func testOperation() operation {
	return operation{
		id: "testMail", tag: "Messages", summary: "Send a test message to yourself",
		text: "To the address that you sign in with, past the outbox; the answer comes once the mail server has answered, after 30 seconds " +
			"at the latest. That it failed is an answer too, with status 200.",
		body: jsonBody(false, sample{"Nothing", TestBody{}}), status: http.StatusOK, gives: "What the mail server said.",
		samples: []sample{
			{"Sent", TestAnswer{Recipient: "ana@firm.example", State: "sent"}},
			{"Failed", TestAnswer{"ana@firm.example", "failed", maybe("535 5.7.8 Authentication failed (AUTH). Check user and password in USHER_SMTP_URL.")}},
		},
		problems: staffReads(jsonRefusals(
			invalid("The body has a member. Any: `unknown_field`.",
				fault.Violation{Field: "recipient", Code: "unknown_field", Message: "There is no such member. Remove it."}),
			crossOrigin(),
			refused(fault.Conflict, "no_mail_server", "There is no mail server: messages are captured in the outbox. Set USHER_SMTP_URL.",
				"Nothing can be sent."),
			refused(fault.Throttled, "test_running", "Another test message is being sent right now. Try again in a moment.",
				"One test runs at a time, whoever asks."),
			refused(fault.Throttled, "too_many_tests", "Too many test messages were sent. Wait before the next one.",
				"A few may go out in a row, and then one every ten seconds."),
		)...),
	}
}
