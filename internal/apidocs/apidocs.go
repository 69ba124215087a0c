package apidocs

import (
	_ "embed"
	"net/http"
	"strings"

	"usher/internal/asset"
)

// The files of the page. Those of swagger-ui are gzipped already.
var (
	//go:embed assets/page.html
	pageHTML string
	//go:embed assets/page.css
	pageCSS []byte
	//go:embed assets/init.js
	initJS []byte
	//go:embed assets/swagger-ui/swagger-ui.css.gz
	swaggerCSS []byte
	//go:embed assets/swagger-ui/swagger-ui-bundle.js.gz
	swaggerJS []byte
)

// Path is where the page is; its files are below.
const Path = "/docs"

// csp lets the page have its own files, talk to this server, and nothing else.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const (
	css        = "text/css; charset=utf-8"
	javascript = "text/javascript; charset=utf-8"
)

// Docs answers for the page and its files.
type Docs struct {
	page  asset.File
	files map[string]asset.File
}

// New prepares the page.
func New() *Docs {
	d := &Docs{files: map[string]asset.File{
		"page.css":             asset.New(css, pageCSS, false),
		"init.js":              asset.New(javascript, initJS, false),
		"swagger-ui.css":       asset.New(css, swaggerCSS, true),
		"swagger-ui-bundle.js": asset.New(javascript, swaggerJS, true),
	}}
	// Files are asked for by their digest, so that a browser may keep one for
	// good and yet never shows an old one.
	var names []string
	for name, f := range d.files {
		names = append(names, `{{asset "`+name+`"}}`, Path+"/"+name+"?v="+f.Digest())
	}
	html := strings.NewReplacer(names...).Replace(pageHTML)
	d.page = asset.New("text/html; charset=utf-8", []byte(html), false)
	return d
}

// Has tells whether the page has a file of this name.
func (d *Docs) Has(name string) bool {
	_, ok := d.files[name]
	return ok
}

// Page answers with the page, to GET and HEAD.
func (d *Docs) Page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", csp)
	w.Header().Set("Cache-Control", "no-cache")
	d.page.ServeHTTP(w, r)
}

// File answers with one of the page's files, to GET and HEAD. The name must be
// one that the page has.
func (d *Docs) File(w http.ResponseWriter, r *http.Request, name string) {
	f := d.files[name]
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.RawQuery == "v="+f.Digest() {
		w.Header().Set("Cache-Control", asset.Immutable)
	}
	f.ServeHTTP(w, r)
}

// Document gives the handler of the document itself, for GET and HEAD.
func Document(body []byte) (http.HandlerFunc, error) {
	packed, err := asset.Pack(body)
	if err != nil {
		return nil, err
	}
	f := asset.New("application/json", packed, true)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		f.ServeHTTP(w, r)
	}, nil
}
