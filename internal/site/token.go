package site

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"usher/internal/lead"
)

// tokenLife is how long a form can be sent as it was opened. It is no longer than what
// was sent is remembered, so that a form that is sent twice is one lead.
const tokenLife = lead.KeyLife

// formToken is what a form carries in a hidden field, sealed. It carries no authority:
// it tells one form from another, and when it was opened, without a cookie.
type formToken struct {
	id     [16]byte
	opened time.Time // to the millisecond
}

func newToken(now time.Time) formToken {
	t := formToken{opened: now}
	_, _ = rand.Read(t.id[:]) // never fails: crypto/rand ends the process instead
	return t
}

// name is the form's id as a text.
func (t formToken) name() string { return base64.RawURLEncoding.EncodeToString(t.id[:]) }

func (t formToken) lapsed(now time.Time) bool { return now.Sub(t.opened) >= tokenLife }

func (s *Site) sealToken(t formToken) string {
	payload := binary.BigEndian.AppendUint64(t.id[:16:16], uint64(t.opened.UnixMilli()))
	return s.Tokens.Put(payload)
}

// openToken reads what sealToken made; ok is false for anything else.
func (s *Site) openToken(text string) (t formToken, ok bool) {
	payload, ok := s.Tokens.Take(text)
	if !ok || len(payload) != len(t.id)+8 {
		return formToken{}, false
	}
	copy(t.id[:], payload)
	t.opened = time.UnixMilli(int64(binary.BigEndian.Uint64(payload[len(t.id):]))) //nolint:gosec // our own number
	return t, true
}

// sealNotice is the hidden field that says which notice the form shows.
func (s *Site) sealNotice(language string, version int64) string {
	return s.Notices.Put(append(binary.BigEndian.AppendUint64(nil, uint64(version)), language...)) //nolint:gosec // from 1
}

// openNotice reads what sealNotice made; the zero Notice for anything else.
func (s *Site) openNotice(text string) lead.Notice {
	payload, ok := s.Notices.Take(text)
	if !ok || len(payload) < 8 {
		return lead.Notice{}
	}
	return lead.Notice{Version: int64(binary.BigEndian.Uint64(payload)), Language: string(payload[8:])} //nolint:gosec // our own number
}
