package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// domainOf is a domain of n octets in labels of at most 63.
func domainOf(n int) string {
	var labels []string
	for n > 65 {
		labels = append(labels, strings.Repeat("d", 63))
		n -= 64
	}
	return strings.Join(append(labels, strings.Repeat("e", n-2)+".e"), ".")
}

func TestEmailsAreTaken(t *testing.T) {
	t.Parallel()
	l64 := strings.Repeat("l", 64)
	s := start(t)
	for _, email := range []string{
		"a@b.c", "ann@example.com", "Ann.Example+tag@Sub.Example.COM", "!#$%&'*+-/=?^_`{|}~@example.com", "-@example.com", "'@example.com",
		"1@2.3", "a@1.2.3.4", "a@x--y.example", "a@xn--bcher-kva.example", "a.b.c.d@example.com", "a@a1-b2.co",
		l64 + "@example.com", "a@" + strings.Repeat("d", 63) + ".com", l64 + "@" + domainOf(254-65),
		strings.Repeat("ü", 32) + "@example.com", "用户@例子.广告", "अजय@डाटा.भारत", "θσερ@εχαμπλε.ψομ", "josé@example.com", "a@bücher.example",
		"a@straße.example", "ü@ü.ü", "a@نامه\u200cای.com", "👍@example.com", "e\u0301@example.com",
	} {
		if r := s.submitted(t, text("email", whiteSpace+email+whiteSpace)); r.Email != email {
			t.Errorf("%+q came back as %+q", email, r.Email)
		}
	}
}

func TestEmailsAreRefused(t *testing.T) {
	t.Parallel()
	l64 := strings.Repeat("l", 64)
	ascii254 := l64 + "@" + domainOf(254-65)
	s := start(t)
	before := s.census(t)
	for _, email := range []string{
		"@", "a@", "@b.c", "a", "a@b", "a@localhost", "a b@example.com", "a@exa mple.com", "a@@example.com", "a@b@example.com",
		".a@example.com", "a.@example.com", "a..b@example.com", "a@example.com.", "a@.example.com", "a@example..com", "a@example.com..", "a@.",
		"a@-example.com", "a@example-.com", "a@example.-com", "a@example.com-", "a@exa_mple.com", "a@example.c_m", "a@exam!ple.com",
		l64 + "l@example.com", strings.Repeat("ü", 32) + "u@example.com", "a@" + strings.Repeat("d", 64) + ".com", l64 + "@" + domainOf(255-65), ascii254 + "e",
		"a@" + strings.Repeat("ü", 60) + ".example", // 63 octets are too few for its A-label
		`"a"@example.com`, `"a b"@example.com`, `a."b"@example.com`, `a\@b@example.com`, "(c)a@example.com", "a(c)@example.com", "a@example.com(c)",
		"a@[127.0.0.1]", "a@[IPv6:::1]", "<a@example.com>", "Ann <a@example.com>", "a@example.com, b@example.com", "a@example.com;b@example.com",
		"a@example.com b@example.com", "mailto:a@example.com", "a@example.com\r\nBcc: b@example.com", "a\n@example.com", "a\x00@example.com",
		"a@example.com\x00", "a\x7f@example.com", "\u202ea@example.com", "a\u2028b@example.com", "a\u200db@example.com", "a\u00a0b@example.com",
		"a\xff@example.com", "a@\xff.com", "a@example。com", "a:b@example.com", "a,b@example.com", "a@b,c.com",
		"a[b]@example.com", "a@b/c.example", "a@exam\u2044ple.com", "a@\u2764.example", "a@b:25.example", "a@例子。广告",
	} {
		got := s.submit(t, good(text("email", email))...)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%+q: want 422, got %d", email, got.status)
			continue
		}
		same(t, email, got.violations(t), []string{"email invalid_email"})
	}
	for _, email := range []string{"", " ", whiteSpace} {
		got := s.submit(t, good(text("email", email))...)
		same(t, "empty", got.violations(t), []string{"email required"})
	}
	same(t, "written", s.census(t), before)
}
