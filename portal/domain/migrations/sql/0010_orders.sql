-- An order is born when a quote is accepted; its life comes with fulfilment.

CREATE TABLE sales_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT sales_order_reference UNIQUE,
    status text NOT NULL CONSTRAINT sales_order_status CHECK (status IN ('placed')),
    request_id bigint NOT NULL CONSTRAINT sales_order_once_a_request UNIQUE REFERENCES quote_request ON DELETE RESTRICT,
    quote_id bigint NOT NULL CONSTRAINT sales_order_once_a_quote UNIQUE REFERENCES quote ON DELETE RESTRICT,
    title text NOT NULL DEFAULT '',
    purchase_order_number text NOT NULL DEFAULT '',
    currency text NOT NULL CONSTRAINT sales_order_currency CHECK (currency ~ '^[A-Z]{3}$'),
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0,              -- on the whole, contained in the lines' net
    net_total numeric(16, 3) NOT NULL,
    tax_total numeric(16, 3) NOT NULL,
    gross_total numeric(16, 3) NOT NULL,
    payment_terms text NOT NULL DEFAULT '',
    ship_to_id bigint REFERENCES ship_to ON DELETE RESTRICT,
    transport text NOT NULL DEFAULT '',
    promised_ship_on date NOT NULL,                                -- O4
    promised_ship_note text NOT NULL DEFAULT '',
    placed_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT, -- who recorded it; the quote says who confirmed
    placed_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT sales_order_totals CHECK (gross_total = net_total + tax_total)
);
CREATE INDEX sales_order_of_account ON sales_order (account_id, placed_at DESC, id DESC);
CREATE INDEX sales_order_newest ON sales_order (placed_at DESC, id DESC);
CREATE INDEX sales_order_ship_to ON sales_order (ship_to_id);
CREATE INDEX sales_order_placed_by ON sales_order (placed_by);
CREATE INDEX sales_order_search ON sales_order USING gin (search_terms);
CALL close_to_other_accounts('sales_order');
GRANT SELECT, INSERT ON sales_order TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON sales_order TO portal_staff;
GRANT SELECT ON sales_order TO portal_worker;

CREATE TABLE sales_order_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE CASCADE,
    position integer NOT NULL CONSTRAINT sales_order_line_position CHECK (position > 0),
    item_id bigint REFERENCES item ON DELETE RESTRICT,
    description text NOT NULL CONSTRAINT sales_order_line_description CHECK (length(description) BETWEEN 1 AND 500),
    quantity numeric(14, 3) NOT NULL CONSTRAINT sales_order_line_quantity CHECK (quantity > 0),
    unit text NOT NULL,
    unit_price numeric(14, 4) NOT NULL,
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0,
    tax_rate numeric(5, 4) NOT NULL,
    net numeric(16, 3) NOT NULL,
    tax numeric(16, 3) NOT NULL,
    gift boolean NOT NULL DEFAULT false,
    CONSTRAINT sales_order_line_once UNIQUE (order_id, position)
);
CREATE INDEX sales_order_line_item ON sales_order_line (item_id);
CREATE INDEX sales_order_line_account ON sales_order_line (account_id);
CALL close_to_other_accounts('sales_order_line');
GRANT SELECT, INSERT ON sales_order_line TO portal_customer, portal_staff;
GRANT SELECT ON sales_order_line TO portal_worker;
