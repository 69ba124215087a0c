package app_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// openForm is a form as a browser has it: what stands in its hidden fields.
type openForm map[string]string

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

func hidden(a answer) openForm {
	o := openForm{}
	for _, m := range hiddenField.FindAllStringSubmatch(a.body, -1) {
		o[m[1]] = html.UnescapeString(m[2])
	}
	return o
}

// open opens the form.
func (s *server) open(t testing.TB, query string) openForm {
	t.Helper()
	got := s.page(t, "/"+query)
	wantStatus(t, got, http.StatusOK)
	return hidden(got)
}

// with is what a browser sends: the hidden fields and the typed ones.
func (o openForm) with(pieces ...piece) []piece {
	var all []piece
	for name, value := range o {
		all = append(all, text(name, value))
	}
	return append(all, pieces...)
}

// A form that is sent twice as it is, is one lead with one reference.
func TestFormSentTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.census(t)
	form := s.open(t, "").with(good()...)
	var wait sync.WaitGroup
	paths := make([]string, 12)
	for i := range paths {
		wait.Go(func() { paths[i] = s.fill(t, form...).header.Get("Location") })
	}
	wait.Wait()
	for _, path := range paths {
		if path != paths[0] || !strings.HasPrefix(path, "/received/") {
			t.Errorf("Location %q, want %q", path, paths[0])
		}
	}
	same(t, "written", s.census(t).minus(before), oneLead.plus(census{Keys: 1}))

	// What was changed in between is not dropped: it is a lead of its own.
	changed := s.fill(t, s.replaced(form, text("first_name", "Anna"))...)
	if at := changed.header.Get("Location"); at == paths[0] || changed.status != http.StatusSeeOther {
		t.Errorf("%d %q", changed.status, at)
	}
	// Two tabs, or Back to a form that the browser asked for anew.
	if again := s.received(t, s.open(t, "").with(good()...)...); again != paths[0] {
		t.Errorf("from another tab it is %q", again)
	}
	// A day later it is news.
	s.clock.Add(25 * time.Hour)
	if again := s.received(t, s.open(t, "").with(good()...)...); again == paths[0] {
		t.Error("a form of yesterday's is still the same")
	}
}

func (s *server) replaced(form []piece, p piece) []piece {
	var all []piece
	for _, q := range form {
		if q.name == p.name {
			q = p
		}
		all = append(all, q)
	}
	return all
}

var alreadyUploaded = regexp.MustCompile(`<p class="kept" id="kept"><bdi>([^<]+)</bdi> is already uploaded\.</p>`)

// When another field is wrong, the file stays on the server and need not be chosen
// again.
func TestFormKeepsFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.census(t)
	got := s.fill(t, s.open(t, "").with(good(text("email", "x"), file("María's CV.pdf", pdf))...)...)
	wantPage(t, got, 422)
	same(t, "problems", problemsOf(t, got), []string{"email Enter an e-mail address like name@example.com."})
	if m := alreadyUploaded.FindStringSubmatch(got.body); m == nil || html.UnescapeString(m[1]) != "María's CV.pdf" || !strings.Contains(got.body, "Choose a different file") {
		t.Errorf("kept file: %q in %s", m, got.body)
	}
	same(t, "written", s.census(t), before)
	// A second mistake keeps it too; so does a browser's way to say that no file was chosen.
	form := hidden(got)
	got = s.fill(t, form.with(good(text("last_name", ""), file("", ""))...)...)
	same(t, "problems", problemsOf(t, got), []string{"last_name Enter your last name, or say that you have only one name."})
	form = hidden(got)
	path := s.received(t, form.with(good(file("", ""))...)...)
	same(t, "written", s.census(t).minus(before), oneLead.plus(census{Keys: 1}))
	l := s.leads(t, "limit=1").Items[0]
	if l.Resume.Filename != "María's CV.pdf" || s.do(t, req{path: leadsPath + "/" + l.ID + "/resume", token: s.attorney(t)}).body != pdf {
		t.Errorf("the resume: %+v", l.Resume)
	}
	// Back and send again: the same lead.
	if again := s.received(t, form.with(without("resume", good())...)...); again != path {
		t.Errorf("sent again it is %s, and was %s", again, path)
	}
	same(t, "written in all", s.census(t).minus(before), oneLead.plus(census{Keys: 1, Events: 1})) // the attorney's view
}

// A file that is chosen in place of the kept one counts; a bad one leaves it.
func TestFormOtherFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	form := hidden(s.fill(t, s.open(t, "").with(good(text("email", "x"), file("old.pdf", pdf))...)...))
	got := s.fill(t, form.with(good(file("new.exe", "MZ\x00"))...)...)
	same(t, "problems", problemsOf(t, got), []string{
		"resume This kind of file isn't accepted. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file, or a JPEG or PNG picture.",
	})
	if !strings.Contains(got.body, "<bdi>old.pdf</bdi> is already uploaded.") {
		t.Errorf("the kept file is lost: %s", got.body)
	}
	got = s.fill(t, hidden(got).with(good(text("email", "x"), file("new.pdf", pdf+"% new\n"))...)...)
	if !strings.Contains(got.body, "<bdi>new.pdf</bdi> is already uploaded.") {
		t.Errorf("the new file: %s", got.body)
	}
	s.received(t, hidden(got).with(without("resume", good())...)...)
	if l := s.leads(t, "limit=1").Items[0]; l.Resume.Filename != "new.pdf" {
		t.Errorf("sent %s", l.Resume.Filename)
	}
}

// A kept file belongs to its form, for an hour.
func TestFormKeptFileIsBound(t *testing.T) {
	t.Parallel()
	s := start(t)
	mine := hidden(s.fill(t, s.open(t, "").with(good(text("email", "x"))...)...))
	before := s.census(t)
	lapsed := []string{"resume Your file was kept for an hour and is gone now. Select it again."}
	for name, form := range map[string]openForm{
		"another form's":     {"form_token": s.open(t, "")["form_token"], "kept": mine["kept"]},
		"without a token":    {"kept": mine["kept"]},
		"of nobody":          {"form_token": mine["form_token"], "kept": "AAAAAAAAAAAAAAAAAAAAAA"},
		"a path":             {"form_token": mine["form_token"], "kept": "../resumes/x"},
		"a file's key":       {"form_token": mine["form_token"], "kept": s.submitted(t).ID},
		"a changed letter":   {"form_token": mine["form_token"], "kept": mine["kept"][1:] + "A"},
		"with a broken seal": {"form_token": mine["form_token"][1:], "kept": mine["kept"]},
	} {
		got := s.fill(t, form.with(without("resume", good())...)...)
		wantStatus(t, got, 422)
		if problems := problemsOf(t, got); fmt.Sprint(problems) != fmt.Sprint(lapsed) {
			t.Errorf("%s: %q", name, problems)
		}
	}
	s.clock.Add(time.Hour)
	got := s.fill(t, mine.with(without("resume", good(text("first_name", "Kept Typed")))...)...)
	same(t, "after an hour", problemsOf(t, got), lapsed)
	if !strings.Contains(got.body, "Kept Typed") {
		t.Error("what was typed is lost")
	}
	same(t, "written", s.census(t).minus(before), oneLead) // that of s.submitted
}

// A form that was open for too long loses nothing and takes one more click.
func TestFormTokenLapses(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, token := range map[string]func(string) string{
		"old":    func(token string) string { s.clock.Add(24 * time.Hour); return token },
		"forged": func(token string) string { return token[:len(token)-1] + "A" + token[len(token)-1:] },
		"no seal": func(string) string {
			return "AAAA"
		},
	} {
		before := s.census(t)
		form := s.open(t, "")
		form["form_token"] = token(form["form_token"])
		got := s.fill(t, form.with(good(text("first_name", "Slowly "+name))...)...)
		wantPage(t, got, 422)
		for _, part := range []string{"This page was open for a long time. Everything is still here: send it once more.", `value="Slowly ` + name + `"`, "cv.pdf</bdi> is already uploaded."} {
			if !strings.Contains(got.body, part) {
				t.Errorf("%s: no %q in %s", name, part, got.body)
			}
		}
		same(t, name+": written at first", s.census(t), before)
		s.received(t, hidden(got).with(without("resume", good(text("first_name", "Slowly "+name)))...)...)
		same(t, name+": written in the end", s.census(t).minus(before), oneLead.plus(census{Keys: 1}))
	}
}

// A file that could not be kept has to be chosen again, and the form says so beside
// what went wrong.
func TestFormLosesFileInTheOpen(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_PUBLIC_RATE=1/min")
	want := []string{"resume Select your resume again."}
	for range 40 {
		got := s.fill(t, good(text("first_name", "Hasty"))...)
		if got.status == http.StatusSeeOther {
			continue
		}
		wantPage(t, got, http.StatusTooManyRequests)
		same(t, "problems", problemsOf(t, got), want)
		if !strings.Contains(got.body, "<li>Too many forms were sent from your network. Wait 60 seconds, then send it again.</li>") || !strings.Contains(got.body, `value="Hasty"`) {
			t.Errorf("%s", got.body)
		}
		same(t, "Retry-After", got.header.Get("Retry-After"), "60")
		return
	}
	t.Error("nothing was refused")
}

// What looks odd is noted and holds nobody up, alone or together.
func TestFormSignals(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_PUBLIC_RATE=600/min")
	for _, c := range []struct {
		after time.Duration
		trap  string
		want  string
	}{
		{0, "", `{"signal_fast":"true"}`},
		{2 * time.Second, "", `{}`},
		{time.Minute, "555", `{"signal_honeypot":"true"}`},
		{time.Second, "555", `{"signal_fast":"true","signal_honeypot":"true"}`},
	} {
		form := s.open(t, "")
		s.clock.Add(c.after)
		s.received(t, form.with(good(text("first_name", "Ann "+c.after.String()), text("fax_extension", c.trap))...)...)
		same(t, "event", s.timeline(t, s.leads(t, "limit=1").Items[0].ID), []string{"received  " + c.want})
	}
}
