// Package mail is the outbox: what Usher has to say by e-mail, and the promise
// that each message is delivered to the mail server or visibly stuck.
//
// # The life of a message
//
// A lead and its messages are stored in one transaction, so a lead without its
// mails can't exist. From then on a message belongs to the Dispatcher:
//
//	queued ── claim ──▶ leased ── render ──▶ letter ── Sender ──▶ sent
//	                      │                              │
//	                      │                              ├─ Deferred, Unreachable ─▶ retrying
//	                      │                              ├─ Refused a second time ─▶ dead
//	                      │                              └─ tried for Horizon     ─▶ dead
//	                      └─ stopped before it began ─▶ released, as if never claimed
//
// Step by step:
//
//  1. Claim leases a few due messages, oldest first. The lease outlasts one try
//     (Policy.TryLimit) by a margin, so no second dispatcher picks them up.
//  2. Renderer makes a Letter of the message and its Facts: the prospect's in the
//     language of the lead, the firm's in the firm's (package words). Of the
//     prospect's text a letter holds only name and address.
//  3. Sender speaks SMTP (package mail/smtp). Right before the content goes out
//     it calls back, and the outbox records the hand-over: from here on a crash
//     leaves a doubtful try.
//  4. The answer decides, by Policy.After alone, what becomes of the message, and
//     Settle writes that down. A 250 after DATA is sent, whatever QUIT says.
//
// # At least once
//
// Exactly once is impossible over SMTP: a process may die between the server's
// 250 and its own commit (RFC 1047). So each message keeps one Message-ID for
// ever, the store counts the doubtful tries that dead processes left behind, and
// a message with two of them is not sent a third time by itself.
//
// # One bad recipient delays nobody
//
// Tries run side by side, few at first and more while the server takes them. A
// try that hangs longer than a moment stops counting against that limit. Only
// trouble with the server itself (Unreachable) pauses everybody, briefly.
//
// Logs carry ids and reply codes, never addresses or names.
package mail
