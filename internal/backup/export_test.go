package backup

import (
	"crypto/sha256"
	"errors"
)

// Finish ends an archive as a Writer would, whatever stands in it.
func Finish(before []byte, m Manifest, resumes int) ([]byte, error) {
	hash := sha256.New()
	hash.Write(before)
	end, err := End{Resumes: resumes}.sealed(hash)
	last, tailErr := tail(end, m)
	return append(before, last...), errors.Join(err, tailErr)
}
