package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"usher/internal/fault"
)

const (
	exampleHours = "Mon to Fri, 9:00 to 17:30"
	exampleText  = "Sending this form does not make you a client. That begins only with an agreement that you and the firm make."
	examplePNG   = "(the bytes of a picture)"
)

func exampleFirm() FirmView {
	return FirmView{
		Name: "Ellison & Okoye", Accent: "#175a8a", TimeZone: "America/New_York", ContactWithin: 24, AskRead: true,
		EmbedSites: []string{"https://www.firm.example"}, ReturnAddresses: []string{"https://www.firm.example/thanks"},
		Texts:     map[string]TextsView{"en": {Hours: exampleHours, Promise: "We answer within one working day.", Urgent: "Court date this week? Call 555-0100."}},
		Logo:      &LogoView{"/logo/" + exampleSHA256, "image/png", 320, 80},
		Languages: []string{"en", "es"}, FormURL: "https://intake.firm.example/",
		Version: 4, UpdatedAt: maybe(exampleTime()), UpdatedBy: maybe(exampleUserID),
	}
}

func emptyFirm() FirmView {
	return FirmView{
		EmbedSites: []string{}, ReturnAddresses: []string{}, Texts: map[string]TextsView{},
		Languages: []string{"en"}, FormURL: "https://intake.firm.example/",
	}
}

func exampleNotice() NoticeView {
	return NoticeView{Language: "en", Version: 1, Text: exampleText, Current: true, PublishedAt: exampleTime(), PublishedBy: exampleUserID}
}

func firmSamples() []sample {
	return []sample{{"A firm", exampleFirm()}, {"Nothing set", emptyFirm()}}
}

func firmOperation() operation {
	return operation{
		id: "getFirm", tag: "Firm", summary: "Get what the firm says of itself",
		text:   "On its pages and in its mails. What is empty is not said.",
		status: http.StatusOK, gives: "The firm's profile.", samples: firmSamples(), headers: []string{"ETag"}, problems: staffReads(),
	}
}

func changeFirmOperation() operation {
	return operation{
		id: "changeFirm", tag: "Firm", summary: "Change what the firm says of itself",
		text: "For admins. What is left out stays as it is; `texts` is merged by language, and null takes the words of a language away. " +
			"White space at the ends of texts is removed. When nothing differs, the version stays. The pages show it at once.",
		params: []param{ifMatchParam()},
		body: jsonBody(true, sample{"Name and accent", FirmBody{Name: "Ellison & Okoye", Accent: "#175a8a"}},
			sample{"The promise in English", FirmBody{Texts: map[string]*TextsBody{"en": {Promise: "We answer within one working day."}}}},
			sample{"A promise in figures", FirmBody{ContactWithin: 24}},
			sample{"No Spanish any more", FirmBody{Texts: map[string]*TextsBody{"es": nil}}},
			sample{"Where the form may be shown", FirmBody{EmbedSites: []string{"https://www.firm.example"}}}),
		status: http.StatusOK, gives: "The profile as it is now.", samples: firmSamples(), headers: []string{"ETag"},
		problems: staffWrites(jsonRefusals(
			refused(fault.Stale, "stale", "The profile was changed since you read it. Read it again and decide anew.",
				"If-Match names another version than the profile has now. Nothing was changed."),
			invalid("A member is wrong. name, texts.en.promise and its like: `too_long`, `invalid_characters`, `invisible`. accent: `invalid_colour`, "+
				"`low_contrast`, which names the nearest shade that passes. time_zone: `unknown_zone`. contact_within_hours: `out_of_range`. embed_sites[0]: `invalid_site`. "+
				"return_addresses[0]: `invalid_address`. Either list: `too_many`, `too_long`. texts.en: `unknown_language`. "+
				"Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "accent", Code: "low_contrast",
					Message: "This colour is too light to be read on white: its contrast is 2.76:1, and 4.5:1 is needed. #217cba passes."},
				fault.Violation{Field: "embed_sites[1]", Code: "invalid_site", Message: "Use the address of a site without a path, such as https://www.firm.example."}),
		)...),
	}
}

func logoOperation() operation {
	return operation{
		id: "setLogo", tag: "Firm", summary: "Give the firm a logo",
		text: "For admins. The body is the picture itself: PNG or JPEG by its content, whatever Content-Type says, at most 32 KiB and " +
			"2,000 by 1,000 pixels. Another logo has another address, so that nobody sees an old copy.",
		body: logoBody(), status: http.StatusOK, gives: "The profile as it is now.", samples: firmSamples()[:1], headers: []string{"ETag"},
		problems: staffWrites(
			refused(fault.Malformed, "incomplete", "The picture did not arrive whole. Send it again.", "The body ends early."),
			refusal{err: fault.Field(fault.TooLarge, "logo", "too_large", "This picture is larger than 32 KiB. Choose a smaller one."),
				when: "The picture has more than 32 KiB."},
			refusal{err: fault.Field(fault.Unsupported, "logo", "unsupported_type", "This is no PNG or JPEG picture. Choose one of those."),
				when: "By its content the body is neither."},
			encodedBody(),
			invalid("The picture can't be shown. logo: `out_of_range`, `unreadable`.",
				fault.Violation{Field: "logo", Code: "out_of_range", Message: "Choose a picture of at most 2,000 by 1,000 pixels."}),
		),
	}
}

func logoBody() body {
	return func(huma.Registry) *huma.RequestBody {
		content := map[string]*huma.MediaType{}
		for _, media := range []string{"image/png", "image/jpeg"} {
			content[media] = &huma.MediaType{
				Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}, Examples: examplesOf([]sample{{"A picture", examplePNG}}),
			}
		}
		return &huma.RequestBody{Required: true, Content: content}
	}
}

func removeLogoOperation() operation {
	return operation{
		id: "removeLogo", tag: "Firm", summary: "Take the firm's logo away", text: "For admins. Repeating is fine.",
		status: http.StatusNoContent, gives: "There is no logo.", problems: staffWrites(),
	}
}

func noticesOperation() operation {
	withdrawn := exampleNotice()
	withdrawn.Version, withdrawn.Language, withdrawn.Text, withdrawn.Current = 2, "es", "", false
	return operation{
		id: "listNotices", tag: "Firm", summary: "List the notices, newest first",
		text:   "Every version that there was, withdrawn ones too, and a draft for each language that has no notice.",
		status: http.StatusOK, gives: "All notices.", samples: []sample{{"A notice and a draft", NoticeList{
			Items:  []NoticeView{withdrawn, exampleNotice()},
			Drafts: []NoticeDraft{{Language: "es", Text: "Enviar este formulario no le convierte en cliente.", Remark: draftRemark}},
		}}}, problems: staffReads(),
	}
}

func publishOperation() operation {
	return operation{
		id: "publishNotice", tag: "Firm", summary: "Publish a notice",
		text: "For admins. It stands above the Send button from now on, in its language. The same text again changes nothing. " +
			"An empty text withdraws the notice of the language. White space at its ends is removed.",
		body:   jsonBody(true, sample{"A notice", NoticeBody{"en", exampleText}}, sample{"None any more", NoticeBody{Language: "en"}}),
		status: http.StatusCreated, gives: "The notice, with its version.", samples: []sample{{"The notice", exampleNotice()}},
		also: map[int]string{http.StatusOK: "The notice that stood already, with the same text."},
		problems: staffWrites(jsonRefusals(
			invalid("A member is missing or wrong. language: `required`, `unknown_language`. text: `required` (also when there is nothing to "+
				"withdraw), `too_long`, `invalid_characters`, `invisible`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "language", Code: "unknown_language", Message: "Use a language of the firm's pages: en, es."}),
		)...),
	}
}
