package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// fetches are what a browser may say of where a request comes from, and whether one
// that stands on the cookie is let through when it could change something.
func fetches() (all []fetch) {
	const other = "https://evil.example"
	for _, site := range []string{"", "cross-site", "same-site", "same-origin", "none"} {
		for _, origin := range []string{"", other, "null", baseURL, strings.Replace(baseURL, "http", "https", 1)} {
			ours := origin == baseURL || site == "same-origin" || site == "none" || site == "" && origin == ""
			all = append(all, fetch{site, origin, ours})
		}
	}
	return all
}

type fetch struct {
	site, origin string
	ours         bool
}

func (f fetch) from(r req) req {
	for name, value := range map[string]string{"Sec-Fetch-Site": f.site, "Origin": f.origin} {
		if value != "" {
			r = r.with(name, value)
		}
	}
	return r
}

// A page of another site can change nothing with the cookie of somebody who is
// signed in here, can read nothing by a link, and can't sign anybody in. Tokens know no
// such limit.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	s := start(t)
	kept := s.submitted(t).ID // would be changed by whatever is let through wrongly
	cookie, token := s.browse(t, adminEmail), s.admin(t)
	at := leadsPath + "/" + kept
	before, sessions := s.census(t), s.count(t, `SELECT COUNT(*) FROM sessions`)
	for _, f := range fetches() {
		what := "Sec-Fetch-Site " + f.site + ", Origin " + f.origin
		for _, r := range []req{
			{path: at}, {method: http.MethodHead, path: at},
			{method: http.MethodPatch, path: at, ctype: "application/json", body: `{"state":"REACHED_OUT"}`},
			{method: http.MethodDelete, path: at},
		} {
			writes := r.method == http.MethodPatch || r.method == http.MethodDelete
			want, ifLetThrough := 200, r
			if writes {
				want, ifLetThrough = 412, r.with("If-Match", `"9"`)
			}
			byToken := ifLetThrough
			byToken.token = token
			same(t, what+": token, "+r.method, s.do(t, f.from(byToken)).status, want)
			if writes && !f.ours {
				got := s.do(t, f.from(r.by(cookie)))
				same(t, what+": cookie, "+r.method, got.status, http.StatusForbidden)
				same(t, what+": code", got.code(t), "cross_origin")
				same(t, what+": garbage", s.do(t, f.from(r.by("garbage"))).status, 401)
				continue
			}
			if !writes && f.site == "cross-site" {
				want = http.StatusUnauthorized
			}
			ifLetThrough = ifLetThrough.with("Cookie", plainCookie+"="+cookie)
			same(t, what+": cookie, "+r.method, s.do(t, f.from(ifLetThrough)).status, want)
		}
		in := s.do(t, f.from(signInAs(attorneyEmail, "wrong"))) // as a right one is refused or not
		same(t, what+": sign-in", in.status, map[bool]int{true: 401, false: 403}[f.ours])
		if f.ours {
			wantStatus(t, s.do(t, signInAs(attorneyEmail, password)), http.StatusCreated) // clears the count of failures
			sessions++
		} else {
			refused := s.do(t, f.from(signInAs(attorneyEmail, password).by(cookie)))
			same(t, what+": sign-in", refused.status, http.StatusForbidden)
			if given := refused.given(t); given != nil {
				t.Errorf("%s: the refusal sets %v", what, given)
			}
		}
	}
	same(t, "written", s.census(t), before)
	same(t, "sessions", s.count(t, `SELECT COUNT(*) FROM sessions`), sessions)
	same(t, "the lead", s.lead(t, kept).Version, 1)
	same(t, "submitting from elsewhere", s.do(t, fetch{"cross-site", "https://evil.example", false}.from(submission(good()...)).by(cookie)).status, 201)
}

// Every staff operation asks, those that only read too, and a sign-out.
func TestEveryRouteAsksForItsOrigin(t *testing.T) {
	t.Parallel()
	s := start(t)
	cookie := s.browse(t, adminEmail)
	before := s.census(t)
	for _, route := range s.staffRoutes(t) {
		route.path = strings.ReplaceAll(route.path, "{id}", aUUID)
		got := s.do(t, route.by(cookie).with("Sec-Fetch-Site", "cross-site"))
		if route.method == http.MethodGet { // a link of another site's reads nothing, and leaves no line in anybody's name
			same(t, route.path, got.status, http.StatusUnauthorized)
			continue
		}
		if got.status != http.StatusForbidden || got.code(t) != "cross_origin" {
			t.Errorf("%s %s: %d %s", route.method, route.path, got.status, got.body)
		}
	}
	same(t, "written", s.census(t), before)
	same(t, "still signed in", s.sees(t, cookie), 200)
}
