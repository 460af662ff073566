-- E-mail keys are normalised (form KC), so that two spellings of one address are one account. A key that would meet another stays as it is:
-- both accounts stay open, each by the spelling it was registered with, and the normalised spelling belongs to the account that has it.
-- The case of ASCII letters is folded here (a presentation form may stand for a capital); what else the shop folds it did before.
DO $$
BEGIN
    -- Other encodings cannot be normalised by the server, and hold few characters that could be.
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RETURN;
    END IF;
    WITH keyed AS (
        SELECT id, normalize(translate(normalize(email_key, NFKC), 'ABCDEFGHIJKLMNOPQRSTUVWXYZς', 'abcdefghijklmnopqrstuvwxyzσ'), NFKC) AS key
        FROM users.users
        WHERE octet_length(email_key) > char_length(email_key)),
    first AS (
        SELECT DISTINCT ON (keyed.key) keyed.id, keyed.key
        FROM keyed JOIN users.users AS own ON own.id = keyed.id
        WHERE own.email_key <> keyed.key
          AND NOT EXISTS (SELECT FROM users.users AS taken WHERE taken.email_key = keyed.key)
        ORDER BY keyed.key, own.created_at, own.id)
    UPDATE users.users SET email_key = first.key
    FROM first
    WHERE users.users.id = first.id;
END $$;
