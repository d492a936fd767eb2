-- Stock: good, damaged and gift apart, by batch; every change of it a row with a reason. Never below zero.

CREATE TABLE stock_level (
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    condition text NOT NULL CONSTRAINT stock_level_condition CHECK (condition IN ('good', 'damaged', 'gift')),
    on_hand numeric(14, 3) NOT NULL DEFAULT 0 CONSTRAINT stock_level_not_negative CHECK (on_hand >= 0),
    PRIMARY KEY (item_id, condition)
);
GRANT SELECT, INSERT, UPDATE ON stock_level TO portal_staff;
-- The worker hands out what is free: it locks levels (which takes the right to write some column) and
-- cannot change what is on hand.
GRANT SELECT, INSERT (item_id, condition), UPDATE (item_id) ON stock_level TO portal_worker;

CREATE TABLE stock_lot (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    condition text NOT NULL CONSTRAINT stock_lot_condition CHECK (condition IN ('good', 'damaged', 'gift')),
    batch text NOT NULL DEFAULT '' CONSTRAINT stock_lot_batch CHECK (length(batch) <= 60),
    on_hand numeric(14, 3) NOT NULL DEFAULT 0 CONSTRAINT stock_lot_not_negative CHECK (on_hand >= 0),
    first_received_at timestamptz NOT NULL,
    CONSTRAINT stock_lot_once UNIQUE (item_id, condition, batch)
);
CREATE INDEX stock_lot_batch ON stock_lot (batch) WHERE batch <> '';
GRANT SELECT, INSERT, UPDATE ON stock_lot TO portal_staff;
GRANT SELECT ON stock_lot TO portal_worker;

CREATE TABLE stock_movement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    condition text NOT NULL CONSTRAINT stock_movement_condition CHECK (condition IN ('good', 'damaged', 'gift')),
    batch text NOT NULL DEFAULT '',
    quantity numeric(14, 3) NOT NULL CONSTRAINT stock_movement_quantity CHECK (quantity <> 0),  -- what came is positive
    kind text NOT NULL CONSTRAINT stock_movement_kind CHECK (kind IN ('opening', 'receipt', 'shipment', 'regraded', 'adjustment')),
    reason text NOT NULL CONSTRAINT stock_movement_reason CHECK (length(reason) BETWEEN 1 AND 500),
    order_line_id bigint REFERENCES sales_order_line ON DELETE RESTRICT,
    moved_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    moved_at timestamptz NOT NULL,
    CONSTRAINT stock_movement_shipment_of_a_line CHECK ((kind = 'shipment') = (order_line_id IS NOT NULL))
);
CREATE INDEX stock_movement_of_item ON stock_movement (item_id, id DESC);
CREATE INDEX stock_movement_line ON stock_movement (order_line_id);
CREATE INDEX stock_movement_by ON stock_movement (moved_by);
GRANT SELECT, INSERT ON stock_movement TO portal_staff;
GRANT SELECT ON stock_movement TO portal_worker;
