package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
)

// on is a sign-in from a browser with a device's cookie.
func on(device, email, word string) req {
	return signInAs(email, word).with("Cookie", deviceCookie+"="+device)
}

// device signs in a browser and gives the cookie of the device.
func (s *server) device(t testing.TB, email string) string {
	t.Helper()
	got := s.do(t, signInAs(email, password))
	wantStatus(t, got, http.StatusCreated)
	return got.cookie(t, deviceCookie).Value
}

// lockOut fails to sign in until the name has to wait in this network.
func (s *server) lockOut(t testing.TB, email string) {
	t.Helper()
	for range 10 {
		wantStatus(t, s.do(t, signInAs(email, "wrong")), http.StatusUnauthorized)
	}
	wantStatus(t, s.do(t, signInAs(email, password)), http.StatusTooManyRequests)
}

// A stranger in the same network keeps nobody out who has signed in before, whether by
// guesses at one name or at all names.
func TestStrangersDontLockADeviceOut(t *testing.T) {
	t.Parallel()
	s := start(t)
	device := s.device(t, adminEmail)
	s.lockOut(t, adminEmail)
	in := s.do(t, on(device, " ADMIN@firm.example", password))
	wantStatus(t, in, http.StatusCreated)
	same(t, "the device is the same still", in.cookie(t, deviceCookie).Value, device)
	for i := range 90 {
		wantStatus(t, s.do(t, signInAs(strings.Repeat("x", i+1)+"@firm.example", "wrong")), http.StatusUnauthorized)
	}
	wantStatus(t, s.do(t, signInAs(attorneyEmail, password)), http.StatusTooManyRequests)
	wantStatus(t, s.do(t, on(device, adminEmail, password)), http.StatusCreated)
}

// Who has stolen a device's cookie has ten tries, and takes nobody else's.
func TestTriesOfADevice(t *testing.T) {
	t.Parallel()
	s := start(t)
	stolen, other := s.device(t, adminEmail), s.device(t, adminEmail)
	if stolen == other {
		t.Fatal("two browsers are one device")
	}
	for range 10 {
		wantStatus(t, s.do(t, on(stolen, adminEmail, "wrong")), http.StatusUnauthorized)
	}
	for _, pause := range []string{"1", "2", "4"} {
		limited := s.do(t, on(stolen, adminEmail, password))
		wantStatus(t, limited, http.StatusTooManyRequests)
		same(t, "Retry-After", limited.header.Get("Retry-After"), pause)
		s.clock.Add(map[string]time.Duration{"1": time.Second, "2": 2 * time.Second, "4": 4 * time.Second}[pause])
		wantStatus(t, s.do(t, on(stolen, adminEmail, "wrong")), http.StatusUnauthorized)
	}
	wantStatus(t, s.do(t, on(other, adminEmail, "wrong")), http.StatusUnauthorized)
	for range 9 { // the network has all of its tries
		wantStatus(t, s.do(t, signInAs(adminEmail, "wrong")), http.StatusUnauthorized)
	}
	wantStatus(t, s.do(t, signInAs(adminEmail, password)), http.StatusCreated)
	wantStatus(t, s.do(t, on(other, adminEmail, password)), http.StatusCreated)
	wantStatus(t, s.do(t, on(stolen, adminEmail, password)), http.StatusTooManyRequests)
	s.clock.Add(8 * time.Second)
	wantStatus(t, s.do(t, on(stolen, adminEmail, password)), http.StatusCreated)
	wantStatus(t, s.do(t, on(stolen, adminEmail, "wrong")), http.StatusUnauthorized) // cleared
	wantStatus(t, s.do(t, on(stolen, adminEmail, password)), http.StatusCreated)
}

// A device's cookie counts for its user alone, at the sign-in of browsers alone, and
// only as it was given.
func TestWhatADeviceIsGoodFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	device, others := s.device(t, adminEmail), s.device(t, attorneyEmail)
	s.lockOut(t, adminEmail)
	changed := "A" + device[1:]
	if device[0] == 'A' {
		changed = "B" + device[1:]
	}
	for name, sent := range map[string]string{
		"another user's":  deviceCookie + "=" + others,
		"changed":         deviceCookie + "=" + changed,
		"cut":             deviceCookie + "=" + device[:len(device)-2],
		"longer":          deviceCookie + "=" + device + "AA",
		"empty":           deviceCookie + "=",
		"only zeros":      deviceCookie + "=" + strings.Repeat("A", 64),
		"twice":           deviceCookie + "=" + device + "; " + deviceCookie + "=" + device,
		"another name":    "device=" + device,
		"a session's":     deviceCookie + "=" + s.browse(t, attorneyEmail),
		"as the session":  plainCookie + "=" + device,
		"a very long one": deviceCookie + "=" + strings.Repeat("A", 20_000),
	} {
		same(t, name, s.do(t, signInAs(adminEmail, password).with("Cookie", sent)).status, http.StatusTooManyRequests)
	}
	same(t, "as a session", s.sees(t, device), http.StatusUnauthorized)
	same(t, "the token route", s.do(t, req{
		method: http.MethodPost, path: "/api/v1/token", ctype: "application/x-www-form-urlencoded", body: grant,
	}.with("Cookie", deviceCookie+"="+device)).status, http.StatusTooManyRequests)
	wantStatus(t, s.do(t, on(device, "nobody@firm.example", password)), http.StatusUnauthorized)
	wantStatus(t, s.do(t, on(device, adminEmail, password)), http.StatusCreated)
	s.wantNowhere(t, device)
}

// A device stays known after a sign-out, and until the user has another password; the
// browser in which it was changed goes on with a new cookie.
func TestHowLongADeviceIsKnown(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "ben@firm.example", staff.Attorney)
	const ben, next = "ben@firm.example", "another long password"
	in := s.do(t, signInAs(ben, password))
	wantStatus(t, in, http.StatusCreated)
	device, session := in.cookie(t, deviceCookie).Value, in.given(t).Value
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: sessionPath}.by(session)), http.StatusNoContent)
	s.clock.Add(300 * 24 * time.Hour)
	s.lockOut(t, ben)
	in = s.do(t, on(device, ben, password))
	wantStatus(t, in, http.StatusCreated)

	changed := s.do(t, req{
		method: http.MethodPut, path: passwordPath, ctype: "application/json", body: `{"current_password":"` + password + `","new_password":"` + next + `"}`,
	}.by(in.given(t).Value))
	wantStatus(t, changed, http.StatusNoContent)
	after := changed.cookie(t, deviceCookie).Value
	for range 10 {
		wantStatus(t, s.do(t, signInAs(ben, "wrong")), http.StatusUnauthorized)
	}
	wantStatus(t, s.do(t, on(device, ben, next)), http.StatusTooManyRequests)
	wantStatus(t, s.do(t, on(after, ben, next)), http.StatusCreated)
}
