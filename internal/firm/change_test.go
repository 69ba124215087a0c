package firm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"usher/internal/firm"
)

func TestChangeIsCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 1001)
	_, bad := firm.Change{
		Name: new("a\nb"), Accent: new("blue"), Zone: new("Local"),
		EmbedSites: &[]string{"https://good.example", "https://*"}, ReturnAddresses: &[]string{"/thanks"},
		Texts: map[string]*firm.TextsChange{
			"es": {Promise: &long, Urgent: new("a\u202eb")}, "fr": {Hours: new("x")}, "it": nil, "no way": {MailNote: new("\x00")},
		},
	}.Check([]string{"en", "es"})
	want := []string{
		"name invalid_characters", "accent invalid_colour", "time_zone unknown_zone", "embed_sites[1] invalid_site", "return_addresses[0] invalid_address",
		"texts.es.promise too_long", "texts.es.urgent invalid_characters", "texts.fr unknown_language",
		"texts.(unknown) unknown_language", "texts.(unknown).mail_note invalid_characters",
	}
	if diff := cmp.Diff(want, found(bad)); diff != "" {
		t.Error(diff)
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sent, kept, code string }{
		"lines":              {" Mon\n\nFri ", "Mon\n\nFri", ""},
		"only white space":   {" \t\n", "", ""},
		"nothing to see":     {"\u200b \u2060", "", "invisible"},
		"1,000 code points":  {strings.Repeat("🙂", 1000), strings.Repeat("🙂", 1000), ""},
		"1,001":              {strings.Repeat("a", 1001), "", "too_long"},
		"a joiner and marks": {"نامه\u200cای \u200e", "نامه\u200cای \u200e", ""},
		"a carriage return":  {"a\r\nb", "", "invalid_characters"},
		"a tab":              {"a\tb", "", "invalid_characters"},
		"a line separator":   {"a\u2028b", "", "invalid_characters"},
		"an isolate":         {"a\u2066b", "", "invalid_characters"},
		"no UTF-8":           {"a\xffb", "", "invalid_characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change, bad := firm.Change{Texts: map[string]*firm.TextsChange{"en": {Hours: &c.sent}}}.Check([]string{"en"})
			if c.code != "" {
				if !slices.Equal(found(bad), []string{"texts.en.hours " + c.code}) {
					t.Errorf("%v", bad)
				}
				return
			}
			if got := *change.Texts["en"].Hours; got != c.kept || len(bad) > 0 {
				t.Errorf("%q, %v", got, bad)
			}
		})
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	for zone, ok := range map[string]bool{
		"": true, "UTC": true, "America/New_York": true, "Asia/Kolkata": true, "Europe/Berlin": true,
		"Local": false, "EST5": false, "Mars/Olympus": false, "../../etc/passwd": false, "/etc/localtime": false, "America": false,
	} {
		if _, bad := (firm.Change{Zone: &zone}).Check(nil); ok != (len(bad) == 0) {
			t.Errorf("%q: %v", zone, bad)
		}
		if ok && zone != "" && (firm.Profile{Zone: zone}).Location().String() != zone {
			t.Errorf("%q is at %v", zone, firm.Profile{Zone: zone}.Location())
		}
	}
	if got := (firm.Profile{Zone: "gone"}).Location().String() + (firm.Profile{}).Location().String(); got != "UTCUTC" {
		t.Error(got)
	}
}

// What is refused as a site and as the address of a page.
var badHosts = []string{
	"", "www.firm.example", "//www.firm.example", "http://www.firm.example", "http://127.0.0.2", "http://localhost.firm.example", "ftp://www.firm.example",
	"javascript:alert(1)", "https:www.firm.example", "https://", "https://*.firm.example", "https://a@www.firm.example", "https://a:b@www.firm.example", "https://@www.firm.example",
	"https://www.firm.example:", "https://www.firm.example:0", "https://www.firm.example:65536", "https://www.firm.example:080", "https://firm_.example",
	"https://-a.example", "https://a..example", "https://a.example.", "https://www.firm.example;script-src", "https://www.firm.example 'self'",
	"https://bücher.example", "https://www.firm.example\\@evil.example", "https://[2001:db8::1]", "https://www.firm.example#x", "https://www.firm.example#", "null", "'self'",
	"https://a,b", "https://www.firm.example\nx", "https://" + strings.Repeat("a", 64) + ".example", "https://%61.example",
}

func TestEmbedSites(t *testing.T) {
	t.Parallel()
	for _, site := range append([]string{"https://www.firm.example/form", "https://www.firm.example?x", "https://www.firm.example/?", "https://www.firm.example//"}, badHosts...) {
		if _, bad := (firm.Change{EmbedSites: &[]string{site}}).Check(nil); !slices.Equal(found(bad), []string{"embed_sites[0] invalid_site"}) {
			t.Errorf("%q: %v", site, bad)
		}
	}
	got, bad := firm.Change{EmbedSites: &[]string{
		" https://WWW.Firm.example/ ", "https://www.firm.example", "HTTPS://www.firm.example:443", "https://www.firm.example:8443",
		"http://localhost:3000", "http://127.0.0.1:80", "http://[::1]", "https://[::1]:8443/", "https://intranet", "https://xn--bcher-kva.example", "https://192.0.2.7",
	}}.Check(nil)
	want := []string{
		"https://www.firm.example", "https://www.firm.example:8443", "http://localhost:3000", "http://127.0.0.1", "http://[::1]", "https://[::1]:8443",
		"https://intranet", "https://xn--bcher-kva.example", "https://192.0.2.7",
	}
	if diff := cmp.Diff(want, *got.EmbedSites); diff != "" || len(bad) > 0 {
		t.Errorf("%v %s", bad, diff)
	}
	many := make([]string, 51)
	if _, bad := (firm.Change{EmbedSites: &many, ReturnAddresses: &many}).Check(nil); !slices.Equal(found(bad), []string{"embed_sites too_many", "return_addresses too_many"}) {
		t.Error(bad)
	}
}

func TestReturnAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range append([]string{"https://www.firm.example/ü", "https://www.firm.example/a b", "https://www.firm.example/%zz", "https://a.example/" + strings.Repeat("a", 1000)}, badHosts...) {
		if _, bad := (firm.Change{ReturnAddresses: &[]string{address}}).Check(nil); !slices.Equal(found(bad), []string{"return_addresses[0] invalid_address"}) {
			t.Errorf("%q: %v", address, bad)
		}
	}
	good := []string{"https://www.firm.example", "https://www.Firm.example/Thanks?lang=en&x=%20", "http://localhost:3000/thanks", "https://www.firm.example:8443/"}
	twice := append(slices.Clone(good), good[1])
	got, bad := firm.Change{ReturnAddresses: &twice}.Check(nil)
	if diff := cmp.Diff(good, *got.ReturnAddresses); diff != "" || len(bad) > 0 {
		t.Errorf("%v %s", bad, diff)
	}
}

// The sites stand in a header of every page, which no proxy may find too long.
func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	sites := make([]string, 0, 40)
	for n := range cap(sites) {
		sites = append(sites, fmt.Sprintf("https://%s%d.firm.example", strings.Repeat("x", 50), n))
	}
	for n, want := range map[int]int{20: 0, 40: 1} {
		some := sites[:n]
		if _, bad := (firm.Change{EmbedSites: &some}).Check([]string{"en"}); len(bad) != want {
			t.Errorf("%d sites: %v", n, bad)
		}
	}
}
