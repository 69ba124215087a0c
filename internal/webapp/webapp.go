// Package webapp is the staff app at /app/: what the build of ui/ left in dist,
// embedded. A program that was built without it says so on a page.
package webapp

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"usher/internal/asset"
)

var (
	//go:embed all:dist
	dist embed.FS
	//go:embed placeholder.html
	placeholder []byte
)

// Path is where the app is; its pages and files are below.
const Path = "/app"

// csp lets the app have its own files, show what it made or fetched itself, and
// talk to this server. No text becomes a script: https://w3.org/TR/trusted-types
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// App answers for the app's pages and files.
type App struct {
	page   []byte
	status int
	files  map[string]file // by their paths below Path
}

// file is one of the app's files. It is read when it is first asked for, so that
// the start needs not wait for it.
type file struct {
	cacheControl string
	load         func() asset.File
}

// Embedded is what the build of ui/ left, for New.
func Embedded() fs.FS { return dist }

// New looks at what the build left below dist: index.html, and files that are
// gzipped, with .gz at the end of their names and nowhere else. In dist/assets a
// name changes with the content. Without index.html there is no app.
func New(built fs.FS) (*App, error) {
	index, err := fs.ReadFile(built, "dist/index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return &App{page: placeholder, status: http.StatusServiceUnavailable}, nil
	}
	if err != nil {
		return nil, err
	}
	a := &App{page: index, status: http.StatusOK, files: map[string]file{}}
	return a, errors.Join(a.add(built, "dist", "no-cache"), a.add(built, "dist/assets", asset.Immutable))
}

// add takes the files of one folder, whose names alone it reads.
func (a *App) add(built fs.FS, folder, cacheControl string) error {
	entries, err := fs.ReadDir(built, folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		at := path.Join(folder, entry.Name())
		if entry.IsDir() || at == "dist/index.html" || at == "dist/.gitkeep" {
			continue
		}
		name, packed := strings.CutSuffix(at, ".gz")
		kind := contentType(name)
		if !packed || kind == "" {
			return fmt.Errorf("the staff app has %s, which isn't gzipped or of no known type", at)
		}
		a.files[strings.TrimPrefix(name, "dist")] = file{cacheControl, sync.OnceValue(func() asset.File {
			content, err := fs.ReadFile(built, at)
			if err != nil { // it is embedded, and was listed
				panic(err)
			}
			return asset.New(kind, content, true)
		})}
	}
	return nil
}

// contentType goes by the end of a name, and knows what the CSP lets a page use.
// The machine's own table would make each machine answer otherwise.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/vnd.microsoft.icon"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return ""
}

// Handler gives the app's routes. notFound answers for files that it hasn't got,
// notAllowed for methods other than GET and HEAD.
func (a *App) Handler(notFound, notAllowed http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(Path, notAllowed)
	mux.Handle(Path+"/", notAllowed)
	mux.Handle("GET "+Path, http.RedirectHandler(Path+"/", http.StatusPermanentRedirect))
	page := a.fileOr(http.HandlerFunc(a.servePage))
	mux.Handle("GET "+Path+"/", page)
	mux.Handle("GET "+Path+"/assets", page) // the mux would redirect it to the next
	mux.Handle("GET "+Path+"/assets/", a.fileOr(notFound))
	return mux
}

func (a *App) fileOr(otherwise http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, found := a.files[strings.TrimPrefix(r.URL.Path, Path)]
		if !found {
			otherwise.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", f.cacheControl)
		f.load().ServeHTTP(w, r)
	})
}

// servePage answers every path with the one page: which of its pages that is, the
// app decides in the browser.
func (a *App) servePage(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(a.page)))
	h.Set("Cache-Control", "no-store") // it names the files of this version
	h.Set("Content-Security-Policy", csp)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.page) // a reader who left can't be told; HEAD gets no body from net/http
}
