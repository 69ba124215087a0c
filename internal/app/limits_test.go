package app_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
)

// attempt signs in as if from an address.
func (s *server) attempt(t testing.TB, from, user, word string) answer {
	t.Helper()
	return s.do(t, req{
		method: http.MethodPost, path: "/api/v1/token", ctype: "application/x-www-form-urlencoded",
		body: "username=" + user + "&password=" + strings.ReplaceAll(word, " ", "+"),
	}.with("X-Forwarded-For", from))
}

const trusted = "USHER_TRUSTED_PROXIES=127.0.0.1"

func TestFailedSignInsArePaused(t *testing.T) {
	t.Parallel()
	for _, user := range []string{adminEmail, "nobody@firm.example", marker} { // names that nobody has are limited alike
		s := start(t)
		for i := range 10 {
			same(t, user+" try "+strconv.Itoa(i), s.token(t, "username="+user+"&password=wrong").status, 400)
		}
		for _, pause := range []string{"1", "2", "4", "8", "16", "32", "64", "128", "256", "300", "300"} {
			limited := s.token(t, "username="+user+"&password=wrong")
			same(t, "limited", limited.status, http.StatusTooManyRequests)
			same(t, "Retry-After", limited.header.Get("Retry-After"), pause)
			seconds, err := strconv.Atoi(pause)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Add(time.Duration(seconds)*time.Second - time.Millisecond)
			same(t, "still", s.token(t, grant).status == 429, user == adminEmail) // the right password doesn't help
			s.clock.Add(time.Millisecond)
			same(t, "after the pause", s.token(t, "username="+user+"&password=wrong").status, 400)
		}
		same(t, "another name", s.token(t, strings.Replace(grant, "admin", "attorney", 1)).status, 200)
	}
}

func TestSuccessClearsThePair(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		for range 9 {
			same(t, "wrong", s.token(t, "username="+adminEmail+"&password=wrong").status, 400)
		}
		same(t, "right", s.token(t, grant).status, 200)
	}
	for range 9 {
		s.token(t, "username="+adminEmail+"&password=wrong")
	}
	s.clock.Add(15*time.Minute + time.Second)
	for range 10 {
		same(t, "in a new window", s.token(t, "username="+adminEmail+"&password=wrong").status, 400)
	}
	same(t, "the eleventh", s.token(t, "username="+adminEmail+"&password=wrong").status, 429)
}

func TestSignInNetworks(t *testing.T) {
	t.Parallel()
	s := start(t, trusted)
	exhaust := func(from string) {
		for range 10 {
			same(t, from, s.attempt(t, from, adminEmail, "wrong").status, 400)
		}
		same(t, from+", exhausted", s.attempt(t, from, adminEmail, password).status, 429)
	}
	exhaust("198.51.100.7")
	same(t, "another address", s.attempt(t, "198.51.100.8", adminEmail, password).status, 200)
	exhaust("2001:db8:1:2::1")
	same(t, "the same /64", s.attempt(t, "2001:db8:1:2:ffff::9", adminEmail, password).status, 429)
	same(t, "another /64", s.attempt(t, "2001:db8:1:3::1", adminEmail, password).status, 200)
	same(t, "IPv4 in IPv6", s.attempt(t, "::ffff:198.51.100.7", adminEmail, password).status, 429)
	same(t, "forged hops before", s.attempt(t, "203.0.113.1, 198.51.100.7", adminEmail, password).status, 429)
	same(t, "trusted hops after", s.attempt(t, "198.51.100.7, 127.0.0.1", adminEmail, password).status, 429)

	plain := start(t)
	for i := range 10 {
		plain.attempt(t, "198.51.100."+strconv.Itoa(i), adminEmail, "wrong")
	}
	same(t, "without trusted proxies the header counts for nothing", plain.attempt(t, "203.0.113.9", adminEmail, password).status, 429)
}

func TestNetworkLimit(t *testing.T) {
	t.Parallel()
	s := start(t, trusted)
	for i := range 100 {
		same(t, "a new name each time", s.attempt(t, "198.51.100.7", "user"+strconv.Itoa(i)+"@firm.example", "wrong").status, 400)
	}
	same(t, "the network", s.attempt(t, "198.51.100.7", attorneyEmail, password).status, 429)
	same(t, "another", s.attempt(t, "198.51.100.8", attorneyEmail, password).status, 200)
}

// The rows of failures name nobody, outlive a restart, and go once they count no more.
func TestRowsOfFailures(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 10 { // a password in the field of the name
		same(t, "wrong", s.token(t, "username="+marker+"&password=wrong").status, 400)
	}
	same(t, "rows", s.count(t, `SELECT COUNT(*) FROM tries WHERE times = 10`), 2)
	s.wantNowhere(t, marker)
	s.wantNowhere(t, "127.0.0.1")
	if _, err := s.Handler(); err != nil { // with nothing in memory
		t.Fatal(err)
	}
	if _, err := s.Auth.SignIn(t.Context(), marker, "wrong", auth.Place{Addr: netip.MustParseAddr("127.0.0.1")}); fault.KindOf(err) != fault.Throttled {
		t.Errorf("after a restart: %v", err)
	}
	s.Sweep(t.Context())
	same(t, "swept at once", s.count(t, `SELECT COUNT(*) FROM tries`), 2)
	s.clock.Add(15 * time.Minute)
	s.Sweep(t.Context())
	same(t, "swept later", s.count(t, `SELECT COUNT(*) FROM tries`), 0)
}

func TestPublicRate(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", leadsPath} {
		s := start(t, trusted, "USHER_PUBLIC_RATE=60/min")
		send := func(from string) answer {
			return s.do(t, formPost(path, good()).with("X-Forwarded-For", from))
		}
		for range 30 {
			if got := send("198.51.100.7"); got.status >= 400 {
				t.Fatalf("%s: %d", path, got.status)
			}
		}
		before := s.census(t)
		limited := send("198.51.100.7")
		same(t, path+" the 31st", limited.status, 429)
		same(t, path+" Retry-After", limited.header.Get("Retry-After"), "1")
		if path == "/" && !strings.Contains(limited.body, `value="Ann"`) {
			t.Error("the form lost what was typed")
		}
		same(t, path+" through the other route", s.do(t, formPost("/", good()).with("X-Forwarded-For", "198.51.100.7")).status, 429)
		same(t, path+" written", s.census(t), before)
		if got := send("198.51.100.8"); got.status >= 400 {
			t.Errorf("%s from another network: %d", path, got.status)
		}
		s.clock.Add(time.Second)
		if got := send("198.51.100.7"); got.status >= 400 {
			t.Errorf("%s after a second: %d", path, got.status)
		}
		same(t, path+" at once again", send("198.51.100.7").status, 429)
		same(t, path+" other routes", s.do(t, req{path: "/"}.with("X-Forwarded-For", "198.51.100.7")).status, 200)
	}
}

func TestNoPublicRate(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 35 {
		wantStatus(t, s.submit(t, good()...), http.StatusCreated)
	}
}
