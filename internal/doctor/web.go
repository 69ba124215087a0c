package doctor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"usher/internal/system"
)

// answer is what came back for a request.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	notAfter time.Time // the end of the certificate; zero without TLS
}

func ask(ctx context.Context, method string, u *url.URL, prepare func(*http.Request)) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	if prepare != nil {
		prepare(request)
	}
	response, err := client().Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{status: response.StatusCode, header: response.Header}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		a.notAfter = response.TLS.PeerCertificates[0].NotAfter
	}
	a.body, err = io.ReadAll(io.LimitReader(response.Body, maxPage))
	return a, err
}

// healthy asks whether an Usher is there, and alive. The error says what is there
// instead.
func (e *exam) healthy(ctx context.Context, base *url.URL) (answer, bool, error) {
	a, err := ask(ctx, http.MethodGet, base.JoinPath("healthz"), nil)
	if err != nil {
		return a, false, plain(err)
	}
	var health struct{ Status string }
	switch {
	case a.status >= 300 && a.status < 400:
		return a, false, fmt.Errorf("it redirects to %s", host(a.header.Get("Location")))
	case a.status != http.StatusOK:
		return a, false, fmt.Errorf("it answers with %d", a.status)
	case json.Unmarshal(a.body, &health) != nil || health.Status != "ok" || a.header.Get("X-Request-Id") == "":
		return a, false, errors.New("what answers is not Usher")
	}
	return a, true, nil
}

func host(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "another page"
	}
	return u.Scheme + "://" + u.Host
}

// plain is an error of a request without the request.
func plain(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fmt.Errorf("no answer within %v", webLimit)
	}
	return err
}

// baseURL follows the links that go out in mails.
func (e *exam) baseURL(ctx context.Context) []Finding {
	base := e.Config.BaseURL
	if listenPort(e.Config.Listen) == 0 && e.Config.Source("USHER_BASE_URL") == "default" {
		return nil // it is known only once the server listens
	}
	limited, cancel := context.WithTimeout(ctx, webLimit)
	defer cancel()
	if _, err := new(net.Resolver).LookupHost(limited, base.Hostname()); err != nil {
		return one(Problem, fmt.Sprintf("The host of %s is not known in the DNS: links in mails lead nowhere.", base),
			"Correct USHER_BASE_URL, or make the DNS record.")
	}
	if !e.serving {
		return one(Note, fmt.Sprintf("%s resolves; whether it leads here shows only while a server runs.", base), "Start usher serve, and run usher doctor again.")
	}
	a, alive, err := e.healthy(ctx, base)
	if !alive {
		return one(Problem, fmt.Sprintf("%s does not lead to this server: %v.", base, err), remedyFor(err))
	}
	if e.Mail != nil && loopback(base.Hostname()) && base.Scheme == "http" {
		return one(Warning, fmt.Sprintf("The links of mails lead to %s, which only this machine can open.", base),
			"Set USHER_BASE_URL to the address by which people reach Usher.")
	}
	if left := a.notAfter.Sub(e.Now()); !a.notAfter.IsZero() && left < 14*24*time.Hour {
		return one(Warning, fmt.Sprintf("The certificate of %s ends on %s.", base, a.notAfter.UTC().Format("2 January 2006")), "Renew it in the proxy.")
	}
	return e.same(ctx)
}

func remedyFor(err error) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid):
		return "Give the proxy a certificate for this name that browsers trust (Caddy gets one by itself)."
	case strings.Contains(err.Error(), "redirects"):
		return "Set USHER_BASE_URL to where it redirects, or end the redirect in the proxy."
	}
	return "Check USHER_BASE_URL, the DNS and the firewall, and that the proxy passes everything on to USHER_LISTEN."
}

// same asks for a page that only a server with this data and this key has. A
// lead's page is asked for by a lead that is so old that it shows no address.
func (e *exam) same(ctx context.Context) []Finding {
	base := e.Config.BaseURL
	for _, l := range e.newest {
		if e.Now().Sub(l.CreatedAt) < time.Hour {
			continue
		}
		path, err := e.Proof(l.ID)
		if err != nil {
			break
		}
		page, err := ask(ctx, http.MethodGet, base.JoinPath(path), nil)
		if err != nil || page.status != http.StatusOK || !strings.Contains(string(page.body), l.Reference) {
			return one(Problem, fmt.Sprintf("%s leads to an Usher with other data or another secret key.", base),
				"Check where the proxy leads, and that usher doctor has the server's settings (USHER_DATA_DIR, USHER_SECRET_KEY).")
		}
		return one(OK, fmt.Sprintf("%s leads to this server and this data.", base), "")
	}
	return one(OK, fmt.Sprintf("%s leads to an Usher.", base), "")
}

// proxy looks at what stands between the server and the world.
func (e *exam) proxy(ctx context.Context) []Finding {
	base := e.Config.BaseURL
	var all []Finding
	if base.Scheme == "https" && len(e.Config.TrustedProxies) == 0 {
		all = append(all, Finding{Level: Warning, Text: "USHER_BASE_URL is https, so a proxy ends TLS, and USHER_TRUSTED_PROXIES doesn't name it: all prospects count as one network and share its limit.",
			Do: "Set USHER_TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1 for one on this machine."})
	}
	if listenHost, _, _ := net.SplitHostPort(e.Config.Listen); base.Scheme == "https" && !loopback(listenHost) {
		all = append(all, Finding{Level: Note, Text: "Usher listens on " + e.Config.Listen + " without TLS, beside the proxy.",
			Do: "Set USHER_LISTEN to 127.0.0.1 with the port if the proxy is on this machine; else let the firewall take the proxy only."})
	}
	return append(append(all, e.forwarded(ctx)...), e.bodyLimit(ctx)...)
}

// forwarded asks for what is given to this machine only, and to nobody behind a
// proxy. A proxy on this machine that doesn't say whom it asks for gets it.
func (e *exam) forwarded(ctx context.Context) []Finding {
	if !e.serving || e.Config.BaseURL.Scheme != "https" {
		return nil
	}
	a, err := ask(ctx, http.MethodGet, e.Config.BaseURL.JoinPath("metrics"), nil)
	if err != nil || a.status != http.StatusOK || a.header.Get("X-Request-Id") == "" {
		return nil
	}
	return one(Problem, "The proxy doesn't set X-Forwarded-For: anybody can claim any address and read /metrics, and the others count as one network.",
		"Let the proxy set it to the sender's address (nginx: proxy_set_header X-Forwarded-For $remote_addr).")
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// bodyLimit announces a body of the largest resume, and sends none of it: a proxy
// that takes less says so at once, and Usher answers 401 before it reads.
func (e *exam) bodyLimit(ctx context.Context) []Finding {
	if !e.serving {
		return nil
	}
	u := e.Config.BaseURL.JoinPath("api/v1/leads/00000000-0000-7000-8000-000000000000/reopen")
	a, err := ask(ctx, http.MethodPost, u, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(unsent{}), e.Config.MaxResumeBytes
		r.Header.Set("Expect", "100-continue")
		r.Header.Set("Content-Type", "application/json")
	})
	if err != nil || a.status != http.StatusRequestEntityTooLarge {
		return nil // it would take the body, or there is nothing to learn
	}
	return one(Problem, fmt.Sprintf("The proxy takes no body of %s, and a resume may have that.", system.Size(e.Config.MaxResumeBytes)),
		fmt.Sprintf("Let the proxy take %d bytes and a little more (nginx: client_max_body_size).", e.Config.MaxResumeBytes))
}

// unsent is a body that is never given: whoever asks for it has said enough.
type unsent struct{}

func (unsent) Read([]byte) (int, error) { return 0, errors.New("only the length was asked") }
