package lead

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/resume"
)

// MaxName is the longest name in code points.
const MaxName = 200

// MaxLanguage is the longest language tag in octets (RFC 5646 section 4.4.1).
const MaxLanguage = 35

// DefaultLanguage is what a lead speaks when the submission doesn't say.
const DefaultLanguage = "en"

// Submission is what a prospect sent, as it came.
type Submission struct {
	FirstName  string
	LastName   string
	SingleName bool
	Email      string
	Language   string   // BCP 47; empty means DefaultLanguage
	Notice     Notice   // what the form showed
	Signals    []string // what looked odd about it, such as "honeypot"; never a verdict
}

// Draw is what a new lead needs that no rule can decide: fresh identifiers.
type Draw struct {
	ID        string        // UUIDv7
	Reference string        // see [Reference]
	NewID     func() string // for events and messages
}

// Firm is what a new lead needs to know of the firm.
type Firm struct {
	Attorneys []mail.Address // who is told of a new lead
	Post      mail.Post
}

// New turns a submission into a lead and its messages: one confirmation to the
// prospect and one notification to each attorney. All violations come back in
// one fault.Invalid error, whose fields are the names of the form's fields.
func New(s Submission, ref resume.Ref, d Draw, firm Firm, now time.Time) (Lead, []mail.Message, error) {
	s, address, violations := s.check()
	if err := fault.Violated(violations); err != nil {
		return Lead{}, nil, err
	}
	l := Lead{
		ID: d.ID, Reference: d.Reference,
		FirstName: s.FirstName, LastName: s.LastName, SingleName: s.SingleName,
		Email: address.Typed, EmailKey: address.Key(), Language: s.Language,
		State: Pending, CreatedAt: now, Resume: ref, Notice: s.Notice, Version: 1,
	}
	messages := []mail.Message{newMessage(mail.Confirmation, l, address, d, firm)}
	return l, append(messages, Notifications(l, d.NewID, firm)...), nil
}

// Notifications are the messages that tell the firm's attorneys of a lead, one
// for each distinct address. A lead that came in before the firm had anybody to
// tell gets them later, when the first admin is made.
func Notifications(l Lead, newID func() string, firm Firm) []mail.Message {
	var messages []mail.Message
	told := map[string]bool{}
	for _, attorney := range firm.Attorneys {
		if !told[attorney.Key()] {
			told[attorney.Key()] = true
			messages = append(messages, newMessage(mail.Notification, l, attorney, Draw{NewID: newID}, firm))
		}
	}
	return messages
}

func newMessage(kind mail.Kind, l Lead, to mail.Address, d Draw, firm Firm) mail.Message {
	m := firm.Post.Message(d.NewID(), kind, to, l.CreatedAt)
	m.LeadID = l.ID
	return m
}

// Check gives every violation of the field rules, so that a form can show them
// before a resume has been looked at.
func (s Submission) Check() []fault.Violation {
	_, _, violations := s.check()
	return violations
}

func (s Submission) check() (Submission, mail.Address, []fault.Violation) {
	var bad []fault.Violation
	refuse := func(field string, v *fault.Violation) {
		if v != nil {
			v.Field = field
			bad = append(bad, *v)
		}
	}
	s.FirstName, s.LastName = strings.TrimSpace(s.FirstName), strings.TrimSpace(s.LastName)
	refuse("first_name", checkName(s.FirstName, "Enter your first name."))
	if s.LastName != "" || !s.SingleName {
		refuse("last_name", checkName(s.LastName, "Enter your last name, or say that you have only one name."))
	}
	address, v := checkEmail(s.Email)
	refuse("email", v)
	s.Language, v = checkLanguage(s.Language)
	refuse("language", v)
	return s, address, bad
}

func checkName(name, missing string) *fault.Violation {
	switch {
	case !utf8.ValidString(name):
		return &fault.Violation{Code: "invalid_characters", Message: "Enter the name as UTF-8 text."}
	case name == "":
		return &fault.Violation{Code: "required", Message: missing}
	case utf8.RuneCountInString(name) > MaxName:
		return &fault.Violation{Code: "too_long", Message: "Shorten the name to 200 characters."}
	case strings.ContainsFunc(name, Unprintable):
		return &fault.Violation{Code: "invalid_characters", Message: "Remove control and text-direction characters from the name."}
	case !strings.ContainsFunc(name, Visible):
		return &fault.Violation{Code: "required", Message: missing}
	}
	return nil
}

// Unprintable are the characters that no name and no text of the firm's has and that could break a line or
// reorder text around it: controls, line separators, bidi embeddings, overrides
// and isolates. Joiners and plain direction marks stay: names need them.
func Unprintable(r rune) bool {
	return unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029' ||
		(r >= '\u202A' && r <= '\u202E') || (r >= '\u2066' && r <= '\u2069')
}

// blanks are drawn as nothing although Unicode calls them letters or symbols.
const blanks = "\u115F\u1160\u2800\u3164\uFFA0\u034F\u17B4\u17B5"

// Visible tells whether a character is drawn as something: white space, controls,
// joiners and other invisible ones are not.
func Visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.Z, unicode.C, unicode.Variation_Selector) &&
		!strings.ContainsRune(blanks, r)
}

func checkEmail(typed string) (mail.Address, *fault.Violation) {
	if utf8.ValidString(typed) && strings.TrimSpace(typed) == "" {
		return mail.Address{}, &fault.Violation{Code: "required", Message: "Enter your e-mail address."}
	}
	address, err := mail.ParseAddress(typed)
	if err != nil {
		return mail.Address{}, &fault.Violation{Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."}
	}
	return address, nil
}

func checkLanguage(tag string) (string, *fault.Violation) {
	tag = strings.TrimSpace(tag)
	if tag == "" {
		return DefaultLanguage, nil
	}
	if _, err := language.Parse(tag); err != nil || len(tag) > MaxLanguage {
		return "", &fault.Violation{Code: "invalid_language", Message: "Use a language tag like en or es."}
	}
	return tag, nil
}

// LanguageTag tells whether a text has the shape of a language tag that begins with
// a language (RFC 5646): es, pt-BR, zh-Hant-TW. Whether anybody speaks it is not asked.
func LanguageTag(text string) bool { return len(text) <= MaxLanguage && languageTag.MatchString(text) }

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$`)

// Fingerprint is the digest by which two submissions under one idempotency key
// count as the same: equal field values, file name and resume digest. Nothing of
// how they were sent (boundary, order of parts) goes in.
func Fingerprint(s Submission, ref resume.Ref) string {
	s, _, _ = s.check()
	h := sha256.New()
	for _, v := range []string{
		s.FirstName, s.LastName, strconv.FormatBool(s.SingleName), strings.TrimSpace(s.Email), s.Language, ref.Filename, ref.SHA256,
	} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(v)))
		h.Write(n[:])
		h.Write([]byte(v))
	}
	return hex.EncodeToString(h.Sum(nil))
}
