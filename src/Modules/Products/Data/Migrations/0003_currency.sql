-- A price keeps its currency, that of a product and that which a reservation has fixed; one row says in which currency the books are.
-- The previous version keeps running: it writes no currency, and what it writes is in the currency of the books.
ALTER TABLE products.products ADD COLUMN currency text;
ALTER TABLE products.reservations ADD COLUMN currency text;
-- New rows only: the old ones have none.
ALTER TABLE products.products ADD CONSTRAINT products_currency_check CHECK (currency ~ '^[A-Z]{3}$') NOT VALID;
ALTER TABLE products.reservations ADD CONSTRAINT reservations_currency_check CHECK (currency ~ '^[A-Z]{3}$') NOT VALID;

CREATE TABLE products.books (
  is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);
