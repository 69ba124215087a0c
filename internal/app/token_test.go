package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
)

const grant = "username=" + adminEmail + "&password=correct+horse+battery"

func TestTokenRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	const path = "/api/v1/token"
	form := func(body string) req {
		return req{method: "POST", path: path, ctype: "application/x-www-form-urlencoded", body: body}
	}
	typed := func(ctype string) req { r := form(grant); r.ctype = ctype; return r }
	ok := func(name, body string) scenario { return scenario{name: name, req: form(body), status: 200} }
	bad := func(name, body string) scenario {
		return scenario{name: name, req: form(body), status: 400, code: "invalid_request"}
	}
	s.run(t, []scenario{
		ok("password", "grant_type=password&"+grant),
		ok("no grant_type", grant),
		ok("empty grant_type", "grant_type=&"+grant),
		ok("other cases of the name", strings.Replace(grant, "admin", "ADMIN", 1)),
		ok("white space around the name", strings.Replace(grant, "admin", "+admin", 1)),
		ok("unknown parameters", grant+"&scope=a&scope=b&client_id=x&x=%3B"),
		ok("a bare semicolon", grant+"&x=a;b"),
		ok("64 KiB", grant+"&x="+strings.Repeat("x", 64<<10-len(grant)-3)),
		{name: "charset", req: typed("application/x-www-form-urlencoded; charset=UTF-8"), status: 200},
		{name: "upper case type", req: typed("Application/X-WWW-Form-Urlencoded"), status: 200},
		{name: "client credentials", req: form(grant).with("Authorization", "Basic dXNoZXI6dXNoZXI="), status: 200},

		bad("nothing", ""),
		bad("no password", "username="+adminEmail),
		bad("empty password", "username="+adminEmail+"&password="),
		bad("no username", "password="+marker),
		bad("username twice", grant+"&username="+marker),
		bad("password twice, equal", grant+"&password=correct+horse+battery"),
		bad("grant_type twice", grant+"&grant_type=password&grant_type=password"),
		bad("refresh token twice", "grant_type=refresh_token&refresh_token=a&refresh_token=a"),
		bad("no refresh token", "grant_type=refresh_token"),
		bad("a password for a refresh token", "grant_type=refresh_token&"+grant),
		bad("bad escape", grant+"%zz"),
		bad("JSON", `{"username":"`+adminEmail+`"}`),
		{name: "from the query", req: req{method: "POST", path: path + "?" + grant, ctype: "application/x-www-form-urlencoded"}, status: 400, code: "invalid_request"},
		{name: "half from the query", req: req{method: "POST", path: path + "?password=correct+horse+battery", ctype: "application/x-www-form-urlencoded",
			body: "username=" + adminEmail}, status: 400, code: "invalid_request"},
		{name: "no type", req: typed(""), status: 400, code: "invalid_request"},
		{name: "JSON type", req: typed("application/json"), status: 400, code: "invalid_request"},
		{name: "text type", req: typed("text/plain"), status: 400, code: "invalid_request"},
		{name: "encoded", req: form(grant).with("Content-Encoding", "gzip"), status: 400, code: "invalid_request"},
		{name: "over 64 KiB", req: form(grant + "&x=" + strings.Repeat("x", 64<<10)), status: 400, code: "invalid_request"},
		{name: "client_credentials", req: form("grant_type=client_credentials&" + grant), status: 400, code: "unsupported_grant_type"},
		{name: "another case", req: form("grant_type=Password&" + grant), status: 400, code: "unsupported_grant_type"},
		{name: "something", req: form("grant_type=" + marker), status: 400, code: "unsupported_grant_type"},
		{name: "unknown refresh token", req: form("grant_type=refresh_token&refresh_token=" + marker), status: 400, code: "invalid_grant"},
	})
}

func TestTokenAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.token(t, grant)
	wantStatus(t, got, http.StatusOK)
	tokens := got.object(t)
	var members []string
	for name, value := range tokens {
		members = append(members, name)
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	slices.Sort(members)
	same(t, "members", members, []string{"access_token", "expires_in", "refresh_token", "token_type"})
	if tokens["token_type"] != "bearer" || tokens["expires_in"] != 900.0 || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("%v %s", got.header, got.body)
	}
}

// Who isn't let in hears the same, byte for byte.
func TestInvalidGrantTellsNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "gone@firm.example", staff.Attorney)
	if err := s.Staff.Disable(t.Context(), "gone@firm.example", true); err != nil {
		t.Fatal(err)
	}
	s.addInvited(t, "invited@firm.example")
	const wrong = "&password=wrong+horse+battery"
	first := s.token(t, "username="+adminEmail+wrong)
	if first.status != http.StatusBadRequest || first.code(t) != "invalid_grant" {
		t.Fatalf("%d %s", first.status, first.body)
	}
	for name, body := range map[string]string{
		"unknown user":       "username=nobody@firm.example" + wrong,
		"no address":         "username=" + marker + wrong,
		"disabled user":      "username=gone@firm.example&password=correct+horse+battery",
		"invited user":       "username=invited@firm.example&password=correct+horse+battery",
		"control characters": "username=%00%0a" + wrong,
		"invalid UTF-8":      "username=%ff&password=%ff",
		"a long password":    "username=" + adminEmail + "&password=" + strings.Repeat("x", 60_000),
		"the hash":           "username=" + adminEmail + "&password=" + url.QueryEscape(must(passwordHash())),
		"refresh token":      "grant_type=refresh_token&refresh_token=" + marker,
	} {
		got := s.token(t, body)
		if got.status != first.status || got.body != first.body || len(got.header) != len(first.header) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (s *server) refresh(t testing.TB, token string) answer {
	t.Helper()
	return s.token(t, "grant_type=refresh_token&refresh_token="+token)
}

func pair(t testing.TB, a answer) (access, refresh string) {
	t.Helper()
	wantStatus(t, a, http.StatusOK)
	tokens := a.object(t)
	access, _ = tokens["access_token"].(string)
	refresh, _ = tokens["refresh_token"].(string)
	return access, refresh
}

// lists is the status that a token gets from a staff route.
func (s *server) lists(t testing.TB, access string) int {
	t.Helper()
	return s.do(t, req{path: leadsPath, token: access}).status
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	s := start(t)
	access1, refresh1 := pair(t, s.token(t, grant))
	_, otherRefresh := pair(t, s.token(t, grant))
	s.clock.Add(15*time.Minute - time.Second)
	access2, refresh2 := pair(t, s.refresh(t, refresh1))
	if access2 == access1 || refresh2 == refresh1 {
		t.Error("the tokens were not rotated")
	}
	s.clock.Add(2 * time.Second)
	same(t, "a lapsed token", s.lists(t, access1), 401)
	same(t, "its successor", s.lists(t, access2), 200)
	access3, refresh3 := pair(t, s.refresh(t, refresh2))

	if got := s.refresh(t, refresh1); got.status != 400 || got.code(t) != "invalid_grant" {
		t.Errorf("a used token: %d %s", got.status, got.body)
	}
	same(t, "after a token was used twice: its family's access", s.lists(t, access3), 401)
	same(t, "and older", s.lists(t, access2), 401)
	same(t, "and refresh", s.refresh(t, refresh3).status, 400)
	otherAccess, otherRefresh := pair(t, s.refresh(t, otherRefresh))
	same(t, "another session", s.lists(t, otherAccess), 200)

	s.clock.Add(7*24*time.Hour - time.Second)
	_, otherRefresh = pair(t, s.refresh(t, otherRefresh))
	s.clock.Add(7 * 24 * time.Hour)
	same(t, "a lapsed refresh token", s.refresh(t, otherRefresh).status, 400)
}

// A session of tokens lives 30 days, however often it is refreshed: then its last access
// token is void too. Sweeping takes it no earlier.
func TestTokensSessionLimit(t *testing.T) {
	t.Parallel()
	for _, swept := range []bool{true, false} {
		s := start(t)
		rest := func(d time.Duration) {
			s.clock.Add(d)
			if swept {
				s.Auth.Flush(t.Context())
				s.Sweep(t.Context())
			}
		}
		_, refresh := pair(t, s.token(t, grant))
		for range 4 {
			rest(7*24*time.Hour - time.Minute)
			_, refresh = pair(t, s.refresh(t, refresh))
		}
		rest(2*24*time.Hour + 3*time.Minute)
		access, refresh := pair(t, s.refresh(t, refresh))
		rest(time.Minute - time.Second)
		same(t, "at the end of the 30 days", s.lists(t, access), 200)
		rest(time.Second)
		same(t, "the access token after it", s.lists(t, access), 401)
		same(t, "the refresh token after it", s.refresh(t, refresh).status, 400)
		s.Sweep(t.Context())
		same(t, "rows", s.count(t, `SELECT COUNT(*) FROM sessions`), 0)
		same(t, "rows of tokens", s.count(t, `SELECT COUNT(*) FROM refresh_tokens`), 0)
	}
}

func TestRefreshTokensAreStoredHashed(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, refresh := pair(t, s.token(t, grant))
	access, _ := pair(t, s.refresh(t, refresh))
	for _, secret := range []string{refresh, access, password} {
		s.wantNowhere(t, secret)
	}
}

// Sessions end at once when the user is disabled or gets a new password.
func TestEndedSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	user := s.addUser(t, "ben@firm.example", staff.Attorney)
	body := strings.Replace(grant, "admin", "ben", 1)
	for _, c := range []struct {
		name  string
		end   func() error
		again int // the status of a new sign-in
	}{
		{"a new password", func() error { return s.Staff.ResetPassword(t.Context(), user.Email, password) }, 200},
		{"disabled", func() error { return s.Staff.Disable(t.Context(), user.Email, true) }, 400},
		{"enabled again", func() error { return s.Staff.Disable(t.Context(), user.Email, false) }, 200},
	} {
		access, refresh := "", ""
		if got := s.token(t, body); got.status == 200 {
			access, refresh = pair(t, got)
			same(t, c.name+": before", s.lists(t, access), 200)
		}
		s.clock.Add(time.Second)
		if err := c.end(); err != nil {
			t.Fatal(err)
		}
		if access != "" {
			same(t, c.name+": access", s.lists(t, access), 401)
			same(t, c.name+": refresh", s.refresh(t, refresh).status, 400)
		}
		same(t, c.name+": again", s.token(t, body).status, c.again)
	}
}
