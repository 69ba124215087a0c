package words

import (
	"strings"

	"golang.org/x/text/language"
)

// OwnName is what the speakers of a language call it, for the languages of leads,
// which may be any: "Português (Brasil)", "한국어". Of a language that isn't in the list
// it is the code, and of no language it is empty. Nothing else of what a stranger
// put into a tag comes out.
func OwnName(tag string) string {
	for _, t := range shipped() {
		if strings.EqualFold(t.tag, tag) {
			return t.name
		}
	}
	parsed, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, _, _ := parsed.Raw()
	code := base.String()
	if code == "und" {
		return ""
	}
	if name := ownNames()[code]; name != "" {
		return name
	}
	return code
}

// ownNames are the languages that a firm is likely to meet, by code. The package
// golang.org/x/text/language/display has all of them, and adds 2 MB to the program.
func ownNames() map[string]string {
	return map[string]string{
		"am": "አማርኛ", "ar": "العربية", "bn": "বাংলা", "bs": "Bosanski", "cs": "Čeština", "de": "Deutsch", "el": "Ελληνικά",
		"en": "English", "es": "Español", "fa": "فارسی", "fil": "Filipino", "fr": "Français", "gu": "ગુજરાતી", "ha": "Hausa",
		"he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "ht": "Kreyòl ayisyen", "hu": "Magyar", "hy": "Հայերեն", "id": "Bahasa Indonesia",
		"ig": "Igbo", "it": "Italiano", "ja": "日本語", "ka": "ქართული", "km": "ខ្មែរ", "ko": "한국어", "ku": "Kurdî", "lo": "ລາວ",
		"my": "မြန်မာ", "ne": "नेपाली", "nl": "Nederlands", "pa": "ਪੰਜਾਬੀ", "pl": "Polski", "ps": "پښتو", "pt": "Português",
		"ro": "Română", "ru": "Русский", "so": "Soomaali", "sq": "Shqip", "sr": "Српски", "sw": "Kiswahili", "ta": "தமிழ்",
		"te": "తెలుగు", "th": "ไทย", "ti": "ትግርኛ", "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "uz": "Oʻzbekcha",
		"vi": "Tiếng Việt", "yo": "Yorùbá", "zh": "中文",
	}
}
