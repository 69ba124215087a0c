package httpapi

import (
	"net/http"
	"slices"

	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/mail"
	"usher/internal/staff"
)

// PreviewBody says which letter to make.
type PreviewBody struct {
	Kind     mail.Kind   `json:"kind" enum:"confirmation,notification" doc:"To the prospect, or to the firm."`
	Person   mail.Person `json:"person,omitempty" enum:"usual,arabic,one_name" doc:"Who writes to the firm. arabic: a long name that runs from right to left. usual when left out."`
	Language string      `json:"language,omitempty" example:"es" doc:"Of the lead, BCP 47. The closest language of the pages is taken, else their default."`
	MailNote string      `json:"mail_note,omitempty" maxLength:"1000" doc:"In the place of the firm's sentence in the letter's language, unsaved. Empty: as if there were none in it."`
}

// PreviewView is a letter that nobody gets.
type PreviewView struct {
	Kind        mail.Kind `json:"kind" enum:"confirmation,notification"`
	Language    string    `json:"language" example:"es" doc:"That it is written in: of a confirmation that of the lead, of a notification the firm's first."`
	Direction   string    `json:"direction" enum:"ltr,rtl" doc:"Which way that language runs."`
	FromName    string    `json:"from_name" example:"Ellison & Okoye" doc:"May be empty."`
	FromAddress *string   `json:"from_address" example:"intake@firm.example" doc:"Null: none is set, and nothing is sent."`
	Recipients  []string  `json:"recipients" doc:"Who gets one each. Of a notification the firm's real addresses."`
	Subject     string    `json:"subject"`
	Text        string    `json:"text" doc:"The letter as plain text."`
	HTML        string    `json:"html" doc:"The same as HTML; mail programs show one of the two."`
}

// previewMessage shows a letter before anybody gets it.
func (s *Server) previewMessage(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	sample, err := readPreview(w, r)
	if err != nil {
		return err
	}
	now, err := s.Firm.Store.Firm(r.Context())
	if err != nil {
		return err
	}
	letter, err := s.Tester.Render.Preview(s.Letterhead(now, sample.note), sample.kind, sample.person, sample.language, s.Now())
	if err != nil {
		return err
	}
	recipients := []mail.Address{letter.To}
	if sample.kind == mail.Notification {
		if recipients, err = s.Leads.Told(r.Context()); err != nil {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, previewView(sample.kind, letter, recipients))
}

// previewed is a PreviewBody, checked.
type previewed struct {
	kind     mail.Kind
	person   mail.Person
	language string
	note     *string
}

func readPreview(w http.ResponseWriter, r *http.Request) (previewed, error) {
	var kind, person, language, note *string
	bad, err := violationsOf(readJSON(w, r, field{"kind", &kind}, field{"person", &person}, field{"language", &language}, field{"mail_note", &note}))
	if err != nil {
		return previewed{}, err
	}
	p := previewed{person: mail.UsualPerson}
	var more []fault.Violation
	switch {
	case kind == nil:
		more = append(more, fault.Violation{Field: "kind", Code: "required", Message: "Use confirmation or notification."})
	case mail.Kind(*kind) != mail.Confirmation && mail.Kind(*kind) != mail.Notification:
		more = append(more, fault.Violation{Field: "kind", Code: "unknown_kind", Message: "Use confirmation or notification."})
	default:
		p.kind = mail.Kind(*kind)
	}
	if person != nil {
		if p.person = mail.Person(*person); !slices.Contains(mail.People(), p.person) {
			more = append(more, fault.Violation{Field: "person", Code: "unknown_person", Message: "Use usual, arabic or one_name."})
		}
	}
	if language != nil {
		p.language = *language // what names none of the firm's falls back, as that of a lead does
	}
	if note != nil {
		kept, wrong := firm.CheckMailNote(*note, "mail_note")
		p.note, more = &kept, append(more, wrong...)
	}
	return p, fault.Violated(besides(bad, more))
}

func previewView(kind mail.Kind, letter mail.Letter, recipients []mail.Address) PreviewView {
	v := PreviewView{
		Kind: kind, Language: letter.Language, Direction: letter.Dir, FromName: letter.From.Name, FromAddress: maybe(letter.From.Address.Typed),
		Recipients: make([]string, 0, len(recipients)), Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML,
	}
	for _, address := range recipients {
		v.Recipients = append(v.Recipients, address.Typed)
	}
	return v
}

func previewOperation() operation {
	return operation{
		id: "previewMessage", tag: "Messages", summary: "Show a message before anybody gets it",
		text: "Made by what makes those that are sent, of a prospect who doesn't exist. Nothing is kept, and nothing is sent. " +
			"A sentence of the firm's that isn't saved yet can be looked at by mail_note.",
		body: jsonBody(true, sample{"To a prospect, in Spanish", PreviewBody{Kind: mail.Confirmation, Language: "es", MailNote: "Guarde este mensaje."}},
			sample{"To the firm", PreviewBody{Kind: mail.Notification, Person: mail.ArabicPerson}}),
		status: http.StatusOK, gives: "The letter.", samples: []sample{{"To a prospect", examplePreview()}},
		problems: staffReads(jsonRefusals(
			crossOrigin(),
			invalid("A member is missing or wrong. kind: `required`, `unknown_kind`. person: `unknown_person`. mail_note: `too_long`, "+
				"`invalid_characters`, `invisible`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "person", Code: "unknown_person", Message: "Use usual, arabic or one_name."}),
		)...),
	}
}

func examplePreview() PreviewView {
	return PreviewView{
		Kind: mail.Confirmation, Language: "es", Direction: "ltr", FromName: "Ellison & Okoye", FromAddress: maybe("intake@firm.example"),
		Recipients: []string{"maria@example.com"}, Subject: "Tenemos su información (7K4-Q2M)",
		Text: "Hola, Maria Ortiz:\n\nTenemos su información.\n…\nGuarde este mensaje.\n…\n",
		HTML: "<!doctype html>\n<html lang=\"es\" dir=\"ltr\">…</html>\n",
	}
}
