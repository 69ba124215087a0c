package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"usher/internal/demo"
	"usher/internal/storetest/filled"
)

// middle is when half of the leads had come in.
func middle() time.Time { return filled.Now.Add(-demo.Days * 12 * time.Hour) }

// deep gives the query of a page in the middle of the list.
func (s *bench) deep() string {
	s.b.Helper()
	var page leadList
	s.read("/api/v1/leads?limit=1&to="+middle().Format(time.RFC3339), &page)
	return "cursor=" + url.QueryEscape(*page.NextCursor)
}

// somebody is a lead from the middle of the list, written in plain letters.
func (s *bench) somebody(cursor string) lead {
	s.b.Helper()
	for {
		var page leadList
		s.read("/api/v1/leads?limit=100&"+cursor, &page)
		for _, l := range page.Items {
			plain := strings.Trim(l.LastName+l.FirstName, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
			if plain && len(l.LastName) > 5 && len(l.FirstName) > 3 {
				return l
			}
		}
		cursor = "cursor=" + url.QueryEscape(*page.NextCursor)
	}
}

// query is a search for words.
func query(words ...string) string { return "q=" + url.QueryEscape(strings.Join(words, " ")) }

// BenchmarkList reads pages of 50 in the handler. Whatever the filter and however
// deep the page, they should cost much the same, and at a million leads what they
// cost at ten thousand.
func BenchmarkList(b *testing.B) {
	s := openBench(b, filled.ForReading(b))
	deep, day := s.deep(), middle().Format(time.DateOnly)
	for _, c := range []struct{ name, query string }{
		{"first", ""},
		{"deep", deep},
		{"oldest", "sort=oldest"},
		{"state=PENDING", "state=PENDING"},
		{"state=REACHED_OUT", "state=REACHED_OUT"},
		{"state=REACHED_OUT/deep", "state=REACHED_OUT&" + deep},
		{"assignee=me", "assignee=me"},
		{"assignee=none", "assignee=none"},
		{"assignee+state", "assignee=me&state=REACHED_OUT"},
		{"language", "language=es"},
		{"language, rare", "language=vi&state=PENDING&assignee=none"},
		{"language+state", "language=es&state=REACHED_OUT"},
		{"language+state+assignee/deep", "language=es&state=PENDING&assignee=me&" + deep},
		{"times", "from=2025-11-01&to=" + day},
		{"times+state", "state=REACHED_OUT&from=2025-11-01&to=" + day},
	} {
		b.Run(c.name, func(b *testing.B) { s.each(b, func() { s.get("/api/v1/leads?" + c.query) }) })
	}
	one := s.ids(1)[0]
	b.Run("one", func(b *testing.B) { s.each(b, func() { s.get("/api/v1/leads/" + one) }) })
}

// BenchmarkSearch looks for words: a lead's from the middle of the list, words that
// every lead has, and words that none has.
func BenchmarkSearch(b *testing.B) {
	s := openBench(b, filled.ForReading(b))
	deep := s.deep()
	l := s.somebody(deep)
	prefix := strings.ToLower(l.LastName[:3])
	_, host, _ := strings.Cut(l.Email, "@")
	tld := host[strings.LastIndexByte(host, '.')+1:]
	for _, c := range []struct{ name, query string }{
		{"surname", query(l.LastName)},
		{"prefix", query(prefix)},
		{"email", query(l.Email)},
		{"reference", query(l.Reference)},
		{"two", query(l.FirstName, l.LastName)},
		{"two/common", query(l.LastName, tld)},
		{"everyone", query(tld)},
		{"everyone/deep", query(tld) + "&" + deep},
		{"surname/deep", query(l.LastName) + "&" + deep},
		{"surname+state", query(l.LastName) + "&state=PENDING"},
		{"none", query("zzyzx")},
	} {
		b.Run(c.name, func(b *testing.B) { s.each(b, func() { s.get("/api/v1/leads?" + c.query) }) })
	}
}

// BenchmarkCounts counts the leads by state. Without words and times it reads
// counters; with them it counts.
func BenchmarkCounts(b *testing.B) {
	s := openBench(b, filled.ForReading(b))
	l := s.somebody(s.deep())
	for _, c := range []struct{ name, query string }{
		{"all", ""},
		{"assignee=me", "assignee=me"},
		{"language", "language=es"},
		{"surname", query(l.LastName)},
		{"one day", "from=" + middle().Format(time.DateOnly) + "&to=" + middle().Format(time.DateOnly)},
	} {
		b.Run(c.name, func(b *testing.B) { s.each(b, func() { s.get("/api/v1/leads/counts?" + c.query) }) })
	}
}

// BenchmarkToken signs in, which is one argon2id and meant to be slow, refreshes,
// and checks an access token, which every request of staff pays.
func BenchmarkToken(b *testing.B) {
	s := openBench(b, filled.ForWriting(b))
	b.Run("password", func(b *testing.B) { s.each(b, func() { s.signIn() }) })
	b.Run("refresh", func(b *testing.B) {
		next := s.signIn()["refresh_token"]
		s.each(b, func() {
			next = s.grant(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {next}})["refresh_token"]
		})
	})
	b.Run("authenticate", func(b *testing.B) {
		s.each(b, func() {
			if _, err := s.Auth.Authenticate(b.Context(), s.token); err != nil {
				b.Error(err)
			}
		})
	})
	b.Run("nothing", func(b *testing.B) { // what any request costs around its own work
		s.each(b, func() { s.do(http.MethodGet, "/healthz", "", http.NoBody, discard{}, http.StatusOK) })
	})
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
