package asset

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

const (
	text = "What a file says, and says, and says again."
	kind = "text/plain; charset=utf-8"
)

// both gives the file as it is, and packed.
func both(t *testing.T) (plain, packed File) {
	t.Helper()
	content, err := Pack([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(kind, []byte(text), false), New(kind, content, true)
}

func ask(t *testing.T, f File, method string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// Whoever asks gets the same text, packed or not, and HEAD says what GET says.
func TestServe(t *testing.T) {
	t.Parallel()
	plain, packed := both(t)
	for _, c := range []struct {
		what           string
		file           File
		accept         string
		encoding, vary string
		length         int // none when negative
		gzipped        bool
	}{
		{"plain", plain, "gzip", "", "", len(text), false},
		{"packed, taken", packed, "br, gzip", "gzip", "Accept-Encoding", len(packed.content), true},
		{"packed, not taken", packed, "br", "", "Accept-Encoding", -1, false},
	} {
		got := ask(t, c.file, http.MethodGet, http.Header{"Accept-Encoding": {c.accept}})
		h := got.Header()
		length := strconv.Itoa(c.length)
		if c.length < 0 {
			length = ""
		}
		if got.Code != 200 || h.Get("Content-Type") != kind || h.Get("Content-Encoding") != c.encoding || h.Get("Vary") != c.vary || h.Get("Content-Length") != length {
			t.Errorf("%s: %d %v", c.what, got.Code, h)
		}
		body := io.Reader(got.Body)
		if c.gzipped {
			unpacked, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = unpacked
		}
		if content, err := io.ReadAll(body); err != nil || string(content) != text {
			t.Errorf("%s: %q, %v", c.what, content, err)
		}
		head := ask(t, c.file, http.MethodHead, http.Header{"Accept-Encoding": {c.accept}})
		for name := range h {
			if head.Header().Get(name) != h.Get(name) {
				t.Errorf("%s: HEAD has %s %q, GET %q", c.what, name, head.Header().Get(name), h.Get(name))
			}
		}
		if head.Body.Len() != 0 || head.Code != 200 {
			t.Errorf("%s: HEAD is %d with %d bytes", c.what, head.Code, head.Body.Len())
		}
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	plain, packed := both(t)
	for _, f := range []File{plain, packed} {
		tag := `W/"` + f.Digest() + `"`
		for header, want := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200, f.Digest(): 200} {
			got := ask(t, f, http.MethodGet, http.Header{"If-None-Match": {header}})
			if got.Code != want || (got.Body.Len() == 0) != (want == 304) || got.Header().Get("ETag") != tag {
				t.Errorf("If-None-Match %s: %d with %d bytes, ETag %s", header, got.Code, got.Body.Len(), got.Header().Get("ETag"))
			}
		}
	}
	if other := New(kind, []byte(text+" "), false); other.Digest() == plain.Digest() {
		t.Error("two contents have one digest")
	}
}

func TestTakesGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0, *": false, "*": true, "*;q=0": false,
		"br": false, "identity": false, "x-gzip": true, "gzip;q=x": false, "notgzip": false,
	} {
		if got := TakesGzip([]string{header}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
