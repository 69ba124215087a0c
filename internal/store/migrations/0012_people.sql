-- Viewers who may open resumes, and when somebody was last there: null for whoever
-- hasn't been since this was added.

-- +goose Up

ALTER TABLE users ADD COLUMN files BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN last_seen_at BIGINT;
