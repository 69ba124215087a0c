package mail

import "time"

// Person is a made-up prospect, to look at a letter with.
type Person string

// The persons: a usual one, and two who are hard to write to.
const (
	UsualPerson  Person = "usual"
	ArabicPerson Person = "arabic"   // has a long name that runs from right to left
	OneName      Person = "one_name" // has no family name
)

// People lists every person, for checks and documents.
func People() []Person { return []Person{UsualPerson, ArabicPerson, OneName} }

// facts are what the form would know of a person.
func (p Person) facts() Facts {
	switch p {
	case ArabicPerson:
		return Facts{FirstName: "عبد الرحمن محمد عبد العزيز", LastName: "بن عبد الله آل سعود الهاشمي القرشي", Email: "abdulrahman@example.com"}
	case OneName:
		return Facts{FirstName: "Suharto", SingleName: true, Email: "suharto@example.com"}
	default:
		return Facts{FirstName: "Maria", LastName: "Ortiz", Email: "maria@example.com"}
	}
}

// What a letter to nobody is about. No lead has the id.
const (
	sampleReference = "7K4-Q2M"
	sampleLead      = "00000000-0000-0000-0000-000000000000"
)

// Preview makes the letter that a person would set off by writing to the firm now, in
// a language (empty: the firm's first), under a letterhead that need not be the firm's yet. It is made by what
// makes those that are sent. Nothing is kept, and nothing is sent. To is the person's
// address, whatever the kind.
func (r *Renderer) Preview(head Letterhead, kind Kind, person Person, language string, now time.Time) (Letter, error) {
	facts := person.facts()
	if facts.Reference, facts.Language, facts.ReceivedAt = sampleReference, language, now; language == "" {
		facts.Language = r.languages.Of("").Tag
	}
	return r.render(head, Due{
		Message: Message{LeadID: sampleLead, Kind: kind, Recipient: facts.Email, CreatedAt: now}, Facts: facts,
	})
}
