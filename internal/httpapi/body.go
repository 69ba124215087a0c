package httpapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"usher/internal/edge"
	"usher/internal/fault"
)

// maxJSON is how many bytes a JSON body may have: enough for a note of 10,000
// characters, each written as two escapes of six.
const maxJSON = 128 << 10

// field is one member that a JSON write may have: its name and where it goes.
type field struct {
	name string
	into any // a pointer to a pointer, left nil when the member is absent; or a *nullable or *maybeInstant
}

// readJSON reads a body that must be one JSON object with no members but those
// given. encoding/json alone would take other spellings of a name, a member
// twice, and anything after the value. Errors: Unsupported, TooLarge, Malformed
// when it can't be parsed, Invalid with every violation when it can.
func readJSON(w http.ResponseWriter, r *http.Request, fields ...field) error {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return fault.New(fault.Unsupported, "unsupported_media_type", "Send the body as application/json.")
	}
	if err := edge.PlainBody(r); err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxJSON))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return fault.New(fault.TooLarge, "too_large", "The body is longer than 128 KiB.")
	}
	if refused, ok := errors.AsType[*fault.Error](err); ok { // who sent it may not any more
		return refused
	}
	if err != nil {
		return malformedJSON(err)
	}
	if !utf8.Valid(body) || !json.Valid(body) || halfSurrogate(body) {
		return malformedJSON(errors.New("not JSON"))
	}
	return readObject(body, fields)
}

// halfSurrogate tells whether valid JSON escapes half of a surrogate pair without
// the other half. It stands for no character (RFC 8259 section 8.2), and
// encoding/json would put another in its place without a word.
func halfSurrogate(body []byte) bool {
	expected := false // the second half, next
	for i := 0; i < len(body); {
		size, r := 1, rune(0)
		if body[i] == '\\' {
			size = 2
			if body[i+1] == 'u' {
				size = 6
				unit, _ := strconv.ParseUint(string(body[i+2:i+6]), 16, 16)
				r = rune(unit)
			}
		}
		second := r >= 0xdc00 && r <= 0xdfff
		if second != expected {
			return true
		}
		expected = utf16.IsSurrogate(r) && !second
		i += size
	}
	return expected
}

// hasBody tells whether a request has a body of at least one byte. One whose
// length is not told beforehand is asked for its first.
func hasBody(r *http.Request) bool {
	if r.ContentLength >= 0 {
		return r.ContentLength > 0
	}
	buffered := bufio.NewReader(r.Body)
	_, err := buffered.Peek(1)
	r.Body = struct {
		io.Reader
		io.Closer
	}{buffered, r.Body}
	return !errors.Is(err, io.EOF) // of other errors whoever reads on hears
}

// nullable is a member for which null is a value of its own.
type nullable struct {
	sent  bool
	value *string
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *nullable) UnmarshalJSON(b []byte) error {
	n.sent = true
	return json.Unmarshal(b, &n.value)
}

func takesNull(into any) bool {
	switch into.(type) {
	case *nullable, *maybeInstant:
		return true
	}
	return false
}

func malformedJSON(cause error) error {
	return fault.Wrap(cause, fault.Malformed, "malformed_json", "The body is not one well-formed JSON value.")
}

func readObject(body []byte, fields []field) error {
	var bad []fault.Violation
	seen := map[string]bool{}
	err := eachMember(body, func(name string, value json.RawMessage) {
		if v := readMember(name, value, fields, seen); v != nil {
			bad = append(bad, *v)
		}
	})
	if err != nil {
		return err
	}
	return fault.Violated(bad)
}

// eachMember visits the members of a JSON object, also those that come twice.
func eachMember(body []byte, visit func(name string, value json.RawMessage)) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return fault.New(fault.Invalid, "not_an_object", "Send a JSON object.")
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return malformedJSON(err)
		}
		name, _ := token.(string)
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return malformedJSON(err)
		}
		visit(name, value)
	}
	return nil
}

func readMember(name string, value json.RawMessage, fields []field, seen map[string]bool) *fault.Violation {
	for _, f := range fields {
		switch {
		case f.name != name:
			continue
		case seen[name]:
			return &fault.Violation{Field: name, Code: "duplicate", Message: "Send this member once."}
		case !takesNull(f.into) && string(value) == "null" || json.Unmarshal(value, f.into) != nil:
			v := wrongType(name)
			return &v
		}
		seen[name] = true
		return nil
	}
	return &fault.Violation{Field: fault.FieldName(name), Code: "unknown_field", Message: "There is no such member. Remove it."}
}

func wrongType(field string) fault.Violation {
	return fault.Violation{Field: field, Code: "wrong_type", Message: "This member has the wrong type."}
}
