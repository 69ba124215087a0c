package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/edge"
)

// ContractVersion is the version of the contract, not of the program, so that the
// document changes only when the contract does.
const ContractVersion = "1.0.0"

// about is what the document says before any operation.
const about = `Lead intake for law firms. Prospects submit leads, staff see them and move them from PENDING to REACHED_OUT.

**Sign in** with Authorize, or send ` + "`Authorization: Bearer …`" + ` with an access token of ` + "`POST /api/v1/token`" + ` or with
an API key (` + "`usher_…`" + `), which a person makes in the app under their name or with ` + "`POST /api/v1/api-keys`" + `. A browser may sign in with ` + "`POST /api/v1/session`" + ` instead and then sends a cookie by itself; with an Authorization header that is not
looked at. What stands under Public, Pages and Health needs neither.

**Refusals** under /api/ are problems (RFC 9457): ` + "`code`" + ` is for programs, ` + "`detail`" + ` for people, ` + "`errors`" + ` names every wrong field at
once. Nothing that was sent is repeated. A path that no operation has is 404, a method that a path doesn't have is 405 with ` + "`Allow`" + `; both
are problems too and belong to no operation. After 429 and 503 wait as long as ` + "`Retry-After`" + ` says. Every answer carries an
` + "`X-Request-Id`" + `, which the server's log has as well.

**Lists** give ` + "`items`" + ` and ` + "`next_cursor`" + `, which is null at the end. Unknown query parameters are ignored, unknown members of a JSON body
are not. Times are UTC, RFC 3339. HEAD answers as GET, without a body. Answers may get more members one day; ignore those that
you don't know.`

// OpenAPI is the OpenAPI 3.1 document of every route, as indented JSON.
func OpenAPI() ([]byte, error) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	doc := frame(registry)
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

// frame is the document without its operations.
func frame(registry huma.Registry) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Usher", Version: ContractVersion, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}, Description: about,
		},
		Servers: []*huma.Server{{URL: "/"}},
		Tags: []*huma.Tag{
			{Name: "Public", Description: "Needs no sign-in."}, {Name: "Session", Description: "Who is signed in, and the sign-in of browsers."}, {Name: "Leads", Description: "What prospects sent, for staff."},
			{Name: "Messages", Description: "The outbox."}, {Name: "Views", Description: "Lists of leads that have a name."}, {Name: "Users", Description: "Who works here, and what they may do."}, {Name: "API keys", Description: "What lets a program act for a user, within scopes."}, {Name: "System", Description: "How the server stands."},
			{Name: "Firm", Description: "What the firm says of itself, and its notices."},
			{Name: "Reports", Description: "How the firm does, in figures."},
			{Name: "Audit", Description: "Who did what, when and from where."},
			{Name: "Pages", Description: "Plain HTML for browsers."},
			{Name: "Health", Description: "For operators and programs."},
		},
		Components: &huma.Components{Schemas: registry, Headers: headerDocs(), SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {
				Type: "oauth2", Description: "Your e-mail address and password. An access token is good for 15 minutes; then sign in again, or refresh it.",
				Flows: &huma.OAuthFlows{Password: &huma.OAuthFlow{TokenURL: tokenPath, RefreshURL: tokenPath, Scopes: map[string]string{}}},
			},
			"key": {Type: "http", Scheme: "bearer", Description: "An API key: `usher_` and 71 letters and digits. What takes a person takes none."},
			"cookie": {
				Type: "apiKey", In: "cookie", Name: edge.CookieName,
				Description: "The session of a browser, which `POST /api/v1/session` begins. Its name is usher_session when the server is reached by plain http. " +
					"It lapses after 12 hours without a request, and after 7 days. What another site makes a browser send doesn't have it.",
			},
		}},
	}
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
