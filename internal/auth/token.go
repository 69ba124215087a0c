package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// How long tokens live, and the session that they belong to (OWASP ASVS 5.0 section
// 7.3): a program that doesn't refresh for a week, or signed in 30 days ago, shows the
// password again. NIST SP 800-63B section 4.1.3 has the 30 days. What must run for
// longer takes an API key.
const (
	AccessLife  = 15 * time.Minute
	RefreshLife = 7 * 24 * time.Hour
	TokensLife  = 30 * 24 * time.Hour
)

const (
	tokenType = "at+jwt" // RFC 9068
	audience  = "usher"
)

var errToken = errors.New("not a valid access token")

// claims are those of RFC 9068 that Usher uses, and the session (OpenID Connect
// calls it sid), which every token of ours names.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid,omitempty"`
}

// tokens signs and checks access tokens with one algorithm, HS256.
type tokens struct {
	key    []byte
	issuer string
}

func (t tokens) sign(user, session, id string, now time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.issuer, Audience: jwt.ClaimStrings{audience}, Subject: user, ID: id,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(AccessLife)),
		},
		Session: session,
	})
	token.Header["typ"] = tokenType
	return token.SignedString(t.key)
}

// check verifies everything about a token that needs no database. Header fields
// beyond alg and typ (kid, jku, jwk, crit and whatever comes) are refused: we
// never issue them, and following them is how JWT libraries got broken.
func (t tokens) check(text string, now time.Time) (claims, error) {
	var c claims
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(t.issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return now }),
	)
	token, err := parser.ParseWithClaims(text, &c, func(token *jwt.Token) (any, error) {
		if token.Header["typ"] != tokenType || len(token.Header) != 2 {
			return nil, errToken
		}
		return t.key, nil
	})
	if err != nil || !token.Valid || !wellMade(text) || c.Subject == "" || c.ID == "" || c.IssuedAt == nil || c.ExpiresAt.Sub(c.IssuedAt.Time) > AccessLife {
		return claims{}, errToken
	}
	return c, nil
}

// wellMade tells whether header and claims leave nothing open. encoding/json takes the
// last of several members of a name (RFC 7519 section 4 lets us refuse them), other
// cases of a name, and a text where a time has to be a number.
func wellMade(text string) bool {
	parts := strings.Split(text, ".")
	return len(parts) == 3 && plainObject(parts[0]) && plainObject(parts[1])
}

func plainObject(part string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return false
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil || seen[name] || !plainMember(name, value) {
			return false
		}
		seen[name] = true
	}
	return true
}

func plainMember(name string, value json.RawMessage) bool {
	if slices.Contains([]string{"exp", "iat", "nbf"}, name) && bytes.HasPrefix(value, []byte{'"'}) {
		return false
	}
	return !slices.ContainsFunc([]string{"alg", "typ", "iss", "aud", "sub", "exp", "iat", "nbf", "jti", "sid"}, func(ours string) bool {
		return name != ours && strings.EqualFold(name, ours)
	})
}
