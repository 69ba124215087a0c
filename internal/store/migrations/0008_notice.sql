-- Which notice of the firm's stood above the Send button when the prospect sent the
-- form. Version 0 and no language: none did, or the lead came in by the API.

-- +goose Up

ALTER TABLE leads ADD COLUMN notice_language TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN notice_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN notice_read BOOLEAN NOT NULL DEFAULT FALSE;
