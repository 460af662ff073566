-- Failed logins, counted for all hosts: kept in the database so that a restart does not forgive them. Keys are HMACs, cut to 128 bits.
CREATE TABLE users.login_failures (
    -- Of an account, of a client network, or of both together.
    key           uuid PRIMARY KEY,
    -- When the count will have shrunk to nothing: (forgotten_at - now) / (time in which it shrinks by one) is the count.
    forgotten_at  timestamptz NOT NULL,
    refused_until timestamptz
);
CREATE INDEX login_failures_by_age ON users.login_failures (forgotten_at);

-- The client networks from which somebody logged in to an account; failures of others do not hold them.
CREATE TABLE users.login_clients (
    account uuid NOT NULL,
    client  uuid NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (account, client)
);
CREATE INDEX login_clients_by_client ON users.login_clients (client);

-- The wait after a failure: none below the allowance, a minute at it, twice as long with each failure beyond, an hour at most.
-- Half a failure of tolerance: a count has shrunk a little by the time it reaches the allowance.
CREATE FUNCTION users.refused_until(now timestamptz, forgotten_at timestamptz, forgives interval, allowance bigint)
RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN beyond >= -0.5 THEN now + least(interval '1 hour', interval '1 minute' * power(2, least(greatest(round(beyond), 0), 6))) END
    FROM (SELECT (extract(epoch FROM forgotten_at - now) / extract(epoch FROM forgives))::double precision - allowance AS beyond) AS counted
$$;

-- The iterations of each hash, which stand in its header (ASP.NET Core Identity, version 3): a login costs as many as the costliest, whoever it is.
ALTER TABLE users.users ADD COLUMN password_iterations int NOT NULL GENERATED ALWAYS AS (
    CASE WHEN password_hash ~ '^AQ[A-Za-z0-9+/]{10}' THEN
        (get_byte(decode(left(password_hash, 12), 'base64'), 5) << 24) | (get_byte(decode(left(password_hash, 12), 'base64'), 6) << 16)
        | (get_byte(decode(left(password_hash, 12), 'base64'), 7) << 8) | get_byte(decode(left(password_hash, 12), 'base64'), 8)
    ELSE 0 END) STORED;
CREATE INDEX users_costliest_hash ON users.users (password_iterations);
