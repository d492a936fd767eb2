-- Requests for quotation and the revisions of the quote that answers each (Q1-Q6).

CREATE TABLE quote_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT quote_request_reference UNIQUE,
    status text NOT NULL CONSTRAINT quote_request_status CHECK (status IN ('draft', 'open', 'in_work', 'waiting_for_customer',
        'quoted', 'revision_requested', 'accepted', 'declined_by_us', 'declined_by_customer', 'expired', 'withdrawn')),
    title text NOT NULL DEFAULT '' CONSTRAINT quote_request_title CHECK (length(title) <= 200),
    channel text NOT NULL DEFAULT 'portal' CONSTRAINT quote_request_channel CHECK (channel IN ('portal', 'phone', 'email')),
    urgent boolean NOT NULL DEFAULT false,
    urgent_reason text NOT NULL DEFAULT '',
    wanted_on date,
    transport text NOT NULL DEFAULT '' CONSTRAINT quote_request_transport CHECK (transport IN ('', 'supplier_choice', 'road',
        'express', 'rail', 'air', 'sea', 'pickup')),
    ship_to_id bigint REFERENCES ship_to ON DELETE RESTRICT,
    remarks text NOT NULL DEFAULT '' CONSTRAINT quote_request_remarks CHECK (length(remarks) <= 4000),
    customer_reference text NOT NULL DEFAULT '',
    requested_by bigint REFERENCES person ON DELETE RESTRICT,      -- the customer's person
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,       -- who called or wrote, where staff entered it
    entered_by bigint REFERENCES staff_member ON DELETE RESTRICT,  -- Q1: taken by phone or e-mail
    owner_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    question text NOT NULL DEFAULT '',                             -- what we wait for, while we wait for it
    closing_reason text NOT NULL DEFAULT '',
    order_reference text NOT NULL DEFAULT '',                      -- what it became
    draft jsonb NOT NULL DEFAULT '{}',                             -- the form as it was typed, until it is filed
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT quote_request_filed CHECK (status IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL),
    CONSTRAINT quote_request_draft_is_not_filed CHECK (status <> 'draft' OR submitted_at IS NULL),
    CONSTRAINT quote_request_closed CHECK (
        (closed_at IS NOT NULL) = (status IN ('accepted', 'declined_by_us', 'declined_by_customer', 'withdrawn'))),
    CONSTRAINT quote_request_urgent_reason CHECK (NOT urgent OR submitted_at IS NULL OR urgent_reason <> ''),  -- Q2
    CONSTRAINT quote_request_declined_with_reason CHECK (status <> 'declined_by_us' OR closing_reason <> ''),  -- Q4
    CONSTRAINT quote_request_accepted_is_ordered CHECK ((status = 'accepted') = (order_reference <> '')),
    CONSTRAINT quote_request_waits_for_something CHECK ((status = 'waiting_for_customer') = (question <> '')),
    CONSTRAINT quote_request_someone_asked CHECK (requested_by IS NOT NULL OR entered_by IS NOT NULL)
);
CREATE INDEX quote_request_of_account ON quote_request (account_id, updated_at DESC, id DESC);
CREATE INDEX quote_request_changed_of_account_and_status ON quote_request (account_id, status, updated_at DESC, id DESC);
CREATE INDEX quote_request_filed_of_account ON quote_request (account_id, submitted_at DESC, id DESC) WHERE submitted_at IS NOT NULL;
CREATE INDEX quote_request_of_owner ON quote_request (owner_id, submitted_at DESC, id DESC);
CREATE INDEX quote_request_newest ON quote_request (submitted_at DESC, id DESC) WHERE submitted_at IS NOT NULL;
CREATE INDEX quote_request_newest_of_status ON quote_request (status, submitted_at DESC, id DESC) WHERE submitted_at IS NOT NULL;
CREATE INDEX quote_request_of_account_and_status ON quote_request (account_id, status, submitted_at DESC, id DESC)
    WHERE submitted_at IS NOT NULL;
CREATE INDEX quote_request_urgent ON quote_request (submitted_at DESC, id DESC) WHERE urgent AND submitted_at IS NOT NULL;
CREATE INDEX quote_request_urgent_of_account ON quote_request (account_id, submitted_at DESC, id DESC)
    WHERE urgent AND submitted_at IS NOT NULL;
-- What is written anew with each change is sorted in soon: a search reads what was not from end to end.
CREATE INDEX quote_request_search ON quote_request
    USING gin (search_keys(search_terms, account_id, submitted_at, closed_at IS NULL)) WITH (gin_pending_list_limit = 64)
    WHERE submitted_at IS NOT NULL;
CREATE INDEX target_open_question_of_request ON target (subject_id)
    WHERE subject_kind = 'quote_request' AND kind = 'next_response' AND met_at IS NULL AND cancelled_at IS NULL;
-- A quote and an answer may be owed at once; queues show a request once, by the clock that leads. Whoever sets a clock
-- need not be somebody who may write the column.
CREATE FUNCTION keep_leading_target_of_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wrong bigint[];
BEGIN
    -- Found without an order, which would tempt a planner to walk all that is owed in it.
    WITH clock AS MATERIALIZED (SELECT o.id, o.due_at, o.leads FROM target o
        WHERE o.subject_kind = 'quote_request' AND o.subject_id = NEW.subject_id AND o.met_at IS NULL AND o.cancelled_at IS NULL)
    SELECT array_agg(c.id) INTO wrong FROM clock c
    WHERE c.leads <> (c.id = (SELECT f.id FROM clock f ORDER BY f.due_at, f.id LIMIT 1));
    IF wrong IS NOT NULL THEN
        UPDATE target SET leads = NOT leads WHERE id = ANY (wrong);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER target_leads_request AFTER INSERT OR UPDATE OF due_at, met_at, cancelled_at ON target
    FOR EACH ROW WHEN (NEW.subject_kind = 'quote_request') EXECUTE FUNCTION keep_leading_target_of_request();
CREATE INDEX quote_request_ship_to ON quote_request (ship_to_id);
CREATE INDEX quote_request_requested_by ON quote_request (requested_by);
CREATE INDEX quote_request_contact ON quote_request (contact_id);
CREATE INDEX quote_request_entered_by ON quote_request (entered_by);
CALL close_to_other_accounts('quote_request');
-- Staff's drafts of a request taken by phone are not the customer's to see before they are filed.
CREATE POLICY own_drafts_only ON quote_request AS RESTRICTIVE TO portal_customer
    USING (submitted_at IS NOT NULL OR requested_by IS NOT NULL);
CREATE POLICY asks_for_oneself ON quote_request AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (requested_by = (SELECT current_person()) AND status = 'draft');
GRANT SELECT, INSERT, UPDATE ON quote_request TO portal_staff;
GRANT SELECT ON quote_request TO portal_customer;
GRANT INSERT (account_id, reference, status, title, requested_by, draft, created_at, updated_at, search_terms) ON quote_request
    TO portal_customer;
GRANT UPDATE (status, title, urgent, urgent_reason, wanted_on, transport, ship_to_id, remarks, customer_reference, owner_id,
    question, closing_reason, order_reference, draft, submitted_at, closed_at, updated_at, search_terms, version) ON quote_request
    TO portal_customer;
GRANT SELECT, UPDATE (status, updated_at, version) ON quote_request TO portal_worker;

-- The account's own requests with these words, its drafts too if they are of who asks.
CREATE FUNCTION own_requests_found(terms text[], most integer) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    (SELECT one.id FROM generate_series(
            (SELECT search_period(max(submitted_at)) FROM quote_request WHERE account_id = current_account() AND submitted_at IS NOT NULL),
            (SELECT search_period(min(submitted_at)) FROM quote_request WHERE account_id = current_account() AND submitted_at IS NOT NULL), -1) AS each (period)
        CROSS JOIN LATERAL (SELECT r.id FROM quote_request r
            WHERE search_keys(r.search_terms, r.account_id, r.submitted_at, r.closed_at IS NULL)
                    @> search_keys_in(terms || ('@' || current_account()::text), each.period)
              AND r.account_id = current_account() AND submitted_at IS NOT NULL
            LIMIT most) AS one
        LIMIT most)
    UNION ALL
    SELECT r.id FROM quote_request r
    WHERE r.account_id = current_account() AND r.status = 'draft' AND r.requested_by = current_person()
      AND r.search_terms @> terms
$$;
GRANT EXECUTE ON FUNCTION own_requests_found(text[], integer) TO portal_customer;

CREATE TABLE quote_request_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    request_id bigint NOT NULL REFERENCES quote_request ON DELETE CASCADE,
    position integer NOT NULL CONSTRAINT quote_request_line_position CHECK (position > 0),
    item_id bigint REFERENCES item ON DELETE RESTRICT,
    description text NOT NULL CONSTRAINT quote_request_line_description CHECK (length(description) BETWEEN 1 AND 500),
    quantity numeric(14, 3) NOT NULL CONSTRAINT quote_request_line_quantity CHECK (quantity > 0),
    unit text NOT NULL CONSTRAINT quote_request_line_unit CHECK (length(unit) BETWEEN 1 AND 20),
    wanted_on date,
    CONSTRAINT quote_request_line_once UNIQUE (request_id, position)
);
CREATE INDEX quote_request_line_item ON quote_request_line (item_id);
CREATE INDEX quote_request_line_account ON quote_request_line (account_id);
CALL close_to_other_accounts('quote_request_line');
-- What was asked for stays what was asked for.
CREATE POLICY while_a_draft ON quote_request_line AS RESTRICTIVE FOR INSERT TO portal_customer, portal_staff
    WITH CHECK (EXISTS (SELECT FROM quote_request r WHERE r.id = request_id AND r.status = 'draft'));
GRANT SELECT, INSERT ON quote_request_line TO portal_customer, portal_staff;
GRANT SELECT ON quote_request_line TO portal_worker;

-- Q4: staff's own judgement of feasibility, resources and time; the newest counts.
CREATE TABLE quote_judgement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    request_id bigint NOT NULL REFERENCES quote_request ON DELETE CASCADE,
    feasible boolean NOT NULL,
    resources_available boolean NOT NULL,
    time_sufficient boolean NOT NULL,
    note text NOT NULL DEFAULT '' CONSTRAINT quote_judgement_note CHECK (length(note) <= 4000),
    judged_by bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    judged_at timestamptz NOT NULL
);
CREATE INDEX quote_judgement_request ON quote_judgement (request_id, id DESC);
CREATE INDEX quote_judgement_account ON quote_judgement (account_id);
CREATE INDEX quote_judgement_judged_by ON quote_judgement (judged_by);
CALL close_to_other_accounts('quote_judgement', 'false');
GRANT SELECT, INSERT ON quote_judgement TO portal_staff;
GRANT SELECT ON quote_judgement TO portal_worker;

CREATE TABLE quote (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    request_id bigint NOT NULL REFERENCES quote_request ON DELETE RESTRICT,
    revision integer NOT NULL CONSTRAINT quote_revision CHECK (revision > 0),
    status text NOT NULL CONSTRAINT quote_status CHECK (status IN ('draft', 'in_review', 'approved', 'sent', 'superseded',
        'accepted', 'declined', 'revision_requested', 'expired')),
    currency text NOT NULL CONSTRAINT quote_currency CHECK (currency ~ '^[A-Z]{3}$'),
    valid_until date,
    promised_ship_on date,                                         -- Q3
    promised_ship_note text NOT NULL DEFAULT '',
    payment_terms text NOT NULL CONSTRAINT quote_payment_terms CHECK (payment_terms IN
        ('days_30', 'days_60', 'in_advance', 'deposit')),
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT quote_discount CHECK (discount_percent >= 0 AND discount_percent <= 100),
    note text NOT NULL DEFAULT '',
    alternative boolean NOT NULL DEFAULT false,                    -- Q4: answered with an alternative
    net_total numeric(16, 3) NOT NULL DEFAULT 0,
    tax_total numeric(16, 3) NOT NULL DEFAULT 0,
    gross_total numeric(16, 3) NOT NULL DEFAULT 0,
    prepared_by bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    reviewed_by bigint REFERENCES staff_member ON DELETE RESTRICT, -- Q5
    reviewed_at timestamptz,
    review_note text NOT NULL DEFAULT '',
    effective_discount numeric(5, 2),                              -- the largest of a line, when the review was asked for
    discount_limit numeric(5, 2),                                  -- what the policy allowed then without approval
    sent_at timestamptz,
    sent_by bigint REFERENCES staff_member ON DELETE RESTRICT,
    document_id bigint REFERENCES stored_file ON DELETE RESTRICT,
    document_sha256 text NOT NULL DEFAULT '' CONSTRAINT quote_document_sha256 CHECK (document_sha256 ~ '^([0-9a-f]{64})?$'),
    answered_at timestamptz,
    answered_by bigint REFERENCES person ON DELETE RESTRICT,
    answered_name text NOT NULL DEFAULT '',
    purchase_order_number text NOT NULL DEFAULT '',
    answer_reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT quote_revision_once UNIQUE (request_id, revision),
    CONSTRAINT quote_totals CHECK (gross_total = net_total + tax_total),
    CONSTRAINT quote_sent CHECK ((sent_at IS NULL) = (status IN ('draft', 'in_review', 'approved'))),
    CONSTRAINT quote_sent_is_complete CHECK (sent_at IS NULL OR (valid_until IS NOT NULL AND promised_ship_on IS NOT NULL
        AND sent_by IS NOT NULL AND document_id IS NOT NULL AND document_sha256 <> '')),                      -- Q3
    CONSTRAINT quote_sent_is_reviewed CHECK (sent_at IS NULL OR (reviewed_by IS NOT NULL AND reviewed_at IS NOT NULL)),  -- Q5
    CONSTRAINT quote_reviewer_is_another CHECK (reviewed_by <> prepared_by),
    CONSTRAINT quote_accepted_by_somebody CHECK (status <> 'accepted' OR (answered_at IS NOT NULL AND answered_by IS NOT NULL
        AND answered_name <> ''))                                                                             -- Q5: who, when
);
CREATE UNIQUE INDEX quote_one_open ON quote (request_id) WHERE status = 'sent';
CREATE UNIQUE INDEX quote_one_accepted ON quote (request_id) WHERE status = 'accepted';
CREATE UNIQUE INDEX quote_one_in_work ON quote (request_id) WHERE status IN ('draft', 'in_review', 'approved');
-- Also for what was agreed with an account: its quotes that are valid on a day (O1).
CREATE INDEX quote_account ON quote (account_id, valid_until);
CREATE INDEX quote_expiring ON quote (valid_until) WHERE status = 'sent';
CREATE INDEX quote_to_review ON quote (updated_at, id) WHERE status = 'in_review';
CREATE INDEX quote_to_review_within_policy ON quote (updated_at, id) INCLUDE (account_id, request_id, prepared_by)
    WHERE status = 'in_review' AND effective_discount <= discount_limit;
CREATE INDEX quote_prepared_by ON quote (prepared_by);
CREATE INDEX quote_reviewed_by ON quote (reviewed_by);
CREATE INDEX quote_sent_by ON quote (sent_by);
CREATE INDEX quote_answered_by ON quote (answered_by);
CREATE INDEX quote_document ON quote (document_id);
-- The customer sees what was sent, never what is being worked out.
CALL close_to_other_accounts('quote', 'account_id = (SELECT current_account()) AND sent_at IS NOT NULL');
GRANT SELECT (id, account_id, request_id, revision, status, currency, valid_until, promised_ship_on, promised_ship_note,
    payment_terms, discount_percent, note, alternative, net_total, tax_total, gross_total, prepared_by, created_at,
    sent_at, sent_by, document_id, document_sha256, answered_at, answered_by, answered_name, purchase_order_number,
    answer_reason, version) ON quote TO portal_customer;
GRANT UPDATE (status, answered_at, answered_by, answered_name, purchase_order_number, answer_reason, version) ON quote TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON quote TO portal_staff;
GRANT SELECT, UPDATE (status, version) ON quote TO portal_worker;

CREATE TABLE quote_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    quote_id bigint NOT NULL REFERENCES quote ON DELETE CASCADE,
    position integer NOT NULL CONSTRAINT quote_line_position CHECK (position > 0),
    item_id bigint REFERENCES item ON DELETE RESTRICT,
    description text NOT NULL CONSTRAINT quote_line_description CHECK (length(description) BETWEEN 1 AND 500),
    quantity numeric(14, 3) NOT NULL CONSTRAINT quote_line_quantity CHECK (quantity > 0),
    unit text NOT NULL CONSTRAINT quote_line_unit CHECK (length(unit) BETWEEN 1 AND 20),
    list_price numeric(14, 4) CONSTRAINT quote_line_list_price CHECK (list_price >= 0),
    account_price numeric(14, 4) CONSTRAINT quote_line_account_price CHECK (account_price >= 0),
    unit_price numeric(14, 4) CONSTRAINT quote_line_unit_price CHECK (unit_price >= 0),
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT quote_line_discount CHECK (discount_percent >= 0 AND discount_percent <= 100),
    tax_rate numeric(5, 4) NOT NULL CONSTRAINT quote_line_tax_rate CHECK (tax_rate >= 0 AND tax_rate < 1),
    net numeric(16, 3) NOT NULL,
    tax numeric(16, 3) NOT NULL,
    gift boolean NOT NULL DEFAULT false,                           -- Q6
    gift_document_id bigint REFERENCES stored_file ON DELETE RESTRICT,
    note text NOT NULL DEFAULT '',
    CONSTRAINT quote_line_once UNIQUE (quote_id, position),
    CONSTRAINT quote_line_gift_is_free CHECK (NOT gift OR (net = 0 AND tax = 0))
);
CREATE INDEX quote_line_item ON quote_line (item_id);
CREATE INDEX quote_line_account ON quote_line (account_id);
CREATE INDEX quote_line_gift_document ON quote_line (gift_document_id);
-- EXISTS looks at the one quote; IN would read all quotes of the account for each page.
CALL close_to_other_accounts('quote_line', 'account_id = (SELECT current_account())
    AND EXISTS (SELECT FROM quote q WHERE q.id = quote_id AND q.sent_at IS NOT NULL)');
-- What we list is ours.
GRANT SELECT (id, account_id, quote_id, position, item_id, description, quantity, unit, unit_price, discount_percent,
    tax_rate, net, tax, gift, gift_document_id, note) ON quote_line TO portal_customer;
GRANT SELECT, INSERT, DELETE ON quote_line TO portal_staff;
GRANT SELECT ON quote_line TO portal_worker;

-- Q5: what was sent stays what it was; only its fate may still change, and an answer is given once.
CREATE FUNCTION keep_sent_quote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fate text[] := ARRAY['status', 'version'];
BEGIN
    IF OLD.sent_at IS NULL THEN RETURN NEW; END IF;
    IF OLD.answered_at IS NULL THEN
        fate := fate || ARRAY['answered_at', 'answered_by', 'answered_name', 'purchase_order_number', 'answer_reason'];
    END IF;
    IF (to_jsonb(NEW) - fate) IS DISTINCT FROM (to_jsonb(OLD) - fate) THEN
        RAISE EXCEPTION 'a sent quote cannot change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.status IN ('superseded', 'accepted', 'declined') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'this quote has met its fate' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_sent_quote BEFORE UPDATE ON quote FOR EACH ROW EXECUTE FUNCTION keep_sent_quote();

CREATE FUNCTION keep_sent_quote_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM quote WHERE id = coalesce(NEW.quote_id, OLD.quote_id) AND sent_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the lines of a sent quote cannot change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER keep_sent_quote_line BEFORE INSERT OR UPDATE OR DELETE ON quote_line
    FOR EACH ROW EXECUTE FUNCTION keep_sent_quote_line();

-- Q2: the call that goes with an urgent request.
CREATE TABLE recorded_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    request_id bigint NOT NULL REFERENCES quote_request ON DELETE CASCADE,
    recorded_by bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    caller text NOT NULL CONSTRAINT recorded_call_caller CHECK (length(caller) BETWEEN 1 AND 200),
    called_at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '' CONSTRAINT recorded_call_note CHECK (length(note) <= 4000)
);
CREATE INDEX recorded_call_request ON recorded_call (request_id);
CREATE INDEX recorded_call_account ON recorded_call (account_id);
CREATE INDEX recorded_call_recorded_by ON recorded_call (recorded_by);
CALL close_to_other_accounts('recorded_call');
GRANT SELECT (id, account_id, request_id, recorded_by, caller, called_at) ON recorded_call TO portal_customer;
GRANT SELECT, INSERT ON recorded_call TO portal_staff;
GRANT SELECT ON recorded_call TO portal_worker;

-- A clerk's own views of the queue: name and query string.
CREATE TABLE saved_view (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    page text NOT NULL,
    name text NOT NULL CONSTRAINT saved_view_name CHECK (length(name) BETWEEN 1 AND 60),
    query text NOT NULL DEFAULT '' CONSTRAINT saved_view_query CHECK (length(query) <= 1000),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT saved_view_once UNIQUE (person_id, page, name)
);
ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON saved_view TO portal_staff
    USING (person_id = (SELECT current_person())) WITH CHECK (person_id = (SELECT current_person()));
GRANT SELECT, INSERT, UPDATE (query), DELETE ON saved_view TO portal_staff;

-- Who is at work on a record, so that others see it.
CREATE TABLE presence (
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    seen_at timestamptz NOT NULL DEFAULT now(),
    writing boolean NOT NULL DEFAULT false,
    PRIMARY KEY (subject_kind, subject_id, person_id)
);
CREATE INDEX presence_person ON presence (person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON presence TO portal_staff;
GRANT SELECT, DELETE ON presence TO portal_worker;
