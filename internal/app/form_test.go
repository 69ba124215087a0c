package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// piece is one part of a multipart body: its header and its bytes.
type piece struct {
	name   string // to find it again
	header string
	value  string
}

func text(name, value string) piece {
	return piece{name, `Content-Disposition: form-data; name="` + name + `"`, value}
}

var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func file(filename, content string) piece {
	return piece{
		"resume", `Content-Disposition: form-data; name="resume"; filename="` + quote.Replace(filename) + "\"\r\nContent-Type: application/x-whatever",
		content,
	}
}

const pdf = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// good is a submission without fault. Each of more takes the place of the part
// with its name, or is added.
func good(more ...piece) []piece {
	pieces := []piece{
		text("first_name", "Ann"), text("last_name", "Example"), text("email", "ann@example.com"), file("cv.pdf", pdf),
	}
	for _, p := range more {
		at := slices.IndexFunc(pieces, func(q piece) bool { return q.name == p.name })
		if at < 0 {
			pieces = append(pieces, p)
		} else {
			pieces[at] = p
		}
	}
	return pieces
}

func without(name string, pieces []piece) []piece {
	return slices.DeleteFunc(pieces, func(p piece) bool { return p.name == name })
}

// encodeForm writes parts with a boundary of the test's choice.
func encodeForm(boundary string, pieces []piece) (ctype, body string) {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString("--" + boundary + "\r\n" + p.header + "\r\n\r\n" + p.value + "\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return `multipart/form-data; boundary="` + boundary + `"`, b.String()
}

func formPost(path string, pieces []piece) req {
	ctype, body := encodeForm("usher-test-boundary", pieces)
	return req{method: http.MethodPost, path: path, ctype: ctype, body: body}
}

// submission is the request that submits parts.
func submission(pieces ...piece) req { return formPost("/api/v1/leads", pieces) }

func (r req) with(name, value string) req {
	header := map[string]string{name: value}
	maps.Copy(header, r.header)
	r.header = header
	return r
}

func (s *server) submit(t testing.TB, pieces ...piece) answer {
	t.Helper()
	return s.do(t, submission(pieces...))
}

// receipt is the answer to a submission, with every member of it and no other.
type receipt struct {
	ID         string    `json:"id"`
	Reference  string    `json:"reference"`
	FirstName  string    `json:"first_name"`
	LastName   string    `json:"last_name"`
	SingleName bool      `json:"single_name"`
	Email      string    `json:"email"`
	Language   string    `json:"language"`
	State      string    `json:"state"`
	CreatedAt  time.Time `json:"created_at"`
	Resume     struct {
		Filename    string `json:"filename"`
		ContentType string `json:"content_type"`
		Size        int64  `json:"size"`
		SHA256      string `json:"sha256"`
	} `json:"resume"`
}

// lead is what staff see.
type lead struct {
	receipt
	ResumeProtected bool       `json:"resume_protected"`
	ReachedOutAt    *time.Time `json:"reached_out_at"`
	ReachedOutBy    *string    `json:"reached_out_by"`
	Channel         *string    `json:"channel"`
	Assignee        *string    `json:"assignee"`
	Notice          *notice    `json:"notice"`
	Version         int64      `json:"version"`
}

// notice is which text the prospect saw.
type notice struct {
	Language string `json:"language"`
	Version  int64  `json:"version"`
	Read     bool   `json:"read"`
}

type leadList struct {
	Items      []lead  `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

type message struct {
	ID        string     `json:"id"`
	LeadID    string     `json:"lead_id"`
	Kind      string     `json:"kind"`
	Recipient string     `json:"recipient"`
	State     string     `json:"state"`
	Attempts  int        `json:"attempts"`
	LastError *string    `json:"last_error"`
	CreatedAt time.Time  `json:"created_at"`
	NextAt    *time.Time `json:"next_at"`
	SentAt    *time.Time `json:"sent_at"`
}

type messageList struct {
	Items      []message `json:"items"`
	NextCursor *string   `json:"next_cursor"`
}

// submitted makes a lead.
func (s *server) submitted(t testing.TB, more ...piece) receipt {
	t.Helper()
	got := s.submit(t, good(more...)...)
	wantStatus(t, got, http.StatusCreated)
	return into[receipt](t, got)
}

func (s *server) lead(t testing.TB, id string) lead {
	t.Helper()
	got := s.do(t, req{path: "/api/v1/leads/" + id, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[lead](t, got)
}

func (s *server) messages(t testing.TB, query string) messageList {
	t.Helper()
	got := s.do(t, req{path: "/api/v1/messages?" + query, token: s.attorney(t)})
	wantStatus(t, got, http.StatusOK)
	return into[messageList](t, got)
}

// token asks for tokens with a body as it goes over the wire.
func (s *server) token(t testing.TB, body string) answer {
	t.Helper()
	return s.do(t, req{method: http.MethodPost, path: "/api/v1/token", ctype: "application/x-www-form-urlencoded", body: body})
}
