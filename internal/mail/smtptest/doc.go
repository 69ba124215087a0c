// Package smtptest is a mail server for tests, in process, that can be made to
// fail. Tests only.
//
// A Server without faults is a real one (emersion/go-smtp): it checks that we
// speak SMTP as somebody else understands it, with TLS, AUTH and SMTPUTF8. While
// faults are armed, each connection is served by a small script instead, which can
// do what a proper server can't: hang, drip, cut, talk nonsense. Both write down
// what they took in the same list:
//
//	server := smtptest.Start(t)
//	server.Arm(smtptest.Fault{Stage: smtptest.Content, Then: smtptest.Cut}) // the next one
//	… send …
//	copies := server.Copies()
package smtptest
