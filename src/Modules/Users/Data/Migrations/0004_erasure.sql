-- A deleted user's name, e-mail and hash are erased: at once when a customer leaves, after the restore window when an administrator deleted the user.
ALTER TABLE users.users ADD COLUMN erased_at timestamptz;
ALTER TABLE users.users ADD CONSTRAINT users_erased_are_deleted CHECK (erased_at IS NULL OR deleted_at IS NOT NULL);
CREATE INDEX users_to_erase ON users.users (deleted_at) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;
