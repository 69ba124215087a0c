package words_test

import (
	"html/template"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"usher/internal/words"
)

func languages(tb testing.TB, tags ...string) *words.Languages {
	tb.Helper()
	l, err := words.New(tags...)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestNew(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                  "en es zh-Hans pt-BR fr vi ar",
		"ES,en":             "es en",
		"ar, en-xa ,AR":     "ar en-XA",
		"de":                "there are en, es, zh-Hans, pt-BR, fr, vi, ar, and en-XA for tests",
		"en,,es":            "empty entry",
		"en-GB":             `"en-GB" is no language`,
		"ZH-hans,pt-br,vi ": "zh-Hans pt-BR vi",
	} {
		var tags []string
		if in != "" {
			tags = strings.Split(in, ",")
		}
		got := ""
		if l, err := words.New(tags...); err != nil {
			got = err.Error()
		} else {
			for _, w := range l.All() {
				got += w.Tag + " "
			}
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := strings.Join(words.Shipped(), " "); got != "en es zh-Hans pt-BR fr vi ar" {
		t.Errorf("shipped: %s", got)
	}
	for _, w := range languages(t).All() {
		if (w.Dir == "rtl") != (w.Tag == "ar") || w.Name == "" {
			t.Errorf("%+v", w)
		}
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all, some := languages(t), languages(t, "es", "en")
	for _, tt := range []struct{ asked, header, all, some string }{
		{"", "", "en", "es"},
		{"fr", "", "fr", "es"},
		{"FR", "es", "fr", "es"},
		{"zh-CN", "", "zh-Hans", "es"},
		{"zh", "", "zh-Hans", "es"},
		{"zh-SG", "", "zh-Hans", "es"},
		{"zh_CN", "", "zh-Hans", "es"},
		{"pt", "", "pt-BR", "es"},
		{"pt-PT", "", "pt-BR", "es"},
		{"es-MX", "", "es", "es"},
		{"en-GB", "", "en", "en"},
		{"ar-EG", "", "ar", "es"},
		{"de", "", "en", "es"},
		{"de", "vi", "vi", "es"},
		{"gl", "fr", "fr", "es"},  // not Spanish, which the matcher has for Galician
		{"en-XA", "", "en", "en"}, // not unless the firm has it
		{"x-evil", "fr", "fr", "es"},
		{"../../etc", "fr", "fr", "es"},
		{strings.Repeat("es-", 100), "fr", "fr", "es"},
		{"", "en-US,en;q=0.5", "en", "en"},
		{"", "de-DE,de;q=0.9,fr;q=0.8,en;q=0.7", "fr", "en"},
		{"", "fr;q=0.2, vi;q=0.9, en;q=0.5", "vi", "en"},
		{"", "en;q=0, fr", "fr", "es"},
		{"", "vi;q=0,en;q=0.0", "en", "es"},
		{"", "fr;q=high, *, en", "en", "en"},
		{"", "*", "en", "es"},
		{"", ",,;;q=1, ,en;q", "en", "es"},
		{"", "\x00\xff, vi", "vi", "es"},
		{"", strings.Repeat("de,", 1000) + "fr", "en", "es"},
	} {
		if got := all.Choose(tt.asked, tt.header).Tag; got != tt.all {
			t.Errorf("%.40q, %.40q: %s of all, want %s", tt.asked, tt.header, got, tt.all)
		}
		if got := some.Choose(tt.asked, tt.header).Tag; got != tt.some {
			t.Errorf("%.40q, %.40q: %s of es and en, want %s", tt.asked, tt.header, got, tt.some)
		}
	}
	if got := languages(t, "en", "en-XA").Choose("en-XA", "").Tag; got != "en-XA" {
		t.Errorf("the pseudo-locale was asked for, and %s came", got)
	}
	if got := all.Of("es-419").Tag + all.Of("").Tag; got != "esen" {
		t.Errorf("Of: %s", got)
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("es", "en-US,en;q=0.5")
	f.Add("zh-TW", "fr;q=0.2, vi;q=0.9,*")
	f.Add("x-y-z", ";;q=,\xff")
	f.Add("art-lojban", strings.Repeat("-", 1200))
	l := languages(f, "vi", "ar", "en-XA")
	f.Fuzz(func(t *testing.T, asked, header string) {
		w := l.Choose(asked, header)
		if tag := w.Tag; tag != "vi" && tag != "ar" && tag != "en-XA" {
			t.Errorf("%q, %q: %q", asked, header, tag)
		}
		if l.Choose(asked, header).Tag != w.Tag {
			t.Errorf("%q, %q: not twice the same", asked, header)
		}
		if name := words.OwnName(asked); !utf8.ValidString(name) || strings.ContainsAny(name, "<>&:/@\n") {
			t.Errorf("%q is called %q", asked, name)
		}
	})
}

func TestOwnName(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"pt-BR": "Português (Brasil)", "zh-Hans": "简体中文", "en": "English", "EN": "English", "es-419": "Español", "pt-PT": "Português", "zh-TW": "中文",
		"de": "Deutsch", "de-AT": "Deutsch", "ja": "日本語", "he": "עברית", "id": "Bahasa Indonesia", "fil": "Filipino", "tl": "Filipino", "eo": "eo",
		"": "", "und": "", "x-call-5550100": "", "de-x-evil-example": "Deutsch", "nonsense!": "", "qaa": "qaa", // a code of nobody
	} {
		if got := words.OwnName(tag); got != want {
			t.Errorf("%q is called %q, want %q", tag, got, want)
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	l := languages(t)
	for tag, wants := range map[string]map[int]string{
		"en": {0: "0 seconds,", 1: "1 second,", 2: "2 seconds,", 11: "11 seconds,"},
		"fr": {0: "0 seconde,", 1: "1 seconde,", 2: "2 secondes,", 1_000_000: "1000000 de secondes,"},
		"es": {1: "1 segundo ", 2: "2 segundos ", 1_000_000: "1000000 de segundos "},
		"vi": {1: "1 giây ", 100: "100 giây "},
		"ar": {0: "مرة أخرى الآن", 1: "ثانية واحدة", 2: "ثانيتين", 3: "3 ثوانٍ", 11: "11 ثانيةً", 100: "100 ثانية "},
	} {
		for n, want := range wants {
			if got := l.Of(tag).Text("error.form.too_many", "Count", n); !strings.Contains(got, want) {
				t.Errorf("%s %d: %q, want %q", tag, n, got, want)
			}
			if got := l.Of(tag).HTML("error.form.too_many", "Count", n); !strings.Contains(string(got), want) {
				t.Errorf("%s %d: %q, want %q", tag, n, got, want)
			}
		}
	}
}

// TestValues: what people typed is shown as they typed it, and does nothing.
func TestValues(t *testing.T) {
	t.Parallel()
	const fsi, pdi = "\u2068", "\u2069"
	l := languages(t)
	for _, tt := range []struct {
		tag        string
		value      any
		text, html string
	}{
		{"en", "Ruiz & Co", "Send to Ruiz & Co", "Send to <bdi>Ruiz &amp; Co</bdi>"},
		{"en", "{{.Firm}} {{", "Send to {{.Firm}} {{", "Send to <bdi>{{.Firm}} {{</bdi>"},
		{"en", "<b>%s</b>", "Send to <b>%s</b>", "Send to <bdi>&lt;b&gt;%s&lt;/b&gt;</bdi>"},
		{"en", template.HTML("<b>Ruiz</b>"), "Send to <b>Ruiz</b>", "Send to <b>Ruiz</b>"},
		{"en", words.Bare("a&b"), "Send to a&b", "Send to a&amp;b"},
		{"en", "محمد", "Send to " + fsi + "محمد" + pdi, "Send to <bdi>محمد</bdi>"},
		{"en", "José 𠮷郎", "Send to José 𠮷郎", "Send to <bdi>José 𠮷郎</bdi>"},
		{"en", "a" + pdi + "\u202eb", "Send to " + fsi + "a\u202eb" + pdi, "Send to <bdi>a\u202eb</bdi>"},
		{"ar", "Ruiz & Co", "إرسال إلى " + fsi + "Ruiz & Co" + pdi, "إرسال إلى <bdi>Ruiz &amp; Co</bdi>"},
		{"ar", "a" + fsi + "b", "إرسال إلى " + fsi + "a" + fsi + "b" + pdi + pdi, "إرسال إلى <bdi>a" + fsi + "b" + pdi + "</bdi>"},
		{"ar", words.Bare("https://a.example"), "إرسال إلى https://a.example", "إرسال إلى https://a.example"},
	} {
		w := l.Of(tt.tag)
		if got := w.Text("form.send_to", "Firm", tt.value); got != tt.text {
			t.Errorf("%s %q: text %q, want %q", tt.tag, tt.value, got, tt.text)
		}
		if got := string(w.HTML("form.send_to", "Firm", tt.value)); got != tt.html {
			t.Errorf("%s %q: HTML %q, want %q", tt.tag, tt.value, got, tt.html)
		}
	}
	if got := l.Of("en").HTML("error.resume.unsupported_type"); !strings.HasPrefix(string(got), "This kind of file isn&#39;t") {
		t.Errorf("a sentence is escaped for a page: %s", got)
	}
}

// TestBugs: what only a mistake of ours can cause is found by the first test that
// comes by.
func TestBugs(t *testing.T) {
	t.Parallel()
	w := languages(t).Of("es")
	for name, bug := range map[string]func(){
		"no key":     func() { w.Text("form.nonsense") },
		"no value":   func() { w.HTML("form.send_to") },
		"wrong name": func() { w.Text("form.send_to", "Frim", "Ruiz") },
		"odd":        func() { w.Text("form.send_to", "Firm") },
		"no count":   func() { w.Text("error.form.too_many") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nobody noticed", name)
				}
			}()
			bug()
		}()
	}
}

func TestPseudo(t *testing.T) {
	t.Parallel()
	l := languages(t, "en", words.Pseudo)
	english, w := l.Of("en"), l.Of(words.Pseudo)
	if got := w.Text("form.send_to", "Firm", "Ruiz"); got != "[Šèéñð ţòó Ruiz]" {
		t.Errorf("%q", got)
	}
	if w.Dir != "ltr" || w.Name == "English" {
		t.Errorf("%+v", w)
	}
	long, short := 0, 0
	for key, s := range readCatalogue(t, "en") {
		if len(s) > 1 || len(placeholders(s)) > 0 {
			continue
		}
		got := w.Text(key)
		if !strings.HasPrefix(got, "[") || !strings.HasSuffix(got, "]") {
			t.Errorf("%s: %q", key, got)
		}
		long, short = long+utf8.RuneCountInString(got), short+utf8.RuneCountInString(english.Text(key))
	}
	if percent := long * 100 / short; percent < 130 || percent > 150 {
		t.Errorf("the pseudo-locale is %d %% as long as English", percent)
	}
	if got := w.Text("error.form.too_many", "Count", 1); !strings.Contains(got, "1 šèéçòóñð,") {
		t.Errorf("plural: %q", got)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.November, 23, 14, 4, 0, 0, time.UTC)
	l := languages(t)
	for tag, want := range map[string]string{
		"en":      "Monday, 23 November 2026, 09:04 (New York)",
		"es":      "lunes, 23 de noviembre de 2026, 09:04 (New York)",
		"zh-Hans": "2026年11月23日星期一 09:04（New York）",
		"pt-BR":   "segunda-feira, 23 de novembro de 2026, 09:04 (New York)",
		"fr":      "lundi 23 novembre 2026 à 09:04 (New York)",
		"vi":      "09:04, Thứ Hai, 23 tháng 11, 2026 (New York)",
		"ar":      "الاثنين، 23 نوفمبر 2026، \u206809:04\u2069 (\u2068New York\u2069)",
	} {
		if got := l.Of(tag).Written(at.In(zone)); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
	for zone, want := range map[*time.Location]string{
		time.UTC:                         "Monday, 23 November 2026, 14:04 (UTC)",
		time.FixedZone("EST", -5*60*60):  "Monday, 23 November 2026, 09:04 (EST)",
		time.FixedZone("a/b_c", 10*3600): "Tuesday, 24 November 2026, 00:04 (b c)",
	} {
		if got := l.Of("en").Written(at.In(zone)); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

// BenchmarkPage says the thirty sentences of a page.
func BenchmarkPage(b *testing.B) {
	w := languages(b).Of("ar")
	b.ReportAllocs()
	for b.Loop() {
		for range 10 {
			w.HTML("form.first_name")
			w.HTML("form.send_to", "Firm", "Ruiz & Co")
			w.Text("form.resume_hint", "Size", "10 MB")
		}
	}
}

// BenchmarkNew makes the languages of a firm, once at the start.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		languages(b)
	}
}
