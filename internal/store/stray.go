package store

import (
	"context"
	"database/sql"
	"unicode/utf8"
)

// The index of words takes an erased word out of its pages at once, but a page
// that began with it keeps the word, or its beginning, as its entry in the index's
// own index. Such a stray word goes only when the page is written again.

// mergePages is how many pages of the index one commit writes again: few enough
// that nobody notices the wait.
const mergePages = 64

// dropStrayWords writes the index of words again, some pages a commit, when it
// still names a word that no lead has.
func (s *Store) dropStrayWords(ctx context.Context) error {
	if s.dialect != sqlite || !s.strayWords.Load() {
		return nil
	}
	found, err := s.hasStrayWords(ctx)
	if err != nil {
		return err
	}
	if found {
		if err := s.rewriteWords(ctx); err != nil {
			return err
		}
		s.unscrubbed.Store(true)
	}
	s.strayWords.Store(false)
	return nil
}

// hasStrayWords looks up everything that pages of the index are told apart by.
func (s *Store) hasStrayWords(ctx context.Context) (bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT SUBSTR(term, 2) FROM lead_words_idx WHERE LENGTH(term) > 1`) // the first byte tells the kind
	entries, err := collect(rows, err, func(r *sql.Rows) (string, error) {
		var entry []byte
		err := r.Scan(&entry)
		return string(whole(entry)), err
	})
	if err != nil {
		return false, s.translate(err)
	}
	for _, entry := range entries {
		if entry == "" {
			continue
		}
		var n int
		err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM lead_words WHERE lead_words MATCH $1 LIMIT 1) found`,
			s.dialect.query([]string{entry})).Scan(&n)
		if err != nil || n == 0 {
			return n == 0, s.translate(err)
		}
	}
	return false, nil
}

// whole is a text without the bytes of a letter that was cut off at its end.
func whole(text []byte) []byte {
	for len(text) > 0 {
		if r, size := utf8.DecodeLastRune(text); r != utf8.RuneError || size > 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return text
}

// rewriteWords merges all of the index into one segment
// (https://www.sqlite.org/fts5.html#the_merge_command). A single segment would be
// left as it is, so a second one is made for it first, of words that some lead has
// and a docid that none can have, which no search therefore shows.
func (s *Store) rewriteWords(ctx context.Context) error {
	step := func(statement string, args ...any) (changes int, err error) {
		err = s.update(ctx, func(ctx context.Context, t tx) error {
			var before, after int
			const total = `SELECT total_changes()`
			if err := t.QueryRowContext(ctx, total).Scan(&before); err != nil {
				return err
			}
			if _, err := t.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
			err := t.QueryRowContext(ctx, total).Scan(&after)
			changes = after - before
			return err
		})
		return changes, err
	}
	var known string
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(words), '') FROM (SELECT words FROM lead_search LIMIT 1) one`).Scan(&known)
	if err != nil {
		return s.translate(err)
	}
	const merge = `INSERT INTO lead_words (lead_words, rank) VALUES ('merge', $1)`
	if _, err := step(s.dialect.addWords, 0, known); err != nil {
		return err
	}
	changes, err := step(merge, -mergePages) // puts all segments on one level
	for err == nil && changes > 1 {          // one is that of the command itself
		changes, err = step(merge, mergePages)
	}
	if err != nil {
		return err
	}
	_, err = step(s.dialect.dropWords, 0, known)
	return err
}
