package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// route is one operation: where it is, what answers, and what the document says.
type route struct {
	method, path string
	serve        handler
	doc          operation
}

const (
	tokenPath   = "/api/v1/token" //nolint:gosec // a path
	leadPath    = "/api/v1/leads/{id}"
	messagePath = "/api/v1/messages/{id}"
)

// routes is the page on which every route of the contract stands. What is not
// public goes through s.as, which lets nobody in without a valid access token.
func (s *Server) routes() []route { //nolint:funlen // one page is the point
	return []route{
		{"POST", "/api/v1/leads", s.submit, operation{
			id: "submitLead", tag: "Public", public: true, summary: "Submit a lead",
			text: "The lead, its resume and both e-mails are on disk when the answer comes. The same person twice is two leads.",
			params: []param{{"Idempotency-Key", inHeader, "Repeat a submission safely: the same body under the same key, " +
				"within 24 hours, answers the same lead and stores nothing new.", textSchema(255), "4f9d6c1e"}},
			body: submissionBody(), answer: Receipt{}, status: http.StatusCreated, headers: []string{"Location"},
			problems: []int{400, 413, 415, 422, 429, 503},
		}},
		{"POST", tokenPath, s.token, operation{
			id: "token", tag: "Public", public: true, summary: "Sign in, or refresh",
			text: "RFC 6749 section 4.3, parameters from the body. Each refresh token is good for one use; " +
				"a second use ends the session. Refusals have the shape of RFC 6749.",
			body: tokenBody(), answer: TokenAnswer{}, status: http.StatusOK, refusal: TokenError{}, problems: []int{400, 429, 503},
		}},
		{"GET", "/api/v1/leads", s.as(s.listLeads), operation{
			id: "listLeads", tag: "Leads", summary: "List leads, newest first",
			params: []param{stateParam(), limitParam(), cursorParam()},
			answer: LeadList{}, status: http.StatusOK, problems: []int{401, 422, 503},
		}},
		{"GET", "/api/v1/leads/counts", s.as(s.countLeads), operation{
			id: "countLeads", tag: "Leads", summary: "Count leads by state", params: []param{stateParam()},
			answer: Counts{}, status: http.StatusOK, problems: []int{401, 422, 503},
		}},
		{"GET", leadPath, s.as(s.oneLead), operation{
			id: "getLead", tag: "Leads", summary: "Get one lead", params: []param{idParam("lead")},
			answer: LeadView{}, status: http.StatusOK, headers: []string{"ETag"}, problems: []int{401, 404, 503},
		}},
		{"PATCH", leadPath, s.as(s.markLead), markOperation("patchLead")},
		{"PUT", leadPath, s.as(s.markLead), markOperation("putLead")},
		{"DELETE", leadPath, s.as(s.eraseLead), operation{
			id: "deleteLead", tag: "Leads", summary: "Delete a lead for good",
			text:   "For admins. The resume and all personal data are erased; an event and a tombstone stay.",
			params: []param{idParam("lead"), ifMatchParam()}, status: http.StatusNoContent, problems: []int{401, 403, 404, 412, 503},
		}},
		{"POST", leadPath + "/reopen", s.as(s.reopenLead), operation{
			id: "reopenLead", tag: "Leads", summary: "Put a lead back to PENDING",
			text:   "An event of its own. By the same user within ten minutes it counts as undone. A pending lead stays as it is.",
			params: []param{idParam("lead"), ifMatchParam()}, body: jsonBody(ReopenBody{}, false),
			answer: LeadView{}, status: http.StatusOK, headers: []string{"ETag"}, problems: []int{400, 401, 404, 412, 413, 415, 422, 503},
		}},
		{"GET", leadPath + "/resume", s.as(s.resume), operation{
			id: "downloadResume", tag: "Leads", summary: "Download the resume",
			text:   "The exact bytes, checked against their digest first. Range works. The first download by a user in ten minutes leaves an event.",
			params: []param{idParam("lead")}, status: http.StatusOK, media: "*/*",
			headers: []string{"Content-Disposition", "ETag"}, problems: []int{401, 404, 412, 416, 500, 503},
		}},
		{"GET", "/api/v1/messages", s.as(s.listMessages), operation{
			id: "listMessages", tag: "Messages", summary: "List the outbox, newest first",
			params: []param{messageStateParam(), leadIDParam(), limitParam(), cursorParam()},
			answer: MessageList{}, status: http.StatusOK, problems: []int{401, 422, 503},
		}},
		{"POST", messagePath + "/retry", s.as(s.retryMessage), operation{
			id: "retryMessage", tag: "Messages", summary: "Try a message again now",
			text:   "For what is dead, captured or waiting. What was sent or suppressed is a conflict.",
			params: []param{idParam("message")}, answer: MessageView{}, status: http.StatusOK, problems: []int{401, 404, 409, 503},
		}},
		{"GET", "/healthz", s.healthz, operation{
			id: "healthz", tag: "Health", public: true, summary: "Is the process alive", answer: Health{}, status: http.StatusOK,
		}},
		{"GET", "/readyz", s.readyz, operation{
			id: "readyz", tag: "Health", public: true, summary: "Can a lead be stored now", answer: Health{}, status: http.StatusOK, problems: []int{503},
		}},
		{"GET", "/metrics", s.metrics, operation{
			id: "metrics", tag: "Health", public: true, summary: "Metrics for Prometheus, on loopback only",
			status: http.StatusOK, text: "Text format; 404 to everybody who does not call from the same machine.", problems: []int{404},
		}},
		{"GET", "/openapi.json", s.openAPI, operation{
			id: "openapi", tag: "Health", public: true, summary: "This document", status: http.StatusOK,
		}},
	}
}

// pages are the routes of package site, for the document only.
func pages() []route {
	page := func(id, summary string, status int, problems ...int) operation {
		return operation{id: id, tag: "Pages", public: true, summary: summary, media: html, status: status, problems: problems}
	}
	submit := page("submitForm", "Submit the form; 303 to the confirmation page, or the form again with what is wrong", http.StatusSeeOther, 400, 413, 415, 422, 429, 503)
	submit.body, submit.headers = submissionBody(), []string{"Location"}
	received := page("received", "The confirmation page; shows personal data for 30 minutes only", http.StatusOK, 404, 503)
	received.params = []param{{"receipt", inPath, "From the Location of a submission.", &huma.Schema{Type: huma.TypeString}, nil}}
	token := []param{{"token", inPath, "From the link that the server prints at its first start.", &huma.Schema{Type: huma.TypeString}, nil}}
	form, setup := page("setupForm", "The page that makes the first admin", http.StatusOK, 404), page("setup", "Make the first admin, once", http.StatusOK, 404, 415, 422, 503)
	form.params, setup.params, setup.body = token, token, setupBody()
	return []route{
		{"GET", "/", nil, page("form", "The form", http.StatusOK)},
		{"POST", "/", nil, submit},
		{"GET", "/received/{receipt}", nil, received},
		{"GET", "/setup/{token}", nil, form},
		{"POST", "/setup/{token}", nil, setup},
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
		text:   "Repeating is fine and changes nothing. Back to PENDING is a conflict; reopen does that.",
		params: []param{idParam("lead"), ifMatchParam()}, body: jsonBody(MarkBody{}, true),
		answer: LeadView{}, status: http.StatusOK, headers: []string{"ETag"}, problems: []int{400, 401, 404, 409, 412, 413, 415, 422, 503},
	}
}
