package demo

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

func writeTXT(s sheet) []byte {
	return []byte(strings.Join(s.lines(s.both()), "\r\n") + "\r\n")
}

// writeRTF writes RTF 1.5: what isn't ASCII stands as numbers of 16 bits with a
// sign, each followed by what an old reader shows instead.
func writeRTF(s sheet) []byte {
	var b strings.Builder
	b.WriteString("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\fs22\r\n")
	for _, line := range s.lines(s.both()) {
		for _, c := range line {
			switch {
			case strings.ContainsRune(`\{}`, c):
				b.WriteString(`\` + string(c))
			case c <= unicode.MaxASCII:
				b.WriteRune(c)
			default:
				for _, unit := range utf16.Encode([]rune{c}) {
					b.WriteString(`\u` + strconv.Itoa(int(int16(unit))) + "?") //nolint:gosec // RTF wants the sign
				}
			}
		}
		b.WriteString("\\par\r\n")
	}
	b.WriteString("}\r\n")
	return []byte(b.String())
}
