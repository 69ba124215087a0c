-- Lists by assignee, and counts that cost no counting: one row for each state and
-- assignee (empty for nobody), kept in the transaction that changes a lead.

-- +goose Up

CREATE INDEX leads_assignee_newest ON leads (assignee, created_at DESC, id DESC);
CREATE INDEX leads_assignee_state_newest ON leads (assignee, state, created_at DESC, id DESC);

CREATE TABLE lead_counts (
    state    TEXT NOT NULL,
    assignee TEXT NOT NULL,
    leads    BIGINT NOT NULL,
    PRIMARY KEY (state, assignee)
);
INSERT INTO lead_counts (state, assignee, leads) SELECT state, COALESCE(assignee, ''), COUNT(*) FROM leads GROUP BY 1, 2;
