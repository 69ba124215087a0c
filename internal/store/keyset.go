package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// keyset builds the query for one page of a list, newest first, that begins after
// a known row: the deepest page costs what the first does, and inserts move
// nothing. Its texts are ours; what comes from outside is bound.
type keyset struct {
	where []string
	args  []any
}

func (q *keyset) bind(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *keyset) equal(column string, v any) {
	q.where = append(q.where, column+" = "+q.bind(v))
}

func (q *keyset) after(createdAt time.Time, id string) {
	q.where = append(q.where, "(created_at, id) < ("+q.bind(createdAt.UnixMicro())+", "+q.bind(id)+")")
}

func (q *keyset) page(ctx context.Context, t tx, query string, limit int) (*sql.Rows, error) {
	if len(q.where) > 0 {
		query += " WHERE " + strings.Join(q.where, " AND ")
	}
	query += " ORDER BY created_at DESC, id DESC LIMIT " + q.bind(limit)
	return t.QueryContext(ctx, query, q.args...)
}
