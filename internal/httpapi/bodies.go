package httpapi

import (
	"github.com/danielgtaylor/huma/v2"
)

// body makes what the document says of a request's body.
type body func(huma.Registry) *huma.RequestBody

// sample is an example with a word on what it shows.
type sample struct {
	summary string
	value   any
}

// jsonBody is a JSON body of the type of the samples' values, of which there is
// at least one.
func jsonBody(required bool, samples ...sample) body {
	return func(registry huma.Registry) *huma.RequestBody {
		return oneBody(required, "application/json", schemaOf(registry, samples[0].value), samples)
	}
}

func oneBody(required bool, media string, schema *huma.Schema, samples []sample) *huma.RequestBody {
	return &huma.RequestBody{Required: required, Content: map[string]*huma.MediaType{media: {Schema: schema, Examples: examplesOf(samples)}}}
}

func submissionBody() body {
	schema := object([]string{"first_name", "email", "resume"}, map[string]*huma.Schema{
		"first_name":  describe(textSchema(200), "Any script. Kept as typed but for white space at the ends.", "María"),
		"last_name":   describe(textSchema(200), "Required unless single_name is true.", "Carreño"),
		"single_name": describe(&huma.Schema{Type: huma.TypeBoolean}, "The person has one name only; it goes into first_name.", false),
		"email":       describe(&huma.Schema{Type: huma.TypeString, Format: "email"}, "One mailbox; internationalised ones too.", "maria@example.com"),
		"language":    describe(textSchema(35), "BCP 47; en when left out.", "en"),
		"resume": describe(&huma.Schema{Type: huma.TypeString, Format: "binary"},
			"PDF, DOC, DOCX, ODT, RTF, TXT, JPEG or PNG. The content decides the type, and the name must end in an extension of it."),
	})
	maria := map[string]any{"first_name": "María", "last_name": "Carreño", "email": "maria@example.com", "resume": exampleResume}
	suharto := map[string]any{"first_name": "Suharto", "single_name": true, "email": "suharto@example.com", "language": "id", "resume": exampleResume}
	return func(huma.Registry) *huma.RequestBody {
		return oneBody(true, "multipart/form-data", schema, []sample{{"Two names", maria}, {"One name", suharto}})
	}
}

func tokenBody() body {
	schema := object(nil, map[string]*huma.Schema{
		"grant_type":    {Type: huma.TypeString, Enum: []any{"password", "refresh_token"}, Description: "password when left out.", Examples: []any{"password"}},
		"username":      describe(anyText(), "The user's e-mail address.", "ana@firm.example"),
		"password":      describe(&huma.Schema{Type: huma.TypeString, Format: "password"}, "With grant_type password.", "correct horse battery"),
		"refresh_token": describe(anyText(), "With grant_type refresh_token.", exampleTokens().RefreshToken),
	})
	return formBody(schema,
		sample{"Sign in", map[string]any{"grant_type": "password", "username": "ana@firm.example", "password": "correct horse battery"}},
		sample{"Refresh", map[string]any{"grant_type": "refresh_token", "refresh_token": exampleTokens().RefreshToken}})
}

func setupBody() body {
	low := 12
	schema := object([]string{"email", "password"}, map[string]*huma.Schema{
		"name":     describe(textSchema(200), "Theirs; may be left out.", "Ana Rivera"),
		"email":    describe(&huma.Schema{Type: huma.TypeString, Format: "email"}, "The admin's address.", "ana@firm.example"),
		"password": describe(&huma.Schema{Type: huma.TypeString, Format: "password", MinLength: &low}, "At least 12 characters.", "correct horse battery"),
	})
	return formBody(schema, sample{"The first admin", map[string]any{"name": "Ana Rivera", "email": "ana@firm.example", "password": "correct horse battery"}})
}

func addressBody() body {
	schema := object([]string{"email"}, map[string]*huma.Schema{
		"email": describe(&huma.Schema{Type: huma.TypeString, Format: "email"}, "The right address.", "maria@example.com"),
	})
	return formBody(schema, sample{"The right address", map[string]any{"email": "maria@example.com"}})
}

// formBody is an ordinary form: fields that it doesn't know are ignored, as
// RFC 6749 wants it for the token route.
func formBody(schema *huma.Schema, samples ...sample) body {
	schema.AdditionalProperties = nil
	return func(huma.Registry) *huma.RequestBody {
		return oneBody(true, "application/x-www-form-urlencoded", schema, samples)
	}
}

func object(required []string, properties map[string]*huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties, AdditionalProperties: false}
}

func describe(s *huma.Schema, text string, examples ...any) *huma.Schema {
	s.Description, s.Examples = text, examples
	return s
}
