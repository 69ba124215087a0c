-- How often somebody has tried what is limited, such as signing in with a wrong
-- password. who is a keyed digest, of a name and a network or of one of them: people
-- type passwords into the field of the name. After lapses_at a row says nothing more.

-- +goose Up

CREATE TABLE tries (
    who       TEXT PRIMARY KEY,
    times     BIGINT NOT NULL CHECK (times > 0),
    since     BIGINT NOT NULL,
    latest    BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL
);
CREATE INDEX tries_lapse ON tries (lapses_at, who);
