-- Who may sign in. A deleted user keeps the row, and with it the e-mail, so that restoring never meets a successor.
CREATE TABLE users.users (
    id                  uuid PRIMARY KEY,
    email               text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    -- The e-mail as it is compared: folded by the shop and not by lower(), which depends on the server's locale.
    email_key           text NOT NULL CONSTRAINT users_email_is_taken UNIQUE,
    name                text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    password_hash       text NOT NULL,
    role                text NOT NULL CHECK (role IN ('customer', 'admin')),
    -- Grows when tokens from before must end.
    credentials_version int NOT NULL DEFAULT 1 CHECK (credentials_version > 0),
    -- Grows with every change that a reader can see: the ETag.
    version             bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    deleted_at          timestamptz
);
CREATE INDEX users_newest_first ON users.users (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX users_admins ON users.users (id) WHERE role = 'admin' AND deleted_at IS NULL;
