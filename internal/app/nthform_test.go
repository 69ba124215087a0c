package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"usher/internal/resume/disk/faultfs"
	"usher/internal/storetest/faultdb"
)

// visit asks for a page, or sends a form to it.
func (s *spoiled) visit(pieces []piece) answer {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, "/?lang=en", http.NoBody)
	if pieces != nil {
		ctype, body := encodeForm("usher-test-boundary", pieces)
		r = httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/?lang=en", strings.NewReader(body))
		r.Header.Set("Content-Type", ctype)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// secondTry is a prospect who has filled in the form with one mistake, so that the file
// is kept, and who sends it again, without the mistake.
type secondTry struct {
	s    *spoiled
	name string
}

func (p secondTry) typed(email string, more ...piece) []piece {
	return append([]piece{text("first_name", p.name), text("last_name", "Example"), text("email", email)}, more...)
}

// spoiled sends the form while one call fails. Whatever happens, the page has what was
// typed, or the confirmation, and in the end there is one lead.
func (p secondTry) spoiled(arm, disarm func()) {
	p.s.t.Helper()
	before, _ := p.s.whole()
	form := hidden(p.s.visit(nil))
	form = hidden(p.s.visit(form.with(p.typed("x", file("cv.pdf", pdf+"% "+p.name))...)))
	if form["kept"] == "" {
		p.s.t.Fatalf("%s: the file is not kept: %v", p.name, form)
	}
	good := p.typed("ann@example.com")
	arm()
	got := p.s.visit(form.with(good...))
	disarm()
	for tries := 0; got.status != http.StatusSeeOther; tries++ {
		if tries == 3 {
			p.s.t.Fatalf("%s: %d %s", p.name, got.status, got.body)
		}
		if got.status != http.StatusUnprocessableEntity && got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `value="`+p.name+`"`) {
			p.s.t.Errorf("%s: %d without what was typed: %.2000s", p.name, got.status, got.body)
			return
		}
		again := hidden(got)
		pieces := good
		if again["kept"] == "" { // then the page says so
			if !strings.Contains(got.body, `id="resume-error"`) {
				p.s.t.Errorf("%s: the file is lost without a word: %s", p.name, got.body)
			}
			pieces = p.typed("ann@example.com", file("cv.pdf", pdf+"% "+p.name))
		}
		got = p.s.visit(again.with(pieces...))
	}
	if leads, _ := p.s.whole(); leads != before+1 {
		p.s.t.Errorf("%s: %d leads, want %d", p.name, leads, before+1)
	}
}

// Every call to the disk and to the database on the way of a form with a kept file
// fails once.
func TestEveryCallOfTheFormFailsOnce(t *testing.T) {
	t.Parallel()
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		s := newSpoiled(t)
		for n, fired := 1, true; fired; n++ {
			secondTry{s, fmt.Sprint("file ", n)}.spoiled(
				func() { s.files = faultfs.Nth(n, syscall.ENOSPC) },
				func() { fired, s.files = s.files.Fired(), nil })
		}
	})
	for name, fault := range map[string]faultdb.Fault{
		"full": {Err: faultdb.Full}, "busy": {Err: faultdb.Busy}, "write error, it seemed": {Err: faultdb.IOErrWrite, After: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSpoiled(t)
			for n, fired := 1, true; fired; n++ {
				secondTry{s, fmt.Sprint(name, " ", n)}.spoiled(
					func() {
						s.db.Arm(func(call int, _ string) *faultdb.Fault {
							if call != n {
								return nil
							}
							return &fault
						})
					},
					func() { fired = s.db.Fired(); s.db.Arm(nil) })
			}
		})
	}
}
