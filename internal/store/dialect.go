package store

import (
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// dialect is what differs between the engines' SQL.
type dialect struct {
	name  string // the suffix of its own migrations
	goose goose.Dialect
	begin string // begins a write transaction and waits for the write lock
	table string // counts the tables of a name
	// The index of words. An empty statement means that the engine keeps it itself.
	addWords   string   // docid, words
	dropWords  string   // docid, words
	clearWords []string // before all words are made anew
	// Looking for words: the joined tables, the column that tells the newest, the
	// condition on a bind, and the text of a query.
	found   string
	docid   string
	matches func(bind string) string
	query   func(words []string) string
	// The leads, to be looked for by their address.
	sameEmail string
	// The leads, to be looked for by their language.
	sameLanguage string
}

var sqlite = &dialect{
	name: "sqlite", goose: goose.DialectSQLite3,
	// A deferred transaction would take the lock at its first write and could then
	// find that what it had read is old.
	begin:      `BEGIN IMMEDIATE`,
	table:      `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1`,
	addWords:   `INSERT INTO lead_words (rowid, words) VALUES ($1, $2)`,
	dropWords:  `INSERT INTO lead_words (lead_words, rowid, words) VALUES ('delete', $1, $2)`,
	clearWords: []string{`INSERT INTO lead_words (lead_words) VALUES ('delete-all')`},
	// CROSS JOIN is how SQLite is told to begin with the index of words.
	found:   `lead_words CROSS JOIN lead_search s ON s.docid = lead_words.rowid CROSS JOIN leads ON leads.id = s.lead_id`,
	docid:   `lead_words.rowid`,
	matches: func(bind string) string { return "lead_words MATCH " + bind },
	query:   func(words []string) string { return `"` + strings.Join(words, `"* "`) + `"*` },
	// Without statistics it would take a state or an assignee for as rare as an
	// address.
	sameEmail: `leads INDEXED BY leads_email_newest`,
	// Likewise. This index holds all that a list and a count ask for, so that the most
	// that has to be looked through are the entries of one language.
	sameLanguage: `leads INDEXED BY leads_language_newest`,
}

var postgres = &dialect{
	name: "postgres", goose: goose.DialectPostgres,
	// One writer at a time, as SQLite has it, so that a decision is never made on
	// what another is about to change.
	begin: `BEGIN; SELECT pg_advisory_xact_lock(7236828)`,
	table: `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1`,
	found: `lead_search s JOIN leads ON leads.id = s.lead_id`,
	docid: `s.docid`,
	matches: func(bind string) string {
		return "array_to_tsvector(string_to_array(s.words, ' ')) @@ " + bind + "::text::tsquery"
	},
	query:     func(words []string) string { return `'` + strings.Join(words, `':* & '`) + `':*` },
	sameEmail: `leads`, sameLanguage: `leads`,
}

// own gives the migrations of one engine: those for all, and its own.
type own struct {
	fs.FS
	engine string
}

// ReadDir leaves out the other engines' files.
func (o own) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	var mine []fs.DirEntry
	for _, e := range entries {
		base := strings.TrimSuffix(e.Name(), ".sql")
		if _, engine, marked := strings.Cut(base, "."); !marked || engine == o.engine {
			mine = append(mine, e)
		}
	}
	return mine, err
}
