package config

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Print writes each setting, its value and where that came from, one a line.
// A secret is *** when it is set; the mail server is shown without sign-in.
func (c Config) Print(w io.Writer) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, row := range table() {
		if i >= len(c.origins) {
			break
		}
		o := c.origins[i]
		// The writer's error comes out of Flush.
		_, _ = fmt.Fprintf(tab, "%s\t%s\t%s\n", row.Name, row.shown(&c, o), o.source)
	}
	return tab.Flush()
}

func (row setting) shown(c *Config, o origin) string {
	switch {
	case o.value == "" && row.Name == "USHER_BASE_URL":
		return row.show(c)
	case o.value == "":
		return "(not set: " + row.Unset + ")"
	case row.show != nil:
		return row.show(c)
	case row.Secret:
		return "***"
	default:
		return o.value
	}
}

const exampleHead = `# Usher's settings. Copy this file to .env, and take the # away from what you set.
# A flag comes before the environment, the environment before this file, this file
# before the default. An empty value counts as unset.
# Put a value with spaces, # or $ in single quotes.
# Generated from internal/config/settings.go by: make generate
`

// WriteExample writes .env.example: every setting with its help and its
// default or an example, commented out.
func WriteExample(w io.Writer) error {
	var b strings.Builder
	b.WriteString(exampleHead)
	for _, s := range Settings() {
		fmt.Fprintf(&b, "\n# %s.\n", sentence(s.Help))
		if s.Default == "" {
			fmt.Fprintf(&b, "# Unset: %s.\n", s.Unset)
		}
		if s.Secret {
			fmt.Fprintf(&b, "# A secret: %s may name a file that holds it.\n", s.FileName())
		}
		fmt.Fprintf(&b, "#%s=%s\n", s.Name, quoted(s.Default+s.Example))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const tableHead = `# Settings

Order: flag, environment, ` + "`.env`" + ` in the working directory, default. An empty variable counts as unset. A secret is
also read from the file that ` + "`NAME_FILE`" + ` names, less a trailing newline. An unknown ` + "`USHER_`" + ` variable stops the start.
` + "`usher config`" + ` prints each value, where it came from, and no secret.

Generated from ` + "`internal/config/settings.go`" + ` by ` + "`make generate`" + `.

| variable | flag | default | secret | |
|---|---|---|---|---|
`

// WriteTable writes docs/settings.md: the table as Markdown.
func WriteTable(w io.Writer) error {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, s := range Settings() {
		holds, secret := s.Unset, ""
		if s.Default != "" {
			holds = "`" + s.Default + "`"
		}
		if s.Secret {
			secret = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", s.Name, s.Flag, holds, secret, s.Help)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sentence begins with a capital, as a line of its own should.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// quoted is a value as .env wants it.
func quoted(value string) string {
	if strings.ContainsAny(value, " #$&<>") {
		return "'" + value + "'"
	}
	return value
}
