package demo

import (
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// newID is a UUIDv7 (RFC 9562) of a time, with the fraction of its millisecond
// where uuid.NewV7 has it, so that ids sort as times do.
func newID(r *rand.Rand, at time.Time) string {
	ms, fraction := at.UnixMilli(), at.Nanosecond()%int(time.Millisecond)>>8
	random := r.Uint64()
	var id uuid.UUID
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i)) //nolint:gosec // one byte after the other
	}
	id[6], id[7] = 0x70|byte(fraction>>8), byte(fraction)
	for i := range 8 {
		id[8+i] = byte(random >> (8 * i)) //nolint:gosec // likewise
	}
	id[8] = 0x80 | id[8]&0x3f
	return id.String()
}

// references is how many there are: six of 28 characters.
const references = 28 * 28 * 28 * 28 * 28 * 28

// reference gives the bytes that lead.Reference draws for a lead. Drawn blindly,
// a thousand of a million would be taken already; multiplying by a number that
// shares no factor with theirs meets each once.
func (d *Demo) reference(i int) func() byte {
	const step = 177_302_543                                       // neither even nor a multiple of seven, as 28 is
	number := (uint64(i)*step + d.seed%references*97) % references //nolint:gosec // i is not negative
	return func() byte {
		digit := number % 28
		number /= 28
		return byte(digit)
	}
}
