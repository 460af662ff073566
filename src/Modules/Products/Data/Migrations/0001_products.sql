-- What the shop sells, how much of it there is, and for whom some of it is held.
CREATE TABLE products.products (
  id              uuid PRIMARY KEY,
  sku             text NOT NULL CHECK (length(sku) BETWEEN 1 AND 40),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description     text NOT NULL CHECK (length(description) <= 2000),
  category        text NOT NULL CHECK (length(category) BETWEEN 1 AND 50),
  price           numeric(12,2) NOT NULL CHECK (price > 0),
  version         bigint NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  discontinued_at timestamptz
);
CREATE UNIQUE INDEX products_by_sku ON products.products (lower(sku));
-- One index per way of leafing through the catalogue, each ending in the id that its cursor ends in.
CREATE INDEX products_newest ON products.products (created_at, id) WHERE discontinued_at IS NULL;
CREATE INDEX products_by_name ON products.products (name, id) WHERE discontinued_at IS NULL;
CREATE INDEX products_by_price ON products.products (price, id) WHERE discontinued_at IS NULL;
CREATE INDEX products_newest_in_category ON products.products (category, created_at, id) WHERE discontinued_at IS NULL;
CREATE INDEX products_by_price_in_category ON products.products (category, price, id) WHERE discontinued_at IS NULL;

-- Apart from the catalogue: every order changes these few bytes, and room on the page lets it do so without touching an index.
CREATE TABLE products.stock (
  product_id uuid PRIMARY KEY REFERENCES products.products (id),
  on_hand    int NOT NULL CHECK (on_hand >= 0),
  reserved   int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  version    bigint NOT NULL DEFAULT 1,
  CONSTRAINT no_more_is_reserved_than_there_is CHECK (reserved <= on_hand)
) WITH (fillfactor = 70);

-- Why there is as much as there is: all deltas of a product, less what was sold, are what is on hand.
CREATE TABLE products.stock_adjustments (
  id         uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES products.stock (product_id),
  delta      int NOT NULL CHECK (delta <> 0),
  reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
  by_user    uuid,
  at         timestamptz NOT NULL
);
CREATE INDEX stock_adjustments_by_product ON products.stock_adjustments (product_id, at);

CREATE TABLE products.reservations (
  id          uuid PRIMARY KEY,
  owner_id    uuid NOT NULL,
  state       text NOT NULL CHECK (state IN ('reserved', 'claimed', 'committed', 'released', 'lapsed', 'lost')),
  reserved_at timestamptz NOT NULL,
  lapses_at   timestamptz NOT NULL CHECK (lapses_at > reserved_at)
);
CREATE INDEX reservations_that_may_lapse ON products.reservations (lapses_at) WHERE state = 'reserved';

-- The product is referred to by its stock, whose row every reservation has locked already.
CREATE TABLE products.reservation_lines (
  reservation_id uuid NOT NULL REFERENCES products.reservations (id),
  line           int NOT NULL CHECK (line >= 0),
  product_id     uuid NOT NULL REFERENCES products.stock (product_id),
  name           text NOT NULL,
  quantity       int NOT NULL CHECK (quantity > 0),
  unit_price     numeric(12,2) NOT NULL,
  PRIMARY KEY (reservation_id, product_id)
);
