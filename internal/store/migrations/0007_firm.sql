-- What the firm says of itself. firm_profile has one row, or none while nothing was
-- set. Lists are JSON, the bytes of the logo base64, so that one text serves both
-- engines.

-- +goose Up

CREATE TABLE firm_profile (
    id                BIGINT PRIMARY KEY CHECK (id = 1),
    name              TEXT NOT NULL,
    accent            TEXT NOT NULL,
    zone              TEXT NOT NULL,
    ask_read          BOOLEAN NOT NULL,
    embed_sites       TEXT NOT NULL,
    return_addresses  TEXT NOT NULL,
    -- All empty or 0 without a logo.
    logo_digest       TEXT NOT NULL,
    logo_content_type TEXT NOT NULL CHECK (logo_content_type IN ('', 'image/png', 'image/jpeg')),
    logo_width        BIGINT NOT NULL,
    logo_height       BIGINT NOT NULL,
    logo_base64       TEXT NOT NULL,
    version           BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    updated_by        TEXT NOT NULL REFERENCES users (id)
);

CREATE TABLE firm_texts (
    language  TEXT PRIMARY KEY,
    hours     TEXT NOT NULL,
    promise   TEXT NOT NULL,
    urgent    TEXT NOT NULL,
    mail_note TEXT NOT NULL
);

-- Nothing is ever changed or deleted here: leads name the version that was seen. The
-- newest of a language stands, unless its text is empty.
CREATE TABLE firm_notices (
    version      BIGINT PRIMARY KEY,
    language     TEXT NOT NULL,
    text         TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL REFERENCES users (id)
);
CREATE INDEX firm_notices_newest ON firm_notices (language, version DESC);
