package site

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"rsc.io/qr"

	"usher/internal/asset"
)

// script is the form's JavaScript, at an address that changes with it.
type script struct {
	Path string
	file asset.File
}

const javascript = "text/javascript; charset=utf-8"

func readScript() (script, error) {
	text, err := pages.ReadFile("pages/form.js")
	if err != nil {
		return script{}, err
	}
	packed, err := asset.Pack(text)
	file := asset.New(javascript, packed, true)
	return script{"/form." + file.Digest() + ".js", file}, err
}

// mountScripts serves the form's script, and the one that a firm puts on its own page
// beside the frame.
func (s *Site) mountScripts(mux *http.ServeMux) {
	mux.HandleFunc("GET "+s.script.Path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", asset.Immutable)
		s.script.file.ServeHTTP(w, r)
	})
	mux.Handle(s.script.Path, s.NotAllowed("GET, HEAD"))
	mux.Handle("GET /embed.js", s.adapt(func(w http.ResponseWriter, r *http.Request) error {
		text, err := pages.ReadFile("pages/embed.js")
		if err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // it is made for other sites
		asset.New(javascript, text, false).ServeHTTP(w, r)
		return nil
	}))
	mux.Handle("/embed.js", s.NotAllowed("GET, HEAD"))
}

// logo is the firm's, under the digest of what it is now.
func (s *Site) logo(w http.ResponseWriter, r *http.Request) error {
	current, err := s.Firm.Current(r.Context())
	if err != nil {
		return err
	}
	logo := current.Profile.Logo
	if logo == nil || logo.Digest != r.PathValue("digest") {
		return errNoPage
	}
	picture, err := s.Firm.LogoBytes(r.Context(), logo.Digest)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", asset.Immutable)
	asset.New(logo.ContentType, picture, false).ServeHTTP(w, r)
	return nil
}

// qr is a picture of the form's address, for paper: ISO/IEC 18004, level M.
func (s *Site) qr(w http.ResponseWriter, r *http.Request) error {
	address := s.Base + "/"
	if lang := r.URL.Query().Get("lang"); lang != "" {
		address += "?lang=" + url.QueryEscape(s.Languages.Of(lang).Tag)
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return fmt.Errorf("make a QR code: %w", err)
	}
	const quiet = 4 // modules of white around it, as the standard wants
	var dark strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&dark, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	side := code.Size + 2*quiet
	picture := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" width="%[2]d" height="%[2]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[3]s"/></svg>`, side, 8*side, dark.String())
	w.Header().Set("Cache-Control", "public, max-age=3600")
	asset.New("image/svg+xml", []byte(picture), false).ServeHTTP(w, r)
	return nil
}
