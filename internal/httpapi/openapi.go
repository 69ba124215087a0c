package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// operation is what the document says of a route.
type operation struct {
	id, tag, summary, text string
	public                 bool
	params                 []param
	body                   func(huma.Registry) *huma.RequestBody
	answer                 any    // a value of the type that is answered; nil for none
	media                  string // of an answer that is not JSON
	status                 int
	headers                []string
	refusal                any // in place of Problem
	problems               []int
}

type param struct {
	name, in, text string
	schema         *huma.Schema
	example        any
}

const html = "text/html"

const (
	inHeader = "header"
	inQuery  = "query"
	inPath   = "path"
)

// ContractVersion is the version of the contract, not of the program, so that the
// document changes only when the contract does.
const ContractVersion = "1.0.0"

// OpenAPI is the OpenAPI 3.1 document of every route, as indented JSON.
func OpenAPI() ([]byte, error) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Usher", Version: ContractVersion, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			Description: "Lead intake for law firms. Prospects submit leads, staff see them and move them from PENDING to REACHED_OUT.",
		},
		Servers: []*huma.Server{{URL: "/"}},
		Tags: []*huma.Tag{
			{Name: "Public", Description: "Needs no sign-in."}, {Name: "Leads", Description: "What prospects sent, for staff."},
			{Name: "Messages", Description: "The outbox."}, {Name: "Pages", Description: "Plain HTML for browsers."}, {Name: "Health", Description: "For operators and programs."},
		},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {
				Type: "oauth2", Description: "An access token of the token route, as a bearer token.",
				Flows: &huma.OAuthFlows{Password: &huma.OAuthFlow{TokenURL: tokenPath, RefreshURL: tokenPath, Scopes: map[string]string{}}},
			},
		}},
	}
	for _, r := range append((&Server{}).routes(), pages()...) {
		doc.AddOperation(r.operation(registry))
	}
	for name, schema := range registry.Map() {
		loosen(schema, strings.HasSuffix(name, "Body"))
	}
	compact, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var indented bytes.Buffer
	err = json.Indent(&indented, compact, "", "  ")
	return append(indented.Bytes(), '\n'), err
}

// loosen says what huma doesn't: answers may get more members one day, lists are
// never null, and a nullable enumeration includes null.
func loosen(s *huma.Schema, body bool) {
	if !body {
		s.AdditionalProperties = nil
	}
	for _, property := range s.Properties {
		if property.Type == huma.TypeArray {
			property.Nullable = false
		}
		if property.Nullable && len(property.Enum) > 0 {
			property.Enum = append(property.Enum, nil)
		}
	}
}

func (r route) operation(registry huma.Registry) *huma.Operation {
	d := r.doc
	op := &huma.Operation{
		Method: r.method, Path: r.path, OperationID: d.id, Tags: []string{d.tag}, Summary: d.summary, Description: d.text,
		Responses: map[string]*huma.Response{}, Security: []map[string][]string{{"token": {}}},
	}
	if d.public {
		op.Security = []map[string][]string{}
	}
	for _, p := range d.params {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: p.name, In: p.in, Description: p.text, Required: p.in == inPath, Schema: p.schema, Example: p.example,
		})
	}
	if d.body != nil {
		op.RequestBody = d.body(registry)
	}
	op.Responses[strconv.Itoa(d.status)] = d.success(registry)
	for _, status := range d.problems {
		op.Responses[strconv.Itoa(status)] = d.problem(registry, status)
	}
	return op
}

func (d operation) success(registry huma.Registry) *huma.Response {
	response := &huma.Response{Description: http.StatusText(d.status), Headers: map[string]*huma.Param{}}
	for _, name := range append(slices.Clone(d.headers), "X-Request-Id") {
		response.Headers[name] = &huma.Param{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	switch {
	case d.answer != nil:
		response.Content = map[string]*huma.MediaType{"application/json": {Schema: schemaOf(registry, d.answer)}}
	case d.media != "":
		response.Content = map[string]*huma.MediaType{d.media: {Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	return response
}

func (d operation) problem(registry huma.Registry, status int) *huma.Response {
	response := &huma.Response{Description: http.StatusText(status), Headers: map[string]*huma.Param{}}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		response.Headers["Retry-After"] = &huma.Param{Schema: &huma.Schema{Type: huma.TypeInteger}, Description: "Seconds."}
	}
	if status == http.StatusUnauthorized {
		response.Headers["WWW-Authenticate"] = &huma.Param{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	if d.media == html {
		response.Content = map[string]*huma.MediaType{html: {Schema: &huma.Schema{Type: huma.TypeString}}}
		return response
	}
	contentType, shape := "application/problem+json", any(Problem{})
	if d.refusal != nil {
		contentType, shape = "application/json", d.refusal
	}
	response.Content = map[string]*huma.MediaType{contentType: {Schema: schemaOf(registry, shape)}}
	return response
}

func schemaOf(registry huma.Registry, value any) *huma.Schema {
	return registry.Schema(reflect.TypeOf(value), true, "")
}

func jsonBody(value any, required bool) func(huma.Registry) *huma.RequestBody {
	return func(registry huma.Registry) *huma.RequestBody {
		return &huma.RequestBody{Required: required, Content: map[string]*huma.MediaType{
			"application/json": {Schema: schemaOf(registry, value)},
		}}
	}
}

func submissionBody() func(huma.Registry) *huma.RequestBody {
	schema := object([]string{"first_name", "email", "resume"}, map[string]*huma.Schema{
		"first_name":  describe(textSchema(200), "Any script. Kept as typed but for white space at the ends."),
		"last_name":   describe(textSchema(200), "Required unless single_name is true."),
		"single_name": describe(&huma.Schema{Type: huma.TypeBoolean}, "The person has one name only; it goes into first_name."),
		"email":       describe(&huma.Schema{Type: huma.TypeString, Format: "email"}, "One mailbox; internationalised ones too."),
		"language":    describe(textSchema(35), "BCP 47; en when left out."),
		"resume": describe(&huma.Schema{Type: huma.TypeString, Format: "binary"},
			"PDF, DOC, DOCX, ODT, RTF, TXT, JPEG or PNG. The content decides the type, and the name must end in an extension of it."),
	})
	return func(huma.Registry) *huma.RequestBody {
		return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: schema}}}
	}
}

func tokenBody() func(huma.Registry) *huma.RequestBody {
	schema := object(nil, map[string]*huma.Schema{
		"grant_type":    {Type: huma.TypeString, Enum: []any{"password", "refresh_token"}, Description: "password when left out."},
		"username":      describe(&huma.Schema{Type: huma.TypeString}, "The user's e-mail address."),
		"password":      {Type: huma.TypeString, Format: "password"},
		"refresh_token": {Type: huma.TypeString},
	})
	return formBody(schema)
}

func setupBody() func(huma.Registry) *huma.RequestBody {
	schema := object([]string{"email", "password"}, map[string]*huma.Schema{
		"email": {Type: huma.TypeString, Format: "email"}, "password": {Type: huma.TypeString, Format: "password"},
	})
	return formBody(schema)
}

// formBody is an ordinary form: fields that it doesn't know are ignored, as
// RFC 6749 wants it for the token route.
func formBody(schema *huma.Schema) func(huma.Registry) *huma.RequestBody {
	schema.AdditionalProperties = nil
	return func(huma.Registry) *huma.RequestBody {
		return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-www-form-urlencoded": {Schema: schema}}}
	}
}

func object(required []string, properties map[string]*huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties, AdditionalProperties: false}
}

func describe(s *huma.Schema, text string) *huma.Schema {
	s.Description = text
	return s
}

func textSchema(maxLength int) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, MaxLength: &maxLength}
}

func enumSchema(values ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: values} }

func idParam(what string) param {
	return param{"id", inPath, "The id of the " + what + ".", &huma.Schema{Type: huma.TypeString, Format: "uuid"}, nil}
}

func leadIDParam() param {
	return param{"lead_id", inQuery, "Only messages of this lead.", &huma.Schema{Type: huma.TypeString, Format: "uuid"}, nil}
}

func stateParam() param {
	return param{"state", inQuery, "Only leads in this state.", enumSchema("PENDING", "REACHED_OUT"), nil}
}

func messageStateParam() param {
	return param{"state", inQuery, "Only messages in this state.", enumSchema("queued", "retrying", "sent", "dead", "captured", "suppressed"), nil}
}

func limitParam() param {
	low, high := 1.0, float64(maxLimit)
	return param{"limit", inQuery, "How many at most.", &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Default: defaultLimit}, nil}
}

func cursorParam() param {
	return param{"cursor", inQuery, "next_cursor of the page before.", &huma.Schema{Type: huma.TypeString}, nil}
}

func ifMatchParam() param {
	return param{"If-Match", inHeader, "The ETag of the version that was read; an old one is refused with 412.", &huma.Schema{Type: huma.TypeString}, `"1"`}
}
