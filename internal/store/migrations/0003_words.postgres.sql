-- The words under which a lead is found. docid is its created_at, made unique, so
-- that the newest come first without sorting. The words are taken as they are: no
-- parser or dictionary of the engine has a say in them.

-- +goose Up

CREATE TABLE lead_search (
    docid   BIGINT PRIMARY KEY,
    lead_id TEXT NOT NULL CONSTRAINT lead_search_lead UNIQUE REFERENCES leads (id) ON DELETE CASCADE,
    words   TEXT NOT NULL
);
CREATE INDEX lead_words ON lead_search USING GIN (array_to_tsvector(string_to_array(words, ' '))) WITH (fastupdate = off);

-- The version of the rules by which the words were made; none when they have to be
-- made anew.
CREATE TABLE search_rules (version BIGINT NOT NULL);
