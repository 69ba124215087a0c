package auth

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// Purpose separates the keys that are derived from the one secret key.
type Purpose string

// The purposes in use. A new one never shares its text with an old one.
const (
	ForJWT     Purpose = "usher jwt v1"
	ForReceipt Purpose = "usher receipt v1"
	ForCursor  Purpose = "usher cursor v1"
	ForForm    Purpose = "usher form v1"
	ForNotice  Purpose = "usher notice v1"
	ForNetwork Purpose = "usher network v1"
	ForTries   Purpose = "usher tries v1"
	ForDevice  Purpose = "usher device v1"

	ForInvitation Purpose = "usher invitation v1"
	ForReset      Purpose = "usher password reset v1"
)

// DeriveKey gives the 32-byte key for a purpose: HKDF-SHA256 (RFC 5869) of the
// secret key with no salt and the purpose as info.
func DeriveKey(secret []byte, purpose Purpose) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, string(purpose), 32)
	if err != nil { // only for a length that HKDF can't give
		panic(fmt.Sprintf("auth: derive key: %v", err))
	}
	return key
}

// Seal makes short opaque texts that only the holder of a key can make:
// base64url of a payload and the first 16 bytes of its HMAC-SHA256.
type Seal struct{ key []byte }

// NewSeal makes a seal for one purpose.
func NewSeal(secret []byte, purpose Purpose) Seal { return Seal{DeriveKey(secret, purpose)} }

const sealSize = 16

// Put seals a payload. The payload stays readable; it is not secret.
func (s Seal) Put(payload []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(s.mac(payload), payload...))
}

// Take opens a sealed text; ok is false for anything that Put did not make.
func (s Seal) Take(text string) (payload []byte, ok bool) {
	if len(text) > 512 || strings.ContainsAny(text, "\r\n") { // the decoder would skip line ends
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < sealSize {
		return nil, false
	}
	return raw[sealSize:], hmac.Equal(raw[:sealSize], s.mac(raw[sealSize:]))
}

func (s Seal) mac(payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write(payload)
	return h.Sum(nil)[:sealSize]
}
