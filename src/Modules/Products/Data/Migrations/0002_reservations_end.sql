-- Reservations are deleted some time after they ended, and an order learns whether it took a product close to its last unit.
-- The defaults keep the previous version running: it neither reads nor writes the new column.
ALTER TABLE products.reservations ADD COLUMN is_scarce boolean NOT NULL DEFAULT false;

CREATE INDEX reservations_that_ended ON products.reservations (lapses_at) WHERE state IN ('released', 'lapsed', 'lost');
