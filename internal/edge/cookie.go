package edge

import (
	"net/http"
	"net/url"
	"strings"

	"usher/internal/auth"
	"usher/internal/fault"
)

// SessionCookie is the cookie that a browser's session lives in, and what its
// authority is bound to: a browser sends it with every request, whoever's page has
// made the request.
type SessionCookie struct {
	name   string
	secure bool
	origin *http.CrossOriginProtection
}

// CookieName is the cookie's name over TLS. A browser takes one that begins so only
// over TLS and from this very host (RFC 6265bis section 4.1.3.2): no neighbour can
// plant it.
const CookieName = "__Host-" + plainCookieName

const plainCookieName = "usher_session"

// NewSessionCookie makes the cookie of a server with this base URL.
func NewSessionCookie(base *url.URL) (SessionCookie, error) {
	c := SessionCookie{name: plainCookieName, origin: http.NewCrossOriginProtection()}
	if base.Scheme == "https" {
		c.name, c.secure = CookieName, true
	}
	// The Host that arrives may be another one, behind a proxy. Browsers leave out the
	// port that a scheme has anyway.
	host := strings.TrimSuffix(base.Host, map[string]string{"http": ":80", "https": ":443"}[base.Scheme])
	return c, c.origin.AddTrustedOrigin(base.Scheme + "://" + host)
}

// Value is what the browser sent, or empty. Two cookies of the name are none:
// nobody could tell which of them is ours.
func (c SessionCookie) Value(r *http.Request) string {
	sent := r.CookiesNamed(c.name)
	if len(sent) != 1 {
		return ""
	}
	return sent[0].Value
}

// Put gives the browser the cookie. Lax, not Strict, because a link in an e-mail has
// to open signed in; what Lax lets through, CrossOrigin refuses.
func (c SessionCookie) Put(w http.ResponseWriter, value string) {
	c.set(w, value, int(auth.BrowserLife.Seconds()))
}

// Clear takes it away.
func (c SessionCookie) Clear(w http.ResponseWriter) { c.set(w, "", -1) }

func (c SessionCookie) set(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // over plain http a Secure cookie would be dropped
		Name: c.name, Value: value, Path: "/", MaxAge: maxAge, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// CrossOrigin refuses what a page of another origin has made the browser send, when
// it could change something. It is for requests that stand on the cookie alone.
func (c SessionCookie) CrossOrigin(r *http.Request) error {
	if err := c.origin.Check(r); err != nil {
		return fault.Wrap(err, fault.Forbidden, "cross_origin", "Another site sent this request. Open Usher itself and try again there.")
	}
	return nil
}
