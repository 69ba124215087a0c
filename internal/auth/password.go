package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"usher/internal/fault"
)

// The cost of a password: argon2id with 19 MiB, two passes, one lane (OWASP
// Password Storage Cheat Sheet).
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	saltSize    = 16
	hashSize    = 32
)

// Passwords hashes and compares passwords, a few at a time: each takes 19 MiB
// and a core, so a login flood must queue here and not take the machine.
type Passwords struct {
	slots  chan struct{}
	queue  chan struct{}
	dummy  string
	derive func(password string, salt []byte) []byte
}

// NewPasswords allows so many hashes at once; sixty-four more may wait for each.
func NewPasswords(atOnce int) *Passwords {
	p := &Passwords{slots: make(chan struct{}, atOnce), queue: make(chan struct{}, 65*atOnce), derive: derive}
	p.dummy = encode(make([]byte, saltSize), make([]byte, hashSize)) // of no password: it only has to cost as much
	return p
}

// Hash gives the PHC string of a password under a fresh salt.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	var hash string
	err := p.slot(ctx, func() error {
		hash = encode(salt, p.derive(password, salt))
		return nil
	})
	return hash, err
}

// Matches compares a password with a PHC string in a slot of its own, and hands the
// outcome to after. before is asked once the slot is held, and may refuse; after is
// called while it still is, so that whoever gets the slot next knows what came of this.
// An empty hash takes as long as a real one and never matches, so that an unknown name
// can't be told by the time.
func (p *Passwords) Matches(ctx context.Context, hash, password string, before func() error, after func(matches bool) error) error {
	known := hash != ""
	if !known {
		hash = p.dummy
	}
	return p.slot(ctx, func() error {
		if err := before(); err != nil {
			return err
		}
		salt, want, err := decode(hash)
		if err != nil {
			return err
		}
		return after(subtle.ConstantTimeCompare(p.derive(password, salt), want) == 1 && known)
	})
}

func (p *Passwords) slot(ctx context.Context, work func() error) error {
	select {
	case p.queue <- struct{}{}:
		defer func() { <-p.queue }()
	default:
		return &fault.Error{
			Kind: fault.Throttled, Code: "busy", RetryAfter: time.Second,
			Detail: "Too many people are signing in at once. Try again in a moment.",
		}
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
		return work()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, hashSize)
}

func encode(salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(hash))
}

// decode reads the PHC strings that encode makes. Other costs are refused: when
// they change, the old ones have to be read from the string.
func decode(phc string) (salt, hash []byte, err error) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonPasses, argonLanes)
	rest, ok := strings.CutPrefix(phc, prefix)
	saltText, hashText, found := strings.Cut(rest, "$")
	if !ok || !found {
		return nil, nil, errors.New("auth: not an argon2id hash of this release")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("auth: salt: %w", err)
	}
	if hash, err = base64.RawStdEncoding.DecodeString(hashText); err != nil {
		return nil, nil, fmt.Errorf("auth: hash: %w", err)
	}
	return salt, hash, nil
}
