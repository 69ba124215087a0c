package smtp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"usher/internal/mail"
)

// Compose writes a letter as an RFC 5322 message: multipart/alternative, both
// parts quoted-printable, lines ended by CRLF. It is a function of the letter
// alone, so each try of a message sends the same bytes.
func Compose(letter mail.Letter) ([]byte, error) {
	id, ok := bareID(letter.MessageID)
	switch {
	case !ok:
		return nil, errors.New("compose: not a Message-ID")
	case letter.From.IsZero() || letter.To == mail.Address{}:
		return nil, errors.New("compose: sender or recipient is missing")
	}
	boundary := sha256.Sum256([]byte(letter.MessageID))
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8),
		gomail.WithEncoding(gomail.EncodingQP), gomail.WithBoundary(hex.EncodeToString(boundary[:16])))
	m.FromMailAddress(&netmail.Address{Name: letter.From.Name, Address: letter.From.Address.Envelope()})
	m.ToMailAddress(&netmail.Address{Address: letter.To.Envelope()})
	if letter.ReplyTo != (mail.Address{}) {
		m.ReplyToMailAddress(&netmail.Address{Address: letter.ReplyTo.Envelope()})
	}
	m.SetGenHeaderPreformatted(gomail.HeaderSubject, headerText(letter.Subject))
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(letter.Date)
	if letter.AutoSubmitted != "" {
		m.SetGenHeader("Auto-Submitted", letter.AutoSubmitted)
	}
	m.SetBodyString(gomail.TypeTextPlain, letter.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, letter.HTML)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// bareID takes a Message-ID out of its brackets and makes sure that it can't
// break a header.
func bareID(s string) (string, bool) {
	s, opened := strings.CutPrefix(s, "<")
	s, closed := strings.CutSuffix(s, ">")
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
			return "", false
		}
	}
	return s, opened && closed && strings.Contains(s, "@")
}

// plainSubject is how long a subject may be to stay on one line.
const plainSubject = 60

// headerText writes free text as a header's value. What is not short plain ASCII
// becomes encoded words (RFC 2047); so does a text that looks like one, which
// go-mail would pass on and a mail program would decode.
func headerText(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	plain := len(s) <= plainSubject && !strings.Contains(s, "=?")
	for _, r := range s {
		plain = plain && r >= ' ' && r < 0x7f
	}
	if plain {
		return s
	}
	var words []string
	for len(s) > 0 {
		n := min(len(s), 42) // 42 bytes make 56 of base64 and a word of 68; 75 are allowed
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, "\r\n ") // white space between two encoded words is not shown
}
