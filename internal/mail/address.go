package mail

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// MaxAddress is the longest address in octets, on its ASCII form (RFC 5321
// section 4.5.3.1.3: a path of 256 with its two angle brackets).
const MaxAddress = 254

// maxTyped is the longest text that can be an address: a code point of an
// internationalised domain takes four octets at most and one of its ASCII form.
const maxTyped = 4 * MaxAddress

// ErrAddress says that a text is not one mailbox that mail can be sent to.
var ErrAddress = errors.New("not an e-mail address")

// Address is one mailbox, checked.
type Address struct {
	Typed  string // as it was typed, ends trimmed
	Local  string // the part before the @, as typed
	Domain string // the part after it in ASCII (RFC 5890 A-labels), lower case
}

// Key is what addresses are compared and counted by: the lower-cased ASCII form.
func (a Address) Key() string { return strings.ToLower(a.Local) + "@" + a.Domain }

// Envelope is the address as SMTP wants it: local part as typed, ASCII domain.
func (a Address) Envelope() string { return a.Local + "@" + a.Domain }

// ASCII tells whether the envelope form needs no SMTPUTF8 (RFC 6531).
func (a Address) ASCII() bool { return isASCII(a.Local) }

// ParseAddress checks that s is one RFC 5321 mailbox written as a dot-atom, or
// its RFC 6531 form. Quoted local parts, comments, address literals, display
// names and lists are refused. It looks nothing up.
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxTyped || !utf8.ValidString(s) { // before anything whose cost grows with the square
		return Address{}, ErrAddress
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return Address{}, ErrAddress
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > 64 || !isDotAtom(local) {
		return Address{}, ErrAddress
	}
	ascii, err := asciiDomain(domain)
	if err != nil || len(local)+1+len(ascii) > MaxAddress {
		return Address{}, ErrAddress
	}
	return Address{Typed: s, Local: local, Domain: ascii}, nil
}

// isDotAtom is RFC 5321's Dot-string with RFC 6531's UTF8-non-ascii, less the
// code points that no mailbox has and that could hide or reorder text.
func isDotAtom(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			if !isAtext(r) {
				return false
			}
		}
	}
	return true
}

func isAtext(r rune) bool {
	switch {
	case r >= utf8.RuneSelf:
		return !unicode.In(r, unicode.C, unicode.Z) && r != utf8.RuneError
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	default:
		return strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
}

// asciiDomain checks each label and gives the domain in lower-case A-labels.
// ASCII labels are RFC 5321's sub-domain (letters, digits, inner hyphens);
// others go through IDNA2008 with the UTS 46 lookup mapping.
func asciiDomain(domain string) (string, error) {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return "", ErrAddress
	}
	profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true))
	for i, label := range labels {
		if !isASCII(label) {
			a, err := profile.ToASCII(label)
			if err != nil || strings.ContainsFunc(label, unlettered) {
				return "", ErrAddress
			}
			label = a
		}
		label = strings.ToLower(label)
		if !isLDH(label) {
			return "", ErrAddress
		}
		labels[i] = label
	}
	return strings.Join(labels, "."), nil
}

// unlettered are code points that IDNA2008 (RFC 5892) keeps out of labels and the
// UTS 46 mapping lets pass: symbols and punctuation, but for those that some
// scripts write words with.
func unlettered(r rune) bool {
	return r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d", r)
}

func isLDH(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		c := label[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
