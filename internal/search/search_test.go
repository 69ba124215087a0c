package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"usher/internal/search"
)

// found tells whether a text is found by a query, as the database does it.
func found(text, query string) bool {
	words := search.Query(query)
	if len(words) == 0 {
		return false
	}
	for _, word := range words {
		if !slices.ContainsFunc(search.Terms(text), func(term string) bool { return strings.HasPrefix(term, word) }) {
			return false
		}
	}
	return true
}

// The table of how names of many scripts are found.
func TestFound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		script, text string
		by           []string // each of these finds it
		notBy        []string
	}{
		{"Latin", "María-José Núñez", []string{"maria", "MARÍA", "jose nun", "nuñez", "NUNEZ m", "josé"}, []string{"osé", "mariajose", "perez"}},
		{"Latin", "Nuñez (n and a combining tilde: n\u0303)", []string{"nunez", "N\u0303"}, nil},
		{"Vietnamese", "Nguyễn Thị Hồng Đào", []string{"nguyen", "thi hong dao", "Đào", "hồng"}, []string{"guyen"}},
		{"Polish", "Łukasz Żółć", []string{"lukasz", "zolc", "ŻÓŁĆ"}, nil},
		{"German", "Jürgen Groß", []string{"jurgen", "gross", "GROSS", "GROẞ", "groß"}, nil},
		{"Nordic", "Øyvind Æbelø Þór Guðmundsdóttir", []string{"oyvind", "aebelo", "thor", "gudmund", "GUÐ"}, nil},
		{"Turkish", "İbrahim Işık", []string{"ibrahim", "isik", "IŞIK", "ışık"}, nil},
		{"apostrophes", "Seán O’Brien d'Arc", []string{"o brien", "O'Brien", "sean", "arc"}, []string{"obrien"}},
		{"full width", "ＡＢＣ Ｄｏｅ１２", []string{"abc", "doe12"}, nil},
		{"Cyrillic", "Фёдор Достоевский", []string{"федор", "ФЁДОР", "достоевскии", "Достоевский"}, []string{"оевский"}},
		{"Greek", "Γιώργος Παπαδόπουλος", []string{"γιωργος", "ΓΙΏΡΓΟΣ", "παπαδόπουλοσ", "Παπαδοπουλος"}, nil},
		{"Arabic", "مُحَمَّد عبد الرحمٰن", []string{"محمد", "مُحَمَّد", "عبد", "الرحمن"}, []string{"رحمن"}},
		{"Arabic", "أحمد فاطمة مصطفى", []string{"احمد", "فاطمه", "مصطفي", "أحمد", "فاطمة", "مـصـطـفـى"}, nil},
		{"Persian", "علی کریمی", []string{"علي", "كريمي", "علی", "کریمی"}, nil},
		{"Hebrew", "יוֹסֵף כֹּהֵן", []string{"יוסף", "כהן", "יוֹסֵף"}, nil},
		{"Han", "王小明", []string{"王", "王小", "王小明", "小明", "明", "王 明"}, []string{"小王", "李"}},
		{"Han and Latin", "李David", []string{"李", "david", "李david", "dav"}, []string{"avid"}},
		{"Hangul", "김철수", []string{"김", "철수", "김철수"}, []string{"수철"}},
		{"kana", "やまだ タロウ ﾊﾅｺ", []string{"やまだ", "まだ", "タロウ", "ハナコ"}, []string{"ヤマダ"}},
		{"Thai", "สมชาย ใจดี", []string{"สมชาย", "ชาย", "ใจดี"}, nil},
		{"Devanagari", "प्रिया शर्मा", []string{"प्रिया", "शर्मा", "प्र"}, []string{"शरमा"}},
		{"e-mail", "m.lopez+cv@sub.example.co.uk", []string{"lopez", "m.lopez", "cv", "m.lopez+cv@sub.example.co.uk", "example.co", "exam"}, []string{"ample"}},
		{"reference", "7K4-Q2M", []string{"7k4-q2m", "7k4", "Q2M", "7k"}, []string{"k4"}},
		{"nothing to look for", "Ann 1", []string{"1", "ann"}, []string{"", " ", "!?-", "\u200d", "\u0301", "™", "½", "\xff"}},
		{"stray marks part words", "x\u0301 \u0301jose", []string{"jose", "\u0301jose", "x"}, nil},
		{"long words", strings.Repeat("a", 200), []string{strings.Repeat("a", 200), strings.Repeat("a", 100), "a"}, []string{"b"}},
		{"joiners part words", "علی\u200cرضا", []string{"علی", "رضا"}, nil},
	} {
		for _, query := range row.by {
			if !found(row.text, query) {
				t.Errorf("%s: %q isn't found by %q (terms %q, looked for %q)", row.script, row.text, query, search.Terms(row.text), search.Query(query))
			}
		}
		for _, query := range row.notBy {
			if found(row.text, query) {
				t.Errorf("%s: %q is found by %q", row.script, row.text, query)
			}
		}
	}
}

// Words that others begin with say nothing more.
func TestQueryIsShort(t *testing.T) {
	t.Parallel()
	if got := search.Query("ann a an Ann anna b"); !slices.Equal(got, []string{"anna", "b"}) {
		t.Errorf("got %q", got)
	}
	long := strings.Repeat("王", 200)
	if size := len(strings.Join(search.Terms(long), " ")); size > 12_000 {
		t.Errorf("200 letters become %d bytes", size)
	}
}

// Whatever is typed: a text is found by itself and by each beginning of its words,
// and terms are what the index can hold: letters, digits and marks.
func FuzzFold(f *testing.F) {
	for _, seed := range []string{"María", "ﷺ", "王小明 x", "ŉ", "e\u0301", "\xff\xfe", "İ", "ǅ", "ﬃ", "한글", "ᄒ", "が"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms := search.Terms(text)
		for _, term := range terms {
			if term == "" || strings.ContainsAny(term, " \"'%_*\\") || !utf8.ValidString(term) {
				t.Fatalf("%q became %q", text, term)
			}
			if !found(text, term) {
				t.Errorf("%q isn't found by its term %q, which is looked for as %q", text, term, search.Query(term))
			}
		}
		if len(search.Query(text)) > 0 && !found(text, text) {
			t.Errorf("%q isn't found by itself: terms %q, looked for %q", text, terms, search.Query(text))
		}
	})
}
