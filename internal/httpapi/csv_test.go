package httpapi

import (
	"encoding/csv"
	"strings"
	"testing"
)

func TestDefuse(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "Ann": "Ann", "O'Brien": "O'Brien", "a=b": "a=b", "1-2": "1-2", "ann@example.com": "ann@example.com", "−1": "−1", "'=1": "'=1",
		"=1+1": "'=1+1", "+1": "'+1", "-": "'-", "@SUM(A1)": "'@SUM(A1)",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠A1": "'＠A1",
		" =1": "' =1", "\u00a0\u3000=1": "'\u00a0\u3000=1", "\ufeff=1": "'\ufeff=1", "\u200b\u200e\u2060=1": "'\u200b\u200e\u2060=1", "\u00ad-": "'\u00ad-",
		"\u3164@A": "'\u3164@A", "\u2800+": "'\u2800+", "\ufe0f=": "'\ufe0f=", "\x00=1": "'\x00=1", "\U000e0001=": "'\U000e0001=", "\u2028=": "'\u2028=",
		"\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "\t": "'\t", " x": " x", "\u200bx": "\u200bx", "\u200b": "\u200b", "\xff=1": "\xff=1",
		"A;=1+2;B": "A;'=1+2;B", "ok;@SUM(1)": "ok;'@SUM(1)", "O;-2+3": "O;'-2+3", "a; \u200b=1": "a;' \u200b=1", `a";"=1";`: `a";'"=1";`, ";=1": ";'=1",
		"=1;=2": "'=1;'=2", "a;b;c;": "a;b;c;", "a;-": "a;-", "a;＝1": "a;'＝1", "A;'=1": "A;'=1",
		`"=1"`: `"=1"`, "Robert'); DROP TABLE leads;--": "Robert'); DROP TABLE leads;--",
	} {
		if got := defuse(cell); got != want {
			t.Errorf("%+q is %+q, want %+q", cell, got, want)
		}
	}
}

// FuzzDefuse shows that no cell that comes out begins like a formula, that nothing
// is taken away, and that encoding/csv brings it back.
func FuzzDefuse(f *testing.F) {
	for _, cell := range []string{"Ann", "=1+1", "\u200b=1", "＠A1", "\t", `"=1"`, "\xff", "'=", "a\u0301=1"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got := defuse(cell)
		if strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(cell, "'", "") || defuse(got) != got {
			t.Errorf("%+q became %+q, and then %+q", cell, got, defuse(got))
		}
		if bare := strings.TrimLeft(got, " \u00a0\u3000\ufeff\u200b\u200e\u2060"); begins(got, "\t\r") || begins(bare, "=+-@＝＋－＠") {
			t.Errorf("%+q became %+q, which is a formula", cell, got)
		}
		for _, piece := range strings.Split(got, ";")[1:] {
			if bare := strings.TrimLeft(piece, "\" \u00a0\u3000\ufeff\u200b"); begins(bare, "=+@＝＋＠") {
				t.Errorf("%+q became %+q, which has a formula where semicolons part cells", cell, got)
			}
		}
		var file strings.Builder
		w := csv.NewWriter(&file)
		w.UseCRLF = true
		if err := w.Write([]string{got, "x"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		back, err := csv.NewReader(strings.NewReader(file.String())).Read()
		if err != nil || len(back) != 2 || !strings.ContainsAny(cell, "\r\n") && back[0] != got {
			t.Errorf("%+q was read as %+q, %v", got, back, err)
		}
	})
}
