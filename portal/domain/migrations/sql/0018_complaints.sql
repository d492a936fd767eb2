-- Complaints and the lighter cases beside them, from the first word to the customer's confirmation (C1-C15).

CREATE SEQUENCE complaint_reference AS bigint;
GRANT USAGE ON SEQUENCE complaint_reference TO portal_customer, portal_staff;

-- Dealers do workmanship for us (C4); contacts with tasks for now.
CREATE TABLE dealer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CONSTRAINT dealer_name_once UNIQUE CONSTRAINT dealer_name CHECK (length(name) BETWEEN 1 AND 200),
    region text NOT NULL DEFAULT '',
    contact_name text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    retired_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
GRANT SELECT, INSERT, UPDATE ON dealer TO portal_staff;
GRANT SELECT ON dealer TO portal_worker;

CREATE TABLE complaint (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT complaint_reference_once UNIQUE,             -- CP-2026-00007
    kind text NOT NULL CONSTRAINT complaint_kind CHECK (kind IN ('complaint', 'suggestion', 'enquiry', 'fault_report')),  -- C15
    category text NOT NULL DEFAULT '' CONSTRAINT complaint_category CHECK (category IN ('', 'quantity', 'delivery',
        'transport_damage', 'workmanship', 'in_use', 'quality', 'service', 'other')),                                     -- C4
    status text NOT NULL CONSTRAINT complaint_status CHECK (status IN ('received', 'judged', 'investigated', 'proposed',
        'chosen', 'carried_out', 'explained', 'answered', 'confirmed', 'closed', 'withdrawn')),
    severity text NOT NULL DEFAULT 'ordinary' CONSTRAINT complaint_severity CHECK (severity IN ('ordinary', 'major')),    -- C2
    title text NOT NULL CONSTRAINT complaint_title CHECK (length(title) BETWEEN 1 AND 200),
    description text NOT NULL CONSTRAINT complaint_description CHECK (length(description) BETWEEN 1 AND 4000),
    wish text NOT NULL DEFAULT '' CONSTRAINT complaint_wish CHECK (wish IN ('', 'repair', 'replacement', 'refund',
        'redelivery', 'explanation', 'other')),
    wish_note text NOT NULL DEFAULT '' CONSTRAINT complaint_wish_note CHECK (length(wish_note) <= 1000),
    occurred_on date,
    channel text NOT NULL CONSTRAINT complaint_channel CHECK (channel IN ('portal', 'phone', 'chat', 'box', 'fax', 'letter',
        'in_person', 'email')),                                                     -- C1
    order_id bigint REFERENCES sales_order ON DELETE RESTRICT,
    shipment_id bigint REFERENCES shipment ON DELETE RESTRICT,
    reported_by bigint REFERENCES person ON DELETE RESTRICT,                        -- the customer's person, where known
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,                        -- who called or wrote
    reported_name text NOT NULL CONSTRAINT complaint_reported_name CHECK (length(reported_name) BETWEEN 1 AND 200),
    taken_by bigint REFERENCES staff_member ON DELETE RESTRICT,                     -- who of ours entered it, C14
    owner_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,            -- C14: until somebody else accepts it
    offered_to_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    offered_at timestamptz,
    department_id bigint REFERENCES department ON DELETE RESTRICT,                  -- responsible, C3
    judgement text NOT NULL DEFAULT '' CONSTRAINT complaint_judgement CHECK (judgement IN ('', 'founded', 'unfounded')),  -- C3
    judgement_reason text NOT NULL DEFAULT '',                                      -- ours
    judged_by bigint REFERENCES person ON DELETE RESTRICT,
    judged_at timestamptz,
    investigate_until date,                                                         -- the time the customer was asked for, C3
    responsibility text NOT NULL DEFAULT '' CONSTRAINT complaint_responsibility CHECK (responsibility IN ('', 'ours',
        'not_ours', 'undeterminable')),                                             -- C6, of the final finding
    cause text NOT NULL DEFAULT '' CONSTRAINT complaint_cause CHECK (cause IN ('', 'people', 'machine', 'material', 'method',
        'measurement', 'environment', 'transport', 'supplier', 'use', 'unknown')),  -- C12
    question text NOT NULL DEFAULT '',                                              -- what we wait for, while we wait for it
    told text NOT NULL DEFAULT '' CONSTRAINT complaint_told CHECK (length(told) <= 4000),  -- outcome or explanation, as told to the customer
    told_at timestamptz,
    round integer NOT NULL DEFAULT 1 CONSTRAINT complaint_round CHECK (round > 0),  -- an objection opens the next one
    measures text NOT NULL DEFAULT '',                                              -- on those responsible, C8
    summary text NOT NULL DEFAULT '',                                               -- summing-up, C8
    effective boolean,                                                              -- as we assess it, C8
    capa_state text NOT NULL DEFAULT '' CONSTRAINT complaint_capa_state CHECK (capa_state IN ('', 'demanded', 'open',
        'verified', 'waived')),                                                     -- C9
    capa_waived_because text NOT NULL DEFAULT '',
    enters_review boolean NOT NULL DEFAULT false,                                   -- the management review, C7
    reminders integer NOT NULL DEFAULT 0 CONSTRAINT complaint_reminders CHECK (reminders >= 0),
    reminded_at timestamptz,
    confirmed_at timestamptz,                                                       -- by the customer, C8
    confirmed_name text NOT NULL DEFAULT '',
    closed_at timestamptz,
    closed_by bigint REFERENCES person ON DELETE RESTRICT,
    closing_reason text NOT NULL DEFAULT '',                                        -- where the customer did not react
    withdrawn_because text NOT NULL DEFAULT '',
    reopened_at timestamptz,
    received_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    next_due_at timestamptz,                                                        -- of the clocks that run; a trigger on them keeps it
    search_terms text[] NOT NULL DEFAULT '{}',
    filed_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,            -- the transaction; stays, unlike xmin
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT complaint_kind_has_category CHECK ((kind = 'complaint') = (category <> '')),
    CONSTRAINT complaint_lighter_kinds_are_answered CHECK (kind = 'complaint' OR status IN ('received', 'answered', 'closed', 'withdrawn')),
    CONSTRAINT complaint_proper_is_judged CHECK (kind <> 'complaint' OR status <> 'answered'),
    CONSTRAINT complaint_judged_says_why CHECK ((judgement = '') = (judged_at IS NULL) AND (judgement = '' OR judgement_reason <> '')),
    CONSTRAINT complaint_judged_before_more CHECK (judgement <> '' OR status IN ('received', 'answered', 'closed', 'withdrawn')),
    CONSTRAINT complaint_shipment_of_order CHECK (shipment_id IS NULL OR order_id IS NOT NULL),
    CONSTRAINT complaint_somebody_reported CHECK (reported_by IS NOT NULL OR taken_by IS NOT NULL),
    CONSTRAINT complaint_offered CHECK ((offered_to_id IS NULL) = (offered_at IS NULL)),
    CONSTRAINT complaint_told_before_confirmed CHECK (status NOT IN ('carried_out', 'explained', 'answered', 'confirmed') OR told <> ''),
    CONSTRAINT complaint_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_name = '')
        AND (status <> 'confirmed' OR confirmed_at IS NOT NULL)),
    -- C8: the customer's confirmation closes it, or the supervisor with the reason shown.
    CONSTRAINT complaint_closed CHECK ((closed_at IS NOT NULL) = (status = 'closed')
        AND (status <> 'closed' OR confirmed_at IS NOT NULL OR closing_reason <> '')),
    -- C9: not before the corrective action is verified.
    CONSTRAINT complaint_closed_after_capa CHECK (status <> 'closed' OR capa_state IN ('', 'verified', 'waived')),
    CONSTRAINT complaint_capa_waived CHECK ((capa_state = 'waived') = (capa_waived_because <> '')),
    CONSTRAINT complaint_withdrawn CHECK ((status = 'withdrawn') = (withdrawn_because <> ''))
);
CREATE INDEX complaint_of_account ON complaint (account_id, received_at DESC, id DESC);
CREATE INDEX complaint_newest ON complaint (received_at DESC, id DESC);
CREATE INDEX complaint_open ON complaint (received_at DESC, id DESC) WHERE status NOT IN ('closed', 'withdrawn');
CREATE INDEX complaint_of_status ON complaint (status, received_at DESC, id DESC);
CREATE INDEX complaint_of_category ON complaint (category, received_at DESC, id DESC);
CREATE INDEX complaint_of_category_of_account ON complaint (account_id, category, received_at DESC, id DESC);
CREATE INDEX complaint_of_category_of_owner ON complaint (owner_id, category, received_at DESC, id DESC);
CREATE INDEX complaint_of_lighter_kind ON complaint (kind, received_at DESC, id DESC) WHERE kind <> 'complaint';
CREATE INDEX complaint_major ON complaint (received_at DESC, id DESC) WHERE severity = 'major';
-- With the state: those of one account or owner are counted by state without reading all that are in it.
CREATE INDEX complaint_open_of_account ON complaint (account_id, received_at DESC, id DESC)
    INCLUDE (status) WHERE status NOT IN ('closed', 'withdrawn');
CREATE INDEX complaint_of_owner ON complaint (owner_id, received_at DESC, id DESC);
CREATE INDEX complaint_open_of_owner ON complaint (owner_id, received_at DESC, id DESC)
    INCLUDE (status) WHERE status NOT IN ('closed', 'withdrawn');
-- The queue: what is due first, and what owes nothing as if it were due a century after it came.
CREATE FUNCTION queued_at(next_due_at timestamptz, received_at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(next_due_at, (received_at AT TIME ZONE 'UTC' + interval '876600 hours') AT TIME ZONE 'UTC')
$$;
GRANT EXECUTE ON FUNCTION queued_at(timestamptz, timestamptz) TO portal_customer, portal_staff, portal_worker;
CREATE INDEX complaint_queue ON complaint (queued_at(next_due_at, received_at), id) WHERE status NOT IN ('closed', 'withdrawn');
CREATE INDEX complaint_queue_of_account ON complaint (account_id, queued_at(next_due_at, received_at), id)
    WHERE status NOT IN ('closed', 'withdrawn');
CREATE INDEX complaint_queue_of_owner ON complaint (owner_id, queued_at(next_due_at, received_at), id)
    WHERE status NOT IN ('closed', 'withdrawn');
CREATE INDEX complaint_to_follow_up ON complaint (next_due_at, id) WHERE status = 'closed' AND next_due_at IS NOT NULL;
CREATE INDEX complaint_to_follow_up_of_account ON complaint (account_id, next_due_at, id) WHERE status = 'closed' AND next_due_at IS NOT NULL;
CREATE INDEX complaint_to_follow_up_of_owner ON complaint (owner_id, next_due_at, id) WHERE status = 'closed' AND next_due_at IS NOT NULL;
CREATE INDEX complaint_offered_to ON complaint (offered_to_id) WHERE offered_to_id IS NOT NULL;
CREATE INDEX complaint_unanswered_outcome ON complaint (told_at, id) WHERE status IN ('carried_out', 'explained', 'answered');
CREATE INDEX complaint_capa_demanded ON complaint (id) WHERE capa_state IN ('demanded', 'open');
CREATE INDEX complaint_in_review ON complaint (received_at) WHERE enters_review;
CREATE INDEX complaint_ineffective ON complaint (id) WHERE effective IS false;
CREATE INDEX target_late_of_complaint ON target (subject_id) WHERE subject_kind = 'complaint' AND breached_at IS NOT NULL;
CREATE INDEX complaint_search ON complaint USING gin (search_keys(search_terms, account_id, received_at,
    status NOT IN ('closed', 'withdrawn'))) WITH (gin_pending_list_limit = 64);
-- The account's own complaints with these words.
CREATE FUNCTION own_complaints_found(terms text[], most integer) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT one.id FROM generate_series(
            (SELECT search_period(max(received_at)) FROM complaint WHERE account_id = current_account()),
            (SELECT search_period(min(received_at)) FROM complaint WHERE account_id = current_account()), -1) AS each (period)
        CROSS JOIN LATERAL (SELECT c.id FROM complaint c
            WHERE search_keys(c.search_terms, c.account_id, c.received_at, c.status NOT IN ('closed', 'withdrawn'))
                    @> search_keys_in(terms || ('@' || current_account()::text), each.period)
              AND c.account_id = current_account()
            LIMIT most) AS one
        LIMIT most
$$;
REVOKE ALL ON FUNCTION own_complaints_found(text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_complaints_found(text[], integer) TO portal_customer;
CREATE INDEX complaint_order ON complaint (order_id);
CREATE INDEX complaint_shipment ON complaint (shipment_id);
CREATE INDEX complaint_reported_by ON complaint (reported_by);
CREATE INDEX complaint_contact ON complaint (contact_id);
CREATE INDEX complaint_taken_by ON complaint (taken_by, received_at DESC, id DESC);
CREATE INDEX complaint_offered_to_all ON complaint (offered_to_id);
CREATE INDEX complaint_department ON complaint (department_id, received_at DESC, id DESC);
CREATE INDEX complaint_judged_by ON complaint (judged_by);
CREATE INDEX complaint_closed_by ON complaint (closed_by);
CALL close_to_other_accounts('complaint');
CREATE POLICY customers_complain_themselves ON complaint AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (status = 'received' AND channel = 'portal' AND reported_by = (SELECT current_person()) AND taken_by IS NULL
        AND judgement = '' AND capa_state = '' AND severity = 'ordinary'
        -- A foreign key asks whether a row is there, not whose it is.
        AND (order_id IS NULL OR EXISTS (SELECT FROM sales_order o WHERE o.id = complaint.order_id))
        AND (shipment_id IS NULL OR EXISTS (SELECT FROM shipment s
            WHERE s.id = complaint.shipment_id AND s.order_id = complaint.order_id)));
GRANT SELECT (id, account_id, reference, kind, category, status, severity, title, description, wish, wish_note, occurred_on,
    channel, order_id, shipment_id, reported_by, contact_id, reported_name, owner_id, judgement, judged_at, investigate_until,
    responsibility, question, told, told_at, round, capa_state, reminders, confirmed_at, confirmed_name, closed_at, closing_reason,
    withdrawn_because, reopened_at, received_at, updated_at, search_terms, version) ON complaint TO portal_customer;
GRANT INSERT (account_id, reference, kind, category, status, title, description, wish, wish_note, occurred_on, channel, order_id,
    shipment_id, reported_by, reported_name, owner_id, received_at, updated_at, search_terms) ON complaint TO portal_customer;
-- A customer answers, confirms, objects, withdraws, comes back; all else of a complaint is ours to move.
GRANT UPDATE (status, question, round, confirmed_at, confirmed_name, closed_at, closed_by, closing_reason, withdrawn_because,
    reopened_at, reminders, updated_at, version) ON complaint TO portal_customer;
CREATE FUNCTION customers_answer_complaints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'portal_customer' AND NOT (
        (OLD.status = 'carried_out' AND NEW.status IN ('confirmed', 'proposed'))
        OR (OLD.status = 'explained' AND NEW.status IN ('confirmed', 'received', 'investigated'))
        OR (OLD.status = 'answered' AND NEW.status IN ('closed', 'received'))
        OR (OLD.status = 'confirmed' AND NEW.status = 'closed')
        OR (OLD.status = 'closed' AND NEW.status IN ('received', 'judged'))
        OR (OLD.status NOT IN ('confirmed', 'closed', 'withdrawn') AND NEW.status = 'withdrawn')) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a customer confirms, objects, withdraws or comes back';
    END IF;
    -- Only the confirmation closes on a customer's word (C8); without one it takes our supervisor's reason.
    IF current_user = 'portal_customer' AND NEW.status = 'closed' AND NEW.confirmed_at IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'a customer closes by confirming';
    END IF;
    IF NEW.status <> 'closed' THEN
        NEW.closed_by := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_customers_answer BEFORE UPDATE OF status ON complaint FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION customers_answer_complaints();
-- What a customer changes of a complaint goes with a step; by themselves only the answered question and the version move.
CREATE FUNCTION customers_keep_the_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'portal_customer' AND (NEW.question NOT IN (OLD.question, '')
        OR OLD.status = NEW.status AND (NEW.round, NEW.confirmed_at, NEW.confirmed_name, NEW.closed_at, NEW.closed_by,
            NEW.closing_reason, NEW.withdrawn_because, NEW.reopened_at, NEW.reminders) IS DISTINCT FROM
            (OLD.round, OLD.confirmed_at, OLD.confirmed_name, OLD.closed_at, OLD.closed_by,
            OLD.closing_reason, OLD.withdrawn_because, OLD.reopened_at, OLD.reminders)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'what a customer says of an outcome goes with the answer to it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_customers_keep_the_record BEFORE UPDATE ON complaint
    FOR EACH ROW EXECUTE FUNCTION customers_keep_the_record();
GRANT SELECT, INSERT, UPDATE ON complaint TO portal_staff;
GRANT SELECT, UPDATE (reminders, reminded_at, updated_at, version) ON complaint TO portal_worker;

-- The queue is ordered by what is due first: it stands on the complaint itself, as the clocks say. Whoever may set a clock
-- of a complaint need not be somebody who may write the column.
CREATE FUNCTION keep_next_due_of_complaint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE complaint c SET next_due_at = owed.due_at
    FROM (SELECT min(t.due_at) AS due_at FROM target t WHERE t.subject_kind = 'complaint' AND t.subject_id = NEW.subject_id
        AND t.met_at IS NULL AND t.cancelled_at IS NULL) AS owed
    WHERE c.id = NEW.subject_id AND c.next_due_at IS DISTINCT FROM owed.due_at;
    RETURN NULL;
END $$;
CREATE TRIGGER target_leads_complaint AFTER INSERT OR UPDATE OF due_at, met_at, cancelled_at ON target
    FOR EACH ROW WHEN (NEW.subject_kind = 'complaint') EXECUTE FUNCTION keep_next_due_of_complaint();

-- What a customer announces may be of their own complaints, too.
ALTER POLICY of_own_records ON outbox
    WITH CHECK (num_nonnulls(payload ->> 'request_id', payload ->> 'order_id', payload ->> 'complaint_id') > 0
        AND (payload ->> 'request_id' IS NULL OR EXISTS (SELECT FROM quote_request r WHERE r.id = (payload ->> 'request_id')::bigint))
        AND (payload ->> 'order_id' IS NULL OR EXISTS (SELECT FROM sales_order o WHERE o.id = (payload ->> 'order_id')::bigint))
        AND (payload ->> 'quote_id' IS NULL OR EXISTS (SELECT FROM quote q WHERE q.id = (payload ->> 'quote_id')::bigint))
        AND (payload ->> 'complaint_id' IS NULL
            OR EXISTS (SELECT FROM complaint c WHERE c.id = (payload ->> 'complaint_id')::bigint)));

-- What a customer writes, files, notes and starts a clock of hangs on a record of their own: staff read these by the record
-- alone. The function sees what its caller may see, so row-level security answers.
CREATE FUNCTION is_own_record(record_kind text, record_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE record_kind
        WHEN 'quote_request' THEN EXISTS (SELECT FROM quote_request r WHERE r.id = record_id)
        WHEN 'sales_order' THEN EXISTS (SELECT FROM sales_order o WHERE o.id = record_id)
        WHEN 'shipment' THEN EXISTS (SELECT FROM shipment s WHERE s.id = record_id)
        WHEN 'complaint' THEN EXISTS (SELECT FROM complaint c WHERE c.id = record_id)
        WHEN 'account' THEN record_id = current_account()
        WHEN 'corrective_action' THEN false
        WHEN 'corrective_action_step' THEN false
        ELSE true END
$$;
GRANT EXECUTE ON FUNCTION is_own_record(text, bigint) TO portal_customer;
CREATE POLICY of_own_records ON message AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (is_own_record(subject_kind, subject_id));
CREATE POLICY of_own_records ON activity AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (is_own_record(subject_kind, subject_id));
CREATE POLICY of_own_records ON target AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (is_own_record(subject_kind, subject_id));
CREATE POLICY of_own_records ON stored_file AS RESTRICTIVE FOR UPDATE TO portal_customer USING (true)
    WITH CHECK (subject_id IS NULL OR is_own_record(subject_kind, subject_id));

-- C4, C14: who owns a complaint first. The role that the route names, at the serving branch before others, whoever is here
-- before whoever is not, and whoever has least to do; else the account's own people; else those who supervise complaints. An
-- absent one's deputy stands in. A customer's login must not count what others complain about, nor see who is away.
CREATE FUNCTION first_owner_of_complaint(whose bigint, wanted_role text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE served AS (
        SELECT a.id, a.branch_id FROM account a WHERE a.id = whose AND a.id = coalesce(current_account(), a.id)
    ), absent AS (
        SELECT d.staff_member_id, d.deputy_id FROM deputy d JOIN staff_member s ON s.id = d.staff_member_id
        JOIN staff_member t ON t.id = d.deputy_id JOIN person p ON p.id = t.person_id AND p.disabled_at IS NULL
        LEFT JOIN branch b ON b.id = s.branch_id
        WHERE (business_now() AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date BETWEEN d.starts_on AND d.ends_on
    ), candidate (rank, id) AS (
        SELECT 1, s.id FROM served, staff_member s WHERE s.role = wanted_role
        UNION ALL
        SELECT 1 + array_position(ARRAY['sales_representative', 'backup', 'account_manager'], m.position), m.staff_member_id
        FROM served JOIN team_member m ON m.account_id = served.id
        WHERE m.position IN ('sales_representative', 'backup', 'account_manager')
        UNION ALL
        SELECT 5, s.id FROM served, staff_member s
        WHERE s.role IN ('service_supervisor', 'sales_supervisor', 'duty_manager', 'general_manager')
        UNION ALL
        SELECT 6, s.id FROM served, staff_member s WHERE s.role = 'administrator'
    ), chosen AS (
        SELECT s.id FROM candidate c JOIN staff_member s ON s.id = c.id JOIN person p ON p.id = s.person_id
        CROSS JOIN served LEFT JOIN absent ON absent.staff_member_id = s.id
        WHERE p.disabled_at IS NULL
        ORDER BY c.rank, s.branch_id IS NOT DISTINCT FROM served.branch_id DESC, absent.deputy_id IS NOT NULL,
            (SELECT count(*) FROM complaint o WHERE o.owner_id = s.id AND o.status NOT IN ('closed', 'withdrawn')), s.id
        LIMIT 1
    ), passed (id, way) AS (
        SELECT id, ARRAY[id] FROM chosen
        UNION ALL
        SELECT absent.deputy_id, way || absent.deputy_id FROM passed JOIN absent ON absent.staff_member_id = passed.id
        WHERE absent.deputy_id <> ALL (way)
    )
    SELECT id FROM passed ORDER BY cardinality(way) DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION first_owner_of_complaint(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION first_owner_of_complaint(bigint, text) TO portal_customer, portal_staff;

-- Where the policy hides names, the customer reads the owner's department; who is in which department is ours to know.
CREATE FUNCTION department_of_owner(of_complaint bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.name FROM complaint c JOIN staff_member s ON s.id = c.owner_id JOIN department d ON d.id = s.department_id
    WHERE c.id = of_complaint AND c.account_id = coalesce(current_account(), c.account_id)
$$;
REVOKE ALL ON FUNCTION department_of_owner(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION department_of_owner(bigint) TO portal_customer, portal_staff, portal_worker;

CREATE TABLE complaint_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    position integer NOT NULL CONSTRAINT complaint_line_position CHECK (position > 0),
    order_line_id bigint REFERENCES sales_order_line ON DELETE RESTRICT,
    item_id bigint REFERENCES item ON DELETE RESTRICT,
    description text NOT NULL CONSTRAINT complaint_line_description CHECK (length(description) BETWEEN 1 AND 500),
    quantity numeric(14, 3) NOT NULL CONSTRAINT complaint_line_quantity CHECK (quantity > 0),
    unit text NOT NULL DEFAULT '' CONSTRAINT complaint_line_unit CHECK (length(unit) <= 20),
    batch text NOT NULL DEFAULT '' CONSTRAINT complaint_line_batch_length CHECK (length(batch) <= 60),
    CONSTRAINT complaint_line_once UNIQUE (complaint_id, position)
);
CREATE INDEX complaint_line_order_line ON complaint_line (order_line_id);
CREATE INDEX complaint_line_item ON complaint_line (item_id);
CREATE INDEX complaint_line_account ON complaint_line (account_id);
CREATE INDEX complaint_line_batch ON complaint_line (item_id, batch) WHERE batch <> '';
CALL close_to_other_accounts('complaint_line');
GRANT SELECT (id, account_id, complaint_id, position, order_line_id, item_id, description, quantity, unit, batch)
    ON complaint_line TO portal_customer;
GRANT INSERT (account_id, complaint_id, position, order_line_id, item_id, description, quantity, unit, batch) ON complaint_line TO portal_customer;
-- What was complained about stays so: goods come in the transaction that files the complaint; we complete them later.
-- By its transaction, not by its moment: a request that reads a body first has the moment of its beginning. Nor by xmin,
-- which any change of the row renews.
CREATE FUNCTION is_filed_in_this_transaction(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM complaint c WHERE c.id = which AND c.account_id = current_account()
        AND c.status = 'received' AND c.filed_in = pg_current_xact_id()::text::bigint)
$$;
REVOKE ALL ON FUNCTION is_filed_in_this_transaction(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_filed_in_this_transaction(bigint) TO portal_customer;
CREATE POLICY while_filed ON complaint_line AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (is_filed_in_this_transaction(complaint_id)
        AND (order_line_id IS NULL OR EXISTS (SELECT FROM sales_order_line l JOIN complaint c ON c.order_id = l.order_id
            WHERE l.id = complaint_line.order_line_id AND c.id = complaint_line.complaint_id)));
GRANT SELECT, INSERT, UPDATE (batch, quantity, item_id) ON complaint_line TO portal_staff;
GRANT SELECT ON complaint_line TO portal_worker;

-- C5: is the same batch in stock, what did a sample of it say. Ours alone: it tells of our stock.
CREATE TABLE complaint_batch_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    batch text NOT NULL DEFAULT '',
    in_stock numeric(14, 3) NOT NULL CONSTRAINT complaint_batch_check_in_stock CHECK (in_stock >= 0),
    looked_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    looked_at timestamptz NOT NULL,
    sample_size numeric(14, 3) CONSTRAINT complaint_batch_check_sample CHECK (sample_size > 0),
    result text NOT NULL DEFAULT '' CONSTRAINT complaint_batch_check_result CHECK (result IN ('', 'same_fault', 'no_fault')),
    note text NOT NULL DEFAULT '' CONSTRAINT complaint_batch_check_note CHECK (length(note) <= 2000),
    tested_by bigint REFERENCES person ON DELETE RESTRICT,
    tested_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT complaint_batch_check_tested CHECK ((tested_at IS NULL) = (result = '') AND (tested_at IS NULL) = (tested_by IS NULL)
        AND (tested_at IS NULL) = (sample_size IS NULL)),
    CONSTRAINT complaint_batch_check_tests_what_is_there CHECK (sample_size IS NULL OR in_stock > 0)
);
CREATE INDEX complaint_batch_check_of ON complaint_batch_check (complaint_id, id);
CREATE INDEX complaint_batch_check_account ON complaint_batch_check (account_id);
CREATE INDEX complaint_batch_check_item ON complaint_batch_check (item_id);
CREATE INDEX complaint_batch_check_looked_by ON complaint_batch_check (looked_by);
CREATE INDEX complaint_batch_check_tested_by ON complaint_batch_check (tested_by);
CALL close_to_other_accounts('complaint_batch_check', 'false');
GRANT SELECT, INSERT, UPDATE ON complaint_batch_check TO portal_staff;
GRANT SELECT ON complaint_batch_check TO portal_worker;

-- C5: the customer's goods are called back; a decision with quantities until returns exist.
CREATE TABLE complaint_call_back (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    batch text NOT NULL DEFAULT '',
    quantity numeric(14, 3) NOT NULL CONSTRAINT complaint_call_back_quantity CHECK (quantity > 0),
    reason text NOT NULL CONSTRAINT complaint_call_back_reason CHECK (length(reason) BETWEEN 1 AND 1000),   -- the customer reads it
    decided_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    decided_at timestamptz NOT NULL
);
CREATE INDEX complaint_call_back_of ON complaint_call_back (complaint_id, id);
CREATE INDEX complaint_call_back_account ON complaint_call_back (account_id);
CREATE INDEX complaint_call_back_item ON complaint_call_back (item_id, batch);
CREATE INDEX complaint_call_back_decided_by ON complaint_call_back (decided_by);
CALL close_to_other_accounts('complaint_call_back');
GRANT SELECT (id, account_id, complaint_id, item_id, batch, quantity, reason, decided_at) ON complaint_call_back TO portal_customer;
GRANT SELECT, INSERT ON complaint_call_back TO portal_staff;
GRANT SELECT ON complaint_call_back TO portal_worker;

-- C5, C6: preliminary, then final. The customer reads what was written for them.
CREATE TABLE complaint_finding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    stage text NOT NULL CONSTRAINT complaint_finding_stage CHECK (stage IN ('preliminary', 'final')),
    finding text NOT NULL CONSTRAINT complaint_finding_finding CHECK (length(finding) BETWEEN 1 AND 4000),
    for_customer text NOT NULL DEFAULT '' CONSTRAINT complaint_finding_for_customer CHECK (length(for_customer) <= 4000),
    responsibility text NOT NULL DEFAULT '' CONSTRAINT complaint_finding_responsibility CHECK (responsibility IN ('', 'ours',
        'not_ours', 'undeterminable')),
    cause text NOT NULL DEFAULT '',
    found_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    found_at timestamptz NOT NULL,
    CONSTRAINT complaint_finding_final_decides CHECK (stage = 'preliminary' OR responsibility <> '')
);
CREATE INDEX complaint_finding_of ON complaint_finding (complaint_id, id);
CREATE INDEX complaint_finding_account ON complaint_finding (account_id);
CREATE INDEX complaint_finding_found_by ON complaint_finding (found_by);
CALL close_to_other_accounts('complaint_finding', 'account_id = (SELECT current_account()) AND for_customer <> ''''');
GRANT SELECT (id, account_id, complaint_id, stage, for_customer, responsibility, found_at) ON complaint_finding TO portal_customer;
GRANT SELECT, INSERT ON complaint_finding TO portal_staff;
GRANT SELECT ON complaint_finding TO portal_worker;

-- C8: proposals side by side; C7: what is compensated, who has to allow it, who bears it in the end.
CREATE TABLE complaint_proposal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    round integer NOT NULL CONSTRAINT complaint_proposal_round CHECK (round > 0),
    measure text NOT NULL CONSTRAINT complaint_proposal_measure CHECK (measure IN ('repair', 'replacement', 'credit',
        'redelivery', 'site_visit', 'call_back', 'other')),
    description text NOT NULL CONSTRAINT complaint_proposal_description CHECK (length(description) BETWEEN 1 AND 2000),  -- the customer reads the chosen one
    reasoning text NOT NULL DEFAULT '' CONSTRAINT complaint_proposal_reasoning CHECK (length(reasoning) <= 2000),        -- ours
    ready_on date,                                                                  -- by when it is carried out
    currency text NOT NULL CONSTRAINT complaint_proposal_currency CHECK (currency ~ '^[A-Z]{3}$'),
    cost numeric(16, 2) NOT NULL CONSTRAINT complaint_proposal_cost CHECK (cost >= 0),              -- to us, compensation contained
    compensated_units numeric(14, 3) NOT NULL DEFAULT 0 CONSTRAINT complaint_proposal_units CHECK (compensated_units >= 0),
    compensation numeric(16, 2) NOT NULL DEFAULT 0 CONSTRAINT complaint_proposal_compensation CHECK (compensation >= 0),
    charged_to text NOT NULL DEFAULT '' CONSTRAINT complaint_proposal_charged_to CHECK (charged_to IN ('', 'factory', 'dealer', 'carrier')),
    charged_amount numeric(16, 2) NOT NULL DEFAULT 0 CONSTRAINT complaint_proposal_charged_amount CHECK (charged_amount >= 0),
    advance_percent numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT complaint_proposal_advance CHECK (advance_percent BETWEEN 0 AND 100),
    proposed_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    proposed_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    chosen_by bigint REFERENCES person ON DELETE RESTRICT,
    chosen_for_id bigint REFERENCES staff_member ON DELETE RESTRICT,                -- whom a deputy stood in for, C8
    chosen_at timestamptz,
    chosen_because text NOT NULL DEFAULT '',
    released_at timestamptz,                                                        -- every approval that C7 demands is there
    refused_at timestamptz,                                                         -- by an approver, or by the customer's objection
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT complaint_proposal_compensates_something CHECK ((compensation > 0) = (compensated_units > 0)),
    CONSTRAINT complaint_proposal_charged CHECK ((charged_to = '') = (charged_amount = 0)),
    CONSTRAINT complaint_proposal_chosen CHECK ((chosen_at IS NULL) = (chosen_by IS NULL) AND (chosen_at IS NULL OR withdrawn_at IS NULL)),
    CONSTRAINT complaint_proposal_chosen_for CHECK (chosen_for_id IS NULL OR chosen_at IS NOT NULL),
    CONSTRAINT complaint_proposal_chooser_is_another CHECK (chosen_by <> proposed_by),
    CONSTRAINT complaint_proposal_released CHECK (released_at IS NULL OR chosen_at IS NOT NULL)
);
CREATE UNIQUE INDEX complaint_proposal_one_chosen ON complaint_proposal (complaint_id) WHERE chosen_at IS NOT NULL AND refused_at IS NULL;
CREATE INDEX complaint_proposal_of ON complaint_proposal (complaint_id, id);
CREATE INDEX complaint_proposal_account ON complaint_proposal (account_id);
CREATE INDEX complaint_proposal_proposed_by ON complaint_proposal (proposed_by);
CREATE INDEX complaint_proposal_chosen_by ON complaint_proposal (chosen_by);
CREATE INDEX complaint_proposal_chosen_for ON complaint_proposal (chosen_for_id);
CALL close_to_other_accounts('complaint_proposal', 'account_id = (SELECT current_account()) AND released_at IS NOT NULL');
GRANT SELECT (id, account_id, complaint_id, round, measure, description, ready_on, currency, compensated_units, compensation,
    chosen_at, released_at, refused_at, version) ON complaint_proposal TO portal_customer;
-- An objection, or coming back, refuses what was chosen and carried out.
GRANT UPDATE (refused_at, version) ON complaint_proposal TO portal_customer;
CREATE POLICY customers_refuse_outcomes ON complaint_proposal AS RESTRICTIVE FOR UPDATE TO portal_customer
    USING (EXISTS (SELECT FROM complaint c WHERE c.id = complaint_proposal.complaint_id
        AND c.status IN ('carried_out', 'explained', 'closed')))
    WITH CHECK (refused_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON complaint_proposal TO portal_staff;
GRANT SELECT ON complaint_proposal TO portal_worker;

-- C7: the approvers that the rule names, one row each; nobody approves their own.
CREATE TABLE complaint_approval (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    proposal_id bigint NOT NULL REFERENCES complaint_proposal ON DELETE CASCADE,
    role text NOT NULL CONSTRAINT complaint_approval_role CHECK (role IN ('after_sales', 'sales_supervisor', 'duty_manager',
        'general_manager')),
    reason text NOT NULL CONSTRAINT complaint_approval_reason CHECK (reason IN ('units', 'major', 'advance')),   -- why the rule names them
    decided_by bigint REFERENCES person ON DELETE RESTRICT,
    decided_for_id bigint REFERENCES staff_member ON DELETE RESTRICT,               -- whom a deputy stood in for
    decided_at timestamptz,
    approved boolean,
    note text NOT NULL DEFAULT '' CONSTRAINT complaint_approval_note CHECK (length(note) <= 2000),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT complaint_approval_once UNIQUE (proposal_id, role),
    CONSTRAINT complaint_approval_decided CHECK (num_nonnulls(decided_by, decided_at, approved) IN (0, 3)),
    CONSTRAINT complaint_approval_refused_says_why CHECK (approved IS DISTINCT FROM false OR note <> '')
);
CREATE INDEX complaint_approval_waiting ON complaint_approval (role, id) WHERE decided_at IS NULL;
CREATE INDEX complaint_approval_account ON complaint_approval (account_id);
CREATE INDEX complaint_approval_decided_by ON complaint_approval (decided_by);
CREATE INDEX complaint_approval_decided_for ON complaint_approval (decided_for_id);
CALL close_to_other_accounts('complaint_approval', 'false');
GRANT SELECT, INSERT, UPDATE ON complaint_approval TO portal_staff;
GRANT SELECT ON complaint_approval TO portal_worker;

-- What the customer said to an outcome: the form that C8 asks for.
CREATE TABLE complaint_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    round integer NOT NULL,
    accepted boolean NOT NULL,
    reason text NOT NULL DEFAULT '' CONSTRAINT complaint_answer_reason CHECK (length(reason) <= 2000),
    answered_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,               -- staff, where the customer phoned
    answered_name text NOT NULL CONSTRAINT complaint_answer_name CHECK (length(answered_name) BETWEEN 1 AND 200),
    answered_at timestamptz NOT NULL,
    CONSTRAINT complaint_answer_once UNIQUE (complaint_id, round),
    CONSTRAINT complaint_answer_objection_says_why CHECK (accepted OR reason <> '')
);
CREATE INDEX complaint_answer_objection ON complaint_answer (complaint_id) WHERE NOT accepted;
CREATE INDEX complaint_answer_account ON complaint_answer (account_id);
CREATE INDEX complaint_answer_by ON complaint_answer (answered_by);
CALL close_to_other_accounts('complaint_answer');
CREATE POLICY own_answers ON complaint_answer AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (answered_by = (SELECT current_person()) AND EXISTS (SELECT FROM complaint c
        WHERE c.id = complaint_answer.complaint_id AND c.round = complaint_answer.round
          AND c.status IN ('carried_out', 'explained', 'answered')));
GRANT SELECT (id, account_id, complaint_id, round, accepted, reason, answered_name, answered_at)
    ON complaint_answer TO portal_customer;
GRANT INSERT ON complaint_answer TO portal_customer;
GRANT SELECT, INSERT ON complaint_answer TO portal_staff;
GRANT SELECT ON complaint_answer TO portal_worker;

-- C4: given to a dealer, supervised; when the dealer fails the company does it at the dealer's cost.
CREATE TABLE dealer_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    dealer_id bigint NOT NULL REFERENCES dealer ON DELETE RESTRICT,
    what text NOT NULL CONSTRAINT dealer_task_what CHECK (length(what) BETWEEN 1 AND 2000),
    due_on date NOT NULL,
    given_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    given_at timestamptz NOT NULL,
    done_at timestamptz,
    failed_at timestamptz,
    result text NOT NULL DEFAULT '' CONSTRAINT dealer_task_result CHECK (length(result) <= 2000),
    currency text CONSTRAINT dealer_task_currency CHECK (currency ~ '^[A-Z]{3}$'),
    cost numeric(16, 2) CONSTRAINT dealer_task_cost CHECK (cost >= 0),              -- to be charged to the dealer
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT dealer_task_one_end CHECK (done_at IS NULL OR failed_at IS NULL),
    CONSTRAINT dealer_task_end_says_what CHECK ((done_at IS NULL AND failed_at IS NULL) = (result = '')),
    CONSTRAINT dealer_task_cost_of_failure CHECK ((cost IS NULL) = (currency IS NULL) AND (cost IS NULL OR failed_at IS NOT NULL))
);
CREATE UNIQUE INDEX dealer_task_one_open ON dealer_task (complaint_id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX dealer_task_open ON dealer_task (due_on, id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX dealer_task_of ON dealer_task (complaint_id, id);
CREATE INDEX dealer_task_account ON dealer_task (account_id);
CREATE INDEX dealer_task_dealer ON dealer_task (dealer_id);
CREATE INDEX dealer_task_given_by ON dealer_task (given_by);
CALL close_to_other_accounts('dealer_task', 'false');
GRANT SELECT, INSERT, UPDATE ON dealer_task TO portal_staff;
GRANT SELECT ON dealer_task TO portal_worker;

-- C11: after closing somebody asks how it went.
CREATE TABLE complaint_follow_up (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    reached text NOT NULL CONSTRAINT complaint_follow_up_reached CHECK (length(reached) BETWEEN 1 AND 200),  -- whom
    channel text NOT NULL,
    satisfaction text NOT NULL CONSTRAINT complaint_follow_up_satisfaction CHECK (satisfaction IN ('satisfied', 'neutral', 'dissatisfied')),
    note text NOT NULL DEFAULT '' CONSTRAINT complaint_follow_up_note CHECK (length(note) <= 2000),
    contacted_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    contacted_at timestamptz NOT NULL,
    CONSTRAINT complaint_follow_up_dissatisfied_says_why CHECK (satisfaction <> 'dissatisfied' OR note <> '')
);
CREATE INDEX complaint_follow_up_of ON complaint_follow_up (complaint_id, id);
CREATE INDEX complaint_follow_up_dissatisfied ON complaint_follow_up (complaint_id) WHERE satisfaction = 'dissatisfied';
CREATE INDEX complaint_follow_up_account ON complaint_follow_up (account_id);
CREATE INDEX complaint_follow_up_by ON complaint_follow_up (contacted_by);
CALL close_to_other_accounts('complaint_follow_up', 'false');
GRANT SELECT, INSERT ON complaint_follow_up TO portal_staff;
GRANT SELECT ON complaint_follow_up TO portal_worker;

-- C13: what the review of a late, ineffective or unsatisfactory case came to.
CREATE TABLE complaint_review (
    complaint_id bigint PRIMARY KEY REFERENCES complaint ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    conclusion text NOT NULL CONSTRAINT complaint_review_conclusion CHECK (length(conclusion) BETWEEN 1 AND 4000),
    reviewed_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    reviewed_at timestamptz NOT NULL
);
CREATE INDEX complaint_review_account ON complaint_review (account_id);
CREATE INDEX complaint_review_by ON complaint_review (reviewed_by);
CALL close_to_other_accounts('complaint_review', 'false');
GRANT SELECT, INSERT ON complaint_review TO portal_staff;

-- C12: the countermeasure to what the statistics show: of a month, a dimension and a value in it.
CREATE TABLE complaint_countermeasure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dimension text NOT NULL CONSTRAINT complaint_countermeasure_dimension CHECK (dimension IN ('kind', 'category', 'cause',
        'department', 'item', 'account')),
    value text NOT NULL CONSTRAINT complaint_countermeasure_value CHECK (length(value) BETWEEN 1 AND 100),
    month date NOT NULL CONSTRAINT complaint_countermeasure_month CHECK (extract(day FROM month) = 1),
    measure text NOT NULL CONSTRAINT complaint_countermeasure_measure CHECK (length(measure) BETWEEN 1 AND 2000),
    department_id bigint REFERENCES department ON DELETE RESTRICT,
    due_on date,
    recorded_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL,
    done_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX complaint_countermeasure_of ON complaint_countermeasure (dimension, value, month);
CREATE INDEX complaint_countermeasure_department ON complaint_countermeasure (department_id);
CREATE INDEX complaint_countermeasure_by ON complaint_countermeasure (recorded_by);
GRANT SELECT, INSERT, UPDATE ON complaint_countermeasure TO portal_staff;
