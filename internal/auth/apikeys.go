package auth

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// The bounds of API keys.
const (
	MostKeys   = 50   // of a user
	KeysADay   = 1000 // that a user makes: each leaves an entry in the audit, for ever
	MaxKeyName = 100  // code points
	// ExpiredKeysLife is how long a key that has expired is still listed, so that its
	// owner finds out why a program has stopped.
	ExpiredKeysLife = 30 * 24 * time.Hour
)

// APIKey lets a program act for a user, within scopes, without anybody signing in.
type APIKey struct {
	ID         string // UUIDv7
	UserID     string
	Name       string // 1 to MaxKeyName code points
	Scopes     staff.Scopes
	Digest     string // SHA-256 of the whole key, in hex
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero for never
	LastUsedAt time.Time // give or take watchEvery; zero for never
}

// Expired tells whether the key's time is over.
func (k APIKey) Expired(now time.Time) bool { return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt) }

// Facts are what the audit says of a key; it outlives it there.
func (k APIKey) Facts() map[string]string {
	facts := map[string]string{"name": k.Name, "owner": k.UserID, "scopes": string(k.Scopes)}
	if !k.ExpiresAt.IsZero() {
		facts["expires_at"] = k.ExpiresAt.Format(time.RFC3339)
	}
	return facts
}

// KeyStore keeps API keys, of each a digest only.
type KeyStore interface {
	// APIKey gives a key and its owner; fault.NotFound when there is none.
	APIKey(ctx context.Context, id string) (APIKey, staff.User, error)
	// APIKeys gives the keys of a user, or of everybody for the empty id, newest first.
	APIKeys(ctx context.Context, owner string) ([]APIKey, error)
	// AddAPIKey keeps a key, and the message that tells its owner, if check has nothing
	// against how many they have, and have made in the last 24 hours.
	AddAPIKey(ctx context.Context, k APIKey, told mail.Message, check func(owned, made int) error) error
	// RemoveAPIKey deletes a key if check has nothing against it; fault.NotFound when
	// there is none.
	RemoveAPIKey(ctx context.Context, id string, check func(APIKey) error) error
	// SeeAPIKeys keeps when keys were last used, by their ids, all in one transaction.
	SeeAPIKeys(ctx context.Context, seen map[string]time.Time) error
}

// byKey tells whose API key this is. Every failure is the same errSignedOut. The key is
// looked up by its id and compared by its digest: how long that takes tells nothing of a
// secret.
func (s *Service) byKey(ctx context.Context, text string) (Caller, error) {
	id, ok := keyID(text)
	if !ok {
		return Caller{}, errSignedOut
	}
	k, u, err := s.keys.APIKey(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return Caller{}, errSignedOut
	}
	if err != nil {
		return Caller{}, err
	}
	if !k.matches(text) || k.Expired(s.now()) || u.Disabled {
		return Caller{}, errSignedOut
	}
	u.KeyID, u.Scopes = k.ID, k.Scopes
	return Caller{User: u, Key: k}, nil
}

// Keys is the use cases around API keys, for people.
type Keys struct {
	Store KeyStore
	Ended func() // is told when a key was revoked, as Config.Ended is of sessions
	// Told makes the message by which a user hears of a new key: whoever makes one in a
	// session that isn't theirs must not go unnoticed.
	Told  func(staff.User) (mail.Message, error)
	Now   func() time.Time
	NewID func() string
}

// NewKey is what it takes to make an API key.
type NewKey struct {
	Name      string
	Scopes    []string
	ExpiresAt *time.Time // nil for never
}

// Check gives the key as u would have it, and every violation; fields are name, scopes
// and expires_at.
func (n NewKey) Check(u staff.User, now time.Time) (APIKey, []fault.Violation) {
	k := APIKey{UserID: u.ID, Name: strings.TrimSpace(n.Name), CreatedAt: now}
	bad := checkKeyName(k.Name)
	scopes, more := staff.ScopesOf(n.Scopes, u)
	k.Scopes, bad = scopes, append(bad, more...)
	if n.ExpiresAt != nil {
		k.ExpiresAt = n.ExpiresAt.UTC().Truncate(time.Microsecond)
		if k.Expired(now) {
			bad = append(bad, fault.Violation{Field: "expires_at", Code: "not_in_the_future", Message: "Use a time in the future, or null for never."})
		}
	}
	return k, bad
}

func checkKeyName(name string) []fault.Violation {
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	switch {
	case name == "":
		return []fault.Violation{{Field: "name", Code: "required", Message: "Give the key a name, such as what uses it."}}
	case utf8.RuneCountInString(name) > MaxKeyName:
		return []fault.Violation{{Field: "name", Code: "too_long", Message: "Shorten the name to 100 characters."}}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, odd):
		return []fault.Violation{{Field: "name", Code: "invalid_characters", Message: "Remove line breaks, control and text-direction characters."}}
	}
	return nil
}

// Add makes a key of the user's and gives it with its text, which nobody can give again.
// Errors: Invalid with every violation, Conflict when they have MostKeys.
func (s *Keys) Add(ctx context.Context, u staff.User, n NewKey) (k APIKey, text string, err error) {
	k, bad := n.Check(u, s.Now())
	if err := fault.Violated(bad); err != nil {
		return APIKey{}, "", err
	}
	told, err := s.Told(u)
	if err != nil {
		return APIKey{}, "", err
	}
	k.ID = s.NewID()
	text = newKeyText(k.ID)
	k.Digest = digest(text)
	return k, text, s.Store.AddAPIKey(ctx, k, told, func(owned, made int) error {
		switch {
		case owned >= MostKeys:
			return fault.New(fault.Conflict, "too_many_keys", "You have 50 API keys. Revoke one first.")
		case made >= KeysADay:
			return fault.New(fault.Conflict, "too_many_keys_today", "You have made 1,000 API keys in a day. Wait until tomorrow.")
		}
		return nil
	})
}

// List gives the user's keys, or everybody's to an admin, newest first.
func (s *Keys) List(ctx context.Context, u staff.User) ([]APIKey, error) {
	owner := u.ID
	if u.May(staff.ManageUsers) {
		owner = ""
	}
	return s.Store.APIKeys(ctx, owner)
}

// Revoke deletes a key: one's own, or as an admin anybody's. It is refused from then on.
// Errors: NotFound.
func (s *Keys) Revoke(ctx context.Context, u staff.User, id string) error {
	err := s.Store.RemoveAPIKey(ctx, id, func(k APIKey) error {
		if k.UserID != u.ID && !u.May(staff.ManageUsers) {
			return fault.New(fault.NotFound, "not_found", "There is no such API key.")
		}
		return nil
	})
	if err == nil {
		s.Ended()
	}
	return err
}
