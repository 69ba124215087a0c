package mail_test

import (
	"strings"
	"testing"

	"usher/internal/mail"
)

// A text that is too long for an address is refused before it is converted: the
// cost of punycode grows with the square of its length.
func TestLongAddressesCostNothing(t *testing.T) {
	var long strings.Builder
	long.WriteString("a@")
	for r := rune(0x4e00); r < 0x4e00+20_000; r++ {
		long.WriteRune(r)
	}
	long.WriteString(".com")
	allocations := testing.AllocsPerRun(1, func() {
		if _, err := mail.ParseAddress(long.String()); err == nil {
			t.Error("an address of 60,000 bytes was taken")
		}
	})
	if allocations > 1 {
		t.Errorf("%v allocations to refuse it", allocations)
	}
}
