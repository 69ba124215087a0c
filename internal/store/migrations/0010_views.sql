-- Lists that people have given a name, leads by their language, and when the last
-- backup was made.

-- +goose Up

CREATE TABLE saved_views (
    id         TEXT PRIMARY KEY,
    owner      TEXT NOT NULL REFERENCES users (id),
    name       TEXT NOT NULL,
    q          TEXT NOT NULL,
    sort       TEXT NOT NULL CHECK (sort IN ('newest', 'oldest')),
    shared     BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX saved_views_owner ON saved_views (owner);

-- The languages as lists compare them: es- is the beginning of es and of es-MX. State
-- and assignee stand in it, so that a list of both looks at no other lead.
CREATE INDEX leads_language_newest ON leads (SUBSTR(REPLACE(LOWER(language), '_', '-') || '-', 1, 3), created_at DESC, id DESC, state, assignee);

-- One row, of the newest backup, or none.
CREATE TABLE last_backup (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    taken_at BIGINT NOT NULL,
    leads    BIGINT NOT NULL,
    bytes    BIGINT NOT NULL,
    damaged  BIGINT NOT NULL
);
