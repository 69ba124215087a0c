package firm

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"usher/internal/fault"
)

// Change is what an admin wants to be another. What is nil stays as it is.
type Change struct {
	Name, Accent, Zone          *string
	AskRead                     *bool
	ContactWithin               *int // hours
	EmbedSites, ReturnAddresses *[]string
	Texts                       map[string]*TextsChange // by language; nil: the language's words go
}

// TextsChange is Change for the words of one language.
type TextsChange struct{ Hours, Promise, Urgent, MailNote *string }

// Check gives the change as it will be kept, trimmed and in one form, and every
// violation. Languages are those of the firm's pages; in another one words can only
// be removed.
func (c Change) Check(languages []string) (Change, []fault.Violation) {
	var bad violations
	bad.of("name", &c.Name, func(s string) (string, *fault.Violation) {
		return checkText(s, MaxName, "Shorten the name to 200 characters.", false)
	})
	bad.of("accent", &c.Accent, checkAccent)
	bad.of("time_zone", &c.Zone, checkZone)
	if h := c.ContactWithin; h != nil && (*h < 0 || *h > MaxContactWithin) {
		bad = append(bad, fault.Violation{Field: "contact_within_hours", Code: "out_of_range", Message: "Use a whole number of hours from 1 to 720, or 0 for none."})
	}
	if c.EmbedSites != nil {
		sites, more := checkAddresses("embed_sites", *c.EmbedSites, parseSite, fault.Violation{
			Code: "invalid_site", Message: "Use the address of a site without a path, such as https://www.firm.example.",
		})
		c.EmbedSites, bad = &sites, append(bad, more...)
	}
	if c.ReturnAddresses != nil {
		addresses, more := checkAddresses("return_addresses", *c.ReturnAddresses, parseReturn, fault.Violation{
			Code: "invalid_address", Message: "Use the full address of a page, such as https://www.firm.example/thanks, without a user and without #.",
		})
		c.ReturnAddresses, bad = &addresses, append(bad, more...)
	}
	c.Texts = maps.Clone(c.Texts)
	for _, tag := range slices.Sorted(maps.Keys(c.Texts)) {
		if c.Texts[tag] == nil {
			continue
		}
		at := "texts." + fault.FieldName(tag)
		if !slices.Contains(languages, tag) {
			bad = append(bad, unknownLanguage(at, languages))
		}
		t, more := c.Texts[tag].check(at)
		c.Texts[tag], bad = &t, append(bad, more...)
	}
	return c, bad
}

func (t TextsChange) check(at string) (TextsChange, violations) {
	var bad violations
	bad.of(at+".hours", &t.Hours, checkParagraph)
	bad.of(at+".promise", &t.Promise, checkParagraph)
	bad.of(at+".urgent", &t.Urgent, checkParagraph)
	bad.of(at+".mail_note", &t.MailNote, checkParagraph)
	return t, bad
}

// CheckMailNote gives a sentence for the confirmation mail as it would be kept, and
// every violation, with field.
func CheckMailNote(note, field string) (string, []fault.Violation) {
	var bad violations
	kept := &note
	bad.of(field, &kept, checkParagraph)
	return *kept, bad
}

// violations gathers what is wrong.
type violations []fault.Violation

// of puts a value that was sent into the form in which it is kept, or notes what is
// wrong with it.
func (bad *violations) of(field string, value **string, check func(string) (string, *fault.Violation)) {
	if *value == nil {
		return
	}
	checked, v := check(**value)
	*value = &checked
	if v != nil {
		v.Field = field
		*bad = append(*bad, *v)
	}
}

// checkAccent refuses what can't be read on white, and says which shade can.
func checkAccent(s string) (string, *fault.Violation) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", nil
	}
	accent, ok := parseColour(s)
	if !ok {
		return "", &fault.Violation{Code: "invalid_colour", Message: "Use a colour such as #175a8a."}
	}
	if near := readable(accent); near != accent {
		return "", &fault.Violation{Code: "low_contrast", Message: fmt.Sprintf(
			"This colour is too light to be read on white: its contrast is %.2f:1, and 4.5:1 is needed. %s passes.",
			math.Floor(accent.contrast(mustColour(paper))*100)/100, near)}
	}
	return s, nil
}

func checkZone(s string) (string, *fault.Violation) {
	s = strings.TrimSpace(s)
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return "", &fault.Violation{Code: "unknown_zone", Message: "Use a time zone such as America/New_York."}
	}
	return s, nil
}

// with is the profile after a change that was checked. Version and who made it stay.
func (p Profile) with(c Change) Profile {
	set(&p.Name, c.Name)
	set(&p.Accent, c.Accent)
	set(&p.Zone, c.Zone)
	set(&p.AskRead, c.AskRead)
	set(&p.ContactWithin, c.ContactWithin)
	set(&p.EmbedSites, c.EmbedSites)
	set(&p.ReturnAddresses, c.ReturnAddresses)
	texts := map[string]Texts{}
	maps.Copy(texts, p.Texts)
	for tag, change := range c.Texts {
		if texts[tag] = texts[tag].with(change); texts[tag] == (Texts{}) {
			delete(texts, tag)
		}
	}
	p.Texts = texts
	return p
}

func (t Texts) with(c *TextsChange) Texts {
	if c == nil {
		return Texts{}
	}
	set(&t.Hours, c.Hours)
	set(&t.Promise, c.Promise)
	set(&t.Urgent, c.Urgent)
	set(&t.MailNote, c.MailNote)
	return t
}

// set takes a value over when there is one.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
