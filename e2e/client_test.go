package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// submission is what a prospect sends.
type submission struct {
	first, last, email string
	filename           string
	body               []byte
	key                string // Idempotency-Key; empty for none
}

func (s submission) sha256() string {
	digest := sha256.Sum256(s.body)
	return hex.EncodeToString(digest[:])
}

// simple is a submission with a text for a resume.
func simple(name string) submission {
	return submission{
		first: name, last: "Prospect", email: name + "@prospects.example",
		filename: name + ".txt", body: []byte("The resume of " + name + ".\n"),
	}
}

// answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

// problem is the machine-readable part of an error.
type problem struct {
	Type, Title, Detail, Code string
	Status                    int
	RequestID                 string `json:"request_id"`
	Errors                    []struct{ Field, Code, Message string }
}

// problem reads the answer as application/problem+json, and fails the test when
// it is something else.
func (a answer) problem(t testing.TB) (p problem) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q, want a problem: %s", got, a)
		return p
	}
	decode(t, a.body, &p)
	if p.Status != a.status || p.Code == "" || p.Detail == "" || p.RequestID == "" {
		t.Errorf("status %d with an incomplete problem: %s", a.status, a.body)
	}
	return p
}

func decode(t testing.TB, body []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(body, into); err != nil {
		t.Errorf("%v: %.300s", err, body)
	}
}

type lead struct {
	ID, Reference, Email, State string
	First                       string `json:"first_name"`
	Last                        string `json:"last_name"`
	Resume                      struct {
		Filename, SHA256 string
		Type             string `json:"content_type"`
		Size             int64
	}
}

type message struct {
	ID, Kind, Recipient, State string
	LeadID                     string  `json:"lead_id"`
	LastError                  *string `json:"last_error"`
	Attempts                   int
}

func (m message) reason() string {
	if m.LastError == nil {
		return ""
	}
	return *m.LastError
}

// send makes one request. The error is that there was no whole answer.
func (s *server) send(ctx context.Context, method, path string, header http.Header, body io.Reader) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return answer{}, err
	}
	maps.Copy(r.Header, header)
	response, err := s.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	content, err := io.ReadAll(response.Body)
	if closing := response.Body.Close(); err == nil {
		err = closing
	}
	return answer{response.StatusCode, response.Header, content}, err
}

func (s *server) get(path string) answer {
	s.t.Helper()
	a, err := s.send(s.t.Context(), http.MethodGet, path, nil, nil)
	if err != nil {
		s.t.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// multipart is the body of a submission and its content type.
func (s submission) multipart() (body []byte, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("first_name", s.first) // a buffer takes everything
	_ = w.WriteField("last_name", s.last)
	_ = w.WriteField("email", s.email)
	part, _ := w.CreateFormFile("resume", s.filename)
	_, _ = part.Write(s.body)
	_ = w.Close()
	return b.Bytes(), w.FormDataContentType()
}

// post submits, whatever becomes of it.
func (s *server) post(ctx context.Context, sub submission) (answer, error) {
	body, contentType := sub.multipart()
	header := http.Header{"Content-Type": {contentType}}
	if sub.key != "" {
		header.Set("Idempotency-Key", sub.key)
	}
	return s.send(ctx, http.MethodPost, "/api/v1/leads", header, bytes.NewReader(body))
}

// try submits and returns the answer.
func (s *server) try(sub submission) answer {
	s.t.Helper()
	a, err := s.post(s.t.Context(), sub)
	if err != nil {
		s.t.Fatalf("submit: %v", err)
	}
	return a
}

// submit submits and expects a 201.
func (s *server) submit(sub submission) lead {
	s.t.Helper()
	a := s.try(sub)
	if a.status != http.StatusCreated {
		s.t.Fatalf("submit: %s", a)
	}
	return sub.check(s.t, a)
}

// check compares a 201 with what was sent.
func (s submission) check(t testing.TB, a answer) (l lead) {
	t.Helper()
	decode(t, a.body, &l)
	if l.ID == "" || l.State != "PENDING" || l.Email != s.email || l.Resume.SHA256 != s.sha256() || l.Resume.Size != int64(len(s.body)) {
		t.Errorf("201 with another lead than was sent: %s", a.body)
	}
	return l
}

// signIn asks for a token.
func (s *server) signIn(ctx context.Context, email, password string) (answer, error) {
	form := url.Values{"grant_type": {"password"}, "username": {email}, "password": {password}}
	return s.send(ctx, http.MethodPost, "/api/v1/token", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		strings.NewReader(form.Encode()))
}

// bearer is the header that an admin's requests carry. The token is kept for
// half of its life.
func (s *server) bearer() http.Header {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().After(s.until) {
		a, err := s.signIn(s.t.Context(), adminEmail, adminPassword)
		var token struct {
			Access  string `json:"access_token"`
			Seconds int    `json:"expires_in"`
		}
		if err != nil || a.status != http.StatusOK {
			s.t.Fatalf("sign in: %s, %v", a, err)
		}
		decode(s.t, a.body, &token)
		s.token, s.until = token.Access, time.Now().Add(time.Duration(token.Seconds)*time.Second/2)
	}
	return http.Header{"Authorization": {"Bearer " + s.token}}
}

// staff makes an admin's request without a body.
func (s *server) staff(method, path string) answer {
	s.t.Helper()
	a, err := s.send(s.t.Context(), method, path, s.bearer(), nil)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// read makes an admin's GET and expects a 200.
func (s *server) read(path string) answer {
	s.t.Helper()
	a := s.staff(http.MethodGet, path)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s: %s", path, a)
	}
	return a
}

// all reads a list to its end.
func all[T any](s *server, path string) (items []T) {
	s.t.Helper()
	for cursor := ""; ; {
		var page struct {
			Items []T
			Next  *string `json:"next_cursor"`
		}
		query := url.Values{"limit": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		decode(s.t, s.read(path+"?"+query.Encode()).body, &page)
		items = append(items, page.Items...)
		if page.Next == nil || s.t.Failed() {
			return items
		}
		cursor = *page.Next
	}
}

func (s *server) leads() []lead { s.t.Helper(); return all[lead](s, "/api/v1/leads") }

func (s *server) messages() []message { s.t.Helper(); return all[message](s, "/api/v1/messages") }

// download reads a resume's bytes, and complains when they aren't those sent.
func (s *server) download(id, sha string) error {
	s.t.Helper()
	a, err := s.send(s.t.Context(), http.MethodGet, "/api/v1/leads/"+id+"/resume", s.bearer(), nil)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("resume of %s: %.300s", id, a)
	}
	if digest := sha256.Sum256(a.body); hex.EncodeToString(digest[:]) != sha {
		return fmt.Errorf("resume of %s: %d other bytes than were sent", id, len(a.body))
	}
	return nil
}
