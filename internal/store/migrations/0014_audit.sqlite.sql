-- Who did what, when and from where. Rows are added and never changed or deleted: the
-- engine refuses it. REPLACE would delete without asking the trigger of DELETE, so that
-- an id which is there is refused before it can be replaced; without a rowid there is
-- nothing else to replace by. actor is a user's id or one of a few names, target the id
-- of what it was done to, data JSON; empty for none. No column refers to another table,
-- because what is named here may be erased.

-- +goose Up

CREATE TABLE audit (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    api_key TEXT NOT NULL,
    action  TEXT NOT NULL,
    target  TEXT NOT NULL,
    network TEXT NOT NULL,
    data    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_newest ON audit (at DESC, id DESC);
CREATE INDEX audit_actor_newest ON audit (actor, at DESC, id DESC);
CREATE INDEX audit_action_newest ON audit (action, at DESC, id DESC);
CREATE INDEX audit_target_newest ON audit (target, at DESC, id DESC);

-- +goose StatementBegin
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_replaces_nothing BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
