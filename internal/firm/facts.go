package firm

import (
	"strconv"
	"strings"
)

// Facts are what a profile says, but for the logo: each thing by the name that the API
// has for it. They are the firm's own words, and the audit compares them.
func (p Profile) Facts() map[string]string {
	facts := map[string]string{
		"name": p.Name, "accent": p.Accent, "time_zone": p.Zone, "contact_within_hours": strconv.Itoa(p.ContactWithin),
		"ask_read": strconv.FormatBool(p.AskRead), "embed_sites": strings.Join(p.EmbedSites, "\n"),
		"return_addresses": strings.Join(p.ReturnAddresses, "\n"),
	}
	for language, t := range p.Texts {
		at := "texts." + language
		facts[at+".hours"], facts[at+".promise"], facts[at+".urgent"], facts[at+".mail_note"] = t.Hours, t.Promise, t.Urgent, t.MailNote
	}
	return facts
}

// Facts tell which notice it is; its text stays with the versions of the notices.
func (n Notice) Facts() map[string]string {
	facts := map[string]string{"language": n.Language, "version": strconv.FormatInt(n.Version, 10)}
	if n.Text == "" {
		facts["withdrawn"] = "true"
	}
	return facts
}
