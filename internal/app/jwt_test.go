package app_test

import (
	"crypto"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var b64 = base64.RawURLEncoding

// tokenKey derives a key as api.md says, in the test's own words.
func tokenKey(t testing.TB, secret, info string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, raw, nil, info, 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

type object = map[string]any

// mint makes a JWT by hand.
func mint(t testing.TB, header, claims object, newHash func() hash.Hash, key []byte) string {
	t.Helper()
	text := encodeJWT(t, header, claims)
	mac := hmac.New(newHash, key)
	mac.Write([]byte(text))
	return text + "." + b64.EncodeToString(mac.Sum(nil))
}

func encodeJWT(t testing.TB, header, claims object) string {
	t.Helper()
	var parts []string
	for _, part := range []object{header, claims} {
		raw, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, b64.EncodeToString(raw))
	}
	return strings.Join(parts, ".")
}

// opened reads a JWT without checking it.
func opened(t testing.TB, token string) (header, claims object) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts in %s", len(parts), token)
	}
	for i, into := range []*object{&header, &claims} {
		raw, err := b64.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// changed is a copy with some members replaced, or removed when nil.
func changed(o, by object) object {
	o = maps.Clone(o)
	for name, value := range by {
		if o[name] = value; value == nil {
			delete(o, name)
		}
	}
	return o
}

func TestAccessTokenIsAsDocumented(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.admin(t)
	header, claims := opened(t, token)
	same(t, "header", header, object{"alg": "HS256", "typ": "at+jwt"})
	for _, name := range []string{"iss", "aud", "sub", "exp", "iat", "jti"} {
		if claims[name] == nil {
			t.Errorf("no %s in %v", name, claims)
		}
	}
	iat, _ := claims["iat"].(float64)
	exp, _ := claims["exp"].(float64)
	if claims["iss"] != baseURL || exp-iat != 900 || int64(iat) != s.clock.Now().Unix() {
		t.Errorf("claims %v", claims)
	}
	same(t, "minted with the derived key", s.lists(t, mint(t, header, claims, sha256.New, tokenKey(t, secretHex, "usher jwt v1"))), 200)
}

// A token with the documented claims alone, minted by who holds the secret, stands
// for its user until a password change or disabling would have ended sessions.
func TestTokenWithoutSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	header, claims := opened(t, s.admin(t))
	minted := mint(t, header, changed(claims, object{"sid": nil, "jti": "one"}), sha256.New, tokenKey(t, secretHex, "usher jwt v1"))
	same(t, "minted", s.lists(t, minted), 200)
	s.clock.Add(2 * time.Second)
	if err := s.Staff.ResetPassword(t.Context(), adminEmail, "another long password"); err != nil {
		t.Fatal(err)
	}
	same(t, "after a new password", s.lists(t, minted), 401)
}

func TestTokenAbuse(t *testing.T) {
	t.Parallel()
	s := start(t)
	good := s.admin(t)
	header, claims := opened(t, good)
	key := tokenKey(t, secretHex, "usher jwt v1")
	now := s.clock.Now().Unix()
	withHeader := func(by object) string { return mint(t, changed(header, by), claims, sha256.New, key) }
	withClaims := func(by object) string { return mint(t, header, changed(claims, by), sha256.New, key) }
	parts := strings.Split(good, ".")
	unsigned := parts[0] + "." + parts[1]
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rs := encodeJWT(t, changed(header, object{"alg": "RS256"}), claims)
	digest := sha256.Sum256([]byte(rs))
	rsSigned := rs + "." + b64.EncodeToString(must(rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, digest[:])))
	signature, err := b64.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	_, attorneyClaims := opened(t, s.attorney(t))

	tokens := map[string]string{
		"none":                      encodeJWT(t, changed(header, object{"alg": "none"}), claims) + ".",
		"None, signed":              withHeader(object{"alg": "None"}),
		"none without signature":    encodeJWT(t, object{"alg": "none"}, claims),
		"HS384":                     mint(t, changed(header, object{"alg": "HS384"}), claims, sha512.New384, key),
		"HS512":                     mint(t, changed(header, object{"alg": "HS512"}), claims, sha512.New, key),
		"RS256":                     rsSigned,
		"RS256 over HMAC":           withHeader(object{"alg": "RS256"}),
		"lower case hs256":          withHeader(object{"alg": "hs256"}),
		"no alg":                    withHeader(object{"alg": nil}),
		"a number for alg":          withHeader(object{"alg": 256}),
		"typ JWT":                   withHeader(object{"typ": "JWT"}),
		"no typ":                    withHeader(object{"typ": nil}),
		"kid":                       withHeader(object{"kid": "../../dev/null"}),
		"jku":                       withHeader(object{"jku": "https://evil.example/keys"}),
		"jwk":                       withHeader(object{"jwk": object{"kty": "oct", "k": "AA"}}),
		"x5u":                       withHeader(object{"x5u": "https://evil.example/cert"}),
		"crit":                      withHeader(object{"crit": []string{"exp"}}),
		"b64":                       withHeader(object{"b64": false}),
		"empty signature":           unsigned + ".",
		"no signature":              unsigned,
		"a short signature":         unsigned + "." + b64.EncodeToString(signature[:16]),
		"a zero signature":          unsigned + "." + b64.EncodeToString(make([]byte, 32)),
		"a long signature":          good + "AA",
		"a padded signature":        good + "=",
		"stray bits":                strayBits(good),
		"four parts":                good + "." + parts[2],
		"another's signature":       unsigned + "." + b64.EncodeToString(key),
		"other claims":              parts[0] + "." + strings.Split(s.attorney(t), ".")[1] + "." + parts[2],
		"the secret as the key":     mint(t, header, claims, sha256.New, must(hex.DecodeString(secretHex))),
		"the hex as the key":        mint(t, header, claims, sha256.New, []byte(secretHex)),
		"an empty key":              mint(t, header, claims, sha256.New, nil),
		"another secret":            mint(t, header, claims, sha256.New, tokenKey(t, strings.Replace(secretHex, "0", "1", 1), "usher jwt v1")),
		"another purpose":           mint(t, header, claims, sha256.New, tokenKey(t, secretHex, "usher receipt v1")),
		"cursors' purpose":          mint(t, header, claims, sha256.New, tokenKey(t, secretHex, "usher cursor v1")),
		"wrong iss":                 withClaims(object{"iss": "http://evil.example"}),
		"no iss":                    withClaims(object{"iss": nil}),
		"wrong aud":                 withClaims(object{"aud": "other"}),
		"no aud":                    withClaims(object{"aud": nil}),
		"expired":                   withClaims(object{"exp": now}),
		"long expired":              withClaims(object{"exp": 0}),
		"no exp":                    withClaims(object{"exp": nil}),
		"issued in the future":      withClaims(object{"iat": now + 3600}),
		"no iat":                    withClaims(object{"iat": nil}),
		"not yet valid":             withClaims(object{"nbf": now + 3600}),
		"no sub":                    withClaims(object{"sub": nil}),
		"unknown user":              withClaims(object{"sub": aUUID}),
		"another user":              withClaims(object{"sub": attorneyClaims["sub"]}),
		"no jti":                    withClaims(object{"jti": nil}),
		"unknown session":           withClaims(object{"sid": aUUID}),
		"another's session":         withClaims(object{"sid": attorneyClaims["sid"]}),
		"a claim of the wrong type": withClaims(object{"sub": []int{1}}),
		"rubbish":                   marker,
		"dots":                      "..",
		"long":                      strings.Repeat("a", 20_000),
		"a refresh token":           second(pair(t, s.token(t, grant))),
	}
	want := s.do(t, req{path: leadsPath})
	refused := func(name string, got answer) {
		t.Helper()
		if got.status != http.StatusUnauthorized ||
			strings.ReplaceAll(got.body, got.header.Get("X-Request-Id"), "") != strings.ReplaceAll(want.body, want.header.Get("X-Request-Id"), "") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tokens)) {
		refused(name, s.do(t, req{path: leadsPath, token: tokens[name]}))
	}
	for _, value := range []string{good, "Basic " + good, "Bearer" + good, "Bearer  ", "Bearer " + good + " x", "Bearer " + good + ", Bearer " + good, "DPoP " + good} {
		refused(value[:7], s.do(t, req{path: leadsPath}.with("Authorization", value)))
	}
	twice, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+leadsPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	twice.Header["Authorization"] = []string{"Bearer " + good, "Bearer " + good}
	refused("two headers", s.send(t, twice))
	refused("in the query", s.do(t, req{path: leadsPath + "?access_token=" + good}))
	for _, scheme := range []string{"bearer", "BEARER"} { // RFC 9110 section 11.1: a scheme has no case
		same(t, scheme, s.do(t, req{path: leadsPath}.with("Authorization", scheme+" "+good)).status, 200)
	}
	same(t, "the good one", s.lists(t, good), 200)
	s.clock.Add(15*time.Minute - time.Second)
	same(t, "a second before its end", s.lists(t, good), 200)
	s.clock.Add(time.Second)
	same(t, "at its end", s.lists(t, good), 401)
}

func second[A, B any](_ A, b B) B { return b }

// strayBits sets one of the two bits that the last character of a signature has
// beyond its 32 bytes: other decoders take that for the same signature.
func strayBits(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last|1])
}
