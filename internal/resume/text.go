package resume

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"unicode/utf16"
	"unicode/utf8"
)

// lookText decides whether what has no signature is text, and whether a browser
// or a shell would do more with it than show it.
//
// A library of signatures is of no use here: by the first bytes alone "OTTO
// SCHMIDT" is a font and "MZ Khan" a program, and everything that such a list
// knows as markup or a script begins in one of the ways that leadingCode knows.
func lookText(p *probe, head, buf []byte) (verdict, error) {
	start := bytes.Clone(opening(head)) // head lies in buf
	p.allow(p.size)
	text, err := isText(p, buf)
	if err != nil {
		return verdict{}, err
	}
	if !text || startsLikeCode(start) || codeLine.Match(start) {
		return verdict{}, unsupportedType(nil)
	}
	return verdict{kind: txt}, nil
}

var (
	// leadingCode is a shebang, PostScript, a PHP or ASP page, a declaration, a
	// comment or a tag. A resume may well begin with "<ann@example.com>" or "<https://example.com>".
	leadingCode = regexp.MustCompile(`^(?:#!|%!|<[?%!]|</?[A-Za-z][-A-Za-z0-9:._]*(?:[\s>]|/[^/]|$))`)
	// codeLine finds a page or a script that begins below a few lines of prose.
	// Only lines that begin with one count: a resume may speak of <script> tags.
	codeLine = regexp.MustCompile(`(?im)^[\t ]*<(?:!doctype\s|\?(?:php|xml)\s|(?:html|head|body|script|svg|iframe)[\s/>])`)
)

func startsLikeCode(start []byte) bool { return leadingCode.Match(start) }

// opening is the start of a text as UTF-8, without its byte order mark and
// leading white space, so that UTF-16 hides nothing.
func opening(head []byte) []byte {
	if order := utf16Order(head); order != nil {
		var text []byte
		for ; len(head) >= 2; head = head[2:] {
			text = utf8.AppendRune(text, rune(order.Uint16(head))) // a surrogate becomes U+FFFD: good enough to look for ASCII
		}
		head = text
	}
	return bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
}

// utf16Order is the byte order that a UTF-16 byte order mark tells, or nil.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	return nil
}

// isText reads the whole file. A text holds no binary control character, in
// UTF-16 no broken surrogate pair either. Bytes of 0x80 and above are taken as
// they come: besides UTF-8 there is Windows-1252, Shift-JIS and many another.
func isText(p *probe, buf []byte) (bool, error) {
	var order binary.ByteOrder
	text, first, high := true, true, false
	even := buf[:len(buf)&^1] // no unit of UTF-16 is cut
	err := p.scan(0, p.size, even, 0, func(piece []byte) bool {
		if first {
			order, first = utf16Order(piece), false
		}
		if order == nil {
			text = !bytes.ContainsFunc(piece, binaryControl)
			return text
		}
		for ; text && len(piece) >= 2; piece = piece[2:] {
			r := rune(order.Uint16(piece))
			low := r >= 0xdc00 && r < 0xe000
			text = !binaryControl(r) && low == high
			high = utf16.IsSurrogate(r) && !low
		}
		return text
	})
	return text, err
}

// binaryControl tells the control characters that no text has (the WHATWG's
// "binary data bytes"). Escape is not among them: ISO-2022-JP needs it.
func binaryControl(r rune) bool {
	return r <= 0x08 || r == 0x0b || r >= 0x0e && r <= 0x1a || r >= 0x1c && r <= 0x1f
}
