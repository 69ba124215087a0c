// Package e2e tests the built program from outside: it starts the binary, talks
// to it over HTTP and SMTP, kills it, fills its disk, and looks at what is left.
//
// TestMain builds the binary once, unless USHER_TEST_BINARY names one. Every test
// starts servers of its own on free loopback ports, with a data directory of its
// own, and waits for what can be observed, never for a time. Times are printed and
// never a gate.
//
// What takes long runs by a flag: `go test ./e2e -run TestKill -kills 1000`,
// `go test ./e2e -long`.
package e2e
