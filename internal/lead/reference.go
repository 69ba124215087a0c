package lead

// alphabet has no vowels, so that no reference spells a word, and no character
// that is mistaken for another when read out or written down (0 O 1 I L U).
const alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ"

// Reference makes a reference such as 7K4-Q2M from random bytes, reading as
// many as it needs. random must give uniformly distributed bytes.
func Reference(random func() byte) string {
	ref := make([]byte, 0, 7)
	for len(ref) < 7 {
		if len(ref) == 3 {
			ref = append(ref, '-')
		}
		// Bytes above the last whole multiple would favour the first letters.
		if b := int(random()); b < 256-256%len(alphabet) {
			ref = append(ref, alphabet[b%len(alphabet)])
		}
	}
	return string(ref)
}
