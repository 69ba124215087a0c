package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

const (
	minKeyBytes = 32
	// minKeyDistinct is how many different byte values a key must have. Random
	// keys of 32 bytes have about 30; fewer than 8 is a repeated word.
	minKeyDistinct = 8
)

func parseListen(c *Config, value string) error {
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		return fmt.Errorf("%q is no host:port; write it like 127.0.0.1:8080", value)
	}
	if host != "" && !isHost(host) {
		return fmt.Errorf("%q does not begin with a host name or an IP address; write it like 127.0.0.1:8080", value)
	}
	if _, ok := portNumber(port); !ok {
		return fmt.Errorf("%q does not end in a port from 0 to 65535; write it like 127.0.0.1:8080", value)
	}
	c.Listen = value
	return nil
}

// DefaultBaseURL is the base URL of a server that listens on an address and
// was told none. A caller that listens on port 0 asks again with the real port.
func DefaultBaseURL(listen string) *url.URL {
	host := "localhost"
	if _, port, err := net.SplitHostPort(listen); err == nil && port != "80" {
		host = net.JoinHostPort(host, port)
	}
	return &url.URL{Scheme: "http", Host: host}
}

// parseBaseURL never quotes the value: people paste URLs with passwords.
func parseBaseURL(c *Config, value string) error {
	const write = "; write it like https://intake.firm.example"
	u, err := url.Parse(value)
	if err != nil || u.Opaque != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("is no http:// or https:// address" + write)
	}
	if u.User != nil {
		return errors.New("must not hold a user or a password" + write)
	}
	if u.Path != "" && u.Path != "/" {
		return errors.New("must not have a path; Usher needs a host name of its own" + write)
	}
	if u.RawQuery != "" || u.ForceQuery || strings.Contains(value, "#") {
		return errors.New("must end after the host" + write)
	}
	host, err := urlHost(u)
	if err != nil {
		return errors.New(err.Error() + write)
	}
	c.BaseURL = &url.URL{Scheme: u.Scheme, Host: host}
	return nil
}

// urlHost checks the host and the optional port of a URL, and gives them in
// lower case.
func urlHost(u *url.URL) (string, error) {
	if !isHost(u.Hostname()) {
		return "", errors.New("has no valid host; a name with other letters needs its ASCII form (xn--…)")
	}
	if strings.HasSuffix(u.Host, ":") {
		return "", errors.New("has a colon but no port")
	}
	if port := u.Port(); port != "" {
		if n, ok := portNumber(port); !ok || n == 0 {
			return "", errors.New("has no valid port")
		}
	}
	return strings.ToLower(u.Host), nil
}

// isHost tells whether s is an IP address or an ASCII host name. Underscores
// are taken because container networks use them in names.
func isHost(s string) bool {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.Zone() == "" || isHost(addr.Zone())
	}
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r > unicode.MaxASCII || (r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
				return false
			}
		}
	}
	return true
}

// portNumber reads a port in decimal digits, without sign or name.
func portNumber(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil
}

func parseDataDir(c *Config, value string) error {
	c.DataDir = filepath.Clean(value)
	return nil
}

func parseDatabaseURL(_ *Config, value string) error {
	if hasScheme(value, "postgres", "postgresql") {
		return errors.New("PostgreSQL is not in this release; leave it unset for SQLite in the data directory")
	}
	return errors.New("this release stores in SQLite only; leave it unset")
}

func parseResumeURL(_ *Config, value string) error {
	if hasScheme(value, "s3") {
		return errors.New("S3-compatible storage is not in this release; leave it unset for files in the data directory")
	}
	return errors.New("this release stores resumes as files in the data directory only; leave it unset")
}

func hasScheme(value string, schemes ...string) bool {
	given, _, found := strings.Cut(strings.ToLower(value), "://")
	for _, scheme := range schemes {
		if found && given == scheme {
			return true
		}
	}
	return false
}

func parseSecretKey(c *Config, value string) error {
	const remedy = "; make one with: openssl rand -hex 32"
	key, err := hex.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return errors.New("is not hex" + remedy)
	}
	if len(key) < minKeyBytes {
		return fmt.Errorf("has %d bytes and needs at least %d%s", len(key), minKeyBytes, remedy)
	}
	seen := map[byte]bool{}
	for _, b := range key {
		seen[b] = true
	}
	if len(seen) < minKeyDistinct {
		return errors.New("repeats a few bytes and can be guessed" + remedy)
	}
	c.SecretKey = key
	return nil
}

func parseTrustedProxies(c *Config, value string) error {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		network, err := parseNetwork(item)
		if err != nil {
			return fmt.Errorf("%q is no IP address or network; write them like 127.0.0.1, 10.0.0.0/8", item)
		}
		c.TrustedProxies = append(c.TrustedProxies, network)
	}
	return nil
}

// parseNetwork reads an address as the network that holds it alone.
func parseNetwork(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		network, err := netip.ParsePrefix(s)
		if err != nil || network.Addr().Is4In6() {
			return netip.Prefix{}, errors.New("no network")
		}
		return network.Masked(), nil
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, errors.New("no address")
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

func parseLogFormat(c *Config, value string) error {
	switch f := LogFormat(value); f {
	case LogAuto, LogText, LogJSON:
		c.LogFormat = f
		return nil
	default:
		return fmt.Errorf("%q is unknown; write text, json or auto", value)
	}
}
