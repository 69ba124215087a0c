package resume

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFilenameBytes is what file systems take at most.
const maxFilenameBytes = 255

// cleanFilename makes of a stranger's name one that is safe to show and to save
// under, and holds its extension against the kind of the content: a name may
// leave the extension out, but it may not lie. Cleaning a clean name changes
// nothing.
func cleanFilename(sent string, k *kind) (string, error) {
	name := tidy(sent)
	stem, extension := splitExtension(name)
	if extension == "" {
		extension = k.extension()
	}
	if !k.fits(strings.ToLower(extension)) {
		return "", nameMismatch(k)
	}
	if strings.Trim(stem, ". ") == "" {
		stem = "resume"
	}
	return cut(stem, maxFilenameBytes-len(extension)-1) + "." + extension, nil
}

// tidy takes the last part of a path, Windows' or not, and removes from it what
// could break out of a header, a file system or the direction of a line.
func tidy(sent string) string {
	name := strings.ToValidUTF8(sent, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeftFunc(name, unicode.IsSpace)
	return strings.TrimRightFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}

// splitExtension parts a tidy name at its last dot, if ASCII letters and digits
// follow it. Otherwise there is no extension: "J. Smith" has none.
func splitExtension(name string) (stem, extension string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return name, ""
	}
	for _, c := range []byte(name[dot+1:]) {
		if !isLetter(c) && (c < '0' || c > '9') {
			return name, ""
		}
	}
	return name[:dot], name[dot+1:]
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
