package httpapi

import (
	"encoding/binary"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/lead"
)

// query reads known parameters and gathers what is wrong with them. Unknown ones
// are ignored, however they are written.
type query struct {
	values url.Values
	broken map[string]bool // parameters whose percent-encoding is none
	bad    []fault.Violation
}

func queryOf(r *http.Request) *query {
	q := &query{values: url.Values{}, broken: map[string]bool{}}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			continue
		}
		text, err := url.QueryUnescape(value)
		q.broken[name] = q.broken[name] || err != nil
		q.values.Add(name, text)
	}
	return q
}

func (q *query) refuse(field, code, message string) {
	q.bad = append(q.bad, fault.Violation{Field: field, Code: code, Message: message})
}

// one gives the only value of a parameter, and whether it was sent.
func (q *query) one(name string) (string, bool) {
	values := q.values[name]
	if len(values) > 1 {
		q.refuse(name, "duplicate", "Send this parameter once.")
	}
	if len(values) == 0 {
		return "", false
	}
	if q.broken[name] {
		q.refuse(name, "malformed", "Write this parameter with percent-encoding.")
		return "", false
	}
	return values[0], true
}

// known gives the values of those of some parameters that were sent. They were read, so
// that each was sent once and is short and right.
func (q *query) known(names ...string) map[string]string {
	sent := map[string]string{}
	for _, name := range names {
		if q.values.Has(name) {
			sent[name] = q.values.Get(name)
		}
	}
	return sent
}

const (
	defaultLimit = 50
	maxLimit     = 100
)

func (q *query) limit() int {
	text, sent := q.one("limit")
	if !sent {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit || text != strconv.Itoa(n) {
		q.refuse("limit", "out_of_range", "Use a whole number from 1 to 100.")
		return defaultLimit
	}
	return n
}

// position is a place in a list, sealed so that nobody can make one up.
type position struct {
	createdAt time.Time
	id        string
}

// cursor reads a cursor of one list; the list's name is sealed in, so that the
// cursor of another is refused.
func (q *query) cursor(seal auth.Seal, list string) *position {
	text, sent := q.one("cursor")
	if !sent {
		return nil
	}
	payload, ok := seal.Take(text)
	rest, sameList := strings.CutPrefix(string(payload), list+"\x00")
	if !ok || !sameList || len(rest) != 24 {
		q.refuse("cursor", "invalid_cursor", "Use next_cursor as the list gave it, or leave it out to start again.")
		return nil
	}
	id, err := uuid.FromBytes([]byte(rest[8:]))
	if err != nil {
		q.refuse("cursor", "invalid_cursor", "Use next_cursor as the list gave it, or leave it out to start again.")
		return nil
	}
	micros := binary.BigEndian.Uint64([]byte(rest[:8]))
	return &position{createdAt: time.UnixMicro(int64(micros)).UTC(), id: id.String()} //nolint:gosec // sealed by us: it was an int64
}

func nextCursor(seal auth.Seal, list string, createdAt time.Time, id string) *string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil
	}
	payload := append([]byte(list), 0)
	payload = binary.BigEndian.AppendUint64(payload, uint64(createdAt.UnixMicro()))
	cursor := seal.Put(append(payload, parsed[:]...))
	return &cursor
}

// onePage turns up to limit rows into what is answered; one row more than that
// means that there is a next page, and cursor makes its name from the last row.
func onePage[Row, View any](rows []Row, limit int, view func(Row) View, cursor func(Row) *string) ([]View, *string) {
	var next *string
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor(rows[limit-1])
	}
	items := make([]View, len(rows))
	for i, row := range rows {
		items[i] = view(row)
	}
	return items, next
}

// pathID is the id in the path. What is no UUID names nothing.
func pathID(r *http.Request, what string) (string, error) {
	text := r.PathValue("id")
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return "", fault.New(fault.NotFound, "not_found", "There is no such "+what+".")
	}
	return id.String(), nil
}

// seen reads If-Match (RFC 9110 section 13.1.1). Tags that are not ours to the
// letter, weak ones among them, match no version.
func seen(r *http.Request) lead.Precondition {
	header := strings.Join(r.Header.Values("If-Match"), ",")
	p := lead.Precondition{Asked: len(r.Header.Values("If-Match")) > 0}
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" {
			p.Any = true
		}
		quoted, ok := strings.CutPrefix(tag, `"`)
		number, closed := strings.CutSuffix(quoted, `"`)
		if v, err := strconv.ParseInt(number, 10, 64); ok && closed && err == nil && strconv.FormatInt(v, 10) == number {
			p.Versions = append(p.Versions, v)
		}
	}
	return p
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
