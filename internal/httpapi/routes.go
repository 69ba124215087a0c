package httpapi

import (
	"net/http"

	"usher/internal/fault"
	"usher/internal/staff"
)

// route is one operation: where it is, what answers, and what the document says.
type route struct {
	method, path string
	door         door
	doc          operation
}

// door is what answers, and what lets one in: a permission, or nothing for a public
// route; and where a person has to come, no API key.
type door struct {
	serve  handler
	public bool
	person bool
	needs  staff.Permission
}

func public(h handler) door { return door{serve: h, public: true} }

const (
	tokenPath   = "/api/v1/token" //nolint:gosec // a path
	sessionPath = "/api/v1/session"
	leadPath    = "/api/v1/leads/{id}"
	messagePath = "/api/v1/messages/{id}"
	firmPath    = "/api/v1/firm"
	reportsPath = "/api/v1/reports"
	viewsPath   = "/api/v1/views"
	usersPath   = "/api/v1/users"
	resetPath   = "/api/v1/password-reset"

	sessionsPath = "/api/v1/sessions"
	apiKeysPath  = "/api/v1/api-keys" //nolint:gosec // a path
)

// routes is the page on which every route of the contract stands, with the permission
// that it needs. What is not public goes through s.as, s.by or s.inPerson, which let
// nobody in who isn't signed in and has it; the last takes no API key.
func (s *Server) routes() []route { //nolint:funlen // one page is the point
	return []route{
		{"POST", "/api/v1/leads", public(s.submit), operation{
			id: "submitLead", tag: "Public", public: true, summary: "Submit a lead",
			text:   "The lead, its resume and both e-mails are on disk when the answer comes. The same person twice is two leads.",
			params: []param{idempotencyParam()}, body: submissionBody(), status: http.StatusCreated,
			gives: "The lead is kept.", samples: []sample{{"The lead", exampleReceipt()}}, headers: []string{"Location"}, problems: submitRefusals(),
		}},
		{"POST", tokenPath, public(s.token), operation{
			id: "token", tag: "Public", public: true, summary: "Sign in, or refresh",
			text: "RFC 6749 section 4.3, parameters from the body. Each refresh token is good for one use; " +
				"a second use ends the session. It lapses after 7 days, and the session 30 days after the sign-in. Refusals have the shape of RFC 6749.",
			body: tokenBody(), status: http.StatusOK, gives: "A pair of tokens.", samples: []sample{{"Tokens", exampleTokens()}},
			refusal: tokenRefusal, problems: tokenRefusals(),
		}},
		{"POST", sessionPath, public(s.signIn), signInOperation()},
		{"POST", resetPath, public(s.askReset), askResetOperation()},
		{"PUT", resetPath, public(s.resetPassword), resetOperation()},
		{"PUT", "/api/v1/invitation", public(s.acceptInvitation), invitationOperation()},
		{"POST", "/api/v1/link", public(s.openLink), linkOperation()},
		{"DELETE", sessionPath, s.inPerson(staff.SignedIn, s.signOut), signOutOperation()},
		{"GET", "/api/v1/me", s.by(staff.SignedIn, s.whoAmI), operation{
			id: "me", tag: "Session", summary: "Get yourself", text: "Who you are, and what your role allows; by an API key what its owner's role and its scopes allow.",
			status: http.StatusOK, gives: "You.", samples: []sample{{"An attorney", exampleMe()}, {"By an API key", exampleMeByKey()}}, problems: staffReads(),
		}},
		{"PUT", "/api/v1/me/password", s.inPerson(staff.SignedIn, s.changePassword), passwordOperation()},
		{"GET", sessionsPath, s.inPerson(staff.SignedIn, s.listSessions), sessionsOperation()},
		{"DELETE", sessionsPath, s.inPerson(staff.SignedIn, s.endOtherSessions), endOtherSessionsOperation()},
		{"DELETE", sessionsPath + "/{id}", s.inPerson(staff.SignedIn, s.endSession), endSessionOperation()},
		{"GET", apiKeysPath, s.inPerson(staff.SignedIn, s.listAPIKeys), apiKeysOperation()},
		{"POST", apiKeysPath, s.inPerson(staff.SignedIn, s.addAPIKey), addAPIKeyOperation()},
		{"DELETE", apiKeysPath + "/{id}", s.inPerson(staff.SignedIn, s.revokeAPIKey), revokeAPIKeyOperation()},
		{"GET", "/api/v1/staff", s.as(staff.ReadLeads, s.listStaff), operation{
			id: "listStaff", tag: "Session", summary: "List everybody who has an account",
			text:   "For the names behind `assignee`, `reached_out_by` and an event's `actor`. By name, then by address.",
			status: http.StatusOK, gives: "Everybody.", samples: []sample{{"Two people", exampleStaff()}}, problems: staffReads(),
		}},
		{"GET", "/api/v1/leads", s.as(staff.ReadLeads, s.listLeads), operation{
			id: "listLeads", tag: "Leads", summary: "List leads, newest first",
			text: "A lead is listed and found as soon as its 201 is out.", params: append(filterParams(), sortParam(), limitParam(), cursorParam()),
			status: http.StatusOK, gives: "A page of leads.", samples: []sample{
				{"The only page", LeadList{Items: []LeadView{exampleReachedOut()}}},
				{"More to come", LeadList{Items: []LeadView{examplePending()}, NextCursor: maybe(exampleCursor)}},
			},
			problems: listRefusals(filterCodes+" sort: `unknown_sort`.", unknownState()),
		}},
		{"GET", "/api/v1/leads/counts", s.as(staff.ReadLeads, s.countLeads), operation{
			id: "countLeads", tag: "Leads", summary: "Count leads by state", text: "Exact, under the filters that the list would have.",
			params: filterParams(), status: http.StatusOK, gives: "How many there are.",
			samples: []sample{{"Counts", Counts{Pending: 12, ReachedOut: 340}}}, problems: countRefusals(filterCodes, unknownState()),
		}},
		{"GET", "/api/v1/leads/csv", s.as(staff.ExportLeads, s.exportLeads), exportOperation()},
		{"GET", leadPath, s.as(staff.ReadLeads, s.oneLead), operation{
			id: "getLead", tag: "Leads", summary: "Get one lead", params: []param{idParam("lead", exampleID)},
			status: http.StatusOK, gives: "All that the prospect filled in, and what the firm did.", samples: leadSamples(),
			headers: []string{"ETag"}, problems: staffReads(noSuch("lead")),
		}},
		{"PATCH", leadPath, s.as(staff.WriteLeads, s.markLead), markOperation("patchLead")},
		{"PUT", leadPath, s.as(staff.WriteLeads, s.markLead), markOperation("putLead")},
		{"DELETE", leadPath, s.as(staff.DeleteLeads, s.eraseLead), operation{
			id: "deleteLead", tag: "Leads", summary: "Delete a lead for good",
			text:   "The resume and all personal data are erased; an event and a tombstone stay.",
			params: []param{idParam("lead", exampleID), ifMatchParam()}, status: http.StatusNoContent, gives: "It is gone.",
			problems: staffWrites(noSuch("lead"), staleVersion()),
		}},
		{"POST", leadPath + "/reopen", s.as(staff.WriteLeads, s.reopenLead), operation{
			id: "reopenLead", tag: "Leads", summary: "Put a lead back to PENDING",
			text:   "An event of its own. By the same user within ten minutes it counts as undone. A pending lead stays as it is.",
			params: []param{idParam("lead", exampleID), ifMatchParam()},
			body:   jsonBody(false, sample{"With a reason", ReopenBody{Reason: "Wrong number"}}, sample{"Without", ReopenBody{}}),
			status: http.StatusOK, gives: "The lead, PENDING.", samples: []sample{{"Pending", examplePending()}},
			headers: []string{"ETag"}, problems: reopenRefusals(),
		}},
		{"PUT", leadPath + "/assignee", s.as(staff.WriteLeads, s.assignLead), assigneeOperation()},
		{"GET", leadPath + "/events", s.as(staff.ReadLeads, s.listEvents), eventsOperation()},
		{"POST", leadPath + "/notes", s.as(staff.WriteLeads, s.addNote), noteOperation()},
		{"GET", leadPath + "/resume", s.as(staff.ReadFiles, s.resume), operation{
			id: "downloadResume", tag: "Leads", summary: "Download the resume",
			text:   "The exact bytes, checked against their digest first. Range works. The first download by a user in ten minutes leaves an event.",
			params: append([]param{idParam("lead", exampleID)}, fileParams()...), status: http.StatusOK, media: "*/*",
			gives: "The file, of the type that its content has.", samples: []sample{{"A text", exampleResume}},
			also:    map[int]string{http.StatusPartialContent: "The part that Range asks for.", http.StatusNotModified: "The copy named by If-None-Match is still good."},
			headers: []string{"Content-Disposition", "ETag"}, problems: resumeRefusals(),
		}},
		{"GET", "/api/v1/stream", s.by(staff.ReadLeads, s.stream), streamOperation()},
		{"PUT", "/api/v1/presence", s.inPerson(staff.ReadLeads, ofUser(s.look)), presenceOperation()},
		{"GET", "/api/v1/messages", s.as(staff.ReadLeads, s.listMessages), operation{
			id: "listMessages", tag: "Messages", summary: "List the outbox, newest first",
			text: "One message has one recipient. captured: there is no mail server, so it is kept and not sent. " +
				"dead: given up. suppressed: the address had its three confirmations for the day, or was corrected first; or the link in it has lapsed. " +
				"Messages about users' accounts are listed for whoever has `users:manage`.",
			params: []param{messageStateParam(), leadIDParam(), limitParam(), cursorParam()},
			status: http.StatusOK, gives: "A page of messages.", samples: []sample{{"Messages", MessageList{Items: []MessageView{exampleMessage()}}}},
			problems: listRefusals("state: `unknown_state`. lead_id: `invalid_id`.", unknownMessageState()),
		}},
		{"GET", "/api/v1/messages/summary", s.as(staff.ReadLeads, s.summarizeMessages), summaryOperation()},
		{"POST", "/api/v1/messages/test", s.as(staff.WriteMessages, s.testMail), testOperation()},
		{"POST", "/api/v1/messages/preview", s.as(staff.ReadSettings, s.previewMessage), previewOperation()},
		{"POST", messagePath + "/retry", s.as(staff.WriteMessages, s.retryMessage), operation{
			id: "retryMessage", tag: "Messages", summary: "Try a message again now",
			text:   "For what is dead, captured or waiting. What was sent or suppressed is a conflict.",
			params: []param{idParam("message", exampleMessageID)}, status: http.StatusOK, gives: "The message, due now.",
			samples: []sample{{"The message", exampleRetried()}}, problems: retryRefusals(),
		}},
		{"GET", usersPath, s.as(staff.ManageUsers, s.listUsers), usersOperation()},
		{"POST", usersPath, s.inPerson(staff.ManageUsers, ofUser(s.addUser)), addUserOperation()},
		{"GET", usersPath + "/{id}", s.as(staff.ManageUsers, s.oneUser), userOperation()},
		{"POST", usersPath + "/{id}/link", s.inPerson(staff.ManageUsers, ofUser(s.sendLink)), sendLinkOperation()},
		{"PATCH", usersPath + "/{id}", s.inPerson(staff.ManageUsers, ofUser(s.changeUser)), changeUserOperation()},
		{"DELETE", usersPath + "/{id}/sessions", s.inPerson(staff.ManageUsers, s.endSessionsOf), endSessionsOfOperation()},
		{"GET", viewsPath, s.as(staff.ReadLeads, s.listViews), viewsOperation()},
		{"POST", viewsPath, s.inPerson(staff.ReadLeads, ofUser(s.saveView)), saveViewOperation()},
		{"PATCH", viewsPath + "/{id}", s.inPerson(staff.ReadLeads, ofUser(s.changeView)), changeViewOperation()},
		{"DELETE", viewsPath + "/{id}", s.inPerson(staff.ReadLeads, ofUser(s.removeView)), removeViewOperation()},
		{"GET", firmPath, s.as(staff.ReadLeads, s.getFirm), firmOperation()},
		{"PATCH", firmPath, s.as(staff.WriteFirm, s.changeFirm), changeFirmOperation()},
		{"PUT", firmPath + "/logo", s.as(staff.WriteFirm, s.setLogo), logoOperation()},
		{"DELETE", firmPath + "/logo", s.as(staff.WriteFirm, s.removeLogo), removeLogoOperation()},
		{"GET", firmPath + "/notices", s.as(staff.ReadSettings, s.listNotices), noticesOperation()},
		{"POST", firmPath + "/notices", s.as(staff.WriteFirm, s.publishNotice), publishOperation()},
		{"GET", reportsPath, s.as(staff.ReadReports, s.getReport), reportOperation()},
		{"GET", reportsPath + "/csv", s.as(staff.ReadReports, s.exportReport), exportReportOperation()},
		{"GET", auditPath, s.as(staff.ReadAudit, s.listAudit), auditOperation()},
		{"GET", auditPath + "/csv", s.as(staff.ReadAudit, s.exportAudit), exportAuditOperation()},
		{"GET", "/api/v1/system", s.as(staff.ReadSystem, s.getSystem), systemOperation()},
		{"GET", "/healthz", public(s.healthz), operation{
			id: "healthz", tag: "Health", public: true, summary: "Is the process alive", status: http.StatusOK, gives: "It is.",
			samples: []sample{{"Alive", Health{"ok"}}},
		}},
		{"GET", "/readyz", public(s.readyz), operation{
			id: "readyz", tag: "Health", public: true, summary: "Can a lead be stored now", status: http.StatusOK, gives: "It can.",
			samples: []sample{{"Ready", Health{"ok"}}}, problems: []refusal{cannotStore("The database doesn't answer, or the disk is full."), intakeStopped()},
		}},
		{"GET", "/metrics", public(s.metrics), operation{
			id: "metrics", tag: "Health", public: true, summary: "Metrics for Prometheus, on loopback only", status: http.StatusOK,
			gives: "Prometheus text format.", media: "text/plain", samples: []sample{{"Metrics", exampleMetrics}},
			problems: []refusal{refused(fault.NotFound, "not_found", "There is no such route.", "You don't call from the same machine, or through a proxy there.")},
		}},
		{"GET", "/openapi.json", public(s.openAPI), operation{
			id: "openapi", tag: "Health", public: true, summary: "This document", text: "GET /docs shows it and tries it.",
			status: http.StatusOK, gives: "OpenAPI 3.1.", samples: []sample{{"Its beginning", exampleDocument()}},
			params: []param{ifNoneMatchParam("7c3f1e9a52d40b68")}, headers: []string{"ETag"}, also: notModified(),
		}},
	}
}

// MarkBody is what PATCH and PUT of a lead take.
type MarkBody struct {
	State   string `json:"state,omitempty" enum:"PENDING,REACHED_OUT" example:"REACHED_OUT"`
	Channel string `json:"channel,omitempty" enum:"email,phone,other" example:"phone" doc:"How the prospect was reached; may be sent later by itself."`
}

// ReopenBody is what reopening a lead takes.
type ReopenBody struct {
	Reason string `json:"reason,omitempty" maxLength:"1000" example:"Wrong number"`
}

func markOperation(id string) operation {
	return operation{
		id: id, tag: "Leads", summary: "Mark a lead as reached out",
		text:   "Repeating is fine and changes nothing. Back to PENDING is a conflict; reopen does that. PATCH and PUT are the same.",
		params: []param{idParam("lead", exampleID), ifMatchParam()},
		body: jsonBody(true, sample{"After a call", MarkBody{State: "REACHED_OUT", Channel: "phone"}},
			sample{"Without saying how", MarkBody{State: "REACHED_OUT"}}, sample{"How, later", MarkBody{Channel: "email"}}),
		status: http.StatusOK, gives: "The lead as it is now.", samples: []sample{{"Reached out", exampleReachedOut()}},
		headers: []string{"ETag"}, problems: markRefusals(),
	}
}
