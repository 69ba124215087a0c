package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/mail/smtptest"
	"usher/internal/staff"
)

const (
	resetPath  = "/api/v1/password-reset"
	invitePath = "/api/v1/invitation"
	linkPath   = "/api/v1/link"

	another = "nine small brown birds"
)

var linkInMail = regexp.MustCompile(`https?://[^\s<>"]+/app/(invitation|reset)#([\w-]+)`)

// choosing is a server that hashes what is chosen, and a mail server beside it.
func choosing(t *testing.T) (*server, *smtptest.Server) {
	t.Helper()
	s, post := sending(t)
	s.Staff.Hash = auth.NewPasswords(1).Hash
	return s, post
}

// mailed are the letters to an address, oldest first, as subject and text.
func mailed(t testing.TB, post *smtptest.Server, to string) (letters []string) {
	t.Helper()
	for _, c := range post.Copies() {
		if slices.Equal(c.Recipients, []string{to}) {
			letter, err := mail.ReadMessage(strings.NewReader(c.Content))
			if err != nil {
				t.Fatal(err)
			}
			letters = append(letters, letter.Header.Get("Subject")+"\n"+textPart(t, c.Content))
		}
	}
	return letters
}

// tokenIn is what stands behind the # of the link in the last letter to an address.
func (s *server) tokenIn(t testing.TB, post *smtptest.Server, to string) string {
	t.Helper()
	s.deliver(t)
	letters := mailed(t, post, to)
	if len(letters) == 0 {
		t.Fatalf("nothing was mailed to %s", to)
	}
	found := linkInMail.FindStringSubmatch(letters[len(letters)-1])
	if found == nil {
		t.Fatalf("no link in %s", letters[len(letters)-1])
	}
	return found[2]
}

func chooseReq(path, token, password string) req {
	return jsonReq(http.MethodPut, path, "", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password))
}

func (s *server) askReset(t testing.TB, email string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPost, resetPath, "", fmt.Sprintf(`{"email":%q}`, email)))
}

func (s *server) wantSignIn(t testing.TB, what, email, password string, status int) {
	t.Helper()
	same(t, what, s.do(t, signInAs(email, password)).status, status)
}

type invited struct {
	theUser
	URL *string `json:"invitation_url"`
}

// invite POSTs a user without a password as the admin.
func (s *server) invite(t testing.TB, email string) invited {
	t.Helper()
	got := s.do(t, jsonReq(http.MethodPost, usersPath, s.admin(t), fmt.Sprintf(`{"email":%q,"name":"Ben Cole","role":"intake"}`, email)))
	wantStatus(t, got, http.StatusCreated)
	return into[invited](t, got)
}

func (s *server) tellLink(t testing.TB, token string) answer {
	t.Helper()
	return s.do(t, jsonReq(http.MethodPost, linkPath, "", fmt.Sprintf(`{"token":%q}`, token)))
}

// Somebody is invited by mail, chooses a password by the link, and signs in with it.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	ben := s.invite(t, "ben@firm.example")
	until := "2026-11-30T09:00:00Z"
	if !ben.Invited || ben.InvitedUntil == nil || *ben.InvitedUntil != until || ben.URL == nil {
		t.Fatalf("invited: %+v", ben)
	}
	token := s.tokenIn(t, post, "ben@firm.example")
	same(t, "the link in the answer", *ben.URL, baseURL+"/app/invitation#"+token)
	letter := mailed(t, post, "ben@firm.example")[0]
	for _, part := range []string{"Hello Ben Cole,", baseURL + "/app/invitation#" + token + "\n", "30 November 2026"} {
		if !strings.Contains(letter, part) {
			t.Errorf("%q isn't in %s", part, letter)
		}
	}
	s.wantSignIn(t, "without a password", "ben@firm.example", "", 422)
	s.wantSignIn(t, "with any", "ben@firm.example", another, 401)
	same(t, "what it is for", s.tellLink(t, token).body, `{"purpose":"invitation","email":"ben@firm.example","name":"Ben Cole","expires_at":"`+until+`"}`+"\n")
	same(t, "looked at twice", s.tellLink(t, token).status, 200)
	same(t, "too short", s.do(t, chooseReq(invitePath, token, "short")).violations(t), []string{"password too_short"})
	same(t, "too personal", s.do(t, chooseReq(invitePath, token, "ben@firm.example")).violations(t), []string{"password too_personal"})
	wantStatus(t, s.do(t, chooseReq(invitePath, token, another)), http.StatusNoContent)
	s.wantSignIn(t, "chosen", "ben@firm.example", another, 201)
	got := into[userList](t, s.do(t, req{path: usersPath, token: s.admin(t)}))
	i := slices.IndexFunc(got.Items, func(u theUser) bool { return u.ID == ben.ID })
	same(t, "an intake", got.Items[i].Role, "intake")
	s.deliver(t)
	same(t, "letters", len(mailed(t, post, "ben@firm.example")), 1)
	newest := s.newestMessage(t)
	same(t, "in the outbox", []string{newest.Kind, newest.LeadID}, []string{"invitation", ""})
}

// Whoever forgot the password gets a link, chooses another one by it, is out
// everywhere, and is told. The host of the link is that of the settings.
func TestPasswordReset(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	bearer, cookie := s.attorney(t), s.browse(t, attorneyEmail)
	wantStatus(t, s.do(t, jsonReq(http.MethodPost, resetPath, "", `{"email":" Attorney@firm.example "}`).with("Host", "evil.example").with("X-Forwarded-Host", "evil.example")), http.StatusAccepted)
	token := s.tokenIn(t, post, attorneyEmail)
	letter := mailed(t, post, attorneyEmail)[0]
	if !strings.Contains(letter, baseURL+"/app/reset#"+token+"\n") || strings.Contains(letter, "evil") {
		t.Errorf("the letter: %s", letter)
	}
	s.wantSignIn(t, "still the old one", attorneyEmail, password, 201)
	wantStatus(t, s.do(t, chooseReq(resetPath, token, another)), http.StatusNoContent)
	same(t, "the token's session", s.do(t, req{path: leadsPath, token: bearer}).status, 401)
	same(t, "the browser’s session", s.do(t, (req{path: leadsPath}).by(cookie)).status, 401)
	s.wantSignIn(t, "the old one", attorneyEmail, password, 401)
	s.wantSignIn(t, "the new one", attorneyEmail, another, 201)
	s.deliver(t)
	told := mailed(t, post, attorneyEmail)
	if len(told) != 2 || !strings.Contains(told[1], "was changed") || !strings.Contains(told[1], baseURL+"/app/forgot") || linkInMail.MatchString(told[1]) {
		t.Errorf("told: %q", told)
	}
	for _, row := range s.allTables(t) {
		if strings.Contains(row, token) {
			t.Errorf("the database holds the token: %s", row)
		}
	}
}

// Whoever changes their own password is told of it too.
func TestChangeIsTold(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	wantStatus(t, s.do(t, jsonReq(http.MethodPut, "/api/v1/me/password", s.attorney(t), `{"current_password":"`+password+`","new_password":"`+another+`"}`)), 204)
	s.deliver(t)
	same(t, "letters", len(mailed(t, post, attorneyEmail)), 1)
}

// Whether anybody has an address can't be told: not from the answer, nor from what is
// written. Nobody's mailbox is filled, and no network asks for ever.
func TestAskingForAResetTellsNothing(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	gone := s.addUser(t, "gone@firm.example", staff.Intake)
	wantStatus(t, s.changed(t, gone.ID, `{"disabled":true}`), 200)
	s.invite(t, "new@firm.example")
	s.deliver(t)
	counted := func() int { return s.count(t, `SELECT COALESCE(MAX(times), 0) FROM tries`) } // of the network, by the day too
	first := s.askReset(t, attorneyEmail)
	same(t, "a mail can leave", into[struct{ Sending bool }](t, first).Sending, true)
	for i, email := range []string{"nobody@firm.example", gone.Email, "new@firm.example", attorneyEmail, strings.ToUpper(attorneyEmail)} {
		got := s.askReset(t, email)
		same(t, email, []any{got.status, got.body, got.header.Get("Content-Length")}, []any{first.status, first.body, first.header.Get("Content-Length")})
		same(t, email+": counted", counted(), i+2)
	}
	wantStatus(t, s.askReset(t, attorneyEmail), http.StatusAccepted) // the fourth
	s.deliver(t)
	same(t, "letters", len(mailed(t, post, attorneyEmail)), 3)
	same(t, "to the disabled one", len(mailed(t, post, gone.Email)), 0)
	same(t, "to the invited one", len(mailed(t, post, "new@firm.example")), 1)
	for i := counted(); i < auth.PasswordResets.PerNetwork.Free; i++ {
		wantStatus(t, s.askReset(t, fmt.Sprintf("n%d@firm.example", i)), http.StatusAccepted)
	}
	wantStatus(t, s.askReset(t, adminEmail), http.StatusAccepted)
	s.deliver(t)
	same(t, "beyond what a network may ask", len(mailed(t, post, adminEmail)), 0)
	s.clock.Add(time.Hour)
	wantStatus(t, s.askReset(t, attorneyEmail), http.StatusAccepted)
	s.deliver(t)
	same(t, "letters an hour later", len(mailed(t, post, attorneyEmail)), 4)
	for range 4 {
		s.clock.Add(time.Hour)
		for range 3 {
			wantStatus(t, s.askReset(t, attorneyEmail), http.StatusAccepted)
		}
		s.deliver(t)
	}
	same(t, "letters in a day", len(mailed(t, post, attorneyEmail)), auth.PasswordResetsADay.PerName.Free)
}

// A mail whose link has lapsed on the way is not sent any more, and says why.
func TestLapsedLinksAreNotSent(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	wantStatus(t, s.askReset(t, attorneyEmail), http.StatusAccepted)
	s.clock.Add(time.Hour)
	s.deliver(t)
	same(t, "letters", len(mailed(t, post, attorneyEmail)), 0)
	m := s.newestMessage(t)
	same(t, "the message", []any{m.Kind, m.State, *m.LastError}, []any{"password_reset", "suppressed", "The link in it has lapsed or was used, so it was not sent."})
}

// An admin sends a link: to whoever has no password an invitation, which they see and
// can hand over; to anybody else a reset, which is not for their eyes.
func TestSendLink(t *testing.T) {
	t.Parallel()
	s, post := choosing(t)
	ben := s.invite(t, "ben@firm.example")
	s.clock.Add(8 * 24 * time.Hour)
	same(t, "lapsed", into[invited](t, s.do(t, req{path: usersPath + "/" + ben.ID, token: s.admin(t)})).InvitedUntil, nil)
	send := func(id string) answer {
		got := s.do(t, req{method: http.MethodPost, path: usersPath + "/" + id + "/link", token: s.admin(t)})
		wantStatus(t, got, http.StatusCreated)
		return got
	}
	again := send(ben.ID)
	token := s.tokenIn(t, post, "ben@firm.example")
	same(t, "again", again.body, fmt.Sprintf(`{"purpose":"invitation","expires_at":"2026-12-08T09:00:00Z","url":"%s/app/invitation#%s"}`+"\n", baseURL, token))
	wantStatus(t, s.do(t, chooseReq(invitePath, token, another)), 204)
	same(t, "a reset", send(ben.ID).body, `{"purpose":"reset","expires_at":"2026-12-01T10:00:00Z","url":null}`+"\n")
	wantStatus(t, s.do(t, chooseReq(resetPath, s.tokenIn(t, post, "ben@firm.example"), password)), 204)
	s.wantSignIn(t, "with the third", "ben@firm.example", password, 201)
}

// textPart is the plain text of a letter.
func textPart(t testing.TB, content string) string {
	t.Helper()
	letter, err := mail.ReadMessage(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(letter.Body, params["boundary"]).NextPart() // decodes quoted-printable
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// memberOf is a text in a JSON object.
func memberOf(t testing.TB, body, name string) string {
	t.Helper()
	object := map[string]string{}
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatal(err)
	}
	return object[name]
}

// newestMessage is the first of the outbox, as an admin sees it.
func (s *server) newestMessage(t testing.TB) message {
	t.Helper()
	got := s.do(t, req{path: "/api/v1/messages?limit=1", token: s.admin(t)})
	wantStatus(t, got, http.StatusOK)
	return into[messageList](t, got).Items[0]
}
