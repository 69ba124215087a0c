-- Reports. funnel_counts says how often something happened to the public form on a
-- day of the firm's zone, in a language of its pages: numbers and nothing else, so
-- that nobody can be told from anybody. field and code are those of a refusal, and
-- empty otherwise. events_contact has what the time to the first contact is made of.
-- contact_within_hours is the firm's promise in figures, 0 while it has none.

-- +goose Up

CREATE TABLE funnel_counts (
    day      TEXT NOT NULL,
    language TEXT NOT NULL,
    step     TEXT NOT NULL CHECK (step IN ('view', 'start', 'refused', 'submit', 'api_submit')),
    field    TEXT NOT NULL,
    code     TEXT NOT NULL,
    times    BIGINT NOT NULL,
    PRIMARY KEY (day, language, step, field, code)
);

CREATE INDEX events_contact ON events (lead_id, at, id, kind) WHERE kind IN ('reached_out', 'reopened', 'undone');
CREATE INDEX tombstones_newest ON tombstones (created_at);

ALTER TABLE firm_profile ADD COLUMN contact_within_hours BIGINT NOT NULL DEFAULT 0 CHECK (contact_within_hours BETWEEN 0 AND 720);
