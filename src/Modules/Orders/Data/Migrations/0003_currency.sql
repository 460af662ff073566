-- An order keeps the currency that it was sold in, and one row says in which currency the books are: a start with another one is refused.
-- The previous version keeps running: it writes no currency, and what it writes is in the currency of the books.
ALTER TABLE orders.orders ADD COLUMN currency text;
-- New rows only: the old ones have none.
ALTER TABLE orders.orders ADD CONSTRAINT orders_currency_check CHECK (currency ~ '^[A-Z]{3}$') NOT VALID;

CREATE TABLE orders.books (
  is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);
