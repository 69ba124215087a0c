package app_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"usher/internal/mail"
)

const aUUID = "018f0000-0000-7000-8000-000000000000"

// byKind finds a lead's message.
func (s *server) byKind(t testing.TB, leadID, kind string) message {
	t.Helper()
	for _, m := range s.messages(t, "lead_id="+leadID).Items {
		if m.Kind == kind {
			return m
		}
	}
	t.Fatalf("lead %s has no %s", leadID, kind)
	return message{}
}

func (s *server) retry(t testing.TB, id string) answer {
	t.Helper()
	return s.do(t, req{method: http.MethodPost, path: "/api/v1/messages/" + id + "/retry", token: s.attorney(t)})
}

func TestMessageFilters(t *testing.T) {
	t.Parallel()
	s := start(t)
	a, b := s.submitted(t).ID, s.submitted(t).ID
	s.deliver(t) // captures
	s.post.answer(nil)
	wantStatus(t, s.retry(t, s.byKind(t, a, "confirmation").ID), http.StatusOK)
	s.deliver(t) // sends that one
	c := s.submitted(t).ID
	for query, want := range map[string]int{
		"": 6, "state=captured": 3, "state=sent": 1, "state=queued": 2, "state=dead": 0, "state=suppressed": 0, "state=retrying": 0,
		"lead_id=" + a: 2, "lead_id=" + b: 2, "lead_id=" + c: 2, "lead_id=" + aUUID: 0,
		"state=sent&lead_id=" + a: 1, "state=sent&lead_id=" + b: 0,
	} {
		same(t, query, len(s.messages(t, query).Items), want)
	}
}

func TestMessageShape(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := s.submitted(t)
	queued := s.byKind(t, r.ID, "confirmation")
	now := s.clock.Now()
	same(t, "queued", queued, message{ID: queued.ID, LeadID: r.ID, Kind: "confirmation", Recipient: "ann@example.com", State: "queued", CreatedAt: now, NextAt: &now})
	same(t, "notification", s.byKind(t, r.ID, "notification").Recipient, adminEmail)
	s.post.answer(nil)
	s.deliver(t)
	want := queued
	want.State, want.Attempts, want.NextAt, want.SentAt = "sent", 1, nil, &now
	same(t, "sent", s.byKind(t, r.ID, "confirmation"), want)
}

func TestRetry(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := s.submitted(t)
	id := s.byKind(t, r.ID, "confirmation").ID
	state := func() string { return s.byKind(t, r.ID, "confirmation").State }
	retried := func(want int) {
		t.Helper()
		if got := s.retry(t, id); got.status != want {
			t.Errorf("a %s message: want %d, got %d %s", state(), want, got.status, got.body)
		}
	}
	retried(200) // queued: nothing changes
	same(t, "queued", state(), "queued")
	s.deliver(t)
	same(t, "captured", state(), "captured")
	retried(200)
	same(t, "captured, retried", state(), "queued")

	s.post.answer(&mail.Failure{Trouble: mail.Refused, Stage: "RCPT", Code: 550, Text: "no such user"})
	s.deliver(t)
	same(t, "refused once", state(), "dead") // it had a try before
	if last := s.byKind(t, r.ID, "confirmation").LastError; last == nil || *last == "" {
		t.Error("a dead message doesn't say why")
	}
	retried(200)
	same(t, "dead, retried", state(), "queued")

	s.post.answer(&mail.Failure{Trouble: mail.Deferred, Stage: "RCPT", Code: 451, Text: "later"})
	s.deliver(t)
	waiting := s.byKind(t, r.ID, "confirmation")
	same(t, "deferred", waiting.State, "retrying")
	if !waiting.NextAt.After(s.clock.Now()) {
		t.Errorf("the next try is due at %v", waiting.NextAt)
	}
	retried(200)
	if due := s.byKind(t, r.ID, "confirmation"); due.State != "retrying" || !due.NextAt.Equal(s.clock.Now()) {
		t.Errorf("retried while waiting: %+v", due)
	}
	s.post.answer(nil)
	s.deliver(t)
	same(t, "sent", state(), "sent")
	retried(409)
	same(t, "letters", len(s.post.sent), 1)

	for range 3 {
		s.submitted(t)
	}
	suppressed := s.messages(t, "state=suppressed").Items
	same(t, "suppressed", len(suppressed), 1)
	same(t, "suppressed, retried", s.retry(t, suppressed[0].ID).status, 409)
	for _, id := range []string{"x", aUUID, "../leads"} {
		same(t, id, s.retry(t, id).status, 404)
	}
}

// A letter holds what api.md says of it.
func TestLetters(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := s.submitted(t)
	s.submitted(t, text("email", "josé@example.com"))
	s.post.answer(nil)
	s.clock.Add(time.Hour)
	s.deliver(t)
	var about []string
	for _, letter := range s.post.sent {
		about = append(about, letter.AutoSubmitted+" "+letter.To.Typed+" reply to "+letter.ReplyTo.Typed)
	}
	slices.Sort(about)
	same(t, "letters", about, []string{
		"auto-generated " + adminEmail + " reply to ", "auto-generated " + adminEmail + " reply to " + r.Email,
		"auto-replied ann@example.com reply to ", "auto-replied josé@example.com reply to ",
	})
}
