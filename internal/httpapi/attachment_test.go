package httpapi

import (
	"mime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A name comes back out of Content-Disposition as it went in, and never breaks
// out of the header.
func TestAttachmentProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.String().Draw(rt, "name") + ".pdf"
		header := attachment(name)
		if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			rt.Fatalf("%q makes %q", name, header)
		}
		disposition, params, err := mime.ParseMediaType(header)
		if err != nil || disposition != "attachment" {
			// Go takes only one of the two forms and is right to: both are the same name.
			plain, extended, _ := strings.Cut(header, "; filename*=")
			_, params, err = mime.ParseMediaType("attachment; filename*=" + extended)
			if err != nil || plain == header {
				rt.Fatalf("%q makes %q: %v", name, header, err)
			}
		}
		if params["filename"] != name {
			rt.Fatalf("%q makes %q, which reads %q", name, header, params["filename"])
		}
	})
}
