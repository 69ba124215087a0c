// Package smtp sends letters over SMTP (RFC 5321), one connection a try.
//
// It stands on the low-level client of go-mail, github.com/wneessen/go-mail/smtp,
// and uses go-mail itself only to write the MIME message. Read at v0.8.1, the
// high-level client can't keep our promises:
//
//   - it has no moment between the 354 and the content, where the outbox must
//     record the hand-over;
//   - its one deadline covers dialling and everything up to AUTH, and is renewed by
//     NOOP only, so neither a command nor a try is bounded;
//   - it doesn't close the connection when EHLO, STARTTLS or AUTH fails;
//   - after a broken-off message it sends QUIT, and textproto completes the message
//     with a dot before any next command: half a message is delivered;
//   - it calls a message failed when only RSET or QUIT fails after the 250;
//   - without TLS it finds no PLAIN or LOGIN, even on loopback, and with TLS it
//     prefers SCRAM and NTLM to PLAIN.
//
// Of the low-level client two habits matter here: Close waits for the command in
// flight, so a stuck command is ended by closing the connection under it; and an
// EHLO keyword is only found when the server writes it in capitals.
package smtp
