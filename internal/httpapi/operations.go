package httpapi

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/edge"
)

// operation is what the document says of a route.
type operation struct {
	id, tag, summary, text string
	public                 bool
	params                 []param
	body                   body
	status                 int
	gives                  string   // what the answer is, in a sentence
	samples                []sample // of the answer; their type is its schema
	media                  string   // of an answer that is not JSON
	headers                []string // names in headerDocs
	also                   map[int]string
	refusal                func(error) (int, TokenError) // in place of a problem
	problems               []refusal
}

const html = "text/html"

// headerDocs are the headers that an operation can name.
func headerDocs() map[string]*huma.Param {
	return map[string]*huma.Param{
		"Content-Disposition": {Description: "The name to save the file under (RFC 6266).", Schema: describe(anyText(), "", `attachment; filename="maria-cv.pdf"`)},
		"Content-Range":       {Description: "Which bytes of how many these are.", Schema: describe(anyText(), "", "bytes 0-1023/48213")},
		"ETag":                {Description: "The version, for If-Match.", Schema: describe(anyText(), "", `"1"`)},
		"Location":            {Description: "Where the result is.", Schema: describe(anyText(), "", "/api/v1/leads/"+exampleID)},
		"Retry-After":         {Description: "Seconds to wait.", Schema: describe(&huma.Schema{Type: huma.TypeInteger}, "", 5)},
		"Set-Cookie":          {Description: "The browser's session, and beside it " + edge.DeviceCookieName + ", which shows a later sign-in that this browser is known; no script can read them.", Schema: describe(anyText(), "", exampleSetCookie)},
		"WWW-Authenticate":    {Description: "How to sign in.", Schema: describe(anyText(), "", "Bearer")},
		"X-Request-Id":        {Description: "The request, as the server's log names it.", Schema: describe(uuidSchema(), "", exampleRequestID)},
	}
}

func headersOf(names ...string) map[string]*huma.Param {
	headers := map[string]*huma.Param{}
	for _, name := range append([]string{"X-Request-Id"}, names...) {
		headers[name] = &huma.Param{Ref: "#/components/headers/" + name}
	}
	return headers
}

func (r route) operation(registry huma.Registry) *huma.Operation {
	d := r.doc
	op := &huma.Operation{
		Method: r.method, Path: r.path, OperationID: d.id, Tags: []string{d.tag}, Summary: d.summary, Description: d.text,
		Responses: map[string]*huma.Response{}, Security: []map[string][]string{{"token": {}}, {"key": {}}, {"cookie": {}}},
	}
	if r.door.person {
		op.Security = []map[string][]string{{"token": {}}, {"cookie": {}}}
		op.Description = strings.TrimPrefix(op.Description+" Takes a person: no API key may do it.", " ")
	}
	if r.door.needs != "" {
		op.Description = strings.TrimPrefix(op.Description+" Needs `"+string(r.door.needs)+"`.", " ")
	}
	if d.public {
		op.Security = []map[string][]string{}
	}
	for _, p := range d.params {
		op.Parameters = append(op.Parameters, p.documented())
	}
	if d.body != nil {
		op.RequestBody = d.body(registry)
	}
	op.Responses[strconv.Itoa(d.status)] = d.success(registry)
	for status, text := range d.also {
		response := &huma.Response{Description: text, Headers: headersOf(d.headers...)}
		if status == http.StatusOK { // beside a 201, with the same content
			response.Content = d.success(registry).Content
		}
		op.Responses[strconv.Itoa(status)] = response
	}
	for _, p := range r.problems() {
		d.refuse(registry, op, p)
	}
	return op
}

// problems are the refusals of the route: its operation's, those of an API key, and that
// of whoever hasn't the permission that it needs.
func (r route) problems() []refusal {
	if r.door.public {
		return r.doc.problems
	}
	all := append(r.byKey(), r.doc.problems...)
	if r.door.needs.Everybody() {
		return all
	}
	return append([]refusal{{err: r.door.needs.Refusal(), when: "You are signed in, and you haven't the permission `" + string(r.door.needs) + "`."}}, all...)
}

func (d operation) success(registry huma.Registry) *huma.Response {
	response := &huma.Response{Description: d.gives, Headers: headersOf(d.headers...)}
	if response.Description == "" {
		response.Description = http.StatusText(d.status) + "."
	}
	switch {
	case len(d.samples) > 0 && d.media != "":
		response.Content = map[string]*huma.MediaType{d.media: {Schema: textAnswer(d.media), Examples: examplesOf(d.samples)}}
	case len(d.samples) > 0:
		response.Content = map[string]*huma.MediaType{"application/json": {Schema: schemaOf(registry, d.samples[0].value), Examples: examplesOf(d.samples)}}
	}
	return response
}

func textAnswer(media string) *huma.Schema {
	if media == "*/*" {
		return &huma.Schema{Type: huma.TypeString, Format: "binary"}
	}
	return anyText()
}

// refuse adds a refusal to the response of its status, with an example under its
// code.
func (d operation) refuse(registry huma.Registry, op *huma.Operation, r refusal) {
	status, code, shape := r.answeredWith(), r.err.Code, any(r.problem())
	media := "application/problem+json"
	switch {
	case d.refusal != nil:
		var refused TokenError
		status, refused = d.refusal(r.err)
		code, shape, media = refused.Error, refused, "application/json"
	case d.tag == "Pages": // whoever asks for one reads
		shape, media = examplePage, html
	}
	response := op.Responses[strconv.Itoa(status)]
	if response == nil {
		schema := schemaOf(registry, shape)
		response = &huma.Response{Headers: headersOf(refusalHeaders(status)...), Content: map[string]*huma.MediaType{
			media: {Schema: schema, Examples: map[string]*huma.Example{}},
		}}
		op.Responses[strconv.Itoa(status)] = response
	}
	line := r.when
	if media != html {
		line = "`" + code + "`: " + r.when
	}
	response.Description = strings.TrimPrefix(response.Description+"\n\n"+line, "\n\n")
	if examples := response.Content[media].Examples; examples[code] == nil {
		examples[code] = &huma.Example{Summary: code, Value: shape}
	}
}

func refusalHeaders(status int) []string {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return []string{"Retry-After"}
	case http.StatusUnauthorized:
		return []string{"WWW-Authenticate"}
	case http.StatusRequestedRangeNotSatisfiable:
		return []string{"Content-Range"}
	}
	return nil
}

// problem is what a client gets for the refusal.
func (r refusal) problem() Problem {
	p := problemOf(r.answeredWith(), r.err)
	p.RequestID = exampleRequestID
	return p
}

// examplesOf names examples by what they show.
func examplesOf(samples []sample) map[string]*huma.Example {
	examples := map[string]*huma.Example{}
	for _, s := range samples {
		name := strings.ReplaceAll(strings.ToLower(s.summary), " ", "_")
		examples[name] = &huma.Example{Summary: s.summary, Value: s.value}
	}
	return examples
}

func schemaOf(registry huma.Registry, value any) *huma.Schema {
	return registry.Schema(reflect.TypeOf(value), true, "")
}
