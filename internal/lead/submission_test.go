package lead_test

import (
	"encoding/binary"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/resume"
)

func TestReferences(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[2-9BCDFGHJKMNPQRSTVWXYZ]{3}-[2-9BCDFGHJKMNPQRSTVWXYZ]{3}$`)
	seen := map[byte]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		random := rapid.Byte()
		ref := lead.Reference(func() byte { return random.Draw(rt, "byte") })
		if !form.MatchString(ref) {
			rt.Fatalf("reference %q", ref)
		}
	})
	for b := range 256 {
		first := true
		ref := lead.Reference(func() byte {
			if first {
				first = false
				return byte(b)
			}
			return 0
		})
		seen[ref[0]] = true
	}
	if len(seen) != 28 {
		t.Errorf("%d characters are in use: %q", len(seen), slices.Sorted(maps.Keys(seen)))
	}
}

var (
	someSubmission = lead.Submission{FirstName: "Ann", LastName: "Example", Email: "ann@example.com", Language: "en"}
	someRef        = resume.Ref{Key: "1", Filename: "cv.pdf", ContentType: "application/pdf", Size: 9, SHA256: strings.Repeat("a", 64)}
)

// Everything that a sender says is in the fingerprint, and nothing else.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	see := func(change func(*lead.Submission, *resume.Ref)) string {
		s, ref := someSubmission, someRef
		change(&s, &ref)
		return lead.Fingerprint(s, ref)
	}
	for name, change := range map[string]func(*lead.Submission, *resume.Ref){
		"nothing":        func(*lead.Submission, *resume.Ref) {},
		"first name":     func(s *lead.Submission, _ *resume.Ref) { s.FirstName = "ann" },
		"decomposed":     func(s *lead.Submission, _ *resume.Ref) { s.FirstName = "A\u030ann" },
		"composed":       func(s *lead.Submission, _ *resume.Ref) { s.FirstName = "\u00c5nn" },
		"last name":      func(s *lead.Submission, _ *resume.Ref) { s.LastName = "" },
		"moved over":     func(s *lead.Submission, _ *resume.Ref) { s.FirstName, s.LastName = "AnnE", "xample" },
		"swapped":        func(s *lead.Submission, _ *resume.Ref) { s.FirstName, s.LastName = s.LastName, s.FirstName },
		"single name":    func(s *lead.Submission, _ *resume.Ref) { s.SingleName = true },
		"e-mail's case":  func(s *lead.Submission, _ *resume.Ref) { s.Email = "Ann@example.com" },
		"e-mail in IDN":  func(s *lead.Submission, _ *resume.Ref) { s.Email = "ann@ex\u00e4mple.com" },
		"e-mail in ACE":  func(s *lead.Submission, _ *resume.Ref) { s.Email = "ann@xn--exmple-cua.com" },
		"language":       func(s *lead.Submission, _ *resume.Ref) { s.Language = "es" },
		"file name":      func(_ *lead.Submission, r *resume.Ref) { r.Filename = "cv2.pdf" },
		"digest":         func(_ *lead.Submission, r *resume.Ref) { r.SHA256 = strings.Repeat("b", 64) },
		"name and field": func(s *lead.Submission, _ *resume.Ref) { s.LastName = "Example\x00false" },
	} {
		f := see(change)
		if other := seen[f]; other != "" {
			t.Errorf("%s and %s have one fingerprint", name, other)
		}
		seen[f] = name
	}
	plain := lead.Fingerprint(someSubmission, someRef)
	for name, change := range map[string]func(*lead.Submission, *resume.Ref){
		"white space":      func(s *lead.Submission, _ *resume.Ref) { s.FirstName, s.Email = " Ann\n", "\tann@example.com " },
		"default language": func(s *lead.Submission, _ *resume.Ref) { s.Language = "" },
		"key":              func(_ *lead.Submission, r *resume.Ref) { r.Key = "2" },
		"signals":          func(s *lead.Submission, _ *resume.Ref) { s.Signals = []string{"honeypot"} },
	} {
		if see(change) != plain {
			t.Errorf("%s counts", name)
		}
	}
}

// A lead that New makes has what was sent, code point for code point, a
// confirmation, and a notification for each distinct attorney.
func TestNewProperty(t *testing.T) {
	t.Parallel()
	ben, err := mail.ParseAddress("ben@firm.example")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := someSubmission
		s.FirstName, s.LastName, s.SingleName = rapid.String().Draw(rt, "first"), rapid.String().Draw(rt, "last"), rapid.Bool().Draw(rt, "single")
		n := 0
		newID := func() string { n++; return string(binary.AppendVarint([]byte("id"), int64(n))) }
		l, messages, err := lead.New(s, someRef, lead.Draw{ID: "lead", Reference: "222-222", NewID: newID},
			lead.Firm{Attorneys: []mail.Address{ben, ben}, Post: mail.Post{Domain: "firm.example"}}, epoch)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				rt.Fatal(err)
			}
			return
		}
		if l.FirstName != strings.TrimSpace(s.FirstName) || l.LastName != strings.TrimSpace(s.LastName) {
			rt.Fatalf("%+q %+q became %+q %+q", s.FirstName, s.LastName, l.FirstName, l.LastName)
		}
		if len(messages) != 2 || messages[0].Kind != mail.Confirmation || messages[1].Recipient != ben.Typed || messages[0].MessageID == messages[1].MessageID {
			rt.Fatalf("messages %+v", messages)
		}
		if l.State != lead.Pending || l.Version != 1 || l.CreatedAt != epoch {
			rt.Fatalf("%+v", l)
		}
	})
}

// FuzzName holds every name that is taken to the rule.
func FuzzName(f *testing.F) {
	for _, name := range []string{"Ann", " María José ", "\u200d", "A\x00", "\xff", "a\u202eb", strings.Repeat("x", 201), "\u3164", "می\u200cخواهم", "\u0301", "\u2028"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s := someSubmission
		s.FirstName = name
		if bad := s.Check(); len(bad) > 0 {
			if len(bad) > 1 || bad[0].Field != "first_name" || bad[0].Code == "" || bad[0].Message == "" {
				t.Errorf("%+v", bad)
			}
			return
		}
		kept := strings.TrimSpace(name)
		if !utf8.ValidString(kept) || utf8.RuneCountInString(kept) > 200 || kept == "" {
			t.Errorf("taken: %+q", name)
		}
		visible := false
		for _, r := range kept {
			if unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				t.Errorf("taken with %U: %+q", r, name)
			}
			visible = visible || unicode.IsGraphic(r) && !unicode.IsSpace(r)
		}
		if !visible {
			t.Errorf("taken though nothing of it can be seen: %+q", name)
		}
	})
}

// FuzzEmail holds every address that is taken to the rule.
func FuzzEmail(f *testing.F) {
	for _, email := range []string{
		"ann@example.com", " Ann@Example.COM\n", "用户@例子.广告", "a@b.c", `"a"@b.c`, "a@[::1]", "a@b.c.", strings.Repeat("l", 64) + "@e.e", "a@xn--bcher-kva.example",
		"a@ß.example", "a@b..c", "a@-b.c", "a@exam\u200bple.com",
	} {
		f.Add(email)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		a, err := mail.ParseAddress(typed)
		s := someSubmission
		s.Email = typed
		if refused := len(s.Check()) > 0; refused != (err != nil) {
			t.Errorf("%+q: the lead and the address disagree", typed)
		}
		if err != nil {
			return
		}
		local, domain, _ := strings.Cut(a.Envelope(), "@")
		switch {
		case a.Typed != strings.TrimSpace(typed):
			t.Errorf("%+q is kept as %+q", typed, a.Typed)
		case len(a.Envelope()) > 254 || len(local) > 64 || !strings.Contains(domain, "."):
			t.Errorf("taken: %+q", typed)
		case a.Key() != strings.ToLower(a.Key()) || strings.ContainsFunc(domain, func(r rune) bool { return r > 'z' || unicode.IsUpper(r) }):
			t.Errorf("%+q is compared by %+q", typed, a.Key())
		case strings.ContainsAny(a.Envelope(), "\r\n\x00 <>\"(),:;[]\\"):
			t.Errorf("%+q would break an envelope", typed)
		}
		again, err := mail.ParseAddress(a.Envelope())
		if err != nil || again.Envelope() != a.Envelope() || again.Key() != a.Key() {
			t.Errorf("%+q: the envelope %+q comes back as %+q, %v", typed, a.Envelope(), again.Envelope(), err)
		}
	})
}

// Without a mail server nothing waits to be sent: messages are captured from the
// beginning.
func TestCapturedMessages(t *testing.T) {
	t.Parallel()
	attorney, err := mail.ParseAddress("attorney@firm.example")
	if err != nil {
		t.Fatal(err)
	}
	for captures, want := range map[bool]mail.State{true: mail.Captured, false: mail.Queued} {
		firm := lead.Firm{Attorneys: []mail.Address{attorney}, Post: mail.Post{Domain: "firm.example", Captures: captures}}
		_, messages, err := lead.New(someSubmission, someRef, lead.Draw{NewID: func() string { return "id" }}, firm, time.Unix(1, 0))
		if err != nil || len(messages) != 2 {
			t.Fatalf("%d messages, %v", len(messages), err)
		}
		for _, m := range messages {
			if m.State != want || m.NextAt.IsZero() != captures {
				t.Errorf("captures %v: %s is %s, due at %v", captures, m.Kind, m.State, m.NextAt)
			}
		}
	}
}
