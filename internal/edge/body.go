package edge

import (
	"net/http"

	"usher/internal/fault"
)

// PlainBody refuses an encoded body: decompressing for strangers is a way to be
// flooded, and no client needs it.
func PlainBody(r *http.Request) error {
	if r.Header.Get("Content-Encoding") != "" {
		return fault.New(fault.Unsupported, "unsupported_encoding", "Send the body without a Content-Encoding.")
	}
	return nil
}
