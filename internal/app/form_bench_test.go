package app_test

import (
	"io"
	"net/http"
	"testing"

	"usher/internal/storetest/filled"
)

// BenchmarkForm is what a prospect waits for before anything can be typed: the form
// and, for comparison in the same run, the page that says that there is none, which
// reads the firm's profile too and has nothing else in it.
func BenchmarkForm(b *testing.B) {
	s := openBench(b, filled.ForWriting(b))
	for _, page := range []struct {
		name, path string
		status     int
	}{
		{"form", "/?lang=en", http.StatusOK}, {"form in Arabic", "/?lang=ar", http.StatusOK}, {"no such page", "/none", http.StatusNotFound},
	} {
		b.Run(page.name, func(b *testing.B) {
			s.clients(b, 8, func(int, int) { s.do(http.MethodGet, page.path, "", http.NoBody, io.Discard, page.status) })
		})
	}
}
