package edge_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"usher/internal/edge"
	"usher/internal/fault"
)

// The origin of the base URL is ours whatever Host arrives, and nothing like it is.
func TestTrustedOrigin(t *testing.T) {
	t.Parallel()
	for base, origins := range map[string]map[string]bool{
		"https://usher.example":      {"https://usher.example": true, "http://usher.example": false, "https://usher.example:8443": false, "https://evil.usher.example": false},
		"https://usher.example:443":  {"https://usher.example": true, "https://usher.example:443": false},
		"https://usher.example:8443": {"https://usher.example:8443": true, "https://usher.example": false},
		"http://usher.example:80":    {"http://usher.example": true, "http://usher.example:443": false},
		"http://[::1]:8080":          {"http://[::1]:8080": true, "http://[::1]": false},
		"http://localhost:8080":      {"http://localhost:8080": true, "null": false, "https://usher.example.evil.example": false},
	} {
		at, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		cookie, err := edge.NewSessionCookie(at)
		if err != nil {
			t.Fatalf("%s: %v", base, err)
		}
		for origin, ours := range origins {
			for _, site := range []string{"", "cross-site"} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://10.0.0.7/api/v1/session", nil)
				r.Header.Set("Origin", origin)
				if site != "" {
					r.Header.Set("Sec-Fetch-Site", site)
				}
				err := cookie.CrossOrigin(r)
				if ours && err != nil || !ours && fault.KindOf(err) != fault.Forbidden {
					t.Errorf("base URL %s, Origin %s, Sec-Fetch-Site %q: %v", base, origin, site, err)
				}
			}
		}
	}
}
