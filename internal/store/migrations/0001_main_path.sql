-- The main path: users and their sessions, leads and their timelines, the outbox.
-- Times are Unix microseconds (UTC), ids UUIDv7 texts. Nothing here is specific to
-- one database engine.

-- +goose Up

CREATE TABLE users (
    id             TEXT PRIMARY KEY,
    email          TEXT NOT NULL,
    email_key      TEXT NOT NULL CONSTRAINT users_email_key UNIQUE,
    name           TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('admin', 'attorney', 'intake', 'viewer')),
    password_hash  TEXT NOT NULL,
    disabled       BOOLEAN NOT NULL,
    created_at     BIGINT NOT NULL,
    signed_in_from BIGINT NOT NULL
);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    ended_at   BIGINT
);

CREATE TABLE refresh_tokens (
    digest     TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

CREATE TABLE leads (
    id                  TEXT PRIMARY KEY,
    reference           TEXT NOT NULL CONSTRAINT leads_reference UNIQUE,
    first_name          TEXT NOT NULL,
    last_name           TEXT NOT NULL,
    single_name         BOOLEAN NOT NULL,
    email               TEXT NOT NULL,
    email_key           TEXT NOT NULL,
    language            TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('PENDING', 'REACHED_OUT')),
    created_at          BIGINT NOT NULL,
    resume_key          TEXT NOT NULL CONSTRAINT leads_resume_key UNIQUE,
    resume_filename     TEXT NOT NULL,
    resume_content_type TEXT NOT NULL,
    resume_size         BIGINT NOT NULL,
    resume_sha256       TEXT NOT NULL,
    resume_protected    BOOLEAN NOT NULL,
    reached_out_at      BIGINT,
    reached_out_by      TEXT REFERENCES users (id),
    channel             TEXT NOT NULL CHECK (channel IN ('', 'email', 'phone', 'other')),
    assignee            TEXT REFERENCES users (id),
    version             BIGINT NOT NULL,
    CHECK ((state = 'REACHED_OUT') = (reached_out_at IS NOT NULL))
);
CREATE INDEX leads_newest ON leads (created_at DESC, id DESC);
CREATE INDEX leads_state_newest ON leads (state, created_at DESC, id DESC);

-- What stays of an erased lead: that it was there. resume_key is empty once the
-- file is gone too.
CREATE TABLE tombstones (
    lead_id    TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    erased_at  BIGINT NOT NULL,
    resume_key TEXT NOT NULL
);
CREATE INDEX tombstones_unfinished ON tombstones (resume_key) WHERE resume_key <> '';

-- Events outlive their lead, so there is no foreign key.
CREATE TABLE events (
    id      TEXT PRIMARY KEY,
    lead_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    data    TEXT NOT NULL
);
CREATE INDEX events_lead ON events (lead_id, at, id);

CREATE TABLE messages (
    id            TEXT PRIMARY KEY,
    lead_id       TEXT NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('confirmation', 'notification')),
    recipient     TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    message_id    TEXT NOT NULL CONSTRAINT messages_message_id UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'retrying', 'sent', 'dead', 'captured', 'suppressed')),
    attempts      BIGINT NOT NULL,
    doubtful      BIGINT NOT NULL,
    last_error    TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    next_at       BIGINT,
    sent_at       BIGINT,
    -- While a dispatcher tries it: proof of the claim, when it lapses, and whether
    -- the message was handed over to the mail server.
    lease         TEXT,
    lease_until   BIGINT,
    handed_over   BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT messages_once UNIQUE (lead_id, kind, recipient_key),
    CHECK ((state IN ('queued', 'retrying')) = (next_at IS NOT NULL))
);
CREATE INDEX messages_due ON messages (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX messages_newest ON messages (created_at DESC, id DESC);
CREATE INDEX messages_state_newest ON messages (state, created_at DESC, id DESC);
CREATE INDEX messages_recipient ON messages (recipient_key, created_at) WHERE kind = 'confirmation';
CREATE INDEX messages_leased ON messages (lease) WHERE lease IS NOT NULL;

CREATE TABLE idempotency_keys (
    key         TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    lead_id     TEXT NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
    created_at  BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_lead ON idempotency_keys (lead_id);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
