-- What customers add. The id is the caller's, so that a retry meets the primary key.
CREATE TABLE templatemodule.templatemodule (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL,
  text       text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
  created_at timestamptz NOT NULL
);
