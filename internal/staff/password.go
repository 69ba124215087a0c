package staff

import (
	"context"
	_ "embed" // the common passwords
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
)

// The lengths of a password, in code points and octets. The lower one is NIST
// SP 800-63B's advice for a password that stands alone; the upper one keeps
// hashing cheap.
const (
	MinPassword = 12
	MaxPassword = 1024
)

// common are the passwords of twelve characters and more that attackers try first,
// one a line, in lower case and without spaces.
//
//go:embed common.txt
var common string

// CheckPassword gives what is wrong with a password, or nil, as NIST SP 800-63B
// section 5.1.1.2 has it: it must be long, and not what anybody would try first. There
// are no rules on what it is made of. about are names that whoever attacks it knows:
// the user's, their address, the firm's.
func CheckPassword(password string, about ...string) *fault.Violation {
	switch {
	case !utf8.ValidString(password):
		return &fault.Violation{Field: "password", Code: "invalid_characters", Message: "Use a password of UTF-8 text."}
	case utf8.RuneCountInString(password) < MinPassword:
		return &fault.Violation{Field: "password", Code: "too_short", Message: "Use a password of at least 12 characters."}
	case len(password) > MaxPassword:
		return &fault.Violation{Field: "password", Code: "too_long", Message: "Use a password of at most 1,024 bytes."}
	case isCommon(password):
		return &fault.Violation{Field: "password", Code: "too_common", Message: "Many people use this password. Use several words that don't belong together."}
	case isAbout(password, append(about, "usher")):
		return &fault.Violation{Field: "password", Code: "too_personal", Message: "This password is little more than a name or an address. Use several words that don't belong together."}
	}
	return nil
}

func isCommon(password string) bool {
	squeezed := strings.Join(strings.Fields(strings.ToLower(password)), "")
	return repeats(squeezed) || slices.Contains(strings.Fields(common), squeezed)
}

// repeats tells whether a text is one piece of at most four characters over and over.
func repeats(s string) bool {
	letters := []rune(s)
	for size := 1; size <= 4; size++ {
		differs := false
		for i := size; i < len(letters); i++ {
			differs = differs || letters[i] != letters[i-size]
		}
		if !differs {
			return true
		}
	}
	return false
}

// fewLetters is how many letters beside names are too few to keep a guess away.
const fewLetters = 4

// isAbout tells whether hardly a letter of a password is left without the words of
// names. Digits and signs don't count: they are what people add first.
func isAbout(password string, names []string) bool {
	rest := strings.Join(wordsOf(password), "")
	found := false
	words := wordsOf(strings.Join(names, " "))
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // else ana takes a part of anabel
	for _, word := range words {
		if utf8.RuneCountInString(word) >= 3 && strings.Contains(rest, word) {
			rest, found = strings.ReplaceAll(rest, word, ""), true
		}
	}
	return found && utf8.RuneCountInString(rest) < fewLetters
}

// wordsOf are the words of a text in lower case: what stands between all that is no letter.
func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
}

// CheckPassword gives what is wrong with a new password of a user, or nil.
func (s *Service) CheckPassword(ctx context.Context, u User, password string) *fault.Violation {
	return CheckPassword(password, u.Email, u.Name, s.firmName(ctx))
}

func (s *Service) firmName(ctx context.Context) string {
	if s.FirmName == nil {
		return ""
	}
	return s.FirmName(ctx)
}
