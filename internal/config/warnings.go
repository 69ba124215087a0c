package config

import (
	"net/netip"
	"net/url"
	"os"
	"slices"
)

// Warning is about what works and is dangerous: what it is, and what to do.
type Warning struct {
	Code     string // stable, for programs
	Text, Do string // halves of a sentence
}

// String is the whole sentence.
func (w Warning) String() string { return w.Text + "; " + w.Do }

// Warnings tell of what works and is dangerous. They look at the data directory, if
// there is one already.
func (c Config) Warnings() []Warning {
	var out []Warning
	warn := func(when bool, code, text, remedy string) {
		if when {
			out = append(out, Warning{code, text, remedy})
		}
	}
	warn(c.BaseURL != nil && c.BaseURL.Scheme == "http" && !isLocal(c.BaseURL), "base_url_plain",
		"USHER_BASE_URL is http://: leads and passwords travel in the clear", "put a TLS proxy in front and set https://")
	warn(c.SMTP != nil && c.SMTP.TLS != TLSRequired && !isLocal(&url.URL{Host: bracketed(c.SMTP.Host)}), "mail_plain",
		"USHER_SMTP_URL may send mail without TLS", "take away the tls= option unless the network is yours")
	everybody := func(network netip.Prefix) bool { return network.Bits() == 0 } // of IPv4, of IPv6 or of both: it is said once
	warn(slices.ContainsFunc(c.TrustedProxies, everybody), "trusts_everybody",
		"USHER_TRUSTED_PROXIES trusts everybody: anybody can claim any address", "name your proxy alone")
	if info, err := os.Stat(c.DataDir); err == nil {
		warn(info.Mode().Perm()&0o022 != 0, "data_dir_writable",
			"USHER_DATA_DIR can be written by other users of this machine", "run: chmod go-w on it")
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
