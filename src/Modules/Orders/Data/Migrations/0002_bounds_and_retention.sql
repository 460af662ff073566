-- What a customer may hold unpaid, when an order must be paid, who is gone, and which orders may be deleted.
-- The previous version keeps running: it writes none of the new columns, so each has a default or may be null.
ALTER TABLE orders.orders
  ADD COLUMN pay_by timestamptz,                     -- null where the previous version placed the order: then the payment window decides
  ADD COLUMN units int,                              -- of all lines
  ADD COLUMN is_kept boolean NOT NULL DEFAULT false; -- cancelled, and money moved: the books need it

UPDATE orders.orders SET units = (SELECT sum(quantity) FROM orders.order_lines WHERE order_id = orders.id)
WHERE status IN ('placed', 'payment_pending');

CREATE INDEX orders_unpaid_of_user ON orders.orders (user_id) WHERE status IN ('placed', 'payment_pending');
CREATE INDEX orders_unsold_of_user ON orders.orders (user_id, placed_at DESC, id DESC) WHERE status IN ('placed', 'payment_pending', 'cancelled');
CREATE INDEX orders_due ON orders.orders (pay_by) WHERE status = 'placed';
CREATE INDEX orders_to_purge ON orders.orders (updated_at) WHERE status = 'cancelled' AND NOT is_kept;
CREATE INDEX payment_attempts_of_order ON orders.payment_attempts (order_id);

-- Customers whose account was deleted. Written when the deletion is heard of, so that no host takes an order or a payment of theirs after that.
CREATE TABLE orders.gone_customers (
  user_id uuid PRIMARY KEY,
  since   timestamptz NOT NULL
);
