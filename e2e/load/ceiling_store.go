package main

import (
	"context"
	"database/sql" //nolint:depguard // the yardstick has a database of its own
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	_ "modernc.org/sqlite" // the driver
)

const (
	ceilingDatabase = "ceiling.db"
	ceilingUser     = "00000000-0000-7000-8000-000000000001"
	pageSize        = 50
	mostInGroup     = 256
)

const ceilingSchema = `
CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL, disabled BOOLEAN NOT NULL);
CREATE TABLE leads (
	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
	email TEXT NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, filename TEXT NOT NULL,
	content_type TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL, resume_key TEXT NOT NULL, reached_out_at BIGINT,
	reached_out_by TEXT, assignee TEXT, version BIGINT NOT NULL);
CREATE INDEX leads_newest ON leads (created_at DESC, id DESC);
CREATE INDEX leads_state_newest ON leads (state, created_at DESC, id DESC);
CREATE INDEX leads_email ON leads (email);
CREATE TABLE outbox (id TEXT PRIMARY KEY, lead TEXT NOT NULL, recipient TEXT NOT NULL, next_at BIGINT);
CREATE INDEX outbox_due ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE VIRTUAL TABLE lead_words USING fts5 (words, content = '', contentless_delete = 1, prefix = '3 4 5 6 7 8 9 10', detail = 'none');
INSERT INTO users VALUES ('` + ceilingUser + `', 'admin@firm.example', FALSE);`

const ceilingColumns = `leads.id, reference, first_name, last_name, email, language, state, created_at, filename, content_type, size,
	sha256, resume_key, reached_out_at, reached_out_by, assignee, version`

// The statements, by what they are for.
const (
	insertLead = iota
	insertWords
	insertOutbox
	updateState
	savepoint
	release
	begin
	commit
	writes // how many of them write

	selectUser = iota - 1
	selectOne
	selectFirst
	selectAfter
	selectEmail
	selectWords
	statements
)

func texts() [statements]string {
	const page = ` ORDER BY created_at DESC, id DESC LIMIT ?`
	return [statements]string{
		insertLead: `INSERT INTO leads (id, reference, first_name, last_name, email, language, state, created_at, filename, content_type,
			size, sha256, resume_key, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		insertWords:  `INSERT INTO lead_words (rowid, words) VALUES (?, ?)`,
		insertOutbox: `INSERT INTO outbox (id, lead, recipient, next_at) VALUES (?, ?, ?, ?)`,
		updateState:  `UPDATE leads SET state = ?, version = version + 1 WHERE id = ? RETURNING ` + ceilingColumns,
		savepoint:    `SAVEPOINT one`, release: `RELEASE one`, begin: `BEGIN IMMEDIATE`, commit: `COMMIT`,
		selectUser:  `SELECT email FROM users WHERE id = ? AND NOT disabled`,
		selectOne:   `SELECT ` + ceilingColumns + ` FROM leads WHERE id = ?`,
		selectFirst: `SELECT ` + ceilingColumns + ` FROM leads` + page,
		selectAfter: `SELECT ` + ceilingColumns + ` FROM leads WHERE (created_at, id) < (?, ?)` + page,
		selectEmail: `SELECT ` + ceilingColumns + ` FROM leads WHERE email = ?` + page,
		selectWords: `SELECT ` + ceilingColumns + ` FROM lead_words CROSS JOIN leads ON leads.n = lead_words.rowid WHERE lead_words MATCH ? ORDER BY lead_words.rowid DESC LIMIT ?`,
	}
}

// ceilingStore has one writer, which takes whatever waits into one commit.
type ceilingStore struct {
	read     *sql.DB
	write    *sql.DB
	syncName func() error // of the resumes' folder
	prepared [statements]*sql.Stmt
	waiting  chan *job
	ended    chan struct{}
}

// job is one write that somebody waits for.
type job struct {
	do   func() error
	file bool // a file's name has to be synced with it
	done chan error
}

func ceilingDB(path string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=cache_size(-8192)&_pragma=temp_store(MEMORY)")
}

func openCeiling(ctx context.Context, path string, syncName func() error) (*ceilingStore, error) {
	s := &ceilingStore{syncName: syncName, waiting: make(chan *job, 1024), ended: make(chan struct{})}
	var err error
	if s.write, err = ceilingDB(path); err != nil {
		return nil, err
	}
	if s.read, err = ceilingDB(path); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	for i, text := range texts() {
		pool := s.read
		if i < writes {
			pool = s.write
		}
		if s.prepared[i], err = pool.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // it lives as long as its pool
			return nil, fmt.Errorf("%s: %w", text, err)
		}
	}
	go s.commitAll(context.WithoutCancel(ctx))
	return s, nil
}

func (s *ceilingStore) close() error {
	close(s.waiting)
	<-s.ended
	return errors.Join(s.read.Close(), s.write.Close())
}

func (s *ceilingStore) commitAll(ctx context.Context) {
	defer close(s.ended)
	for first := range s.waiting {
		group := []*job{first}
		for len(group) < mostInGroup && len(s.waiting) > 0 {
			group = append(group, <-s.waiting)
		}
		err := s.commitGroup(ctx, group)
		for _, j := range group {
			j.done <- err
		}
	}
}

func (s *ceilingStore) commitGroup(ctx context.Context, group []*job) error {
	for _, j := range group {
		if j.file {
			if err := s.syncName(); err != nil {
				return err
			}
			break
		}
	}
	if _, err := s.prepared[begin].ExecContext(ctx); err != nil {
		return err
	}
	for _, j := range group {
		_, before := s.prepared[savepoint].ExecContext(ctx)
		err := j.do()
		_, after := s.prepared[release].ExecContext(ctx)
		if err := errors.Join(before, err, after); err != nil {
			return err
		}
	}
	_, err := s.prepared[commit].ExecContext(ctx)
	return err
}

func (s *ceilingStore) update(do func() error, file bool) error {
	j := &job{do: do, file: file, done: make(chan error, 1)}
	s.waiting <- j
	return <-j.done
}

func (s *ceilingStore) add(ctx context.Context, l ceilingLead) error {
	return s.update(func() error { return s.insert(ctx, l) }, true)
}

func (s *ceilingStore) insert(ctx context.Context, l ceilingLead) error {
	kept, err := s.prepared[insertLead].ExecContext(ctx, l.ID, l.Reference, l.FirstName, l.LastName, l.Email, l.Language, l.State, l.CreatedAt.UnixMicro(),
		l.Filename, l.ContentType, l.Size, l.SHA256, l.Key, l.Version)
	if err != nil {
		return err
	}
	n, err := kept.LastInsertId()
	if err != nil {
		return err
	}
	if _, err := s.prepared[insertWords].ExecContext(ctx, n, strings.Join([]string{l.FirstName, l.LastName, l.Email, l.Reference}, " ")); err != nil {
		return err
	}
	for _, to := range []string{l.Email, "attorney@firm.example"} {
		if _, err := s.prepared[insertOutbox].ExecContext(ctx, uuid.Must(uuid.NewV7()).String(), l.ID, to, l.CreatedAt.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

func (s *ceilingStore) change(ctx context.Context, id, state string) (l ceilingLead, err error) {
	err = s.update(func() error {
		var err error
		l, err = scanCeiling(s.prepared[updateState].QueryRowContext(ctx, state, id))
		return err
	}, false)
	return l, err
}

func (s *ceilingStore) user(ctx context.Context, id string) error {
	var email string
	return s.prepared[selectUser].QueryRowContext(ctx, id).Scan(&email)
}

func (s *ceilingStore) one(ctx context.Context, id string) (ceilingLead, error) {
	return scanCeiling(s.prepared[selectOne].QueryRowContext(ctx, id))
}

// page finds by the beginnings of words, by a whole address, or everything.
func (s *ceilingStore) page(ctx context.Context, q, cursor string) ([]ceilingLead, error) {
	statement, args := selectFirst, []any{pageSize + 1}
	micros, id, found := strings.Cut(cursor, ".")
	switch {
	case strings.Contains(q, "@"):
		statement, args = selectEmail, []any{q, pageSize + 1}
	case q != "":
		statement, args = selectWords, []any{`"` + strings.Join(strings.Fields(q), `"* "`) + `"*`, pageSize + 1}
	case found:
		at, err := strconv.ParseInt(micros, 10, 64)
		if err != nil {
			return nil, err
		}
		statement, args = selectAfter, []any{at, id, pageSize + 1}
	}
	rows, err := s.prepared[statement].QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var leads []ceilingLead
	for rows.Next() {
		l, err := scanCeiling(rows)
		if err != nil {
			return nil, err
		}
		leads = append(leads, l)
	}
	return leads, rows.Err()
}

func scanCeiling(row interface{ Scan(dest ...any) error }) (l ceilingLead, err error) {
	var created int64
	err = row.Scan(&l.ID, &l.Reference, &l.FirstName, &l.LastName, &l.Email, &l.Language, &l.State, &created, &l.Filename, &l.ContentType,
		&l.Size, &l.SHA256, &l.Key, &l.Reached, &l.By, &l.Assignee, &l.Version)
	l.CreatedAt = time.UnixMicro(created).UTC()
	return l, err
}
