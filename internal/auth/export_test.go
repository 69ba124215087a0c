package auth

import "sync/atomic"

// Counted makes the hashing of passwords count how often it is done.
func (p *Passwords) Counted() *atomic.Int64 {
	var n atomic.Int64
	hash := p.derive
	p.derive = func(password string, salt []byte) []byte {
		n.Add(1)
		return hash(password, salt)
	}
	return &n
}
