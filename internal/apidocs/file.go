package apidocs

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// file is one embedded file.
type file struct {
	contentType string
	content     []byte
	gzipped     bool
	digest      string // of the content, short
}

func newFile(contentType string, content []byte, gzipped bool) file {
	sum := sha256.Sum256(content)
	return file{contentType, content, gzipped, hex.EncodeToString(sum[:8])}
}

func pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	err = errors.Join(err, w.Close())
	return packed.Bytes(), err
}

// serve answers GET and HEAD with the file: compressed as it lies here for whom
// that suits, else decompressed on the way out. There are no ranges. The tag is a
// weak one, so that both forms can have it.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	asItIs := true
	h := w.Header()
	if f.gzipped {
		h.Set("Vary", "Accept-Encoding")
		asItIs = takesGzip(r.Header.Values("Accept-Encoding"))
	}
	h.Set("ETag", `W/"`+f.digest+`"`)
	if seen(r.Header.Values("If-None-Match"), f.digest) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	body := io.Reader(bytes.NewReader(f.content))
	switch {
	case !asItIs:
		decompressed, err := gzip.NewReader(body)
		if err != nil { // a test reads every file, so it isn't broken
			panic(err)
		}
		body = decompressed
	case f.gzipped:
		h.Set("Content-Encoding", "gzip")
		fallthrough
	default:
		h.Set("Content-Length", strconv.Itoa(len(f.content)))
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, body) // a reader who left can't be told
	}
}

// takesGzip reads Accept-Encoding (RFC 9110 section 12.5.3): gzip, x-gzip or *,
// unless its weight is zero.
func takesGzip(headers []string) bool {
	other := false
	for coding := range strings.SplitSeq(strings.ToLower(strings.Join(headers, ",")), ",") {
		name, params, _ := strings.Cut(coding, ";")
		weight, weighted := strings.CutPrefix(strings.TrimSpace(params), "q=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		taken := !weighted || (err == nil && q > 0)
		switch strings.TrimSpace(name) {
		case "gzip", "x-gzip":
			return taken
		case "*":
			other = taken
		}
	}
	return other
}

// seen tells whether If-None-Match (RFC 9110 section 13.1.2) names the tag.
func seen(headers []string, tag string) bool {
	for known := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		known = strings.TrimSpace(known)
		if known == "*" || strings.TrimPrefix(known, "W/") == `"`+tag+`"` {
			return true
		}
	}
	return false
}
