package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"usher/internal/staff"
)

// Cookies are the values of what a browser keeps: of its session, and of the device.
type Cookies struct{ Session, Device string }

// DeviceLife is how long a browser keeps the device's cookie; each sign-in begins
// anew. A year outlasts a parental leave.
const DeviceLife = 365 * 24 * time.Hour

const deviceIDSize = 16

// devices makes cookies by which a browser shows that a user has signed in there with
// the password that they still have (OWASP, "Slow Down Online Guessing Attacks with
// Device Cookies"). One allows nothing: failures of who sends it count apart. The value
// is a random id and an HMAC-SHA256 over it, the user and the hash of the password, so
// that nothing has to be stored and a new password ends it.
type devices struct{ key []byte }

// seal gives a cookie for a user; the id stays that of the old one when it was theirs.
func (d devices) seal(old string, u staff.User) string {
	id, known := d.open(old, u)
	if !known {
		b := make([]byte, deviceIDSize)
		_, _ = rand.Read(b) // never fails
		id = string(b)
	}
	return base64.RawURLEncoding.EncodeToString(append([]byte(id), d.mac(id, u)...))
}

// open gives the device's id; ok is false for what seal did not make for this user, as
// they are now.
func (d devices) open(value string, u staff.User) (id string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil || len(raw) != deviceIDSize+sha256.Size {
		return "", false
	}
	id = string(raw[:deviceIDSize])
	return id, hmac.Equal(raw[deviceIDSize:], d.mac(id, u)) && u.ID != ""
}

func (d devices) mac(id string, u staff.User) []byte {
	h := hmac.New(sha256.New, d.key)
	_, _ = fmt.Fprintf(h, "%s%d:%s%s", id, len(u.ID), u.ID, u.PasswordHash) // a hash takes everything
	return h.Sum(nil)
}
