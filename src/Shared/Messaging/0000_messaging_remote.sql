-- Events travel to modules of other processes: an outbox row stays until every receiver has acknowledged it.
ALTER TABLE {module}.outbox
    ADD COLUMN trace_state     text,
    ADD COLUMN baggage         text,
    ADD COLUMN published_at    timestamptz,
    ADD COLUMN acknowledged_by text[] NOT NULL DEFAULT '{}';
