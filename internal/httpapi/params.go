package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// param is a parameter of an operation. The example stands in its schema:
// swagger-ui would fill it into its form otherwise, and a filter or an old ETag
// that nobody typed makes a first try fail.
type param struct {
	name, in, text string
	schema         *huma.Schema
	example        any
}

const (
	inHeader = "header"
	inQuery  = "query"
	inPath   = "path"
)

func (p param) documented() *huma.Param {
	if p.example != nil {
		p.schema.Examples = []any{p.example}
	}
	return &huma.Param{Name: p.name, In: p.in, Description: p.text, Required: p.in == inPath, Schema: p.schema}
}

func textSchema(maxLength int) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, MaxLength: &maxLength}
}

func anyText() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

func dateSchema() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "date"} }

func uuidSchema() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "uuid"} }

func enumSchema(values ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: values} }

// idParam is the id in a path; what names a lead, a message or what it is of.
func idParam(what, example string) param {
	return param{"id", inPath, "The id of the " + what + ".", uuidSchema(), example}
}

func leadIDParam() param {
	return param{"lead_id", inQuery, "Only messages of this lead.", uuidSchema(), exampleID}
}

func stateParam() param {
	return param{"state", inQuery, "Only leads in this state.", enumSchema("PENDING", "REACHED_OUT"), "PENDING"}
}

func messageStateParam() param {
	return param{"state", inQuery, "Only messages in this state.", enumSchema("queued", "retrying", "sent", "dead", "captured", "suppressed"), "dead"}
}

func limitParam() param {
	low, high := 1.0, float64(maxLimit)
	return param{"limit", inQuery, "How many at most.", &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Default: defaultLimit}, 20}
}

func cursorParam() param {
	return param{"cursor", inQuery, "next_cursor of the page before. Stable while new ones come in.", anyText(), exampleCursor}
}

func ifMatchParam() param {
	return param{"If-Match", inHeader, "The ETag of the version that was read; an old one is refused with 412.", anyText(), `"1"`}
}

func idempotencyParam() param {
	return param{"Idempotency-Key", inHeader, "Repeat a submission safely: the same body under the same key, within 24 hours, " +
		"answers the same lead and stores nothing new.", textSchema(255), "4f9d6c1e"}
}

// fileParams are what the download of a file understands of HTTP.
func fileParams() []param {
	return []param{
		{"Range", inHeader, "Part of the file only, in bytes.", anyText(), "bytes=0-1023"},
		ifNoneMatchParam(exampleSHA256),
		{"If-Match", inHeader, "The ETag that the file must have.", anyText(), `"` + exampleSHA256 + `"`},
	}
}

func ifNoneMatchParam(tag string) param {
	return param{"If-None-Match", inHeader, "The ETag of a copy that you have; 304 when it is still the same.", anyText(), `"` + tag + `"`}
}

// notModified is the answer to an If-None-Match that still holds.
func notModified() map[int]string {
	return map[int]string{http.StatusNotModified: "The copy named by If-None-Match is still good."}
}
