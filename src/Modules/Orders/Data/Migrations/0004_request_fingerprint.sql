-- The fingerprint of the request that placed an order, which tells a retry from another request under the same Idempotency-Key.
-- The previous version keeps running: it writes none, and its orders are compared by their lines.
ALTER TABLE orders.orders ADD COLUMN fingerprint bytea;
