-- An order: what was agreed, how far it is, what was promised and what stands in its way (O1-O17, O21, O22).

CREATE TABLE sales_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT sales_order_reference UNIQUE,
    status text NOT NULL CONSTRAINT sales_order_status CHECK (status IN ('placed', 'confirmed', 'scheduled',
        'in_preparation', 'partly_shipped', 'shipped', 'delivered', 'invoiced', 'settled', 'cancelled')),
    origin text NOT NULL CONSTRAINT sales_order_origin CHECK (origin IN ('quote', 'reorder', 'phone')),   -- O1
    request_id bigint CONSTRAINT sales_order_once_a_request UNIQUE REFERENCES quote_request ON DELETE RESTRICT,
    quote_id bigint CONSTRAINT sales_order_once_a_quote UNIQUE REFERENCES quote ON DELETE RESTRICT,
    reordered_from_id bigint REFERENCES sales_order ON DELETE RESTRICT,
    title text NOT NULL DEFAULT '',
    purchase_order_number text NOT NULL DEFAULT '',
    ordered_by_name text NOT NULL DEFAULT '',                      -- the customer's person, as said on the phone or signed in
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,       -- who called, where the account's file knows them
    urgent boolean NOT NULL DEFAULT false,                         -- O6
    project boolean NOT NULL DEFAULT false,                        -- large project order, O8
    off_contract boolean NOT NULL DEFAULT false,                   -- at neither a quote's nor the account's prices, O1
    currency text NOT NULL CONSTRAINT sales_order_currency CHECK (currency ~ '^[A-Z]{3}$'),
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0,             -- on the whole, contained in the lines' net
    net_total numeric(16, 3) NOT NULL,
    tax_total numeric(16, 3) NOT NULL,
    gross_total numeric(16, 3) NOT NULL,
    payment_terms text NOT NULL CONSTRAINT sales_order_payment_terms CHECK (payment_terms IN
        ('days_30', 'days_60', 'in_advance', 'deposit')),
    ship_to_id bigint REFERENCES ship_to ON DELETE RESTRICT,
    transport text NOT NULL DEFAULT '',
    wanted_on date,                                                -- the customer's wish
    promised_ship_on date,                                         -- O2, O4, O6, O7; missing until it is promised
    promise_basis text NOT NULL DEFAULT '' CONSTRAINT sales_order_promise_basis CHECK (promise_basis IN
        ('', 'today', 'quote', 'urgent', 'stated', 'production', 'stock')),
    promised_ship_note text NOT NULL DEFAULT '',
    placed_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT, -- who recorded it
    placed_at timestamptz NOT NULL,
    confirmed_by bigint REFERENCES person ON DELETE RESTRICT,       -- the sales representative, O1
    confirmed_at timestamptz,
    released_at timestamptz,                                        -- when it first might ship
    partial_agreed_by text NOT NULL DEFAULT '',                     -- who of the customer's agreed to shipping in parts, O15
    partial_agreed_at timestamptz,
    combine_with_id bigint REFERENCES sales_order ON DELETE RESTRICT, -- travels with that order, O12
    held_at timestamptz,                                            -- O12
    hold_reason text NOT NULL DEFAULT '',
    hold_place text NOT NULL DEFAULT '',
    hold_as_asked boolean NOT NULL DEFAULT false,                   -- the customer asked for it: their clock waits
    invoice_number text NOT NULL DEFAULT '',                        -- O22
    invoiced_at timestamptz,
    settled_at timestamptz,
    cancelled_at timestamptz,                                       -- O11
    cancel_reason text NOT NULL DEFAULT '',
    rest_cancelled_at timestamptz,                                  -- what had not shipped, O11
    rest_cancel_reason text NOT NULL DEFAULT '',
    paid numeric(16, 3) NOT NULL DEFAULT 0,                         -- the sum of its payments, kept by the database
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT sales_order_totals CHECK (gross_total = net_total + tax_total),
    CONSTRAINT sales_order_of_quote CHECK ((origin = 'quote') = (quote_id IS NOT NULL)
        AND (quote_id IS NULL) = (request_id IS NULL)),
    CONSTRAINT sales_order_reordered CHECK ((origin = 'reorder') = (reordered_from_id IS NOT NULL)),
    CONSTRAINT sales_order_confirmed CHECK (confirmed_at IS NOT NULL OR status IN ('placed', 'cancelled')),
    CONSTRAINT sales_order_hold_says_why CHECK ((held_at IS NULL) = (hold_reason = '')),
    CONSTRAINT sales_order_cancelled CHECK ((cancelled_at IS NOT NULL) = (status = 'cancelled')),
    CONSTRAINT sales_order_cancel_says_why CHECK (cancelled_at IS NULL OR cancel_reason <> ''),
    CONSTRAINT sales_order_rest_cancel_says_why CHECK ((rest_cancelled_at IS NULL) = (rest_cancel_reason = '')),
    CONSTRAINT sales_order_invoice CHECK ((invoiced_at IS NULL) = (invoice_number = '')),
    CONSTRAINT sales_order_partial CHECK ((partial_agreed_at IS NULL) = (partial_agreed_by = '')),
    CONSTRAINT sales_order_not_with_itself CHECK (combine_with_id <> id)
);
CREATE INDEX sales_order_of_account ON sales_order (account_id, placed_at DESC, id DESC);
CREATE INDEX sales_order_newest ON sales_order (placed_at DESC, id DESC);
CREATE INDEX sales_order_open ON sales_order (placed_at DESC, id DESC) WHERE status NOT IN ('settled', 'cancelled');
CREATE INDEX sales_order_of_status ON sales_order (status, placed_at DESC, id DESC);
CREATE INDEX sales_order_of_account_and_status ON sales_order (account_id, status, placed_at DESC, id DESC);
CREATE INDEX sales_order_held ON sales_order (placed_at DESC, id DESC) WHERE held_at IS NOT NULL;
-- The queues of what is to be shipped, whole and an account's, by when it came.
CREATE INDEX sales_order_to_ship ON sales_order (placed_at, id)
    WHERE status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped');
CREATE INDEX sales_order_to_ship_of_account ON sales_order (account_id, placed_at, id)
    WHERE status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped');
-- What an account is owed and does not wait for its money, by the promised day.
CREATE INDEX sales_order_owed_of_account ON sales_order (account_id, promised_ship_on, id)
    WHERE status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped', 'shipped')
        AND NOT ((project OR payment_terms IN ('in_advance', 'deposit'))
            AND status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped') AND paid < gross_total);
CREATE INDEX sales_order_unsettled_of_account ON sales_order (account_id) WHERE status NOT IN ('placed', 'settled', 'cancelled');
-- Finance's list of what came in beyond what is owed: for a cancelled order nothing is.
CREATE INDEX sales_order_to_give_back ON sales_order (id)
    WHERE paid > CASE WHEN status = 'cancelled' THEN 0 ELSE gross_total END;
-- The queue of questions that nobody has answered: few at any time, an account's together.
CREATE INDEX target_open_question_of_order ON target (account_id, due_at, id)
    WHERE subject_kind = 'sales_order' AND kind = 'next_response' AND met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX sales_order_contact ON sales_order (contact_id);
CREATE INDEX sales_order_ship_to ON sales_order (ship_to_id);
CREATE INDEX sales_order_placed_by ON sales_order (placed_by);
CREATE INDEX sales_order_confirmed_by ON sales_order (confirmed_by);
CREATE INDEX sales_order_reordered_from ON sales_order (reordered_from_id);
CREATE INDEX sales_order_combine_with ON sales_order (combine_with_id);
CREATE INDEX sales_order_search ON sales_order USING gin (search_keys(search_terms, account_id, placed_at,
    status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped'))) WITH (gin_pending_list_limit = 64);
-- The account's own orders with these words.
CREATE FUNCTION own_orders_found(terms text[], most integer) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    (SELECT one.id FROM generate_series(
            (SELECT search_period(max(placed_at)) FROM sales_order WHERE account_id = current_account()),
            (SELECT search_period(min(placed_at)) FROM sales_order WHERE account_id = current_account()), -1) AS each (period)
        CROSS JOIN LATERAL (SELECT r.id FROM sales_order r
            WHERE search_keys(r.search_terms, r.account_id, r.placed_at, r.status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped'))
                    @> search_keys_in(terms || ('@' || current_account()::text), each.period)
              AND r.account_id = current_account()
            LIMIT most) AS one
        LIMIT most)
$$;
GRANT EXECUTE ON FUNCTION own_orders_found(text[], integer) TO portal_customer;
CALL close_to_other_accounts('sales_order');
-- Where and why goods are held is ours to know (O12).
GRANT SELECT (id, account_id, reference, status, origin, request_id, quote_id, reordered_from_id, title, purchase_order_number,
    ordered_by_name, contact_id, urgent, project, off_contract, currency, discount_percent, net_total, tax_total, gross_total,
    payment_terms, ship_to_id, transport, wanted_on, promised_ship_on, promise_basis, promised_ship_note, placed_by, placed_at,
    confirmed_by, confirmed_at, released_at, partial_agreed_by, partial_agreed_at, combine_with_id, held_at, hold_as_asked,
    invoice_number, invoiced_at, settled_at, cancelled_at, cancel_reason, rest_cancelled_at, rest_cancel_reason, paid,
    search_terms, version) ON sales_order TO portal_customer;
GRANT INSERT (account_id, reference, status, origin, request_id, quote_id, reordered_from_id, title, purchase_order_number,
    ordered_by_name, contact_id, urgent, off_contract, currency, discount_percent, net_total, tax_total, gross_total,
    payment_terms, ship_to_id, transport, wanted_on, promised_ship_on, promise_basis, promised_ship_note, placed_by, placed_at,
    search_terms) ON sales_order TO portal_customer;
-- Who orders orders in their own name; what a call brings is entered by us (O1).
CREATE POLICY customers_place_their_own ON sales_order AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (status = 'placed' AND origin IN ('quote', 'reorder') AND placed_by = (SELECT current_person())
        AND num_nonnulls(contact_id, confirmed_at, released_at, held_at, combine_with_id, invoiced_at, settled_at,
            rest_cancelled_at) = 0
        AND paid = 0);
-- A customer cancels in time, and agrees to shipping in parts; all else of an order is ours to move.
GRANT UPDATE (status, cancelled_at, cancel_reason, partial_agreed_by, partial_agreed_at, version) ON sales_order TO portal_customer;
CREATE POLICY customers_cancel_in_time ON sales_order AS RESTRICTIVE FOR UPDATE TO portal_customer
    USING (status NOT IN ('settled', 'cancelled'))
    WITH CHECK (status IN ('cancelled', 'placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped'));
-- A policy cannot compare what a row was with what it becomes.
CREATE FUNCTION customers_only_cancel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'portal_customer'
       AND NOT (NEW.status = 'cancelled' AND OLD.status IN ('placed', 'confirmed', 'scheduled')) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a customer can only cancel an order, and in time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sales_order_customers_only_cancel BEFORE UPDATE OF status ON sales_order FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION customers_only_cancel();
GRANT SELECT, INSERT, UPDATE ON sales_order TO portal_staff;
GRANT SELECT, UPDATE ON sales_order TO portal_worker;

CREATE TABLE sales_order_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE CASCADE,
    position integer NOT NULL CONSTRAINT sales_order_line_position CHECK (position > 0),
    item_id bigint REFERENCES item ON DELETE RESTRICT,
    description text NOT NULL CONSTRAINT sales_order_line_description CHECK (length(description) BETWEEN 1 AND 500),
    quantity numeric(14, 3) NOT NULL CONSTRAINT sales_order_line_quantity CHECK (quantity >= 0), -- what holds of it
    cancelled numeric(14, 3) NOT NULL DEFAULT 0,                   -- was ordered too and does not hold any more, O11
    unit text NOT NULL,
    unit_price numeric(14, 4),                                     -- missing: the order is not complete (O1)
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0,
    tax_rate numeric(5, 4) NOT NULL,
    net numeric(16, 3) NOT NULL,
    tax numeric(16, 3) NOT NULL,
    gift boolean NOT NULL DEFAULT false,
    reserved numeric(14, 3) NOT NULL DEFAULT 0,                    -- of the stock on hand, not yet shipped
    shipped numeric(14, 3) NOT NULL DEFAULT 0,
    production_on date,                                            -- earliest production of a made-to-order line, O7
    available_on date,                                             -- when a short line is expected in stock, O15
    short_confirmed_on date,                                       -- the last day that this was told
    CONSTRAINT sales_order_line_once UNIQUE (order_id, position),
    CONSTRAINT sales_order_line_cancelled CHECK (cancelled >= 0),
    CONSTRAINT sales_order_line_ordered CHECK (quantity + cancelled > 0),
    CONSTRAINT sales_order_line_reserved CHECK (reserved >= 0),
    CONSTRAINT sales_order_line_shipped CHECK (shipped >= 0),
    CONSTRAINT sales_order_line_not_too_much CHECK (reserved + shipped <= quantity)
);
CREATE INDEX sales_order_line_item ON sales_order_line (item_id, order_id);
CREATE INDEX sales_order_line_reserving ON sales_order_line (item_id, gift, account_id) WHERE reserved > 0;
CREATE INDEX sales_order_line_account ON sales_order_line (account_id);
CALL close_to_other_accounts('sales_order_line');
GRANT SELECT (id, account_id, order_id, position, item_id, description, quantity, cancelled, unit, unit_price, discount_percent,
    tax_rate, net, tax, gift, reserved, shipped, production_on, available_on) ON sales_order_line TO portal_customer;
GRANT INSERT (account_id, order_id, position, item_id, description, quantity, unit, unit_price, discount_percent, tax_rate, net,
    tax, gift) ON sales_order_line TO portal_customer;
-- What was ordered stays what was ordered: lines come in the transaction that places the order.
CREATE POLICY while_placed ON sales_order_line AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (reserved = 0 AND shipped = 0 AND cancelled = 0
        AND EXISTS (SELECT FROM sales_order o WHERE o.id = order_id AND o.status = 'placed' AND o.placed_at = business_now()));
-- Who cancels gives back what was reserved, and can do nothing else to it.
GRANT UPDATE (reserved) ON sales_order_line TO portal_customer;
CREATE POLICY customers_only_give_back ON sales_order_line AS RESTRICTIVE FOR UPDATE TO portal_customer
    USING (EXISTS (SELECT FROM sales_order o WHERE o.id = order_id AND o.status = 'cancelled')) WITH CHECK (reserved = 0);
GRANT SELECT, INSERT, UPDATE ON sales_order_line TO portal_staff;
GRANT SELECT, UPDATE (reserved) ON sales_order_line TO portal_worker;
-- The original order stays readable (O11): what holds and what was cancelled come to what was ordered.
CREATE FUNCTION ordered_stays_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.quantity + NEW.cancelled <> OLD.quantity + OLD.cancelled OR NEW.cancelled < OLD.cancelled THEN
        RAISE check_violation USING MESSAGE = 'what was ordered of a line stays, and what was cancelled stays cancelled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sales_order_line_ordered_stays BEFORE UPDATE OF quantity, cancelled ON sales_order_line
    FOR EACH ROW EXECUTE FUNCTION ordered_stays_ordered();

-- Money that came in or was given back, by finance: never deleted, only reversed.
CREATE TABLE payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE RESTRICT,
    amount numeric(16, 3) NOT NULL,
    currency text NOT NULL CONSTRAINT payment_currency CHECK (currency ~ '^[A-Z]{3}$'),
    received_on date NOT NULL,                                      -- for a refund, when it was given back
    refund boolean NOT NULL DEFAULT false,                          -- given back to the customer: negative
    reference text NOT NULL CONSTRAINT payment_reference CHECK (length(reference) BETWEEN 1 AND 100),
    reverses_id bigint CONSTRAINT payment_reversed_once UNIQUE REFERENCES payment ON DELETE RESTRICT,
    reason text NOT NULL DEFAULT '',
    recorded_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT payment_amount CHECK ((amount < 0) = (refund <> (reverses_id IS NOT NULL)) AND amount <> 0),
    CONSTRAINT payment_reversal_says_why CHECK (reverses_id IS NULL OR reason <> '')
);
CREATE INDEX payment_of_order ON payment (order_id, id);
CREATE INDEX payment_account ON payment (account_id);
CREATE INDEX payment_recorded_by ON payment (recorded_by);
CALL close_to_other_accounts('payment');
-- Why a payment was reversed, and who of us noted it, is ours to know.
GRANT SELECT (id, account_id, order_id, amount, currency, received_on, refund, reference, reverses_id, recorded_at) ON payment
    TO portal_customer;
GRANT SELECT ON payment TO portal_worker;
GRANT SELECT, INSERT ON payment TO portal_staff;
-- A reversal takes back one payment, whole, of the same order and kind.
CREATE FUNCTION reversals_take_back_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payment p WHERE p.id = NEW.reverses_id AND p.reverses_id IS NULL AND p.amount = -NEW.amount
                   AND (p.order_id, p.currency, p.refund) = (NEW.order_id, NEW.currency, NEW.refund)) THEN
        RAISE check_violation USING MESSAGE = 'a reversal is the negative of one payment of its order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_reversal BEFORE INSERT ON payment FOR EACH ROW
    WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION reversals_take_back_one();
CREATE FUNCTION sum_up_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sales_order o SET paid = o.paid + came.amount
    FROM (SELECT order_id, sum(amount) AS amount FROM came_in GROUP BY order_id) AS came WHERE o.id = came.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_summed_up AFTER INSERT ON payment REFERENCING NEW TABLE AS came_in
    FOR EACH STATEMENT EXECUTE FUNCTION sum_up_payments();

-- O9: the sales representative vouches for a payment that has not come by the cut-off. The newest one holds.
CREATE TABLE payment_guarantee (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE RESTRICT,
    pay_by date NOT NULL,
    reason text NOT NULL CONSTRAINT payment_guarantee_reason CHECK (length(reason) > 0),
    guaranteed_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    guaranteed_at timestamptz NOT NULL
);
CREATE INDEX payment_guarantee_of_order ON payment_guarantee (order_id, id);
CREATE INDEX payment_guarantee_account ON payment_guarantee (account_id);
CREATE INDEX payment_guarantee_by ON payment_guarantee (guaranteed_by);
CALL close_to_other_accounts('payment_guarantee');
-- The customer is told by when to pay, never who vouched or why.
GRANT SELECT (id, account_id, order_id, pay_by) ON payment_guarantee TO portal_customer;
GRANT SELECT, INSERT ON payment_guarantee TO portal_staff;
GRANT SELECT ON payment_guarantee TO portal_worker;

-- Who allowed what an order may not do by itself: consent on stock (O1), production moved forward (O7),
-- safety stock of others released (O5).
CREATE TABLE order_approval (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint NOT NULL REFERENCES sales_order ON DELETE RESTRICT,
    order_line_id bigint REFERENCES sales_order_line ON DELETE RESTRICT,
    kind text NOT NULL CONSTRAINT order_approval_kind CHECK (kind IN ('stock_consent', 'production_moved', 'safety_release')),
    reason text NOT NULL CONSTRAINT order_approval_reason CHECK (length(reason) > 0),
    quantity numeric(14, 3),                                        -- safety_release: how much
    date_before date,                                               -- production_moved
    date_after date,
    approved_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    approved_at timestamptz NOT NULL
);
CREATE INDEX order_approval_of_order ON order_approval (order_id, id);
CREATE INDEX order_approval_line ON order_approval (order_line_id);
CREATE INDEX order_approval_account ON order_approval (account_id);
CREATE INDEX order_approval_by ON order_approval (approved_by);
-- Whether goods may ship comes out the same on both sides; safety stock of others is not shown.
CALL close_to_other_accounts('order_approval', 'account_id = (SELECT current_account()) AND kind <> ''safety_release''');
GRANT SELECT (id, account_id, order_id, kind, approved_at) ON order_approval TO portal_customer;
GRANT SELECT, INSERT ON order_approval TO portal_staff;
GRANT SELECT ON order_approval TO portal_worker;

-- A16: asked for by sales, decided by somebody else. The newest approved one holds.
CREATE TABLE credit_limit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    amount numeric(16, 3) NOT NULL CONSTRAINT credit_limit_amount CHECK (amount >= 0),
    currency text NOT NULL CONSTRAINT credit_limit_currency CHECK (currency ~ '^[A-Z]{3}$'),
    reason text NOT NULL CONSTRAINT credit_limit_reason CHECK (length(reason) > 0),
    requested_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    requested_at timestamptz NOT NULL,
    decided_by bigint REFERENCES person ON DELETE RESTRICT,
    decided_at timestamptz,
    approved boolean,
    decision_note text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT credit_limit_decided CHECK ((decided_at IS NULL) = (approved IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT credit_limit_four_eyes CHECK (decided_by <> requested_by)
);
CREATE INDEX credit_limit_of_account ON credit_limit (account_id, decided_at DESC) WHERE approved;
CREATE UNIQUE INDEX credit_limit_one_request ON credit_limit (account_id) WHERE decided_at IS NULL;
CREATE INDEX credit_limit_account ON credit_limit (account_id);
CREATE INDEX credit_limit_requested_by ON credit_limit (requested_by);
CREATE INDEX credit_limit_decided_by ON credit_limit (decided_by);
CALL close_to_other_accounts('credit_limit', 'account_id = (SELECT current_account()) AND approved');
GRANT SELECT (id, account_id, amount, currency, decided_at, approved) ON credit_limit TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON credit_limit TO portal_staff;
GRANT SELECT ON credit_limit TO portal_worker;

-- O9: whether a guarantee may hold, for the release decision of both sides; the standing itself is ours.
CREATE FUNCTION pays_reliably(whose bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT payment_standing = 'stable' FROM account WHERE id = whose AND id = coalesce(current_account(), id)
$$;
REVOKE ALL ON FUNCTION pays_reliably(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pays_reliably(bigint) TO portal_customer, portal_staff, portal_worker;

-- What a customer announces is of their own requests and orders: row level security holds within the policy too.
CREATE POLICY of_own_records ON outbox AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (num_nonnulls(payload ->> 'request_id', payload ->> 'order_id') > 0
        AND (payload ->> 'request_id' IS NULL OR EXISTS (SELECT FROM quote_request r WHERE r.id = (payload ->> 'request_id')::bigint))
        AND (payload ->> 'order_id' IS NULL OR EXISTS (SELECT FROM sales_order o WHERE o.id = (payload ->> 'order_id')::bigint))
        AND (payload ->> 'quote_id' IS NULL OR EXISTS (SELECT FROM quote q WHERE q.id = (payload ->> 'quote_id')::bigint)));
