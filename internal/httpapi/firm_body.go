package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/fault"
	"usher/internal/firm"
)

// FirmBody is what PATCH of the firm takes; what is left out stays as it is.
type FirmBody struct {
	Name            string                `json:"name,omitempty" maxLength:"200" example:"Ellison & Okoye" doc:"Empty: the one of the settings."`
	Accent          string                `json:"accent,omitempty" example:"#175a8a" doc:"Text in it has a contrast of at least 4.5:1 on white. Empty: Usher's own."`
	TimeZone        string                `json:"time_zone,omitempty" example:"America/New_York" doc:"Of the IANA database. Empty: UTC."`
	ContactWithin   int                   `json:"contact_within_hours,omitempty" minimum:"0" maximum:"720" example:"24" doc:"Hours of the calendar, nights and weekends among them, from receipt to the first contact. 0: none."`
	AskRead         bool                  `json:"ask_read,omitempty" doc:"Ask for a tick in \"I have read this\"."`
	EmbedSites      []string              `json:"embed_sites,omitempty" maxItems:"50" doc:"Addresses of sites, https but for the machine itself. Takes the place of the whole list."`
	ReturnAddresses []string              `json:"return_addresses,omitempty" maxItems:"50" doc:"Addresses of pages, https but for the machine itself. Takes the place of the whole list."`
	Texts           map[string]*TextsBody `json:"texts,omitempty" doc:"By language. What is left out stays; null takes the words of a language away."`
}

// TextsBody is the firm's own words in one language, or null.
type TextsBody struct {
	Hours    string `json:"hours,omitempty"`
	Promise  string `json:"promise,omitempty"`
	Urgent   string `json:"urgent,omitempty"`
	MailNote string `json:"mail_note,omitempty"`
}

// NoticeBody is a notice to publish.
type NoticeBody struct {
	Language string `json:"language" example:"en" doc:"A language of the public pages."`
	Text     string `json:"text" maxLength:"5000" doc:"Line breaks are kept. Empty withdraws the notice."`
}

// Schema implements huma.SchemaProvider, which has no other way to say null.
func (TextsBody) Schema(huma.Registry) *huma.Schema {
	s := object(nil, map[string]*huma.Schema{
		"hours":     describe(textSchema(firm.MaxText), "When the firm is open.", "Mon to Fri, 9:00 to 17:30"),
		"promise":   describe(textSchema(firm.MaxText), "What happens next, and when.", "We answer within one working day."),
		"urgent":    describe(textSchema(firm.MaxText), "Whom to call when it can't wait.", "Court date this week? Call 555-0100."),
		"mail_note": describe(textSchema(firm.MaxText), "In the confirmation mail.", "Please keep this message until we have spoken."),
	})
	s.Nullable = true
	return s
}

// Schema implements huma.SchemaProvider, for the same reason.
func (LogoView) Schema(huma.Registry) *huma.Schema {
	pixels := func(n int) *huma.Schema {
		return describe(&huma.Schema{Type: huma.TypeInteger}, "Pixels.", n)
	}
	s := object([]string{"url", "content_type", "width", "height"}, map[string]*huma.Schema{
		"url":          describe(anyText(), "Where the picture is; another picture has another.", "/logo/"+exampleSHA256),
		"content_type": enumSchema("image/png", "image/jpeg"),
		"width":        pixels(320),
		"height":       pixels(80),
	})
	s.Nullable, s.AdditionalProperties, s.Description = true, nil, "Null: there is none."
	return s
}

// readChange reads the body of a PATCH. What is wrong with single members comes in
// bad, so that it can be told together with what else is wrong.
func readChange(w http.ResponseWriter, r *http.Request) (c firm.Change, bad []fault.Violation, err error) {
	var texts json.RawMessage
	bad, err = violationsOf(readJSON(w, r, field{"name", &c.Name}, field{"accent", &c.Accent}, field{"time_zone", &c.Zone}, field{"contact_within_hours", &c.ContactWithin},
		field{"ask_read", &c.AskRead},
		field{"embed_sites", &c.EmbedSites}, field{"return_addresses", &c.ReturnAddresses}, field{"texts", &texts}))
	if err != nil || texts == nil {
		return c, bad, err
	}
	c.Texts = map[string]*firm.TextsChange{}
	notAnObject := eachMember(texts, func(language string, value json.RawMessage) {
		at := "texts." + fault.FieldName(language)
		if _, twice := c.Texts[language]; twice {
			bad = append(bad, fault.Violation{Field: at, Code: "duplicate", Message: "Send this member once."})
			return
		}
		var more []fault.Violation
		c.Texts[language], more = readTexts(at, value)
		bad = append(bad, more...)
	})
	if notAnObject != nil {
		bad = append(bad, wrongType("texts"))
	}
	return c, bad, nil
}

func readTexts(at string, value json.RawMessage) (*firm.TextsChange, []fault.Violation) {
	if string(value) == "null" {
		return nil, nil
	}
	var t firm.TextsChange
	bad, err := violationsOf(readObject(value, []field{{"hours", &t.Hours}, {"promise", &t.Promise}, {"urgent", &t.Urgent}, {"mail_note", &t.MailNote}}))
	if err != nil {
		return &t, []fault.Violation{wrongType(at)}
	}
	for i := range bad {
		bad[i].Field = at + "." + bad[i].Field
	}
	return &t, bad
}

// violationsOf takes the violations out of an error; what is no such error is left.
func violationsOf(err error) ([]fault.Violation, error) {
	if known, ok := errors.AsType[*fault.Error](err); ok && known.Kind == fault.Invalid && len(known.Violations) > 0 {
		return known.Violations, nil
	}
	return nil, err
}

// besides adds violations of fields that have none yet.
func besides(bad, more []fault.Violation) []fault.Violation {
	all := slices.Clone(bad)
	for _, v := range more {
		if !slices.ContainsFunc(bad, func(b fault.Violation) bool { return b.Field == v.Field }) {
			all = append(all, v)
		}
	}
	return all
}
