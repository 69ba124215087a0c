-- Invitations and password resets. Messages may be about a user's account instead of a
-- lead; a column can't become nullable in SQLite, so the table is made anew in the one
-- way that both engines know.

-- +goose Up

-- What is kept of a link is no secret: what opens it is sealed by the secret key.
CREATE TABLE account_links (
    id         TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    user_id    TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX account_links_user ON account_links (user_id);
CREATE INDEX account_links_expiry ON account_links (expires_at);

CREATE TABLE messages_before AS SELECT * FROM messages;
DROP TABLE messages;
CREATE TABLE messages (
    id            TEXT PRIMARY KEY,
    lead_id       TEXT REFERENCES leads (id) ON DELETE CASCADE,
    user_id       TEXT REFERENCES users (id),
    link_id       TEXT CONSTRAINT messages_link UNIQUE REFERENCES account_links (id) ON DELETE SET NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('confirmation', 'notification', 'invitation', 'password_reset', 'password_changed', 'api_key_added')),
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
    CHECK ((lead_id IS NULL) = (kind IN ('invitation', 'password_reset', 'password_changed', 'api_key_added'))),
    CHECK ((lead_id IS NULL) = (user_id IS NOT NULL)),
    CHECK ((state IN ('queued', 'retrying')) = (next_at IS NOT NULL))
);
INSERT INTO messages (id, lead_id, kind, recipient, recipient_key, message_id, state, attempts, doubtful, last_error,
        created_at, next_at, sent_at, lease, lease_until, handed_over)
    SELECT id, lead_id, kind, recipient, recipient_key, message_id, state, attempts, doubtful, last_error,
        created_at, next_at, sent_at, lease, lease_until, handed_over
    FROM messages_before;
DROP TABLE messages_before;
CREATE INDEX messages_due ON messages (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX messages_newest ON messages (created_at DESC, id DESC);
CREATE INDEX messages_state_newest ON messages (state, created_at DESC, id DESC);
CREATE INDEX messages_recipient ON messages (recipient_key, created_at) WHERE kind = 'confirmation';
CREATE INDEX messages_leased ON messages (lease) WHERE lease IS NOT NULL;
CREATE INDEX messages_user ON messages (user_id) WHERE user_id IS NOT NULL;
