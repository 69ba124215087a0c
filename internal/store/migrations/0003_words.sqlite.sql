-- The words under which a lead is found. docid is its created_at, made unique, so
-- that the newest come first without sorting. The index holds no text of its own:
-- it reads what it forgets from lead_search, and secure-delete then takes the
-- words out of its pages too, which a contentless table can't do. Beginnings of up
-- to ten letters are indexed: a longer one is gathered from all words that begin
-- so before the newest is known.

-- +goose Up

CREATE TABLE lead_search (
    docid   INTEGER PRIMARY KEY,
    lead_id TEXT NOT NULL CONSTRAINT lead_search_lead UNIQUE REFERENCES leads (id) ON DELETE CASCADE,
    words   TEXT NOT NULL
);

CREATE VIRTUAL TABLE lead_words USING fts5 (
    words, content = 'lead_search', content_rowid = 'docid', tokenize = 'ascii', detail = 'none', columnsize = 0, prefix = '1 2 3 4 5 6 7 8 9 10'
);
INSERT INTO lead_words (lead_words, rank) VALUES ('secure-delete', 1);

-- The version of the rules by which the words were made; none when they have to be
-- made anew.
CREATE TABLE search_rules (version BIGINT NOT NULL);
