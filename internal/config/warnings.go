package config

import (
	"net/netip"
	"net/url"
	"os"
)

// Warnings are sentences about what works and is dangerous, each with what to
// do. They look at the data directory, if there is one already.
func (c Config) Warnings() []string {
	var out []string
	warn := func(when bool, sentence string) {
		if when {
			out = append(out, sentence)
		}
	}
	warn(c.BaseURL != nil && c.BaseURL.Scheme == "http" && !isLocal(c.BaseURL),
		"USHER_BASE_URL is http://: leads and passwords travel in the clear; put a TLS proxy in front and set https://")
	warn(c.SMTP != nil && c.SMTP.TLS != TLSRequired && !isLocal(&url.URL{Host: bracketed(c.SMTP.Host)}),
		"USHER_SMTP_URL may send mail without TLS; take away the tls= option unless the network is yours")
	for _, network := range c.TrustedProxies {
		warn(network.Bits() == 0,
			"USHER_TRUSTED_PROXIES trusts everybody: anybody can claim any address; name your proxy alone")
	}
	if info, err := os.Stat(c.DataDir); err == nil {
		warn(info.Mode().Perm()&0o022 != 0,
			"USHER_DATA_DIR can be written by other users of this machine; run: chmod go-w on it")
	}
	return out
}

// isLocal is true for what doesn't leave this machine.
func isLocal(u *url.URL) bool {
	if u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}

func bracketed(host string) string {
	if addr, err := netip.ParseAddr(host); err == nil && addr.Is6() {
		return "[" + host + "]"
	}
	return host
}
