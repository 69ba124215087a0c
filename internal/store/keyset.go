package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// keyset builds the query for one page of a list that begins after a known row:
// the deepest page costs what the first does, and inserts move nothing. Its texts
// are ours; what comes from outside is bound.
type keyset struct {
	where  []string
	args   []any
	oldest bool // first, rather than the newest
}

func (q *keyset) bind(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *keyset) condition(text string) { q.where = append(q.where, text) }

func (q *keyset) equal(column string, v any) { q.condition(column + " = " + q.bind(v)) }

// after begins behind the row with this time, in the given column, and id.
func (q *keyset) after(column string, at time.Time, id string) {
	q.condition("(" + column + ", id) " + q.behind() + " (" + q.bind(at.UnixMicro()) + ", " + q.bind(id) + ")")
}

// behind compares with what stood last on the page before.
func (q *keyset) behind() string {
	if q.oldest {
		return ">"
	}
	return "<"
}

// order sorts by columns, newest or oldest first.
func (q *keyset) order(columns ...string) string {
	direction := " DESC"
	if q.oldest {
		direction = " ASC"
	}
	return " ORDER BY " + strings.Join(columns, direction+", ") + direction
}

// filtered is the query with its conditions.
func (q *keyset) filtered(query string) string {
	if len(q.where) == 0 {
		return query
	}
	return query + " WHERE " + strings.Join(q.where, " AND ")
}

// page asks for one page in the order of the list.
func (q *keyset) page(ctx context.Context, t tx, query string, limit int) (*sql.Rows, error) {
	text := q.filtered(query) + q.order("created_at", "id") + " LIMIT " + q.bind(limit)
	return t.QueryContext(ctx, text, q.args...)
}
