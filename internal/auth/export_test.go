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

// KeyID is the id in the text of an API key.
func KeyID(text string) (string, bool) { return keyID(text) }

// NewKeyText makes the text of a key with an id.
func NewKeyText(id string) string { return newKeyText(id) }

// AgentName is what is kept of a User-Agent header.
func AgentName(header string) string { return agentName(header) }
