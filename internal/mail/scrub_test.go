package mail_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"usher/internal/mail"
)

func TestScrub(t *testing.T) {
	t.Parallel()
	to := mail.Address{Local: "Ana.Silva", Domain: "mail.example"}
	for in, want := range map[string]string{
		"OK":                                 "OK",
		"5.1.1 <ana.silva@mail.example>: no": "5.1.1 [address] no",
		"user 'ana.silva' unknown":           "user [address] unknown",
		"two\r\nlines\x1b[2J\u202eevil":      "two lines [2J evil",
		"<o'hara@x.example>, b=c@d.example":  "[address] [address]",
		"blocked:https://u.example/app/reset#UnrTk5_uBIz, sorry": "[link] sorry",
		"no\xffutf8":                          "no?utf8",
		strings.Repeat("long ", 100):          strings.Repeat("long ", 39) + "long…",
		"rejected: see https://help.example/": "rejected: see https://help.example/",
	} {
		if got := mail.Scrub(in, to); got != want {
			t.Errorf("Scrub(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add("5.1.1 <ana@mail.example>: no", "ana")
	f.Fuzz(func(t *testing.T, text, local string) {
		got := mail.Scrub(text, mail.Address{Local: local})
		if strings.ContainsAny(got, "@") || utf8.RuneCountInString(got) > 200 || !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", got, r)
			}
		}
	})
}
