package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"usher/internal/config"
)

// folder makes a working directory with files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOrder(t *testing.T) {
	t.Parallel()
	const name = "USHER_FIRM_NAME"
	dir := folder(t, map[string]string{".env": name + "=dotenv\n"})
	for _, tt := range []struct{ flag, env, dir, want, source string }{
		{"flag", "env", dir, "flag", "flag --firm-name"},
		{"", "env", dir, "env", "environment"},
		{"", "", dir, "dotenv", ".env"},
		{"", "", t.TempDir(), "", "default"},
	} {
		c, err := config.Load(map[string]string{name: tt.flag}, []string{name + "=" + tt.env, name + "=second"}, tt.dir)
		if err != nil {
			t.Fatal(err)
		}
		if c.FirmName != tt.want || c.Source(name) != tt.source {
			t.Errorf("got %q from %s, want %q from %s", c.FirmName, c.Source(name), tt.want, tt.source)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".env": "USHER_LISTN=:1\nUSHER_TEST_X=1\nPATH=/nowhere\n"})
	environ := []string{
		"USHER_SMPT_URL=x", "USHER_LISTEN_FILE=x", "USHER_SECRET_KEY_FLIE=x", "USHER_ODD NAME=x",
		"USHER_TEST_REQUIRE=all", "USHER_EMPTY=", "HOME=/root", "usher_listen=x", "=C:=C:\\",
	}
	_, err := config.Load(nil, environ, dir)
	if err == nil {
		t.Fatal("unknown settings were taken")
	}
	want := []string{
		"unknown setting USHER_LISTEN_FILE; did you mean USHER_LISTEN?",
		`unknown setting "USHER_ODD NAME"; did you mean USHER_FIRM_NAME?`,
		"unknown setting USHER_SECRET_KEY_FLIE; did you mean USHER_SECRET_KEY_FILE?",
		"unknown setting USHER_SMPT_URL; did you mean USHER_SMTP_URL?",
		"unknown setting USHER_LISTN; did you mean USHER_LISTEN?",
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", err, strings.Join(want, "\n"))
	}
}

func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"key": goodKey + "\n", "word": " pass word \r\n", "empty": "\n", "huge": strings.Repeat("a", 65<<10),
		".env": "USHER_SECRET_KEY_FILE=key\n",
	})
	word := filepath.Join(dir, "word")
	c, err := config.Load(nil, []string{"USHER_ADMIN_EMAIL=a@f.example", "USHER_ADMIN_PASSWORD_FILE=" + word}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.AdminPassword != " pass word " || len(c.SecretKey) != 32 {
		t.Errorf("got password %q and %d bytes of key", c.AdminPassword, len(c.SecretKey))
	}
	if got := c.Source("USHER_SECRET_KEY"); got != "file key" {
		t.Errorf("got source %q", got)
	}
	// A value of a higher level goes before a file of a lower one.
	if _, err := config.Load(map[string]string{"USHER_SECRET_KEY": goodKey}, nil, dir); err != nil {
		t.Error(err)
	}
	for path, says := range map[string]string{"missing": "can't be read", "empty": "is empty", "huge": "64 KiB", ".": "can't be read"} {
		_, err := config.Load(nil, []string{"USHER_SECRET_KEY_FILE=" + path}, dir)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", path, err, says)
		}
	}
	_, err = config.Load(nil, []string{"USHER_SECRET_KEY_FILE=key", "USHER_SECRET_KEY=" + goodKey}, dir)
	if err == nil || !strings.Contains(err.Error(), "and so is USHER_SECRET_KEY_FILE; keep one") {
		t.Errorf("both at one level: got %v", err)
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ set, want string }{
		{"USHER_SMTP_URL=smtp://h", "USHER_MAIL_FROM: is needed because USHER_SMTP_URL is set"},
		{"USHER_ADMIN_EMAIL=a@f.example", "USHER_ADMIN_PASSWORD: is needed because USHER_ADMIN_EMAIL is set"},
		{"USHER_ADMIN_PASSWORD=word", "USHER_ADMIN_EMAIL: is needed because USHER_ADMIN_PASSWORD is set"},
	} {
		_, err := config.Load(nil, []string{tt.set}, t.TempDir())
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v", tt.set, err)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".env": "USHER_LISTEN=1\nUSHER_SMPT_URL=x\n"})
	environ := []string{"USHER_SMTP_URL=x", "USHER_ADMIN_EMAIL=y", "USHER_LOG_FORMAT=z"}
	_, err := config.Load(map[string]string{"USHER_MAIL_RETRY": "w"}, environ, dir)
	if err == nil {
		t.Fatal("it was taken")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 8 {
		t.Errorf("want 6 bad values and 2 missing partners, one a line, got:\n%s", err)
	}
}

func TestDotenv(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, firm, says string }{
		{"windows", "\ufeffUSHER_FIRM_NAME=Ortiz\r\n", "Ortiz", ""},
		{"quotes", "# the firm\nexport USHER_FIRM_NAME='O # $B'", "O # $B", ""},
		{"no equals sign", "A=1\n\nUSHER_ADMIN_PASSWORD word\nB=2\n", "", "line 3 "},
		{"no equals sign at the end", "A=1\nword", "", "line 2 "},
		{"equals sign too late", "A=1\nUSHER_ADMIN_PASSWORD word=x\n", "", "line 2 "},
		{"open quote", "A='1\n2'\nB=\"word\nC=1\n", "", "line 3 "},
		{"no name", "=word\n", "", "line 1 "},
		{"huge", strings.Repeat("#\n", 40<<10), "", "64 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Load(nil, nil, folder(t, map[string]string{".env": tt.text}))
			switch {
			case tt.says == "" && (err != nil || c.FirmName != tt.firm):
				t.Errorf("got %q, %v", c.FirmName, err)
			case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "word")):
				t.Errorf("want %q and no value, got %v", tt.says, err)
			}
		})
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".env"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(nil, nil, dir); err == nil || !strings.Contains(err.Error(), ".env: can't be read") {
		t.Errorf("a folder .env: got %v", err)
	}
}
