package apidocs

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, d *Docs, path string, header http.Header) answer {
	t.Helper()
	name, query, _ := strings.Cut(strings.TrimPrefix(path, Path+"/"), "?")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.URL.RawQuery = query
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	if path == Path {
		d.Page(w, r)
	} else {
		d.File(w, r, name)
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

func unpack(t *testing.T, content string) string {
	t.Helper()
	unpacked, err := gzip.NewReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var address = regexp.MustCompile(`(?:href|src)="(` + Path + `/[^"]+)"`)

// The page asks for its own files only, and each is there: for browsers that take
// gzip, and for whatever does not.
func TestPageIsWhole(t *testing.T) {
	t.Parallel()
	d := New()
	html := get(t, d, Path, nil).body
	if strings.Contains(html, "{{") || strings.Contains(html, "http") || strings.Contains(html, "<style") || strings.Contains(html, "<script>") {
		t.Errorf("the page has an unfilled name, another host, or something inline:\n%s", html)
	}
	asked := address.FindAllStringSubmatch(html, -1)
	if len(asked) != len(d.files) {
		t.Errorf("the page asks for %d of %d files", len(asked), len(d.files))
	}
	for _, match := range asked {
		plain := get(t, d, match[1], nil)
		packed := get(t, d, match[1], http.Header{"Accept-Encoding": {"br, gzip"}})
		if plain.status != http.StatusOK || plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", match[1], plain.status, plain.header)
		}
		content := packed.body
		if packed.header.Get("Content-Encoding") == "gzip" {
			content = unpack(t, content)
			if plain.header.Get("Vary") != "Accept-Encoding" || packed.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: no Vary: %v", match[1], packed.header)
			}
		}
		if whole := plain.body; whole != content || whole == "" || strings.Contains(whole, "sourceMappingURL") {
			t.Errorf("%s: %d bytes plain, %d packed, or a source map", match[1], len(whole), len(content))
		}
	}
}

func TestCaching(t *testing.T) {
	t.Parallel()
	d := New()
	for _, path := range []string{Path, Path + "/init.js", Path + "/swagger-ui.css"} {
		first := get(t, d, path, nil)
		if first.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s without its digest: %q", path, first.header.Get("Cache-Control"))
		}
		tag := first.header.Get("ETag")
		for header, want := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200} {
			again := get(t, d, path, http.Header{"If-None-Match": {header}})
			if again.status != want || (again.body == "") != (want == 304) {
				t.Errorf("%s with If-None-Match %s: %d and %d bytes", path, header, again.status, len(again.body))
			}
		}
	}
}

// HEAD is GET without the body.
func TestHead(t *testing.T) {
	t.Parallel()
	d := New()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	d.File(w, r, "swagger-ui-bundle.js")
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") != strconv.Itoa(len(swaggerJS)) || !bytes.HasPrefix(swaggerJS, []byte{0x1f, 0x8b}) {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
}
