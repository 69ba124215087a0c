package firm

import (
	"maps"
	"slices"
	"time"
)

// Profile is what the firm says of itself on its pages and in its mails.
type Profile struct {
	Name            string           // empty: the one of the settings
	Accent          string           // #rrggbb, such as #175a8a; empty: Usher's own
	Zone            string           // of the IANA database, such as America/New_York; empty is UTC
	ContactWithin   int              // hours from receipt to the first contact that the firm means to keep to; 0 for none
	AskRead         bool             // the form asks for a tick in "I have read this"
	EmbedSites      []string         // origins, such as https://www.firm.example, that may show the form in a frame
	ReturnAddresses []string         // URLs to which a form of the firm's own may send the prospect back
	Texts           map[string]Texts // the firm's own words, by language tag
	Logo            *Logo            // nil: none
	Version         int64            // grows by one with each change; 0 when nothing was set yet
	UpdatedAt       time.Time        // of the last change; zero at version 0
	UpdatedBy       string           // a user's id; empty at version 0
}

// Texts are the firm's own words in one language. Each may have line feeds; empty
// is none.
type Texts struct {
	Hours    string // when the firm is open
	Promise  string // what happens next, and when
	Urgent   string // whom to call when it can't wait
	MailNote string // the firm's own sentence in the confirmation mail
}

// Current is the profile with the notices that stand now, by language.
type Current struct {
	Profile Profile
	Notices map[string]Notice
}

// WithMailNote is what the firm would say if that were its sentence in the
// confirmation mail of a language.
func (c Current) WithMailNote(language, note string) Current {
	c.Profile = c.Profile.with(Change{Texts: map[string]*TextsChange{language: {MailNote: &note}}})
	return c
}

// Text gives those of the firm's words that pick chooses, and the language that
// they are in: the one asked for, else fallback, else the first of those that have
// any. Without any it gives empty texts.
func (c Current) Text(language, fallback string, pick func(Texts) string) (text, of string) {
	texts, of := nearest(c.Profile.Texts, language, fallback, func(t Texts) bool { return pick(t) != "" })
	if of == "" {
		return "", ""
	}
	return pick(texts), of
}

// Notice gives the notice in a language, else in fallback, else in the first of
// those that have one, and whether there is any at all.
func (c Current) Notice(language, fallback string) (Notice, bool) {
	notice, of := nearest(c.Notices, language, fallback, func(n Notice) bool { return n.Text != "" })
	return notice, of != ""
}

// nearest chooses among the languages that have something. Of is empty when none has.
func nearest[T any](all map[string]T, language, fallback string, has func(T) bool) (found T, of string) {
	for _, tag := range append([]string{language, fallback}, slices.Sorted(maps.Keys(all))...) {
		if v, ok := all[tag]; ok && has(v) {
			return v, tag
		}
	}
	return found, ""
}

// Called is the firm's name: its own, or that of the settings while it has none.
func (p Profile) Called(settings string) string {
	if p.Name != "" {
		return p.Name
	}
	return settings
}

// MaxContactWithin is the longest promise, in hours: thirty days.
const MaxContactWithin = 720

// Target is ContactWithin as a length of time: hours of the calendar, nights and
// weekends among them. It is 0 when the firm has set none.
func (p Profile) Target() time.Duration { return time.Duration(p.ContactWithin) * time.Hour }

// Location is the firm's time zone; UTC when it has set none.
func (p Profile) Location() *time.Location {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil { // the zone was checked when it was set, and the machine lost it since
		return time.UTC
	}
	return zone
}

// differs tells whether anything but the version and who made it is another.
func (p Profile) differs(q Profile) bool {
	return p.Name != q.Name || p.Accent != q.Accent || p.Zone != q.Zone || p.AskRead != q.AskRead || p.ContactWithin != q.ContactWithin ||
		!slices.Equal(p.EmbedSites, q.EmbedSites) || !slices.Equal(p.ReturnAddresses, q.ReturnAddresses) ||
		!maps.Equal(p.Texts, q.Texts) || p.LogoDigest() != q.LogoDigest()
}

// LogoDigest is the logo's digest; empty without one.
func (p Profile) LogoDigest() string {
	if p.Logo == nil {
		return ""
	}
	return p.Logo.Digest
}
