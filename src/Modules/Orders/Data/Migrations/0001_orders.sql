-- Orders owns what was ordered, how it was paid for, and what became of it; the provider's book lies here because the provider is simulated.
CREATE TABLE orders.orders (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL,
  status     text NOT NULL CHECK (status IN ('placed', 'payment_pending', 'paid', 'shipped', 'delivered', 'cancelled')),
  total      numeric(12,2) NOT NULL CHECK (total >= 0),
  placed_at  timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version    int NOT NULL CHECK (version > 0),
  -- Its stock was lost while the provider was being asked: whatever the answer, the order ends cancelled.
  stock_lost boolean NOT NULL DEFAULT false
);
CREATE INDEX orders_newest ON orders.orders (placed_at DESC, id DESC);
CREATE INDEX orders_newest_of_user ON orders.orders (user_id, placed_at DESC, id DESC);
CREATE INDEX orders_unpaid ON orders.orders (placed_at) WHERE status = 'placed';

CREATE TABLE orders.order_lines (
  order_id   uuid NOT NULL REFERENCES orders.orders,
  line       int NOT NULL CHECK (line > 0),
  product_id uuid NOT NULL,
  name       text NOT NULL,
  quantity   int NOT NULL CHECK (quantity BETWEEN 1 AND 100),
  unit_price numeric(12,2) NOT NULL CHECK (unit_price >= 0),
  PRIMARY KEY (order_id, line)
);

-- One entry per version of the order, so the story has no gap and no two entries in one place.
CREATE TABLE orders.timeline (
  order_id uuid NOT NULL REFERENCES orders.orders,
  seq      int NOT NULL CHECK (seq > 0),
  status   text NOT NULL CHECK (status IN ('placed', 'payment_pending', 'paid', 'shipped', 'delivered', 'cancelled')),
  at       timestamptz NOT NULL,
  event_id uuid NOT NULL,
  trace_id text CHECK (trace_id ~ '^[0-9a-f]{32}$'),
  PRIMARY KEY (order_id, seq)
);

CREATE TABLE orders.payment_attempts (
  id          uuid PRIMARY KEY,
  order_id    uuid NOT NULL REFERENCES orders.orders,
  method      text NOT NULL CHECK (method IN ('card', 'declined_card', 'slow_card')),
  amount      numeric(12,2) NOT NULL CHECK (amount >= 0),
  state       text NOT NULL CHECK (state IN ('pending', 'captured', 'declined', 'refund_pending', 'refunded')),
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((state = 'pending') = (finished_at IS NULL))
);
-- The last word on paying twice: one attempt under way, and one that took money, whether or not it was given back.
CREATE UNIQUE INDEX payment_attempts_one_pending ON orders.payment_attempts (order_id) WHERE state = 'pending';
CREATE UNIQUE INDEX payment_attempts_one_captured ON orders.payment_attempts (order_id) WHERE state IN ('captured', 'refund_pending', 'refunded');
CREATE INDEX payment_attempts_unfinished ON orders.payment_attempts (started_at) WHERE state IN ('pending', 'refund_pending');

-- The provider's own book: no key leads from it to a table of ours, as none would if it stood elsewhere.
CREATE TABLE orders.provider_ledger (
  attempt_id  uuid PRIMARY KEY,
  outcome     text NOT NULL CHECK (outcome IN ('captured', 'declined')),
  amount      numeric(12,2) NOT NULL,
  decided_at  timestamptz NOT NULL,
  answers_at  timestamptz NOT NULL CHECK (answers_at >= decided_at),
  refunded_at timestamptz CHECK (refunded_at IS NULL OR outcome = 'captured')
);
