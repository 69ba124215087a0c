package config_test

import (
	"strings"
	"testing"
	"unicode"

	"usher/internal/config"
)

// FuzzLoad gives every setting any value: nothing panics, an error is one line
// that names the setting, and what was taken prints as one line.
func FuzzLoad(f *testing.F) {
	for i, value := range []string{
		":8080", "https://firm.example", "./data", "postgres://h", "s3://b", goodKey, "10.0.0.0/8, ::1", "json", "smtp://u:p@h:587?tls=off",
		"Firm <a@f.example>", "30s..1h", "5m", "a@f.example", "b@f.example", "word", "60/min", "10MiB", "Ortiz", "en",
	} {
		f.Add(uint8(i), value)
	}
	settings := config.Settings()
	partners := map[string]string{ //nolint:gosec // no credentials, only variables' names
		"USHER_SMTP_URL": mailFrom, "USHER_ADMIN_EMAIL": "USHER_ADMIN_PASSWORD=word", "USHER_ADMIN_PASSWORD": "USHER_ADMIN_EMAIL=a@f.example",
	}
	f.Fuzz(func(t *testing.T, row uint8, value string) {
		s := settings[int(row)%len(settings)]
		c, err := config.Load(nil, []string{s.Name + "=" + value, partners[s.Name]}, "/nonexistent")
		if err != nil {
			text := err.Error()
			if !strings.HasPrefix(text, s.Name) || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("%s=%q: %q", s.Name, value, text)
			}
			if s.Secret && len(value) > 12 && strings.Contains(text, value) {
				t.Errorf("%s is in its error: %q", s.Name, text)
			}
			return
		}
		if lines := strings.Count(printed(t, c), "\n"); lines != len(settings) {
			t.Errorf("%s=%q prints %d lines", s.Name, value, lines)
		}
	})
}

// FuzzDotenv gives any text as .env: nothing panics, and errors keep to the
// lines that they announce.
func FuzzDotenv(f *testing.F) {
	f.Add("USHER_FIRM_NAME='a'\n# b\nexport C=\"d\\n\"\n")
	f.Add("USHER_ADMIN_PASSWORD 5ec7e7\n")
	f.Add("\ufeffA=$B\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := config.Load(nil, nil, folder(t, map[string]string{".env": text}))
		if err != nil && strings.HasPrefix(err.Error(), ".env: line") && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q", text, err)
		}
	})
}
