package config_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"usher/internal/config"
)

func printed(t testing.TB, c config.Config) string {
	t.Helper()
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPrint(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"key": goodKey, ".env": "USHER_FIRM_NAME=Ortiz\n"})
	c, err := config.Load(map[string]string{"USHER_LISTEN": ":1"}, []string{
		"USHER_SMTP_URL=smtps://user:word@mail.firm.example", mailFrom, "USHER_SECRET_KEY_FILE=key",
	}, dir)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(printed(t, c), "\n"), "\n")
	if len(lines) != len(config.Settings()) {
		t.Errorf("got %d lines for %d settings", len(lines), len(config.Settings()))
	}
	all := "\n" + strings.Join(lines, "\n") + "\n"
	for _, want := range []string{
		"USHER_LISTEN|:1|flag --listen", "USHER_BASE_URL|http://localhost:1|default", "USHER_SECRET_KEY|***|file key",
		"USHER_SMTP_URL|smtps://***@mail.firm.example:465?tls=required|environment", "USHER_FIRM_NAME|Ortiz|.env",
		"USHER_DATABASE_URL|(not set: SQLite in the data directory)|default", "USHER_PUBLIC_RATE|60/min|default",
	} {
		found := false
		for _, line := range lines {
			parts := strings.Fields(line)
			found = found || strings.HasPrefix(strings.Join(parts, " "), strings.ReplaceAll(want, "|", " "))
		}
		if !found {
			t.Errorf("no line %q in:%s", want, all)
		}
	}
}

// TestNoSecretIsPrinted puts a marker into every secret, in good and in broken
// forms, at every level, and looks for it in all that comes out.
func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	const marker = "5ec7e7aa5ec7e7bb"
	forms := []string{
		"%s", "%s\n", " %s ", goodKey + "%s", "%s%%zz", "smtp://u:%s@h", "smtps://%s:p@h", "smtp://u:%s#@h", "smtp://u:p?%s@h",
		"smtp://u:%s%%zz@h", "smtp://u:1/%s@h", "smtp://h?%s=1", "smtp://h?tls=%s", "smtp://h:%s", "smtp://u:%s@h?tls=off", "smtp://%s@h",
		"postgres://u:%s@h/db", "%s://h", "s3://%s/p", "\xff%s", "%s=", "'%s", "\"%s",
	}
	for _, s := range config.Settings() {
		if !s.Secret {
			continue
		}
		for _, form := range forms {
			value := fmt.Sprintf(form, marker)
			dir := folder(t, map[string]string{"secret": value, ".env": s.Name + "=" + value + "\n"})
			for _, environ := range [][]string{
				nil, // .env alone
				{s.Name + "=" + value},
				{s.FileName() + "=secret"},
				{s.FileName() + "=" + strings.ReplaceAll(value, "\x00", "")},
				{s.Name + "=" + value, s.FileName() + "=secret"},
			} {
				environ = append(environ, "USHER_ADMIN_EMAIL=a@f.example", mailFrom)
				c, err := config.Load(map[string]string{s.FileName(): ""}, environ, dir)
				var out bytes.Buffer
				_ = c.Print(&out)
				_, _ = fmt.Fprintf(&out, "%v %+v %#v %s %v %v", c, c, c, &c, c.SMTP, err)
				slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "config", c, "smtp", c.SMTP)
				_, _ = fmt.Fprint(&out, c.Warnings())
				if strings.Contains(out.String(), marker) {
					t.Errorf("%s as %q (%q) is printed:\n%s", s.Name, form, environ, out.String())
				}
			}
		}
	}
}

// TestGenerated holds the generated files to the table; UPDATE=1 rewrites them.
func TestGenerated(t *testing.T) {
	t.Parallel()
	for path, write := range map[string]func(io.Writer) error{
		".env.example": config.WriteExample, "docs/settings.md": config.WriteTable,
	} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
			t.Fatal(err)
		}
		path = filepath.Join("..", "..", path)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the repository, for everybody to read
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what the table says; run: make generate (%v)", path, err)
		}
	}
}

// TestExampleWorks takes every # away from .env.example and starts with it.
func TestExampleWorks(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := config.WriteExample(&b); err != nil {
		t.Fatal(err)
	}
	env := strings.ReplaceAll(b.String(), "\n#USHER_", "\nUSHER_")
	c, err := config.Load(nil, []string{"USHER_ADMIN_PASSWORD=word"}, folder(t, map[string]string{".env": env}))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		if s.Example != "" && c.Source(s.Name) != ".env" {
			t.Errorf("%s came from %s", s.Name, c.Source(s.Name))
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	for _, s := range config.Settings() {
		if s.Help == "" || (s.Default == "") == (s.Unset == "") || strings.Contains(s.Help, "|") {
			t.Errorf("%s needs a help line, and either a default or what being unset means", s.Name)
		}
		if !strings.HasPrefix(s.Flag, "--") || strings.ContainsAny(s.Flag, "_ ") || strings.ToLower(s.Flag) != s.Flag {
			t.Errorf("%s has the flag %q", s.Name, s.Flag)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil { //nolint:gosec // the mistake that is warned of
		t.Fatal(err)
	}
	for _, tt := range []struct{ set, says string }{
		{"USHER_BASE_URL=http://intake.firm.example", "in the clear"},
		{"USHER_BASE_URL=https://intake.firm.example", ""},
		{"USHER_BASE_URL=http://127.0.0.1:8080", ""},
		{"USHER_SMTP_URL=smtp://mail.firm.example?tls=opportunistic", "without TLS"},
		{"USHER_SMTP_URL=smtp://[::1]?tls=off", ""},
		{"USHER_SMTP_URL=smtp://mail.firm.example", ""},
		{"USHER_TRUSTED_PROXIES=0.0.0.0/0", "trusts everybody"},
		{"USHER_TRUSTED_PROXIES=0.0.0.0/0,::/0", "trusts everybody"},
		{"USHER_DATA_DIR=" + open, "chmod go-w"},
		{"USHER_DATA_DIR=" + filepath.Join(open, "none"), ""},
	} {
		c, err := config.Load(nil, []string{tt.set, mailFrom}, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, w := range c.Warnings() {
			all += w.String() + "\n"
		}
		if (tt.says == "") != (all == "") || strings.Count(all, tt.says) != 1 && tt.says != "" {
			t.Errorf("%s: got %q, want %q", tt.set, all, tt.says)
		}
	}
}
