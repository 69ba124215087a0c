package firm_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"usher/internal/fault"
	"usher/internal/firm"
)

func TestTheNearestLanguageIsShown(t *testing.T) {
	t.Parallel()
	c := firm.Current{
		Profile: firm.Profile{Texts: map[string]firm.Texts{
			"en": {Promise: "soon"}, "es": {Promise: "pronto", Urgent: "llame"}, "ar": {Hours: "9-5"}, "de": {Hours: "9-17"},
		}},
		Notices: map[string]firm.Notice{"es": {Version: 3, Text: "aviso"}, "fr": {Version: 4, Text: "avis"}, "en": {Version: 5}},
	}
	for _, at := range []struct {
		language, fallback string
		pick               func(firm.Texts) string
		want               string
	}{
		{"es", "en", func(t firm.Texts) string { return t.Promise }, "pronto es"},
		{"vi", "en", func(t firm.Texts) string { return t.Promise }, "soon en"},
		{"en", "en", func(t firm.Texts) string { return t.Urgent }, "llame es"},
		{"en", "es", func(t firm.Texts) string { return t.Hours }, "9-5 ar"},
		{"en", "es", func(t firm.Texts) string { return t.MailNote }, " "},
	} {
		text, of := c.Text(at.language, at.fallback, at.pick)
		if text+" "+of != at.want {
			t.Errorf("%s, else %s: %q in %q, want %q", at.language, at.fallback, text, of, at.want)
		}
	}
	for language, want := range map[string]int64{"fr": 4, "es": 3, "en": 3, "vi": 3} { // that of en is withdrawn
		if n, ok := c.Notice(language, "en"); !ok || n.Version != want {
			t.Errorf("%s: %+v, %v", language, n, ok)
		}
	}
	if n, ok := (firm.Current{}).Notice("en", "en"); ok || n != (firm.Notice{}) {
		t.Errorf("%+v", n)
	}
}

// flaky is a database that answers while err is nil.
type flaky struct {
	firm.Store
	err error
	now firm.Current
}

func (f *flaky) Firm(context.Context) (firm.Current, error) {
	if f.err != nil {
		return firm.Current{}, f.err
	}
	return f.now, nil
}

// Pages go on with what was read last while the database is away, and read anew
// once it is back.
func TestCurrentOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	db := &flaky{err: away}
	s := &firm.Service{Store: db}
	if _, err := s.Current(t.Context()); !errors.Is(err, away) {
		t.Errorf("never read: %v", err)
	}
	for _, step := range []struct {
		err  error
		now  string
		want string
	}{{nil, "A", "A"}, {away, "B", "A"}, {away, "B", "A"}, {nil, "B", "B"}, {away, "C", "B"}} {
		db.err, db.now = step.err, firm.Current{Profile: firm.Profile{Name: step.now}}
		got, err := s.Current(t.Context())
		if err != nil || got.Profile.Name != step.want {
			t.Errorf("%+v: %q, %v", step, got.Profile.Name, err)
		}
	}
}

func TestLogos(t *testing.T) {
	t.Parallel()
	picture := pngOf(t, 320, 80)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a PNG":                   {picture, "image/png"},
		"a JPEG":                  {jpegOf(t, 60, 40), "image/jpeg"},
		"as large as may be":      {pngOf(t, 2000, 1000), "image/png"},
		"too wide":                {pngOf(t, 2001, 1), "out_of_range"},
		"too high":                {pngOf(t, 1, 1001), "out_of_range"},
		"32 KiB":                  {pad(picture, firm.MaxLogoBytes), "image/png"},
		"a byte more":             {pad(picture, firm.MaxLogoBytes+1), "too_large"},
		"nothing":                 {nil, "unsupported_type"},
		"a GIF":                   {[]byte("GIF89a\x01\x00\x01\x00"), "unsupported_type"},
		"an SVG":                  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "unsupported_type"},
		"a PNG cut off":           {picture[:len(picture)-20], "unreadable"},
		"the beginning of a PNG":  {picture[:8], "unreadable"},
		"the beginning of a JPEG": {[]byte("\xff\xd8\xff\xe0"), "unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logo, err := firm.NewLogo(c.content)
			known, _ := errors.AsType[*fault.Error](err)
			switch {
			case known != nil && known.Violations[0].Code != c.want, known != nil && known.Violations[0].Field != "logo":
				t.Errorf("%v, want %s", err, c.want)
			case known == nil && (logo.ContentType != c.want || len(logo.Digest) != 64 || !bytes.Equal(logo.Bytes, c.content)):
				t.Errorf("%+v, want %s", logo, c.want)
			}
		})
	}
}

// pad adds bytes behind the picture's end, which decoders ignore.
func pad(picture []byte, to int) []byte {
	return append(slices.Clone(picture), make([]byte, to-len(picture))...)
}

func TestNoticesAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		notice firm.NewNotice
		want   []string
	}{
		{firm.NewNotice{Language: new("en"), Text: new("")}, nil},
		{firm.NewNotice{}, []string{"text required", "language required"}},
		{firm.NewNotice{Language: new("fr"), Text: new("x")}, []string{"language unknown_language"}},
		{firm.NewNotice{Language: new("fr"), Text: new(" ")}, nil}, // withdrawn, since the pages lost the language
		{firm.NewNotice{Language: new(""), Text: new("a\x7f")}, []string{"text invalid_characters"}},
	} {
		if _, bad := c.notice.Check([]string{"en"}); !slices.Equal(found(bad), c.want) {
			t.Errorf("%v, want %v", found(bad), c.want)
		}
	}
}
