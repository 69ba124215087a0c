package mail

import (
	"strings"
	"unicode"
)

// Mail programs turn what looks like a link into one, in plain text and in HTML.
// A stranger chooses the name in our mails, so a name like "evil.example" would
// become a link that the firm seems to have sent. An invisible character inside
// would stop that, and would no longer be the name. So:
//
//   - the confirmation drops a name that looks like a link and greets neutrally;
//   - the firm's mail spells the dots, colons, slashes and at signs of such a
//     name out, and says that it did;
//   - an e-mail address stands as it was typed: a mail program makes at most a
//     "write to" link of it, which is what staff want. Only an address whose
//     local part could pass for a web address is spelled out too.

// clean takes out what no name may hold: control characters, line and paragraph
// separators, direction overrides and isolates, broken UTF-8. The form refuses
// them long before; a header must not depend on that.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029',
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// fullName is how a lead is called: once, when the person has a single name.
func fullName(f Facts) string {
	first, last := clean(f.FirstName), clean(f.LastName)
	if f.SingleName && first == last {
		return first
	}
	return strings.TrimSpace(first + " " + last)
}

// maxDigits is how many digits a name may hold before a mail program could take
// it for a telephone number.
const maxDigits = 4

// linkish tells whether a mail program could make a link of a name: anything with
// a colon or an at sign, a number to call, or a dot between a character and two
// or more (evil.example, but not J.R. Smith).
func linkish(name string) bool {
	digits := 0
	visible := make([]rune, 0, len(name))
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Cf, r): // "evil.<ZWNJ>example" is shown without it
			continue
		case r == ':' || r == '：' || r == '@' || r == '＠':
			return true
		case unicode.IsDigit(r):
			digits++
		}
		visible = append(visible, r)
	}
	if digits > maxDigits || strings.Contains(strings.ToLower(string(visible)), "www.") {
		return true
	}
	for i, r := range visible {
		if isDot(r) && i > 0 && wordy(visible[i-1]) &&
			i+2 < len(visible) && wordy(visible[i+1]) && wordy(visible[i+2]) {
			return true
		}
	}
	return false
}

// isDot knows the dots that IDNA takes for one (UTS 46 section 4) and their
// compatibility forms.
func isDot(r rune) bool { return strings.ContainsRune(".。．｡․﹒", r) }

func wordy(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-'
}

// spell writes out the characters that make a link of a text.
func spell(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case isDot(r):
			b.WriteString(" [dot] ")
		case r == ':' || r == '：':
			b.WriteString(" [colon] ")
		case r == '/' || r == '／' || r == '\\':
			b.WriteString(" [slash] ")
		case r == '@' || r == '＠':
			b.WriteString(" [at] ")
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// shownAddress is how the firm's mail writes the prospect's address: as typed,
// unless its local part could pass for a web address.
func shownAddress(typed string) string {
	local, _, _ := strings.Cut(typed, "@")
	plain := !strings.HasPrefix(strings.ToLower(local), "www.")
	for _, r := range local {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("._+-'", r) {
			plain = false
		}
	}
	if plain {
		return typed
	}
	return spell(typed)
}
