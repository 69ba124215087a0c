package auth_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"usher/internal/auth"
	"usher/internal/storetest"
)

func TestKeyText(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, id := range []string{storetest.NewID(), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-7000-8000-000000000001"} {
		for range 2 {
			text := auth.NewKeyText(id)
			if got, ok := auth.KeyID(text); !ok || got != id {
				t.Errorf("%s: KeyID = %s, %v", id, got, ok)
			}
			if prefix := (auth.APIKey{ID: id}).Prefix(); len(text) != 77 || !strings.HasPrefix(text, prefix) || seen[text] {
				t.Errorf("%s: the key begins with %s and has %d characters", id, prefix, len(text))
			}
			seen[text] = true
			for _, broken := range []string{text[:40] + "_" + text[41:], text[:76] + "!", text[:75] + string(text[76]) + string(text[75]) + "x"} {
				if got, ok := auth.KeyID(broken); ok {
					t.Errorf("%s: the broken %s has the id %s", id, broken, got)
				}
			}
		}
	}
}

// FuzzKeyID: whatever is sent, an id is found in nothing but the text of a key, and is one.
func FuzzKeyID(f *testing.F) {
	good := auth.NewKeyText("01a21544-6c7d-7f80-8192-a3b4c5d6e7f8")
	for _, seed := range []string{good, good[:76], good + "0", "usher_", strings.ToUpper(good), "usher_" + strings.Repeat("Z", 71), "usher_" + strings.Repeat("\xff", 71)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := auth.KeyID(text)
		if ok && (len(text) != 77 || len(id) != 36 || !strings.HasPrefix(text, "usher_")) {
			t.Errorf("%q has the id %q", text, id)
		}
		if !ok && id != "" {
			t.Errorf("%q is no key and has the id %q", text, id)
		}
	})
}

func TestAgentName(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "", " ": "", "curl/8.5.0": "curl/8.5.0", "python-requests/2.32.3 extra": "python-requests/2.32.3", "Grüße\x00\x1b[31m": "Gre[31m",
		strings.Repeat("x", 500): strings.Repeat("x", 60),
		"Mozilla/5.0":            "", "Mozilla/5.0 (X11; Linux x86_64)": "Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                           "Firefox, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36":                            "Chrome, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0":              "Edge, Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                      "Safari, macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1":    "Safari, iPhone",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0.0.0 Mobile/15E148 Safari/604.1": "Chrome, iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36":                            "Chrome, Android",
		"Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet, Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36":                             "Chrome, ChromeOS",
	} {
		if got := auth.AgentName(header); got != want {
			t.Errorf("%q is called %q, want %q", header, got, want)
		}
	}
}

func FuzzAgentName(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	f.Add("\x00é\u202e/1 x")
	f.Fuzz(func(t *testing.T, header string) {
		got := auth.AgentName(header)
		if len(got) > 60 || !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q is called %q", header, got)
		}
	})
}
