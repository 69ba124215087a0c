-- A number for each event, in the order of the commits, by which whoever listens says
-- how far it had come. Ids can't do that: they are drawn before their commit. Writes
-- come one at a time, so that the next number is free. Events from before have none:
-- nobody has listened to them.

-- +goose Up

ALTER TABLE events ADD COLUMN seq BIGINT;
CREATE UNIQUE INDEX events_seq ON events (seq) WHERE seq IS NOT NULL;
