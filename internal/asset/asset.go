// Package asset serves files that are embedded in the program: with their type, a
// tag by which a browser sees that it has them already, and gzipped as they lie
// in the program for whoever takes that.
package asset

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

// Immutable is the Cache-Control of a file whose address changes with its content.
const Immutable = "public, max-age=31536000, immutable"

// File is one embedded file.
type File struct {
	contentType string
	content     []byte
	packed      bool
	digest      string
}

// New takes the content of a file. packed says that it is gzipped already; a file
// that isn't is served as it is.
func New(contentType string, content []byte, packed bool) File {
	sum := sha256.Sum256(content)
	return File{contentType, content, packed, hex.EncodeToString(sum[:8])}
}

// Pack gzips a content, as small as it gets.
func Pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	err = errors.Join(err, w.Close())
	return packed.Bytes(), err
}

// Digest is short and changes with the content.
func (f File) Digest() string { return f.digest }

// ServeHTTP answers GET and HEAD with the file: gzipped as it lies here for whom
// that suits, else unpacked on the way out. There are no ranges. The tag is a
// weak one, so that both forms can have it (RFC 9110 section 8.8.1). For how long
// the file may be kept, the caller has said before.
func (f File) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asItIs := true
	h := w.Header()
	if f.packed {
		h.Set("Vary", "Accept-Encoding")
		asItIs = TakesGzip(r.Header.Values("Accept-Encoding"))
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
		unpacked, err := gzip.NewReader(body)
		if err != nil { // tests read every file, so it isn't broken
			panic(err)
		}
		body = unpacked
	case f.packed:
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

// TakesGzip reads the values of Accept-Encoding (RFC 9110 section 12.5.3): gzip, x-gzip or *,
// unless its weight is zero.
func TakesGzip(headers []string) bool {
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
