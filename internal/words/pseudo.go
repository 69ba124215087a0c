package words

import (
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// pseudoAll makes the pseudo-locale of the messages of English.
func pseudoAll(messages []*i18n.Message) {
	for _, m := range messages {
		m.One, m.Other = pseudo(m.One), pseudo(m.Other)
	}
}

// accented are letters that read like those of English. A vowel is there twice: that
// makes a text about 40 % longer, as long as the longest of the real languages.
var accented = strings.NewReplacer(
	"a", "àá", "e", "èé", "i", "ìí", "o", "òó", "u", "ùú", "y", "ýÿ", "A", "ÀÁ", "E", "ÈÉ", "I", "ÌÍ", "O", "ÒÓ", "U", "ÙÚ", "Y", "ÝŸ",
	"c", "ç", "d", "ð", "g", "ğ", "h", "ĥ", "k", "ķ", "l", "ļ", "n", "ñ", "r", "ŕ", "s", "š", "t", "ţ", "w", "ŵ", "z", "ž",
	"C", "Ç", "D", "Ð", "G", "Ğ", "H", "Ĥ", "K", "Ķ", "L", "Ļ", "N", "Ñ", "R", "Ŕ", "S", "Š", "T", "Ţ", "W", "Ŵ", "Z", "Ž",
)

// pseudo is a sentence in the pseudo-locale, its placeholders untouched.
func pseudo(sentence string) string {
	if sentence == "" {
		return ""
	}
	var b strings.Builder
	b.WriteByte('[')
	for {
		before, rest, found := strings.Cut(sentence, "{{")
		b.WriteString(accented.Replace(before))
		if !found {
			b.WriteByte(']')
			return b.String()
		}
		placeholder, after, _ := strings.Cut(rest, "}}")
		b.WriteString("{{" + placeholder + "}}")
		sentence = after
	}
}
