-- The leads of one e-mail address, so that staff see who wrote before.

-- +goose Up

CREATE INDEX leads_email_newest ON leads (email_key, created_at DESC, id DESC);
