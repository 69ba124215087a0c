package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"usher/internal/edge"
	"usher/internal/fault"
)

// handler answers a request or says what went wrong; it does not write after an
// error.
type handler func(w http.ResponseWriter, r *http.Request) error

// Problem is the one shape of every error under /api/ (RFC 9457).
type Problem struct {
	Type      string            `json:"type" format:"uri-reference" doc:"What kind of problem this is; about:blank means that the status says it."`
	Title     string            `json:"title" doc:"The status in words."`
	Status    int               `json:"status" doc:"The HTTP status."`
	Detail    string            `json:"detail" doc:"What is wrong and what to do, for people. Never repeats what was sent."`
	Code      string            `json:"code" doc:"What is wrong, for programs." example:"invalid"`
	RequestID string            `json:"request_id" doc:"Also in X-Request-Id; the server's log has it."`
	Errors    []fault.Violation `json:"errors" doc:"Every violation, each with its field."`
}

func adapt(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			edge.NoteError(r, err)
			WriteProblem(w, r, err)
		}
	})
}

// WriteProblem answers with the problem that an error is.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	status, known := edge.Status(err)
	writeProblemAs(w, r, status, known)
}

func writeProblemAs(w http.ResponseWriter, r *http.Request, status int, known *fault.Error) {
	p := problemOf(status, known)
	p.RequestID = edge.RequestID(r)
	edge.WriteRetryAfter(w, known.RetryAfter)
	if known.Kind == fault.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	writeJSONAs(w, "application/problem+json", status, p)
}

// problemOf is a problem without a request.
func problemOf(status int, known *fault.Error) Problem {
	p := Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: known.Detail, Code: known.Code, Errors: known.Violations,
	}
	if p.Errors == nil {
		p.Errors = []fault.Violation{}
	}
	return p
}

// writeJSON answers with a value that may hold personal data, so nobody keeps it.
func writeJSON(w http.ResponseWriter, status int, value any) error {
	writeJSONAs(w, "application/json", status, value)
	return nil
}

func writeJSONAs(w http.ResponseWriter, contentType string, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // our own types always marshal
		panic(fmt.Sprintf("httpapi: %v", err))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a reader who left can't be told
}

// writeNothing answers that it is done and that there is nothing to say.
func writeNothing(w http.ResponseWriter) error {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func noSuchRoute(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.NotFound, "not_found", "There is no such route.")
}

// resource is one path and what answers to each of its methods.
type resource map[string]handler

// serve picks the handler. The mux could do it, but not for a path that another
// one's wildcard matches too, such as counts beside {id}.
func (m resource) serve(w http.ResponseWriter, r *http.Request) error {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if h, ok := m[method]; ok {
		return h(w, r)
	}
	methods := slices.Collect(maps.Keys(m))
	if m[http.MethodGet] != nil {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	allow := strings.Join(methods, ", ")
	w.Header().Set("Allow", allow)
	return fault.New(fault.MethodNotAllowed, "method_not_allowed", "This route answers to "+allow+" only.")
}

func bearer(r *http.Request) string {
	scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || len(r.Header.Values("Authorization")) != 1 {
		return ""
	}
	return strings.TrimSpace(token)
}
