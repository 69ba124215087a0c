-- Who did what, when and from where. Rows are added and never changed or deleted: the
-- engine refuses it. actor is a user's id or one of a few names, target the id of what
-- it was done to, data JSON; empty for none. No column refers to another table, because
-- what is named here may be erased.

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
);
CREATE INDEX audit_newest ON audit (at DESC, id DESC);
CREATE INDEX audit_actor_newest ON audit (actor, at DESC, id DESC);
CREATE INDEX audit_action_newest ON audit (action, at DESC, id DESC);
CREATE INDEX audit_target_newest ON audit (target, at DESC, id DESC);

-- +goose StatementBegin
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
