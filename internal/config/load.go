package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// level is one of the places that settings come from.
type level struct {
	name   string // as people read it
	values map[string]string
}

// origin is what was given for one setting, and where.
type origin struct {
	value  string // empty: not set
	source string // "flag --listen", "environment", ".env", "file …" or "default"
}

// Load reads every setting: from flags (keyed by variable name) before the
// environment (NAME=value, as os.Environ gives it) before the file .env in dir
// before the default. An empty value counts as unset. Relative paths to secrets
// are taken from dir.
//
// The error holds everything that is wrong, one line for each, never a secret.
func Load(flags map[string]string, environ []string, dir string) (Config, error) {
	dotenv, err := readDotenv(dir)
	errs := []error{err}
	levels := []level{{"flag", flags}, {"environment", environMap(environ)}, {".env", dotenv}}
	errs = append(errs, unknown(levels)...)

	var c Config
	c.origins = make([]origin, 0, len(table()))
	for _, row := range table() {
		o, err := find(row, levels, dir)
		if err == nil && o.value != "" {
			err = row.apply(&c, &o)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %w", label(row.Name, o.source), err))
		}
		c.origins = append(c.origins, o)
	}
	if c.BaseURL == nil {
		c.BaseURL = DefaultBaseURL(c.Listen)
	}
	errs = append(errs, together(c)...)
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	return c, nil
}

// label begins the line of an error: "USHER_LISTEN (from .env):".
func label(name, source string) string {
	if source == "" {
		return name + ":"
	}
	return name + " (from " + source + "):"
}

// apply parses a value. Passwords are taken as they are, the rest without the
// white space that files and shells leave around a value.
func (row setting) apply(c *Config, o *origin) error {
	if !utf8.ValidString(o.value) {
		return errors.New("is not valid UTF-8")
	}
	if !row.Secret {
		o.value = strings.TrimSpace(o.value)
	}
	if strings.TrimSpace(o.value) == "" {
		return errors.New("holds only white space; give it a value or leave it unset")
	}
	// What is shown again, in a list or a log, stays one line.
	if !row.Secret && strings.ContainsFunc(o.value, unicode.IsControl) {
		return errors.New("holds a control character; write it on one line of plain text")
	}
	return row.parse(c, o.value)
}

// together checks what only several settings can get wrong.
func together(c Config) []error {
	var errs []error
	needs := func(name, other string) {
		if c.isSet(name) && !c.isSet(other) {
			errs = append(errs, fmt.Errorf("%s: is needed because %s is set", other, name))
		}
	}
	needs("USHER_SMTP_URL", "USHER_MAIL_FROM")
	needs("USHER_ADMIN_EMAIL", "USHER_ADMIN_PASSWORD")
	needs("USHER_ADMIN_PASSWORD", "USHER_ADMIN_EMAIL")
	return errs
}

// isSet is true for what was given, even when it was then refused.
func (c Config) isSet(name string) bool { return c.Source(name) != "default" }

// Source tells where a setting came from: "flag --listen", "environment",
// ".env", "file /run/secrets/key" or "default".
func (c Config) Source(name string) string {
	for i, row := range table() {
		if row.Name == name && i < len(c.origins) {
			return c.origins[i].source
		}
	}
	return "default"
}
