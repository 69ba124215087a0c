package app_test

import (
	"fmt"
	"hash/crc32"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/staff"
	"usher/internal/storetest"
)

const apiKeysPath = "/api/v1/api-keys" //nolint:gosec // a path

type theKey struct {
	ID, Name, Prefix, Secret string
	Scopes                   []string
	UserID                   string  `json:"user_id"`
	CreatedAt                string  `json:"created_at"`
	ExpiresAt                *string `json:"expires_at"`
	LastUsedAt               *string `json:"last_used_at"`
}

type keyList struct {
	Items      []theKey
	NextCursor *string `json:"next_cursor"`
}

// madeKey makes a key as whoever has a token.
func (s *server) madeKey(t testing.TB, token, body string) theKey {
	t.Helper()
	got := s.do(t, jsonReq(http.MethodPost, apiKeysPath, token, body))
	wantStatus(t, got, http.StatusCreated)
	return into[theKey](t, got)
}

// keys are those that whoever has a token sees, by name.
func (s *server) keys(t testing.TB, token string) map[string]theKey {
	t.Helper()
	got := s.do(t, req{path: apiKeysPath, token: token})
	wantStatus(t, got, http.StatusOK)
	all := map[string]theKey{}
	for _, k := range into[keyList](t, got).Items {
		all[k.Name] = k
	}
	return all
}

func (s *server) revoke(t testing.TB, token, id string) answer {
	t.Helper()
	return s.do(t, req{method: http.MethodDelete, path: apiKeysPath + "/" + id, token: token})
}

const readKey = `{"name":"reads","scopes":["leads:read"]}`

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	token := s.attorney(t)
	made := s.madeKey(t, token, `{"name":" Nightly import ","scopes":["files:read","leads:read","files:read"],"expires_at":"2027-02-21T10:00:00+01:00"}`)
	me := s.users(t)[attorneyEmail].ID
	if !regexp.MustCompile(`^usher_[0-9A-Za-z]{71}$`).MatchString(made.Secret) || !strings.HasPrefix(made.Secret, made.Prefix) || len(made.Prefix) != 28 {
		t.Errorf("the key %q begins with %q", made.Secret, made.Prefix)
	}
	want := theKey{
		ID: made.ID, Name: "Nightly import", Prefix: made.Prefix, Secret: made.Secret, Scopes: []string{"leads:read", "files:read"}, UserID: me,
		CreatedAt: "2026-11-23T09:00:00Z", ExpiresAt: new("2027-02-21T09:00:00Z"),
	}
	same(t, "made", made, want)
	want.Secret = ""
	same(t, "listed", s.keys(t, token), map[string]theKey{want.Name: want})
	same(t, "it reads", s.lists(t, made.Secret), 200)
	same(t, "the resume too", s.do(t, req{path: leadsPath + "/" + id + "/resume", token: made.Secret}).status, 200)
	same(t, "another spelling of Bearer", s.do(t, req{path: leadsPath}.with("Authorization", "bearer  "+made.Secret)).status, 200)
	mark := s.do(t, jsonReq(http.MethodPatch, leadsPath+"/"+id, made.Secret, `{"state":"REACHED_OUT"}`))
	same(t, "it doesn't write", mark.code(t), "insufficient_scope")

	self := into[struct {
		ID, Email, Name, Role string
		Permissions           []string
		TimeZone              string `json:"time_zone"`
		APIKey                *struct {
			ID, Name  string
			Scopes    []string
			ExpiresAt *string `json:"expires_at"`
		} `json:"api_key"`
	}](t, s.do(t, req{path: mePath, token: made.Secret}))
	same(t, "whose", []string{self.ID, self.Email, self.Role}, []string{me, attorneyEmail, "attorney"})
	same(t, "what it may", self.Permissions, []string{"leads:read", "leads:export", "files:read", "reports:read"})
	same(t, "which", []string{self.APIKey.ID, self.APIKey.Name, *self.APIKey.ExpiresAt}, []string{made.ID, "Nightly import", "2027-02-21T09:00:00Z"})
	same(t, "its scopes", self.APIKey.Scopes, []string{"leads:read", "files:read"})

	forever := s.madeKey(t, token, `{"name":"forever","scopes":["leads:write"],"expires_at":null}`)
	same(t, "never", forever.ExpiresAt, nil)
	same(t, "leads:write reads", s.lists(t, forever.Secret), 200)
	wantStatus(t, s.do(t, jsonReq(http.MethodPatch, leadsPath+"/"+id, forever.Secret, `{"state":"REACHED_OUT"}`)), 200)
	same(t, "in its owner's name", *s.lead(t, id).ReachedOutBy, me)
	wantStatus(t, s.revoke(t, token, forever.ID), http.StatusNoContent)
	same(t, "revoked", s.lists(t, forever.Secret), 401)
	same(t, "gone", len(s.keys(t, token)), 1)
	same(t, "again", s.revoke(t, token, forever.ID).code(t), "not_found")
	for _, secret := range []string{made.Secret, forever.Secret, made.Secret[28:71]} {
		s.wantNowhere(t, secret)
	}
}

// Whoever makes a key hears of it, in case it was somebody in a session that isn't theirs.
// What makes it known isn't the key.
func TestANewAPIKeyIsTold(t *testing.T) {
	t.Parallel()
	s, post := sending(t)
	made := s.madeKey(t, s.attorney(t), `{"name":"<b>Import</b>","scopes":["leads:read"]}`)
	s.deliver(t)
	told := mailed(t, post, attorneyEmail)
	if len(told) != 1 || !strings.Contains(told[0], "An API key was made for "+attorneyEmail) || !strings.Contains(told[0], baseURL+"/app/keys") {
		t.Fatalf("told: %q", told)
	}
	for _, hidden := range []string{made.Secret, made.Prefix, made.ID, "Import"} {
		if strings.Contains(told[0], hidden) {
			t.Errorf("the letter says %q", hidden)
		}
	}
	wantStatus(t, s.do(t, jsonReq(http.MethodPost, apiKeysPath, s.attorney(t), `{"name":"","scopes":["leads:read"]}`)), 422)
	s.deliver(t)
	same(t, "letters, when none was made", len(mailed(t, post, attorneyEmail)), 1)
}

// A key is bound to its end, its owner and their role as all three are now. A new
// password and the end of all sessions leave it alone.
func TestAPIKeysFollowTheirOwner(t *testing.T) {
	t.Parallel()
	s := start(t)
	boss := s.addUser(t, "boss@firm.example", staff.Admin)
	token := s.signIn(t, boss.Email)
	key := s.madeKey(t, token, `{"name":"all","scopes":["admin"]}`).Secret
	short := s.madeKey(t, token, `{"name":"short","scopes":["leads:read"],"expires_at":"2026-11-23T10:00:00Z"}`).Secret
	can := func(what string, want ...int) {
		t.Helper()
		got := []int{}
		for _, path := range []string{leadsPath, "/api/v1/system"} {
			got = append(got, s.do(t, req{path: path, token: key}).status)
		}
		same(t, what, got, want)
	}
	can("an admin's", 200, 200)
	wantStatus(t, s.changed(t, boss.ID, `{"role":"viewer"}`), 200)
	can("of an admin who is a viewer now", 200, 403)
	same(t, "why", s.do(t, req{path: "/api/v1/system", token: key}).code(t), "forbidden")
	wantStatus(t, s.changed(t, boss.ID, `{"role":"admin"}`), 200)
	wantStatus(t, s.changed(t, boss.ID, `{"disabled":true}`), 200)
	can("of a disabled user", 401, 401)
	wantStatus(t, s.changed(t, boss.ID, `{"disabled":false}`), 200)
	can("enabled again", 200, 200)
	if err := s.Staff.ResetPassword(t.Context(), boss.Email, password); err != nil {
		t.Fatal(err)
	}
	can("after a new password", 200, 200)
	wantStatus(t, s.do(t, req{method: http.MethodDelete, path: usersPath + "/" + boss.ID + "/sessions", token: s.admin(t)}), 204)
	can("after the end of all sessions", 200, 200)

	s.clock.Add(time.Hour - time.Microsecond)
	same(t, "at the end of its time", s.lists(t, short), 200)
	s.clock.Add(time.Microsecond)
	same(t, "after it", s.lists(t, short), 401)
	token = s.signIn(t, boss.Email)
	if _, shown := s.keys(t, token)["short"]; !shown {
		t.Error("one that has expired is not listed any more")
	}
	s.clock.Add(30 * 24 * time.Hour)
	s.Sweep(t.Context())
	if _, shown := s.keys(t, s.signIn(t, boss.Email))["short"]; shown {
		t.Error("one that expired a month ago is listed")
	}
}

// Whatever is wrong with a key, the answer is that of no key at all, and nothing changes.
func TestBadAPIKeys(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.submitted(t).ID
	mine, other := s.madeKey(t, s.attorney(t), `{"name":"x","scopes":["leads:write"]}`), s.madeKey(t, s.admin(t), `{"name":"x","scopes":["leads:write"]}`)
	revoked := s.madeKey(t, s.admin(t), `{"name":"y","scopes":["leads:write"]}`)
	wantStatus(t, s.revoke(t, s.admin(t), revoked.ID), 204)
	checked := func(text string) string { // with a check that fits
		digits := new(big.Int).SetInt64(int64(crc32.ChecksumIEEE([]byte(text)))).Text(62)
		return text + strings.Repeat("0", 6-len(digits)) + digits
	}
	same(t, "the check", checked(mine.Secret[:71]), mine.Secret)
	s.Auth.Flush(t.Context())
	before := s.allTables(t)
	nobody := s.do(t, req{path: leadsPath})
	for name, text := range map[string]string{
		"revoked": revoked.Secret, "the prefix only": mine.Prefix, "usher_ only": "usher_", "cut": mine.Secret[:76], "longer": mine.Secret + "0",
		"another's id": checked(other.Prefix + mine.Secret[28:71]), "no such id": checked("usher_0000000000000000000001" + mine.Secret[28:71]),
		"another secret": checked(mine.Prefix + other.Secret[28:71]), "no secret": checked(mine.Prefix + strings.Repeat("0", 43)),
		"a wrong check": mine.Secret[:71] + "000000", "an id beyond 128 bits": checked("usher_" + strings.Repeat("Z", 22) + mine.Secret[28:71]),
		"a signed id": checked("usher_+" + mine.Secret[7:71]), "in capitals": strings.ToUpper(mine.Secret), "two": mine.Secret + " " + mine.Secret,
		"another prefix": "Usher_" + mine.Secret[6:], "other digits": checked("usher_" + strings.Repeat("-", 22) + mine.Secret[28:71]), "its id": mine.ID,
	} {
		got := s.do(t, jsonReq(http.MethodPatch, leadsPath+"/"+id, text, `{"state":"REACHED_OUT"}`))
		same(t, name, got.status, 401)
		same(t, name+": the answer", strings.ReplaceAll(got.body, got.header.Get("X-Request-Id"), ""), strings.ReplaceAll(nobody.body, nobody.header.Get("X-Request-Id"), ""))
	}
	for name, header := range map[string]string{"by Basic": "Basic " + mine.Secret, "without a scheme": mine.Secret} {
		same(t, name, s.do(t, req{path: leadsPath}.with("Authorization", header)).status, 401)
	}
	same(t, "as a cookie", s.sees(t, mine.Secret), 401)
	same(t, "as a refresh token", s.refresh(t, mine.Secret).status, 400)
	same(t, "in the query", s.do(t, req{path: leadsPath + "?access_token=" + mine.Secret}).status, 401)
	same(t, "nothing has changed", s.allTables(t), before)
	same(t, "it is good all the same", s.lists(t, mine.Secret), 200)
}

func TestAPIKeyRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.attorney(t)
	send := func(body string) req { return jsonReq(http.MethodPost, apiKeysPath, token, body) }
	plain, coded := send(`{}`), send(`{}`).with("Content-Encoding", "gzip")
	plain.ctype = "text/plain"
	key := func(name, scopes, expires string) req {
		return send(fmt.Sprintf(`{"name":%q,"scopes":%s,"expires_at":%s}`, name, scopes, expires))
	}
	const reads = `["leads:read"]`
	s.run(t, []scenario{
		{name: "broken", req: send(`{`), status: 400, code: "malformed_json"},
		{name: "a list", req: send(`[]`), status: 422, code: "not_an_object"},
		{name: "a form", req: plain, status: 415, code: "unsupported_media_type"},
		{name: "packed", req: coded, status: 415, code: "unsupported_encoding"},
		{name: "too large", req: send(`{"name":"` + strings.Repeat("x", 140_000) + `"}`), status: 413, code: "too_large"},
		{name: "nothing", req: send(`{}`), status: 422, bad: []string{"name required", "scopes required"}},
		{name: "blank", req: key(" \u00a0", `[]`, "null"), status: 422, bad: []string{"name required", "scopes required"}},
		{name: "too long", req: key(strings.Repeat("é", 101), reads, "null"), status: 422, bad: []string{"name too_long"}},
		{name: "two lines", req: key("a\nb", reads, "null"), status: 422, bad: []string{"name invalid_characters"}},
		{name: "overrides", req: key("a\u202eb", reads, "null"), status: 422, bad: []string{"name invalid_characters"}},
		{name: "no such scope", req: key("x", `["leads:read","users:manage"]`, "null"), status: 422, bad: []string{"scopes unknown_scope"}},
		{name: "not ours to give", req: key("x", `["admin"]`, "null"), status: 422, bad: []string{"scopes only_admins"}},
		{name: "scopes as a text", req: key("x", `"leads:read"`, "null"), status: 422, bad: []string{"scopes wrong_type"}},
		{name: "a scope that is null", req: key("x", `[null]`, "null"), status: 422, bad: []string{"scopes unknown_scope"}},
		{name: "now", req: key("x", reads, `"2026-11-23T09:00:00Z"`), status: 422, bad: []string{"expires_at not_in_the_future"}},
		{name: "no time", req: key("x", reads, `"tomorrow"`), status: 422, bad: []string{"expires_at wrong_type"}},
		{name: "a time in the year 10000", req: key("x", reads, `"9999-12-31T23:59:59-23:59"`), status: 422, bad: []string{"expires_at wrong_type"}},
		{name: "all wrong", req: send(`{"name":1,"scopes":["x"],"expires_at":5,"secret":"mine"}`), status: 422,
			bad: []string{"expires_at wrong_type", "name wrong_type", "scopes unknown_scope", "secret unknown_field"}},
	})
	same(t, "none was made", len(s.keys(t, token)), 0)
	wantStatus(t, s.do(t, key(strings.Repeat("é", 100), reads, "null")), 201)
	for n := range 49 {
		s.madeKey(t, token, fmt.Sprintf(`{"name":"%d","scopes":["leads:read"]}`, n))
	}
	s.run(t, []scenario{{name: "the 51st", req: send(readKey), status: 409, code: "too_many_keys"}})
	s.madeKey(t, s.admin(t), readKey) // whose own number counts
	wantStatus(t, s.revoke(t, token, s.keys(t, token)["0"].ID), 204)
	last := s.madeKey(t, token, readKey)
	wantStatus(t, s.revoke(t, token, last.ID), 204)
	owner := s.users(t)[attorneyEmail].ID
	for range auth.KeysADay {
		s.Audit.Wait(audit.Entry{ID: storetest.NewID(), At: s.clock.Now(), Actor: audit.Actor{UserID: owner}, Action: audit.KeyAdded})
	}
	s.Flush(t.Context())
	s.run(t, []scenario{{name: "beyond those of a day", req: send(readKey), status: 409, code: "too_many_keys_today"}})
	s.clock.Add(24 * time.Hour)
	s.madeKey(t, s.attorney(t), readKey)
}

// One sees and revokes one's own; an admin all. To anybody else there is no such key.
func TestWhoseAPIKeys(t *testing.T) {
	t.Parallel()
	s := start(t)
	eva := s.addUser(t, "eva@firm.example", staff.Viewer)
	hers, token := s.signIn(t, eva.Email), s.attorney(t)
	his := s.madeKey(t, token, `{"name":"his","scopes":["leads:read"]}`)
	s.madeKey(t, hers, `{"name":"hers","scopes":["leads:write"]}`)
	bosses := s.madeKey(t, s.admin(t), `{"name":"boss","scopes":["admin"]}`)
	same(t, "an admin sees", len(s.keys(t, s.admin(t))), 3)
	same(t, "she sees", len(s.keys(t, hers)), 1)
	for _, id := range []string{his.ID, bosses.ID, aUUID} {
		same(t, "she revokes "+id, s.revoke(t, hers, id).status, 404)
	}
	same(t, "it lives", s.lists(t, his.Secret), 200)
	wantStatus(t, s.revoke(t, s.admin(t), strings.ToUpper(his.ID)), 204)
	same(t, "an admin has revoked it", s.lists(t, his.Secret), 401)
}

// When a key was last used is kept, once a minute at most. Its owner wasn't there.
func TestAPIKeyLastUsed(t *testing.T) {
	t.Parallel()
	s := start(t)
	key := s.madeKey(t, s.attorney(t), readKey)
	used := func() string {
		s.Auth.Flush(t.Context())
		if at := s.keys(t, s.admin(t))["reads"].LastUsedAt; at != nil {
			return *at
		}
		return "never"
	}
	s.Auth.Flush(t.Context())
	seen := s.users(t)[attorneyEmail].LastSeenAt
	same(t, "before", used(), "never")
	s.clock.Add(time.Minute)
	same(t, "use", s.lists(t, key.Secret), 200)
	same(t, "used", used(), "2026-11-23T09:01:00Z")
	s.clock.Add(59 * time.Second)
	same(t, "use", s.lists(t, key.Secret), 200)
	same(t, "in the same minute", used(), "2026-11-23T09:01:00Z")
	s.clock.Add(time.Second)
	same(t, "use", s.lists(t, key.Secret), 200)
	same(t, "a minute later", used(), "2026-11-23T09:02:00Z")
	same(t, "its owner", s.users(t)[attorneyEmail].LastSeenAt, seen)
}

// A stream that a key has opened ends when it is revoked, and tells nobody of it.
func TestRevokingEndsStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.goLive(t)
	key := s.madeKey(t, s.attorney(t), readKey)
	byKey := s.listen(t, "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key.Secret) })
	others := s.listen(t, "", s.byToken(t))
	byKey.next(t)
	others.next(t)
	wantStatus(t, s.revoke(t, s.attorney(t), key.ID), 204)
	byKey.ends(t)
	files := s.madeKey(t, s.attorney(t), `{"name":"files","scopes":["files:read"]}`).Secret
	same(t, "a key that reads no leads", s.do(t, req{path: "/api/v1/stream", token: files}).code(t), "insufficient_scope")
	s.submitted(t)
	same(t, "what others are told", others.next(t).event, "lead.received")
}
