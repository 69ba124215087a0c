package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"hash/crc32"
	"math/big"
	"strings"
)

// An API key reads usher_, the key's id (128 bits), a secret (256 bits) and a CRC-32 of
// all before it, each a number in base 62 of a fixed length: it is marked by a double
// click, secret scanners find it by its beginning, and one that was cut or mistyped is
// told from one that was revoked without asking anybody.
const (
	keyPrefix    = "usher_"
	idDigits     = 22
	secretBits   = 256
	secretDigits = 43
	checkDigits  = 6
)

func newKeyText(id string) string {
	secret := make([]byte, secretBits/8)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the process instead
	text := keyPrefixOf(id) + base62(new(big.Int).SetBytes(secret), secretDigits)
	return text + checkOf(text)
}

// Prefix is how a key begins: as far as it tells it from others, and no secret.
func (k APIKey) Prefix() string { return keyPrefixOf(k.ID) }

func keyPrefixOf(id string) string {
	number, _ := new(big.Int).SetString(strings.ReplaceAll(id, "-", ""), 16)
	return keyPrefix + base62(number, idDigits)
}

// keyID is the id that stands in the text of a key, if it is one.
func keyID(text string) (id string, ok bool) {
	if len(text) != len(keyPrefix)+idDigits+secretDigits+checkDigits {
		return "", false
	}
	rest, check := text[:len(text)-checkDigits], text[len(text)-checkDigits:]
	number, ok := new(big.Int).SetString(text[len(keyPrefix):len(keyPrefix)+idDigits], 62)
	if !ok || number.Sign() < 0 || number.BitLen() > 128 || checkOf(rest) != check {
		return "", false
	}
	h := hex.EncodeToString(number.FillBytes(make([]byte, 16)))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], true
}

func (k APIKey) matches(text string) bool {
	return subtle.ConstantTimeCompare([]byte(k.Digest), []byte(digest(text))) == 1
}

func checkOf(text string) string {
	return base62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(text)))), checkDigits)
}

func base62(number *big.Int, digits int) string {
	text := number.Text(62)
	return strings.Repeat("0", digits-len(text)) + text
}
