package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"usher/internal/mail/smtptest"
)

// What people send is nobody's business but theirs: no name, address, password,
// token, key or link of anything sent is in the log, whatever became of it. A
// record is one line.
func TestLogs(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			sink := smtptest.Start(t)
			h := how{noAdmin: true, env: append(through(sink), "USHER_LOG_FORMAT="+format, "USHER_ATTORNEY_EMAIL=attorneymark@firm.example")}
			s := start(t, h)
			secrets := s.useEverything(sink)
			s.drained(patience)
			s.stop()
			log := s.log.String()
			for what, secret := range secrets {
				if secret == "" {
					t.Errorf("the test never got %s", what)
				} else if strings.Contains(strings.ToLower(log), strings.ToLower(secret)) {
					t.Errorf("the log holds %s (%s)", what, secret)
				}
			}
			lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
			requests := 0
			for _, line := range lines {
				var record struct {
					Time, Level, Msg string
				}
				if format == "json" {
					if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time == "" || record.Msg == "" {
						t.Errorf("no record: %q", line)
					}
				} else if !strings.HasPrefix(line, "time=") || !strings.Contains(line, " level=") || !strings.Contains(line, " msg=") {
					t.Errorf("no record: %q", line)
				}
				if strings.Contains(line, "msg=request") || record.Msg == "request" {
					requests++
				}
			}
			if requests < 15 {
				t.Errorf("%d requests are logged, the test made more", requests)
			}
			t.Logf("%d records, %d of them of requests, free of %d marks", len(lines), requests, len(secrets))
		})
	}
}

// useEverything calls what the server has, rightly and wrongly, and returns what
// must not be in the log.
func (s *server) useEverything(sink *smtptest.Server) map[string]string {
	s.t.Helper()
	secrets := map[string]string{
		"a first name": "firstmark", "a last name": "lastmark", "a sender": "sendermark", "a file's name": "filemark",
		"a resume": "bodymark", "an idempotency key": "keymark", "an attorney": "attorneymark", "a wrong password": "wrongmark",
		"an unknown user": "unknownmark", "a password": adminPassword, "the admin": adminEmail, "an unknown field": "fieldmark",
		"a search": "querymark", "a path": "pathmark", "a mail server's words": "wordmark", "a new line in a name": "breakmark",
		"a made-up token": "bearermark", "a user agent": "agentmark",
	}
	setup := s.setupPath()
	secrets["the setup token"] = strings.TrimPrefix(setup, "/setup/")
	s.get(setup)
	s.setUp(setup, adminEmail, "wrongmark")
	cookie, _, _ := strings.Cut(strings.TrimPrefix(s.setUp(setup, adminEmail, adminPassword).header.Get("Set-Cookie"), "usher_session="), ";")
	secrets["a cookie"] = cookie
	s.get(setup)
	s.get("/setup/pathmark")

	sink.Arm(smtptest.Fault{Stage: smtptest.Rcpt, Reply: "450 4.2.1 wordmark <sendermark@prospects.example> firstmark", Times: 2},
		smtptest.Fault{Stage: smtptest.Content, Reply: "451 4.3.0 wordmark firstmark", Times: 1})
	good := submission{first: "Firstmark", last: "Lastmark", email: "sendermark@prospects.example", filename: "filemark.txt", body: []byte("bodymark"), key: "keymark"}
	l := s.submit(good)
	other := good
	other.last += "2"
	for _, change := range []func(*submission){
		func(b *submission) { b.key = "keymark" }, // used for another
		func(b *submission) { b.key = ""; b.email = "sendermark" },
		func(b *submission) { b.key = ""; b.first = "firstmark\r\nbreakmark" },
		func(b *submission) { b.key = ""; b.filename = "filemark.exe" },
		func(b *submission) { b.key = ""; b.body = []byte("<html>bodymark") },
		func(b *submission) { b.key = ""; b.filename = "file\r\nbreakmark.txt" },
	} {
		bad := other
		change(&bad)
		if a := s.try(bad); a.status < 400 && !strings.Contains(bad.filename, "break") {
			s.t.Errorf("%+v: %s", bad, a)
		}
	}
	do := func(method, path string, header http.Header, body string) answer {
		a, err := s.send(s.t.Context(), method, path, header, strings.NewReader(body))
		if err != nil {
			s.t.Fatal(err)
		}
		return a
	}
	for _, sent := range []string{cookie, "bearermark"} {
		do(http.MethodGet, "/api/v1/me", http.Header{"Cookie": {"usher_session=" + sent}}, "")
	}
	do(http.MethodPost, "/api/v1/session", http.Header{"Content-Type": {"application/json"}}, `{"email":"unknownmark@firm.example","password":"wrongmark"}`)
	form, contentType := good.multipart()
	a := do(http.MethodPost, "/", http.Header{"Content-Type": {contentType}}, string(form))
	receipt := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(receipt, "/received/") {
		s.t.Errorf("the form: %s, Location %q", a, receipt)
	}
	secrets["the receipt"] = strings.TrimPrefix(receipt, "/received/")
	if page := s.get(receipt); page.status != 200 {
		s.t.Errorf("the confirmation: %s", page)
	}
	s.get("/received/pathmark")
	s.get("/pathmark?q=querymark")
	s.get("/api/v1/pathmark")
	do("BREW", "/api/v1/leads", nil, "") // methods are logged
	do(http.MethodPost, "/api/v1/leads", http.Header{"Content-Type": {"multipart/form-data; boundary=b"}},
		"--b\r\nContent-Disposition: form-data; name=\"fieldmark\"\r\n\r\nfirstmark\r\n--b--\r\n")
	do(http.MethodPost, "/api/v1/leads", http.Header{"Content-Type": {"firstmark/pathmark"}, "User-Agent": {"agentmark"}, "X-Request-Id": {"agentmark"}}, "x")
	if a, err := s.signIn(s.t.Context(), "unknownmark@firm.example", "wrongmark"); err != nil || a.status != 400 {
		s.t.Errorf("an unknown user: %s, %v", a, err)
	}
	if a, err := s.signIn(s.t.Context(), adminEmail, "wrongmark"); err != nil || a.status != 400 {
		s.t.Errorf("a wrong password: %s, %v", a, err)
	}
	a, err := s.signIn(s.t.Context(), adminEmail, adminPassword)
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err != nil || a.status != 200 {
		s.t.Fatalf("sign in: %s, %v", a, err)
	}
	decode(s.t, a.body, &tokens)
	secrets["an access token"], secrets["a refresh token"] = tokens.Access, tokens.Refresh
	refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.Refresh}}.Encode()
	for range 2 { // the second time its family is revoked
		do(http.MethodPost, "/api/v1/token", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, refresh)
	}
	do(http.MethodGet, "/api/v1/leads", http.Header{"Authorization": {"Bearer bearermark.bearermark.bearermark"}}, "")
	s.read("/api/v1/leads?state=PENDING&q=querymark")
	s.staff(http.MethodGet, "/api/v1/leads?state=querymark&cursor=querymark")
	s.staff(http.MethodGet, "/api/v1/leads/pathmark")
	if err := s.download(l.ID, good.sha256()); err != nil {
		s.t.Error(err)
	}
	mark := s.bearer()
	mark.Set("Content-Type", "application/json")
	do(http.MethodPatch, "/api/v1/leads/"+l.ID, mark, `{"state":"REACHED_OUT","fieldmark":1}`)
	do(http.MethodPatch, "/api/v1/leads/"+l.ID, mark, `{"state":"REACHED_OUT"}`)
	do(http.MethodPost, "/api/v1/leads/"+l.ID+"/reopen", mark, `{"reason":"firstmark asked"}`)
	s.staff(http.MethodDelete, "/api/v1/leads/"+l.ID)
	return secrets
}
