package filled

import (
	"path/filepath"
	"testing"
)

// ForReading gives a benchmark the data directory that all share.
func ForReading(b *testing.B) string {
	b.Helper()
	n, err := Leads()
	if err != nil {
		b.Fatal(err)
	}
	dir, err := Keep(b.Context(), Dir(), n, func(int) {})
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// ForWriting gives a benchmark a data directory of its own.
func ForWriting(b *testing.B) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "data")
	if err := Copy(ForReading(b), dir); err != nil {
		b.Fatal(err)
	}
	return dir
}
