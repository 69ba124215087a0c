package mail

import (
	"strings"
	"unicode"
)

// maxText is how many characters of a server's words are kept.
const maxText = 200

// Scrub makes a server's words fit to be kept and shown: one line, printable,
// short, and without what servers like to repeat: e-mail addresses, the local part of
// the one the message goes to, and links that open an account to whoever reads them.
func Scrub(text string, to Address) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
	for i, word := range words {
		bare := strings.TrimFunc(word, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) })
		if strings.ContainsAny(word, "@＠") || to.Local != "" && (strings.EqualFold(bare, to.Local) || strings.EqualFold(word, to.Local)) {
			words[i] = "[address]"
		}
		if _, path, found := strings.Cut(word, "/app/"); found && strings.Contains(path, "#") {
			words[i] = "[link]"
		}
	}
	line := []rune(strings.Join(words, " "))
	if len(line) > maxText {
		line = append(line[:maxText-1], '…')
	}
	return string(line)
}
