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
	"strconv"
	"strings"
	"testing"
	"time"

	"usher/internal/staff"
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

// signText is mint for a header and claims that no encoder would make.
func signText(head, payload string, key []byte) string {
	text := b64.EncodeToString([]byte(head)) + "." + b64.EncodeToString([]byte(payload))
	mac := hmac.New(sha256.New, key)
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
	s.addUser(t, "gone@firm.example", staff.Attorney)
	_, disabled := opened(t, s.signIn(t, "gone@firm.example"))
	if err := s.Staff.Disable(t.Context(), "gone@firm.example", true); err != nil {
		t.Fatal(err)
	}
	in := s.do(t, signInAs(adminEmail, password))
	head, payload := string(must(b64.DecodeString(parts[0]))), string(must(b64.DecodeString(parts[1])))
	signed := func(head, payload string) string { return signText(head, payload, key) }
	same(t, "signed by hand", s.lists(t, signed(head, payload)), 200)

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

		"None":                      encodeJWT(t, changed(header, object{"alg": "None"}), claims) + ".",
		"a null alg":                signed(`{"alg":null,"typ":"at+jwt"}`, payload),
		"x5c":                       withHeader(object{"x5c": []string{"AA"}}),
		"an empty kid":              withHeader(object{"kid": ""}),
		"an empty crit":             withHeader(object{"crit": []string{}}),
		"typ twice":                 signed(`{"alg":"HS256","typ":"JWT","typ":"at+jwt"}`, payload),
		"alg twice":                 signed(`{"alg":"none","alg":"HS256","typ":"at+jwt"}`, payload),
		"alg in two cases":          signed(`{"ALG":"none","alg":"HS256","typ":"at+jwt"}`, payload),
		"sub twice":                 signed(head, strings.Replace(payload, "{", `{"sub":"`+aUUID+`",`, 1)),
		"sub twice, equal":          signed(head, strings.Replace(payload, "{", `{"sub":"`+claims["sub"].(string)+`",`, 1)), //nolint:errcheck // a text, or the test is broken
		"sub in two cases":          signed(head, strings.Replace(payload, "{", `{"SUB":"`+aUUID+`",`, 1)),
		"SUB in the place of sub":   signed(head, strings.Replace(payload, `"sub"`, `"SUB"`, 1)),
		"a long s in sub":           signed(head, strings.Replace(payload, `"sub"`, `"\u017fub"`, 1)),
		"exp twice":                 signed(head, strings.Replace(payload, "{", `{"exp":1,`, 1)),
		"other cases of the claims": signed(head, strings.ToUpper(payload)),
		"text after the claims":     signed(head, payload+"{}"),
		"claims that are a list":    signed(head, "["+payload+"]"),
		"claims that are null":      signed(head, "null"),
		"a header that is null":     signed("null", payload),
		"exp as a text":             withClaims(object{"exp": strconv.FormatInt(now+60, 10)}),
		"iat as a text":             withClaims(object{"iat": strconv.FormatInt(now, 10)}),
		"nbf as a text":             withClaims(object{"nbf": strconv.FormatInt(now, 10)}),
		"a null exp":                signed(head, strings.Replace(payload, `"exp":`, `"exp":null,"x":`, 1)),
		"exp in a hundred years":    withClaims(object{"exp": now + 100*365*24*3600}),
		"exp beyond int64":          signed(head, strings.Replace(payload, `"exp":`, `"exp":1e300,"x":`, 1)),
		"exp beyond float64":        signed(head, strings.Replace(payload, `"exp":`, `"exp":1e999,"x":`, 1)),
		"a negative exp":            withClaims(object{"exp": -now}),
		"a wide gap around iat":     withClaims(object{"iat": now - 3600, "exp": now + 60}),
		"iat a moment ahead":        withClaims(object{"iat": now + 1}),
		"an empty iss":              withClaims(object{"iss": ""}),
		"iss with a slash":          withClaims(object{"iss": baseURL + "/"}),
		"aud of many, none ours":    withClaims(object{"aud": []string{"a", "b"}}),
		"an empty aud":              withClaims(object{"aud": []string{}}),
		"a disabled user":           mint(t, header, changed(disabled, object{"sid": nil}), sha256.New, key),
		"a disabled user's session": mint(t, header, disabled, sha256.New, key),
		"unknown user, no session":  withClaims(object{"sub": aUUID, "sid": nil}),
		"a session's cookie":        in.given(t).Value,
		"a device's cookie":         in.cookie(t, deviceCookie).Value,
		"the device's key":          mint(t, header, claims, sha256.New, tokenKey(t, secretHex, "usher device v1")),
		"cut after the header":      parts[0],
		"cut in the claims":         parts[0] + "." + parts[1][:20],
		"cut by one":                good[:len(good)-1],
		"only a signature":          ".." + parts[2],
		"trailing garbage":          good + "garbage",
		"a trailing dot":            good + ".",
		"a trailing space, encoded": good + "%20",
		"in standard base64":        strings.NewReplacer("-", "+", "_", "/").Replace(good) + "==",
		"the whole token in base64": b64.EncodeToString([]byte(good)),
		"two tokens":                good + good,
		"an empty session":          withClaims(object{"sid": " "}),
		"a session of another type": withClaims(object{"sid": 1}),
	}
	want := s.do(t, req{path: leadsPath})
	refused := func(name string, got answer) {
		t.Helper()
		if got.status != http.StatusUnauthorized || !slices.Equal(got.header.Values("WWW-Authenticate"), []string{"Bearer"}) ||
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
