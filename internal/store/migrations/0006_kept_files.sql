-- Resumes of forms that are not sent yet, for an hour. form is the id of the form
-- that each came with, network a keyed digest of where it came from.

-- +goose Up

CREATE TABLE kept_files (
    id                  TEXT PRIMARY KEY,
    form                TEXT NOT NULL,
    network             TEXT NOT NULL,
    at                  BIGINT NOT NULL,
    resume_key          TEXT NOT NULL CONSTRAINT kept_files_resume_key UNIQUE,
    resume_filename     TEXT NOT NULL,
    resume_content_type TEXT NOT NULL,
    resume_size         BIGINT NOT NULL,
    resume_sha256       TEXT NOT NULL,
    resume_protected    BOOLEAN NOT NULL
);
CREATE INDEX kept_files_oldest ON kept_files (at, id);
CREATE INDEX kept_files_network ON kept_files (network, at, id);
CREATE INDEX kept_files_size ON kept_files (resume_size);
