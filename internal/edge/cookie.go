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
// made the request. The cookie of the device stands beside it. It allows nothing and
// goes to the session's route alone, where it shows that a user has signed in before.
type SessionCookie struct {
	name, device string
	secure       bool
	origin       *http.CrossOriginProtection
}

// CookieName is the cookie's name over TLS. A browser takes one that begins so only
// over TLS and from this very host (RFC 6265bis section 4.1.3.2): no neighbour can
// plant it.
const CookieName = "__Host-" + plainCookieName

// DeviceCookieName is the name of the device's cookie over TLS. It has a path, which
// __Host- doesn't allow.
const DeviceCookieName = "__Secure-" + plainDeviceName

const (
	plainCookieName = "usher_session"
	plainDeviceName = "usher_device"
	devicePath      = "/api/v1/session"
)

// NewSessionCookie makes the cookie of a server with this base URL.
func NewSessionCookie(base *url.URL) (SessionCookie, error) {
	c := SessionCookie{name: plainCookieName, device: plainDeviceName, origin: http.NewCrossOriginProtection()}
	if base.Scheme == "https" {
		c.name, c.device, c.secure = CookieName, DeviceCookieName, true
	}
	// The Host that arrives may be another one, behind a proxy. Browsers leave out the
	// port that a scheme has anyway.
	host := strings.TrimSuffix(base.Host, map[string]string{"http": ":80", "https": ":443"}[base.Scheme])
	return c, c.origin.AddTrustedOrigin(base.Scheme + "://" + host)
}

// Value is what the browser sent, or empty. Two cookies of the name are none: nobody
// could tell which of them is ours. Neither is one that another site's link has made the
// browser send: to read a resume or the audit leaves a line in somebody's name. What such
// a site posts is [SessionCookie.CrossOrigin]'s to refuse, in plainer words.
func (c SessionCookie) Value(r *http.Request) string {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if reads && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return ""
	}
	return only(r, c.name)
}

// Sent is Value, and that of the device's cookie.
func (c SessionCookie) Sent(r *http.Request) auth.Cookies {
	return auth.Cookies{Session: c.Value(r), Device: only(r, c.device)}
}

func only(r *http.Request, name string) string {
	sent := r.CookiesNamed(name)
	if len(sent) != 1 {
		return ""
	}
	return sent[0].Value
}

// Put gives the browser the cookies. Lax, not Strict, because a link in an e-mail has
// to open signed in; what Lax lets through, CrossOrigin refuses.
func (c SessionCookie) Put(w http.ResponseWriter, values auth.Cookies) {
	c.set(w, c.name, values.Session, "/", int(auth.BrowserLife.Seconds()))
	c.set(w, c.device, values.Device, devicePath, int(auth.DeviceLife.Seconds()))
}

// Clear takes the session's away. The device stays known.
func (c SessionCookie) Clear(w http.ResponseWriter) { c.set(w, c.name, "", "/", -1) }

func (c SessionCookie) set(w http.ResponseWriter, name, value, path string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // over plain http a Secure cookie would be dropped
		Name: name, Value: value, Path: path, MaxAge: maxAge, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
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
