package site

import (
	"errors"
	"net/http"
	"strings"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/funnel"
)

// What is counted of the form is numbers by day and language: see package funnel.

func (s *Site) count(step funnel.Step, language string) {
	s.Funnel.Count(funnel.Event{Step: step, Language: language})
}

// seen tells whether somebody will see the page that is asked for: a HEAD shows none,
// and a browser that loads ahead may throw it away (Sec-Purpose, in the Fetch standard).
func seen(r *http.Request) bool {
	return r.Method == http.MethodGet && !strings.HasPrefix(r.Header.Get("Sec-Purpose"), "prefetch")
}

// mostStart is how long the body of a start may be, in bytes: its token and no more.
const mostStart = 1 << 10

// started is told by the form's script when a field is used for the first time. Only a
// form that this server has made counts. The answer is 204.
func (s *Site) started(w http.ResponseWriter, r *http.Request) error {
	if err := edge.PlainBody(r); err != nil {
		return err
	}
	if err := s.Starts.Allow(r, s.Now()); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostStart)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Malformed, "malformed_form", "The form could not be read. Try again.")
	}
	token, own := s.openToken(r.PostForm.Get(fieldToken))
	if !own || token.lapsed(s.Now()) {
		return fault.New(fault.Invalid, "lapsed_form", "The form's token is missing or not one of this server's.")
	}
	s.count(funnel.Started, s.speak(r, "").Tag)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// countStart counts the start of a form that is sent by a page without JavaScript, or
// by one whose script could not tell.
func (a *attempt) countStart() {
	if !a.started {
		a.site.count(funnel.Started, a.words.Tag)
	}
	a.started = true
}

// countRefusal counts why a form is sent back. What no sentence is made for, no browser
// brings about; its field may be anything, so it isn't kept.
func (a *attempt) countRefusal(err error) {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || known.Kind == fault.Internal {
		return
	}
	for _, v := range violationsOf(known) {
		e := funnel.Event{Step: funnel.Refused, Language: a.words.Tag, Field: v.Field, Code: v.Code}
		if sentences[[2]string{v.Field, v.Code}] == "" {
			e.Field, e.Code = funnel.Other, funnel.Other
		}
		a.site.Funnel.Count(e)
	}
}
