// Package fault is the closed set of ways in which a request to Usher can go
// wrong. Every layer speaks in these kinds; only the edge (httpapi, site, cmd)
// translates them, so no package below it knows what HTTP is.
//
// An error that is not a *Error is a bug or a broken machine: the edge logs it
// once and shows a bland internal error.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an Error is. The set is closed: the edge maps
// every kind to exactly one status, and a test walks all of them.
type Kind int

// The kinds, in the order of the statuses that HTTP gives them.
const (
	Internal         Kind = iota // a bug or damaged data; details stay in the log
	Malformed                    // the body can't be parsed
	Unauthenticated              // nobody is signed in
	Forbidden                    // signed in, but the role doesn't allow it
	NotFound                     // doesn't exist, or may not be known
	MethodNotAllowed             // the path exists, the method doesn't
	Conflict                     // the current state doesn't allow it
	Stale                        // the caller acted on an old version
	TooLarge                     // more bytes than the limit
	Unsupported                  // a type that is not accepted
	Invalid                      // parsed, and wrong: see Violations
	Throttled                    // too many tries; see RetryAfter
	Unavailable                  // can't be stored now; nothing was kept
)

// Kinds lists every kind, for tests that must walk them all.
func Kinds() []Kind {
	kinds := make([]Kind, 0, Unavailable+1)
	for k := Internal; k <= Unavailable; k++ {
		kinds = append(kinds, k)
	}
	return kinds
}

// Violation is one thing wrong with one field. Message is a sentence for people
// that says what to do and never repeats the value that was sent.
type Violation struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
	// Value is what a translation of the message has to name, such as the extension
	// that a file should have. It is never what was sent.
	Value string `json:"-"`
}

// Error is a failure that the caller can act on.
type Error struct {
	Kind       Kind
	Code       string        // machine-readable, snake_case, stable
	Detail     string        // one sentence for people, without any sent value
	Violations []Violation   // all of them, not the first
	RetryAfter time.Duration // for Throttled and Unavailable
	Cause      error         // for the log only
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	for _, v := range e.Violations {
		fmt.Fprintf(&b, " [%s %s]", v.Field, v.Code)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives the cause, so that errors.Is sees through a fault.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind with a stable code and a sentence for people.
func New(kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// Wrap is New with the cause kept for the log.
func Wrap(cause error, kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail, Cause: cause}
}

// Field makes an error of a kind that is about a single field.
func Field(kind Kind, field, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Detail: message, Violations: []Violation{{Field: field, Code: code, Message: message}}}
}

// Violated gathers violations into one Invalid error, or nil when there are none.
func Violated(violations []Violation) error {
	if len(violations) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid", Detail: "Some fields need another look.", Violations: violations}
}

// FieldName is an unknown field's name when it looks like one, so that an answer
// can say which field is meant and yet never echoes arbitrary text.
func FieldName(sent string) string {
	if sent == "" || len(sent) > 64 {
		return "(unknown)"
	}
	for _, r := range sent {
		if r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return "(unknown)"
		}
	}
	return sent
}

// Unstorable is the error for something that can't be kept now: nothing was
// kept, and the caller may try again after a short pause.
func Unstorable(cause error) *Error {
	return &Error{
		Kind: Unavailable, Code: "cannot_store", RetryAfter: 5 * time.Second, Cause: cause,
		Detail: "This can't be stored right now. Nothing was kept; try again in a moment.",
	}
}

// KindOf tells the kind of an error; what is no *Error is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
