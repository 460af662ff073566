-- Facts leave a module through its outbox and enter through its inbox, in the transaction of the effect they tell about or have.
CREATE TABLE {module}.outbox (
    id              uuid PRIMARY KEY,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    aggregate_id    uuid NOT NULL,
    type            text NOT NULL,
    payload         jsonb NOT NULL,
    trace_parent    text,
    occurred_at     timestamptz NOT NULL,
    attempts        int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    dead_at         timestamptz,
    last_error      text
);
CREATE INDEX outbox_in_order ON {module}.outbox (seq);
CREATE INDEX outbox_in_story ON {module}.outbox (aggregate_id, seq);

CREATE TABLE {module}.inbox (
    message_id uuid NOT NULL,
    handler    text NOT NULL,
    handled_at timestamptz NOT NULL,
    PRIMARY KEY (message_id, handler)
);
CREATE INDEX inbox_by_age ON {module}.inbox (handled_at);

CREATE FUNCTION {module}.wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox_{module}', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wakes_relay AFTER INSERT ON {module}.outbox FOR EACH STATEMENT EXECUTE FUNCTION {module}.wake_relay();
