package webapp

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"usher/internal/asset"
)

const (
	index  = "<!doctype html><title>The app</title>"
	script = "console.log('the app')"
	icon   = "<svg xmlns='http://www.w3.org/2000/svg'/>"
)

// built is what a build leaves.
func built(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{"dist/.gitkeep": {}, "dist/index.html": {Data: []byte(index)}}
	for name, content := range map[string]string{"favicon.svg": icon, "assets/main-B4x_9.js": script, "assets/main-C0ffee.css": "a{}"} {
		packed, err := asset.Pack([]byte(content))
		if err != nil {
			t.Fatal(err)
		}
		files["dist/"+name+".gz"] = &fstest.MapFile{Data: packed}
	}
	return files
}

// serve runs an app. Beside it, what it hasn't got is 404, and other methods 405.
func serve(t *testing.T, files fs.FS) *httptest.Server {
	t.Helper()
	app, err := New(files)
	if err != nil {
		t.Fatal(err)
	}
	says := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	s := httptest.NewServer(app.Handler(says(http.StatusNotFound), says(http.StatusMethodNotAllowed)))
	t.Cleanup(s.Close)
	s.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, s *httptest.Server, method, at string) answer {
	t.Helper()
	out, err := http.NewRequestWithContext(t.Context(), method, s.URL+at, nil)
	if err != nil {
		t.Fatal(err)
	}
	out.Header.Set("Accept-Encoding", "identity")
	in, err := s.Client().Do(out)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Body.Close()
	body, err := io.ReadAll(in.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{in.StatusCode, in.Header, string(body)}
}

func TestBuilt(t *testing.T) {
	t.Parallel()
	s := serve(t, built(t))
	const html, js, immutable = "text/html; charset=utf-8", "text/javascript; charset=utf-8", asset.Immutable
	for at, want := range map[string]struct {
		status                      int
		contentType, cache, content string
	}{
		"/app/":                         {200, html, "no-store", index},
		"/app/leads":                    {200, html, "no-store", index},
		"/app/leads/0192-x/?tab=resume": {200, html, "no-store", index},
		"/app/index.html":               {200, html, "no-store", index},
		"/app/.gitkeep":                 {200, html, "no-store", index},
		"/app/assets":                   {200, html, "no-store", index},
		"/app/assetsx":                  {200, html, "no-store", index},
		"/app/main-B4x_9.js":            {200, html, "no-store", index},
		"/app/assets/main-B4x_9.js":     {200, js, immutable, script},
		"/app/assets/main-C0ffee.css":   {200, "text/css; charset=utf-8", immutable, "a{}"},
		"/app/favicon.svg":              {200, "image/svg+xml", "no-cache", icon},
		"/app/assets/":                  {404, "", "", ""},
		"/app/assets/main-B4x_9.js.gz":  {404, "", "", ""},
		"/app/assets/main-B4x_9.js/x":   {404, "", "", ""},
		"/app/assets/index.html":        {404, "", "", ""},
		"/app/assets/..%2findex.html":   {404, "", "", ""},
		"/app/assets/leads":             {404, "", "", ""},
	} {
		got := ask(t, s, http.MethodGet, at)
		if got.status != want.status || got.header.Get("Content-Type") != want.contentType || got.header.Get("Cache-Control") != want.cache || got.body != want.content {
			t.Errorf("GET %s: %d %v %q", at, got.status, got.header, got.body)
		}
		head := ask(t, s, http.MethodHead, at)
		if head.status != want.status || head.header.Get("Content-Type") != want.contentType || head.header.Get("Cache-Control") != want.cache || head.body != "" {
			t.Errorf("HEAD %s: %d %v %q", at, head.status, head.header, head.body)
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"} {
			if got := ask(t, s, method, at); got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d", method, at, got.status)
			}
		}
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	for _, files := range []fs.FS{built(t), fstest.MapFS{}} {
		s := serve(t, files)
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := ask(t, s, method, "/app"); got.status != http.StatusPermanentRedirect || got.header.Get("Location") != "/app/" {
				t.Errorf("%s /app: %d %v", method, got.status, got.header)
			}
		}
		if got := ask(t, s, http.MethodPost, "/app"); got.status != http.StatusMethodNotAllowed {
			t.Errorf("POST /app: %d", got.status)
		}
	}
}

// Both pages, of a program with the app and of one without, may do the same.
func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	for _, files := range []fs.FS{built(t), fstest.MapFS{}} {
		h := ask(t, serve(t, files), http.MethodGet, "/app/leads").header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
				"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy":         "camera=(), geolocation=(), microphone=()",
			"Cache-Control":              "no-store",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %q", name, h.Get(name))
			}
		}
	}
}

// A program without the app says so, and what to do.
func TestUnbuilt(t *testing.T) {
	t.Parallel()
	s := serve(t, fstest.MapFS{"dist/.gitkeep": {}, "dist/assets/main-old.js.gz": {}})
	for at, want := range map[string]int{"/app/": 503, "/app/leads/x": 503, "/app/assets/main-old.js": 404} {
		if got := ask(t, s, http.MethodGet, at); got.status != want {
			t.Errorf("%s: %d", at, got.status)
		}
	}
	page := ask(t, s, http.MethodGet, "/app/").body
	for _, part := range []string{"<!doctype html>", "built without it", "make build", "Node", `href="/docs"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(page, "<style") || strings.Contains(page, "style=") || strings.Contains(page, "<script") {
		t.Error("the page has something that its CSP refuses")
	}
}

// counted notes which files are read.
type counted struct {
	fstest.MapFS

	read *[]string
}

func (c counted) ReadFile(name string) ([]byte, error) {
	*c.read = append(*c.read, name)
	return c.MapFS.ReadFile(name)
}

// The start reads the page only, and each file is read once.
func TestReadsWhenAsked(t *testing.T) {
	t.Parallel()
	var read []string
	s := serve(t, counted{built(t), &read})
	if len(read) != 1 || read[0] != "dist/index.html" {
		t.Errorf("the start reads %q", read)
	}
	for range 3 {
		ask(t, s, http.MethodGet, "/app/assets/main-B4x_9.js")
		ask(t, s, http.MethodGet, "/app/")
	}
	if len(read) != 2 {
		t.Errorf("read: %q", read)
	}
}

// What a build of another kind leaves is refused at the start, not half served.
func TestNotABuild(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dist/assets/main-B4x_9.js", "dist/robots.txt", "dist/assets/font-1.woff2.gz"} {
		files := built(t)
		files[name] = &fstest.MapFile{Data: []byte("x")}
		if _, err := New(files); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(fstest.MapFS{"dist/index.html": {Data: []byte(index)}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no files: %v", err)
	}
}

// The tree that this machine embeds is a build, or none.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	app, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	if app.status == http.StatusServiceUnavailable {
		t.Log("the staff app was not built")
	}
	s := serve(t, Embedded())
	for name := range app.files {
		got := ask(t, s, http.MethodGet, path.Join(Path, name))
		if got.status != http.StatusOK || got.body == "" || strings.Contains(got.body, "sourceMappingURL") {
			t.Errorf("%s: %d, %d bytes, or a source map", name, got.status, len(got.body))
		}
	}
}
