-- From the shelf to the customer's signature, and what may come between.

CREATE SEQUENCE shipment_reference AS bigint;
CREATE SEQUENCE registration_reference AS bigint;
GRANT USAGE ON SEQUENCE shipment_reference, registration_reference TO portal_staff;

CREATE TABLE shipment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT shipment_reference_once UNIQUE,          -- DN-2026-00007, on the delivery note
    status text NOT NULL CONSTRAINT shipment_status CHECK (status IN ('in_preparation', 'shipped', 'delivered', 'lost', 'cancelled')),
    ship_to_id bigint REFERENCES ship_to ON DELETE RESTRICT,                    -- missing: the customer collects
    prepared_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    prepared_at timestamptz NOT NULL,
    carrier text NOT NULL DEFAULT '',
    tracking_number text NOT NULL DEFAULT '',
    parcels integer CONSTRAINT shipment_parcels CHECK (parcels BETWEEN 1 AND 9999),
    shipped_by bigint REFERENCES person ON DELETE RESTRICT,
    shipped_at timestamptz,
    expected_on date,                                                           -- told to the customer; an exception moves it
    delivered_at timestamptz,                                                   -- when it was signed for, O16
    signed_by text NOT NULL DEFAULT '',
    delivery_recorded_by bigint REFERENCES person ON DELETE RESTRICT,
    lost_at timestamptz,                                                        -- it never arrived, O14
    lost_because text NOT NULL DEFAULT '',                                      -- what happened; the customer reads it
    lost_recorded_by bigint REFERENCES person ON DELETE RESTRICT,
    sent_again boolean NOT NULL DEFAULT false,                                  -- else its goods were cancelled, O11
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT shipment_sent CHECK ((status IN ('shipped', 'delivered', 'lost')) = (shipped_at IS NOT NULL)
        AND (shipped_at IS NULL OR (carrier <> '' AND parcels IS NOT NULL AND shipped_by IS NOT NULL))),
    CONSTRAINT shipment_signed_for CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)
        AND (delivered_at IS NULL OR signed_by <> '')),
    CONSTRAINT shipment_lost CHECK ((status = 'lost') = (lost_at IS NOT NULL)
        AND (lost_at IS NULL) = (lost_because = '') AND (lost_at IS NULL) = (lost_recorded_by IS NULL)
        AND (lost_at IS NOT NULL OR NOT sent_again))
);
CREATE INDEX shipment_of_order ON shipment (order_id, id);
CREATE UNIQUE INDEX shipment_one_in_preparation ON shipment (order_id) WHERE status = 'in_preparation';
CREATE INDEX shipment_on_its_way ON shipment (expected_on, id) WHERE status = 'shipped';
CREATE INDEX shipment_account ON shipment (account_id);
CREATE INDEX shipment_ship_to ON shipment (ship_to_id);
CREATE INDEX shipment_prepared_by ON shipment (prepared_by);
CREATE INDEX shipment_shipped_by ON shipment (shipped_by);
CREATE INDEX shipment_delivery_recorded_by ON shipment (delivery_recorded_by);
CREATE INDEX shipment_lost_recorded_by ON shipment (lost_recorded_by);
CALL close_to_other_accounts('shipment');
GRANT SELECT (id, account_id, order_id, reference, status, ship_to_id, prepared_by, prepared_at, carrier, tracking_number, parcels,
    shipped_by, shipped_at, expected_on, delivered_at, signed_by, lost_at, lost_because, sent_again, version) ON shipment
    TO portal_customer;
GRANT SELECT ON shipment TO portal_worker;
GRANT SELECT, INSERT, UPDATE ON shipment TO portal_staff;
-- What nobody has signed for was not delivered (O16): an order is once nothing of it is still to come.
CREATE FUNCTION delivered_is_signed_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'portal_staff' AND (
        NOT EXISTS (SELECT FROM shipment s WHERE s.order_id = NEW.id AND s.status = 'delivered')
        OR EXISTS (SELECT FROM shipment s WHERE s.order_id = NEW.id AND s.status IN ('in_preparation', 'shipped'))
        OR EXISTS (SELECT FROM sales_order_line l WHERE l.order_id = NEW.id AND l.shipped < l.quantity)) THEN
        RAISE check_violation USING MESSAGE = 'an order is delivered once all of it was signed for';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sales_order_delivered_is_signed_for BEFORE UPDATE OF status ON sales_order FOR EACH ROW
    WHEN (NEW.status = 'delivered' AND OLD.status <> 'delivered') EXECUTE FUNCTION delivered_is_signed_for();

CREATE TABLE shipment_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    shipment_id bigint NOT NULL REFERENCES shipment ON DELETE CASCADE,
    order_line_id bigint NOT NULL REFERENCES sales_order_line ON DELETE RESTRICT,
    quantity numeric(14, 3) NOT NULL CONSTRAINT shipment_line_quantity CHECK (quantity > 0),
    batch text NOT NULL DEFAULT '',
    CONSTRAINT shipment_line_once UNIQUE (shipment_id, order_line_id, batch)
);
CREATE INDEX shipment_line_of_line ON shipment_line (order_line_id);
CREATE INDEX shipment_line_account ON shipment_line (account_id);
CREATE INDEX shipment_line_batch ON shipment_line (batch) WHERE batch <> '';
CALL close_to_other_accounts('shipment_line');
GRANT SELECT ON shipment_line TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON shipment_line TO portal_staff;

-- O14: what went wrong on the way, told at once with a new promise.
CREATE TABLE transit_exception (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    shipment_id bigint NOT NULL REFERENCES shipment ON DELETE RESTRICT,
    what text NOT NULL CONSTRAINT transit_exception_what CHECK (length(what) BETWEEN 1 AND 1000),
    expected_before date,
    expected_on date NOT NULL,
    noted_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    noted_at timestamptz NOT NULL
);
CREATE INDEX transit_exception_of_shipment ON transit_exception (shipment_id, id);
CREATE INDEX transit_exception_account ON transit_exception (account_id);
CREATE INDEX transit_exception_noted_by ON transit_exception (noted_by);
CALL close_to_other_accounts('transit_exception');
-- Who of us heard of it is ours to know.
GRANT SELECT (id, account_id, shipment_id, what, expected_before, expected_on, noted_at) ON transit_exception TO portal_customer;
GRANT SELECT ON transit_exception TO portal_worker;
GRANT SELECT, INSERT ON transit_exception TO portal_staff;

-- O13: 发货地点变更登记. The warehouse has seen it before anything ships.
CREATE TABLE ship_to_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE RESTRICT,
    from_id bigint REFERENCES ship_to ON DELETE RESTRICT,
    to_id bigint NOT NULL REFERENCES ship_to ON DELETE RESTRICT,
    reason text NOT NULL CONSTRAINT ship_to_change_reason CHECK (length(reason) > 0),
    registered_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    registered_at timestamptz NOT NULL,
    seen_by bigint REFERENCES person ON DELETE RESTRICT,
    seen_at timestamptz,
    CONSTRAINT ship_to_change_seen CHECK ((seen_at IS NULL) = (seen_by IS NULL))
);
CREATE INDEX ship_to_change_of_order ON ship_to_change (order_id, id);
CREATE INDEX ship_to_change_unseen ON ship_to_change (order_id) WHERE seen_at IS NULL;
CREATE INDEX ship_to_change_account ON ship_to_change (account_id);
CREATE INDEX ship_to_change_from ON ship_to_change (from_id);
CREATE INDEX ship_to_change_to ON ship_to_change (to_id);
CREATE INDEX ship_to_change_registered_by ON ship_to_change (registered_by);
CREATE INDEX ship_to_change_seen_by ON ship_to_change (seen_by);
CALL close_to_other_accounts('ship_to_change');
-- Why it changed, and who of us saw to it, is ours to know.
GRANT SELECT (id, account_id, order_id, from_id, to_id, registered_at, seen_at) ON ship_to_change TO portal_customer;
GRANT SELECT ON ship_to_change TO portal_worker;
GRANT SELECT, INSERT, UPDATE (seen_by, seen_at) ON ship_to_change TO portal_staff;

-- O17: 工程报备. Never shown to any customer: it would tell one of another.
CREATE TABLE project_registration (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT project_registration_reference UNIQUE,   -- PR-2026-00003
    project_name text NOT NULL CONSTRAINT project_registration_name CHECK (length(project_name) BETWEEN 1 AND 200),
    site text NOT NULL DEFAULT '',
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    quantity numeric(14, 3) NOT NULL CONSTRAINT project_registration_quantity CHECK (quantity > 0),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    registered_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    registered_at timestamptz NOT NULL,
    signed_by bigint REFERENCES person ON DELETE RESTRICT,                      -- the duty manager
    signed_at timestamptz,
    refused_at timestamptz,
    decision_note text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT project_registration_term CHECK (ends_on >= starts_on),
    CONSTRAINT project_registration_decided CHECK ((signed_at IS NULL AND refused_at IS NULL) = (signed_by IS NULL)
        AND (signed_at IS NULL OR refused_at IS NULL))
);
CREATE INDEX project_registration_watched ON project_registration (item_id, ends_on) WHERE signed_at IS NOT NULL;
CREATE INDEX project_registration_item ON project_registration (item_id);
CREATE INDEX project_registration_account ON project_registration (account_id, registered_at DESC);
CREATE INDEX project_registration_registered_by ON project_registration (registered_by);
CREATE INDEX project_registration_signed_by ON project_registration (signed_by);
CALL close_to_other_accounts('project_registration', 'false');
GRANT SELECT, INSERT, UPDATE ON project_registration TO portal_staff;
GRANT SELECT ON project_registration TO portal_worker;

CREATE TABLE registration_alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registration_id bigint NOT NULL REFERENCES project_registration ON DELETE CASCADE,
    order_line_id bigint NOT NULL REFERENCES sales_order_line ON DELETE CASCADE,
    raised_at timestamptz NOT NULL,
    settled_by bigint REFERENCES person ON DELETE RESTRICT,
    settled_at timestamptz,
    note text NOT NULL DEFAULT '',
    CONSTRAINT registration_alert_once UNIQUE (registration_id, order_line_id),
    CONSTRAINT registration_alert_settled CHECK ((settled_at IS NULL) = (settled_by IS NULL))
);
CREATE INDEX registration_alert_line ON registration_alert (order_line_id);
CREATE INDEX registration_alert_open ON registration_alert (raised_at) WHERE settled_at IS NULL;
CREATE INDEX registration_alert_settled_by ON registration_alert (settled_by);
GRANT SELECT, INSERT, UPDATE ON registration_alert TO portal_staff;
GRANT SELECT, INSERT ON registration_alert TO portal_worker;
