package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
)

const (
	sessionPath  = "/api/v1/session"
	mePath       = "/api/v1/me"
	passwordPath = "/api/v1/me/password" //nolint:gosec // a path
	plainCookie  = "usher_session"
	deviceCookie = "usher_device"
)

func credentials(email, word string) string {
	return `{"email":"` + email + `","password":"` + word + `"}`
}

func signInAs(email, word string) req {
	return req{method: http.MethodPost, path: sessionPath, ctype: "application/json", body: credentials(email, word)}
}

// by is the request of a browser that has a cookie.
func (r req) by(cookie string) req { return r.with("Cookie", plainCookie+"="+cookie) }

// given is the session's cookie that an answer sets, or nil.
func (a answer) given(t testing.TB) *http.Cookie {
	t.Helper()
	return a.cookie(t, plainCookie)
}

// cookie is the cookie of a name that an answer sets, over TLS or without, or nil.
func (a answer) cookie(t testing.TB, name string) (found *http.Cookie) {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if strings.HasSuffix(c.Name, name) {
			if found != nil {
				t.Fatalf("the cookie %s is set twice", name)
			}
			found = c
		}
	}
	return found
}

// browse signs in a browser and gives its cookie.
func (s *server) browse(t testing.TB, email string) string {
	t.Helper()
	got := s.do(t, signInAs(email, password))
	wantStatus(t, got, http.StatusCreated)
	return got.given(t).Value
}

// sees is the status that a cookie gets from a staff route.
func (s *server) sees(t testing.TB, cookie string) int {
	t.Helper()
	return s.do(t, req{path: leadsPath}.by(cookie)).status
}

func (s *server) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := s.database(t).QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]struct{ name, device, attributes string }{
		"https://usher.example": {"__Host-usher_session", "__Secure-usher_device", "HttpOnly; Secure; SameSite=Lax"},
		baseURL:                 {plainCookie, deviceCookie, "HttpOnly; SameSite=Lax"},
	} {
		s := start(t, "USHER_BASE_URL="+base)
		got := s.do(t, signInAs(adminEmail, password))
		wantStatus(t, got, http.StatusCreated)
		value := got.given(t).Value
		same(t, base+": length", len(value), 43) // 256 bits
		same(t, base, got.header.Get("Set-Cookie"), want.name+"="+value+"; Path=/; Max-Age=604800; "+want.attributes)
		device := got.cookie(t, deviceCookie).Value
		same(t, base+": of the device", got.header.Values("Set-Cookie")[1:], []string{
			want.device + "=" + device + "; Path=/api/v1/session; Max-Age=31536000; " + want.attributes,
		})
		for _, name := range []string{plainCookie, "__Host-" + plainCookie, "session"} {
			status := s.do(t, req{path: mePath}.with("Cookie", name+"="+value)).status
			same(t, base+": "+name, status, map[bool]int{true: 200, false: 401}[name == want.name])
		}
		out := s.do(t, req{method: http.MethodDelete, path: sessionPath}.with("Cookie", want.name+"="+value))
		wantStatus(t, out, http.StatusNoContent)
		same(t, base+": taken away", out.header.Values("Set-Cookie"), []string{want.name + "=; Path=/; Max-Age=0; " + want.attributes})
	}
}

func TestSignedInBrowser(t *testing.T) {
	t.Parallel()
	s := start(t)
	type me struct {
		ID, Email, Name, Role string
		Permissions           []string
		TimeZone              string `json:"time_zone"`
	}
	type person struct {
		ID, Email, Name string
		Disabled        bool
	}
	type people struct {
		Items      []person
		NextCursor *string `json:"next_cursor"`
	}
	all := []string{
		"leads:read", "leads:write", "leads:export", "files:read", "messages:write", "reports:read", "views:share", "settings:read",
		"firm:write", "views:manage", "leads:delete", "system:read", "users:manage", "audit:read",
	}
	u, err := s.Staff.Add(t.Context(), staff.NewUser{Email: "Ann@firm.example", Name: "Ann", Password: password, Role: staff.Attorney}, false)
	if err != nil {
		t.Fatal(err)
	}
	in := s.do(t, signInAs(" ann@FIRM.example ", password))
	wantStatus(t, in, http.StatusCreated)
	same(t, "me", into[me](t, in), me{u.ID, u.Email, "Ann", "attorney", all[:8], ""})
	cookie := in.given(t).Value
	same(t, "me again", s.do(t, req{path: mePath}.by(cookie)).body, in.body)
	wantStatus(t, s.do(t, jsonReq(http.MethodPatch, "/api/v1/firm", s.admin(t), `{"time_zone":"America/New_York"}`)), http.StatusOK)
	admin := into[me](t, s.do(t, req{path: mePath, token: s.admin(t)}))
	same(t, "an admin", admin.Permissions, all)
	same(t, "the firm's zone", admin.TimeZone, "America/New_York")
	id := s.submitted(t).ID
	same(t, "the list", len(into[leadList](t, s.do(t, req{path: leadsPath}.by(cookie))).Items), 1)
	wantStatus(t, s.do(t, req{method: "PATCH", path: leadsPath + "/" + id, ctype: "application/json", body: `{"state":"REACHED_OUT"}`}.by(cookie)), 200)
	wantStatus(t, s.do(t, req{method: "DELETE", path: leadsPath + "/" + id}.by(cookie)), 403)

	if err := s.Staff.Disable(t.Context(), attorneyEmail, true); err != nil {
		t.Fatal(err)
	}
	listed := s.do(t, req{path: "/api/v1/staff"}.by(cookie))
	got := into[people](t, listed)
	for i := range got.Items {
		got.Items[i].ID = ""
	}
	same(t, "staff", got, people{Items: []person{{Email: adminEmail}, {Email: attorneyEmail, Disabled: true}, {Email: "Ann@firm.example", Name: "Ann"}}})
	if strings.Contains(listed.body, "argon2") {
		t.Error("a password hash is told")
	}

	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: sessionPath}.by(cookie)), http.StatusNoContent)
	same(t, "signed out", s.sees(t, cookie), 401)
	token, refresh := pair(t, s.token(t, grant))
	out := s.do(t, req{method: http.MethodDelete, path: sessionPath, token: token})
	wantStatus(t, out, http.StatusNoContent)
	same(t, "a signed out token", s.lists(t, token), 401)
	same(t, "and its refresh", s.refresh(t, refresh).status, 400)
}

func TestSessionRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	good := credentials(adminEmail, password)
	cookie := s.browse(t, attorneyEmail)
	words := func(current, next string) string {
		return `{"current_password":"` + current + `","new_password":"` + next + `"}`
	}
	for name, route := range map[string]struct {
		req
		good string
		both []string // when both members are missing
		over string   // one member too many
	}{
		"sign-in":  {req{method: http.MethodPost, path: sessionPath}, good, []string{"email required", "password required"}, `{"email":"a","password":"b","x":"c"}`},
		"password": {req{method: http.MethodPut, path: passwordPath}.by(cookie), words(password, password), []string{"current_password required", "new_password required"}, `{"current_password":"a","new_password":"` + password + `","x":""}`},
	} {
		ask := func(ctype, body string) req {
			r := route.req
			r.ctype, r.body = ctype, body
			return r
		}
		encoded := ask("application/json", route.good).with("Content-Encoding", "gzip")
		for k, v := range route.header {
			encoded = encoded.with(k, v)
		}
		s.run(t, []scenario{
			{name: name + ": no JSON", req: ask("application/json", "{"), status: 400, code: "malformed_json"},
			{name: name + ": a list", req: ask("application/json", "[]"), status: 422, code: "not_an_object"},
			{name: name + ": a form", req: ask("application/x-www-form-urlencoded", "email=a"), status: 415, code: "unsupported_media_type"},
			{name: name + ": encoded", req: encoded, status: 415, code: "unsupported_encoding"},
			{name: name + ": large", req: ask("application/json", `{"email":"`+strings.Repeat("x", 128<<10)+`"}`), status: 413, code: "too_large"},
			{name: name + ": nothing", req: ask("application/json", "{}"), status: 422, bad: route.both},
			{name: name + ": too much", req: ask("application/json", route.over), status: 422, bad: []string{"x unknown_field"}},
		})
	}
	change := req{method: http.MethodPut, path: passwordPath, ctype: "application/json"}.by(cookie)
	for next, code := range map[string]string{"short": "too_short", strings.Repeat("x", 1025): "too_long"} {
		change.body = words(password, next)
		same(t, code, s.do(t, change).violations(t), []string{"new_password " + code})
	}
	same(t, "the session after all that", s.sees(t, cookie), 200)
}

// Who isn't let in hears the same, byte for byte, and too many tries are paused.
func TestInvalidCredentialsTellNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addUser(t, "gone@firm.example", staff.Attorney)
	if err := s.Staff.Disable(t.Context(), "gone@firm.example", true); err != nil {
		t.Fatal(err)
	}
	s.addInvited(t, "invited@firm.example")
	told := func(email, word string) (int, string) {
		a := s.do(t, signInAs(email, word))
		return a.status, strings.ReplaceAll(a.body, a.header.Get("X-Request-Id"), "")
	}
	status, body := told(adminEmail, "wrong")
	if status != 401 || !strings.Contains(body, `"invalid_credentials"`) {
		t.Errorf("%d %s", status, body)
	}
	for name, who := range map[string][2]string{
		"unknown user": {"nobody@firm.example", password}, "no address": {marker, password}, "disabled": {"gone@firm.example", password},
		"invited": {"invited@firm.example", password}, "the hash": {adminEmail, must(passwordHash())},
	} {
		gotStatus, got := told(who[0], who[1])
		if gotStatus != status || got != body {
			t.Errorf("%s: %d %s", name, gotStatus, got)
		}
	}
	for range 8 {
		told(adminEmail, "wrong")
	}
	limited := s.do(t, signInAs(adminEmail, password))
	same(t, "limited", limited.status, http.StatusTooManyRequests)
	same(t, "the token route is limited with it", s.token(t, grant).status, http.StatusTooManyRequests)
	s.clock.Add(time.Second)
	wantStatus(t, s.do(t, signInAs(adminEmail, password)), http.StatusCreated)
}

// A new sign-in ends the session of the cookie that came along, and no other.
func TestSignInAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	first, elsewhere := s.browse(t, adminEmail), s.browse(t, adminEmail)
	wantStatus(t, s.do(t, signInAs(adminEmail, "wrong").by(first)), 401)
	same(t, "after a failure", s.sees(t, first), 200)
	again := s.do(t, signInAs(attorneyEmail, password).by(first))
	wantStatus(t, again, http.StatusCreated)
	same(t, "the old one", s.sees(t, first), 401)
	same(t, "the new one", s.sees(t, again.given(t).Value), 200)
	same(t, "another browser", s.sees(t, elsewhere), 200)
	wantStatus(t, s.do(t, signInAs(adminEmail, password).by("garbage")), http.StatusCreated)
}

// Two cookies are none, and with an Authorization header a cookie counts nothing.
func TestWhichCredentialsCount(t *testing.T) {
	t.Parallel()
	s := start(t)
	cookie := s.browse(t, adminEmail)
	for name, c := range map[string]struct {
		header map[string]string
		status int
	}{
		"the cookie":             {map[string]string{"Cookie": plainCookie + "=" + cookie}, 200},
		"beside others":          {map[string]string{"Cookie": "a=b; " + plainCookie + "=" + cookie + "; c=d"}, 200},
		"twice":                  {map[string]string{"Cookie": plainCookie + "=" + cookie + "; " + plainCookie + "=" + cookie}, 401},
		"beside another":         {map[string]string{"Cookie": plainCookie + "=x; " + plainCookie + "=" + cookie}, 401},
		"cut":                    {map[string]string{"Cookie": plainCookie + "=" + cookie[1:]}, 401},
		"longer":                 {map[string]string{"Cookie": plainCookie + "=" + cookie + "x"}, 401},
		"empty":                  {map[string]string{"Cookie": plainCookie + "="}, 401},
		"its digest":             {map[string]string{"Cookie": plainCookie + "=" + hexOf(cookie)}, 401},
		"as a token":             {map[string]string{"Authorization": "Bearer " + cookie}, 401},
		"with a bad token":       {map[string]string{"Cookie": plainCookie + "=" + cookie, "Authorization": "Bearer x"}, 401},
		"with another scheme":    {map[string]string{"Cookie": plainCookie + "=" + cookie, "Authorization": "Basic x"}, 401},
		"with an empty header":   {map[string]string{"Cookie": plainCookie + "=" + cookie, "Authorization": ""}, 401},
		"garbage and good token": {map[string]string{"Cookie": plainCookie + "=x", "Authorization": "Bearer " + s.admin(t)}, 200},
	} {
		same(t, name, s.do(t, req{path: mePath, header: c.header}).status, c.status)
	}
}

func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestCookiesAreStoredHashed(t *testing.T) {
	t.Parallel()
	s := start(t)
	cookie := s.browse(t, adminEmail)
	same(t, "by its digest", s.count(t, `SELECT COUNT(*) FROM sessions WHERE cookie_digest = $1`, hexOf(cookie)), 1)
	s.wantNowhere(t, cookie)
}
