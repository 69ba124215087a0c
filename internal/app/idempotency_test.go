package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// keyed is a submission under an idempotency key.
func keyed(key string, pieces ...piece) req {
	return submission(pieces...).with("Idempotency-Key", key)
}

// oneKeyed is what a lead under a key adds.
var oneKeyed = oneLead.plus(census{Keys: 1})

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()

	ctype, body := encodeForm("another", good())
	reversed := good()
	slices.Reverse(reversed)
	const reused = "idempotency_key_reused"
	other := func(name string, pieces ...piece) scenario {
		return scenario{name: name, req: keyed("k", pieces...), status: 422, code: reused, bad: []string{"Idempotency-Key " + reused}}
	}
	again := func(name string, r req) scenario { return scenario{name: name, req: r, status: 201} }
	start(t).run(t, []scenario{
		{name: "refused", req: keyed("k", good(text("email", ""))...), status: 422, code: "invalid"},
		{name: "refused for its resume", req: keyed("k", good(file("cv.exe", pdf))...), status: 415},
		{name: "a refused try doesn't bind", req: keyed("k", good()...), status: 201, adds: oneKeyed},
		again("again", keyed("k", good()...)),
		again("another boundary", req{method: "POST", path: leadsPath, ctype: ctype, body: body}.with("Idempotency-Key", "k")),
		again("another order", keyed("k", reversed...)),
		again("another declared type of the file", keyed("k", good(piece{"resume", file("cv.pdf", "").header + "2", pdf})...)),
		again("white space at an end", keyed("k", good(text("first_name", "Ann "))...)),
		other("another first name", good(text("first_name", "ann"))...),
		other("another last name", good(text("last_name", "Other"))...),
		other("other cases of the e-mail", good(text("email", "Ann@example.com"))...),
		other("another language", good(text("language", "es"))...),
		other("single name", good(text("single_name", "true"))...),
		other("another file name", good(file("cv2.pdf", pdf))...),
		other("another file", good(file("cv.pdf", pdf+" "))...),
		other("names moved over", good(text("first_name", "An"), text("last_name", "nExample"))...),
		{name: "wrong in itself", req: keyed("k", good(text("email", marker))...), status: 422, code: "invalid", bad: []string{"email invalid_email"}},
		{name: "another key", req: keyed("K", good()...), status: 201, adds: oneKeyed},
		{name: "no key", req: submission(good()...), status: 201, adds: oneLead},
		{name: "255 characters", req: keyed(strings.Repeat("k", 255), good()...), status: 201, adds: oneKeyed},
		{name: "printable characters", req: keyed(`~!@#$%^&*()_+{}|:"<>? x`, good()...), status: 201, adds: oneKeyed},
		{name: "256 characters", req: keyed(strings.Repeat("k", 256), good()...), status: 422, bad: []string{"Idempotency-Key invalid_key"}},
		{name: "empty", req: keyed("", good()...), status: 422, bad: []string{"Idempotency-Key invalid_key"}},
		{name: "a tab", req: keyed("a\tb", good()...), status: 422, bad: []string{"Idempotency-Key invalid_key"}},
		{name: "wrong, and a field too", req: keyed("\t"+strings.Repeat(marker, 40), good(text("email", ""))...), status: 422,
			bad: []string{"Idempotency-Key invalid_key", "email required"}},
	})
}

// A replay tells the sender what the first try told, whatever the firm did since.
func TestReplayIsTheSameAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.do(t, keyed("k", good()...))
	wantStatus(t, first, http.StatusCreated)
	files := s.files(t)
	id := into[receipt](t, first).ID
	wantStatus(t, s.mark(t, id, `{"state":"REACHED_OUT"}`), http.StatusOK)
	s.clock.Add(24*time.Hour - time.Microsecond)
	again := s.do(t, keyed("k", good()...))
	if again.status != first.status || again.body != first.body || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("first %d %s\nthen %d %s", first.status, first.body, again.status, again.body)
	}
	same(t, "files", s.files(t), files)

	s.clock.Add(time.Microsecond)
	later := into[receipt](t, s.do(t, keyed("k", good()...)))
	if later.ID == id {
		t.Error("the key still stands after 24 hours")
	}
	if after := into[receipt](t, s.do(t, keyed("k", good()...))); after.ID != later.ID {
		t.Error("the key doesn't stand for the newer lead")
	}
	same(t, "written", s.census(t), census{Leads: 2, Messages: 4, Events: 3, Keys: 1, Files: 2})
}

func TestEqualRequestsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	answers := make([]answer, 12)
	var group sync.WaitGroup
	begin := make(chan struct{})
	for i := range answers {
		group.Go(func() {
			<-begin
			answers[i] = s.do(t, keyed("k", good()...))
		})
	}
	close(begin)
	group.Wait()
	for i, a := range answers {
		if a.status != http.StatusCreated || a.body != answers[0].body {
			t.Errorf("%d: %d %s\nwant %s", i, a.status, a.body, answers[0].body)
		}
	}
	same(t, "written", s.census(t), oneKeyed)
}

func TestErasedLeadFreesItsKey(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := into[receipt](t, s.do(t, keyed("k", good()...)))
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: leadsPath + "/" + first.ID, token: s.admin(t)}), http.StatusNoContent)
	if second := into[receipt](t, s.do(t, keyed("k", good()...))); second.ID == first.ID {
		t.Error("the erased lead came back")
	}
}
