// Package auth decides who is calling: passwords, access and refresh tokens, the
// sessions behind them, API keys, and how often somebody may guess.
//
// An access token is a JWT that names a user and a session. Its signature is
// checked without the database, but the session and its user are looked up on
// each request, so that disabling a user, changing a password or ending a
// session refuses at once. A refresh token is an opaque random value, stored as
// a digest, good for one use: a second use means that it was copied, and ends the
// session.
//
// A browser has a cookie instead: an opaque random value too, stored as a digest,
// which stands for its session until that ends, is idle for too long or too old.
//
// How often somebody may guess is counted in the database, for all replicas, by keys
// that name nobody; a browser in which the user has signed in before counts apart.
// An API key lets a program act for a user within scopes, without a session: it is
// looked up with its owner on each request too, and never does what takes a person.
//
// The password grant is for API clients, because the product needs it; OWASP
// ASVS 10.4.4 and RFC 9700 advise against it, and SECURITY.md says so.
package auth
