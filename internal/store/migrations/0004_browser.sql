-- Sessions of browsers. cookie_digest is the SHA-256 of the cookie's value and null
-- for a session of tokens, which its refresh tokens keep alive instead. seen_at is
-- about when the cookie was last used, expires_at when it lapses whatever happens.
-- signed_in_from is the user's when the session began: a session is over once the
-- user's has moved on.

-- +goose Up

ALTER TABLE sessions ADD COLUMN cookie_digest TEXT;
ALTER TABLE sessions ADD COLUMN seen_at BIGINT;
ALTER TABLE sessions ADD COLUMN expires_at BIGINT;
CREATE UNIQUE INDEX sessions_cookie ON sessions (cookie_digest) WHERE cookie_digest IS NOT NULL;

ALTER TABLE sessions ADD COLUMN signed_in_from BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET signed_in_from = (SELECT u.signed_in_from FROM users u WHERE u.id = sessions.user_id)
    WHERE created_at >= (SELECT u.signed_in_from FROM users u WHERE u.id = sessions.user_id);
