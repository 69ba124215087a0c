package firm

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"usher/internal/fault"
)

// The longest lists and addresses.
const (
	maxAddresses     = 50
	maxAddressLength = 1000 // characters, which are all ASCII
	// maxAllAddresses bounds a list: the sites stand in a header of every page, and a
	// proxy takes 4 KB of headers if nobody tells it otherwise.
	maxAllAddresses = 2000
)

// checkAddresses gives the addresses as parse wants them, each once, and a violation
// for each that it refuses.
func checkAddresses(field string, all []string, parse func(string) (string, bool), refused fault.Violation) ([]string, []fault.Violation) {
	if len(all) > maxAddresses {
		return nil, []fault.Violation{{Field: field, Code: "too_many", Message: "Name at most 50."}}
	}
	good, bad := []string{}, []fault.Violation(nil)
	for i, sent := range all {
		address, ok := parse(strings.TrimSpace(sent))
		switch {
		case !ok || len(sent) > maxAddressLength:
			refused.Field = field + "[" + strconv.Itoa(i) + "]"
			bad = append(bad, refused)
		case !slices.Contains(good, address):
			good = append(good, address)
		}
	}
	if len(strings.Join(good, " ")) > maxAllAddresses {
		bad = append(bad, fault.Violation{Field: field, Code: "too_long", Message: "Shorten the list to 2,000 characters."})
	}
	return good, bad
}

// parseSite reads the origin of a website: scheme, host and perhaps a port (RFC 6454).
// Its form is safe to stand in a Content-Security-Policy.
func parseSite(s string) (string, bool) {
	u, ok := parseAddress(s)
	if !ok || strings.Contains(s, "?") || (u.Path != "" && u.Path != "/") {
		return "", false
	}
	port := u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host := u.Hostname()
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return u.Scheme + "://" + strings.ToLower(host), true
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), true
}

// parseReturn reads the address of a page, which stays as it was typed: the form
// that sends prospects back names it in the same letters.
func parseReturn(s string) (string, bool) {
	_, ok := parseAddress(s)
	return s, ok
}

// parseAddress reads an absolute URL without user and fragment: https, or http on
// the machine itself, where somebody tries a website out.
func parseAddress(s string) (*url.URL, bool) {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"'<>\^`+"`{|}", r) }
	if strings.ContainsFunc(s, odd) || strings.Contains(s, "#") {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.User != nil || !validPort(u) {
		return nil, false
	}
	host := u.Hostname()
	local := strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1"
	if !local && !isHost(host) {
		return nil, false
	}
	return u, u.Scheme == "https" || u.Scheme == "http" && local
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n > 0 && n < 1<<16 && strconv.Itoa(n) == u.Port()
}

// isHost tells whether a name is one of DNS, in ASCII (RFC 1123 section 2.1), or an
// IPv4 address.
func isHost(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		other := func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
		}
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, other) || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return len(name) <= 253
}
