-- What every room stands on: the business clock, who is asking, the activity log, the outbox,
-- form keys, references, and the one procedure that closes a table to other accounts.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- A function made later is nobody's to run until it is granted.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_customer, portal_staff, portal_worker;

-- Only demo and test databases have a row here (design: Time).
CREATE TABLE clock_offset (
    only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT clock_offset_one_row CHECK (only_row),
    ahead interval NOT NULL
);
GRANT SELECT ON clock_offset TO portal_customer, portal_staff, portal_worker;

CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT now() + coalesce((SELECT ahead FROM clock_offset), interval '0')
$$;

-- The settings read '' after a commit, not NULL.
CREATE FUNCTION current_account() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.account_id', true), '')::bigint
$$;
CREATE FUNCTION current_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.person_id', true), '')::bigint
$$;

-- Closes a table that belongs to an account: everybody is bound, the owner by a policy of its own
-- because FORCE binds it too. A tenant sees the rows that fulfil `condition`.
CREATE PROCEDURE close_to_other_accounts(
    closed regclass, condition text DEFAULT 'account_id = (SELECT current_account())'
) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', closed);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', closed);
    EXECUTE format('CREATE POLICY owner_all ON %s TO %I USING (true) WITH CHECK (true)', closed, current_user);
    EXECUTE format('CREATE POLICY staff_all ON %s TO portal_staff USING (true) WITH CHECK (true)', closed);
    EXECUTE format('CREATE POLICY worker_all ON %s TO portal_worker USING (true) WITH CHECK (true)', closed);
    EXECUTE format('CREATE POLICY own_account ON %s TO portal_customer USING (%s) WITH CHECK (%s)', closed, condition, condition);
END $$;

-- What a search looks up (domain/common/found.py). The words of a record count within the thirty days
-- in which it came, so that the newest can be found first however frequent a word is; its account is one
-- of them. What is live is found whole, as a period of its own.
CREATE FUNCTION search_period(at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN floor(extract(epoch FROM at) / 2592000)::integer;
CREATE FUNCTION search_keys_in(terms text[], period integer) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT array_agg(hashtextextended(term, period)) FROM unnest(terms) AS each (term));
CREATE FUNCTION search_keys(terms text[], account_id bigint, at timestamptz, live boolean) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN search_keys_in(terms || ('@' || account_id::text), search_period(at))
        || CASE WHEN live THEN search_keys_in(terms, -1) END;
GRANT EXECUTE ON FUNCTION search_period(timestamptz), search_keys_in(text[], integer),
    search_keys(text[], bigint, timestamptz, boolean) TO portal_customer, portal_staff, portal_worker;

-- Who changed what, when, from where, before and after. The application can add, never alter.
CREATE TABLE activity (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id bigint,
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    reference text NOT NULL DEFAULT '',
    verb text NOT NULL,
    audience text NOT NULL CONSTRAINT activity_audience CHECK (audience IN ('customer', 'internal')),
    actor_id bigint,
    actor_name text NOT NULL,
    actor_side text NOT NULL CONSTRAINT activity_actor_side CHECK (actor_side IN ('customer', 'staff', 'system')),
    client_address text NOT NULL DEFAULT '',
    before jsonb NOT NULL DEFAULT '{}',
    after jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX activity_of_subject ON activity (subject_kind, subject_id, id);
CREATE INDEX activity_of_account ON activity (account_id, id);
CALL close_to_other_accounts('activity', 'account_id = (SELECT current_account())');
DROP POLICY own_account ON activity;
CREATE POLICY own_account_reads ON activity FOR SELECT TO portal_customer
    USING (account_id = (SELECT current_account()) AND audience = 'customer');
CREATE POLICY own_account_adds ON activity FOR INSERT TO portal_customer
    WITH CHECK (account_id = (SELECT current_account()) AND actor_id = (SELECT current_person())
        AND actor_side = 'customer');
GRANT SELECT, INSERT ON activity TO portal_customer, portal_staff, portal_worker;

-- What must happen after the transaction: written in it, relayed and done later, at least once.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL DEFAULT 'mail' CONSTRAINT outbox_queue CHECK (queue IN ('urgent', 'mail', 'bulk')),
    account_id bigint,
    payload jsonb NOT NULL,
    dedupe_key text CONSTRAINT outbox_dedupe_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts CHECK (attempts >= 0),
    done_at timestamptz,
    given_up_at timestamptz,
    last_error text NOT NULL DEFAULT '',
    CONSTRAINT outbox_one_end CHECK (done_at IS NULL OR given_up_at IS NULL)
);
CREATE INDEX outbox_open ON outbox (queue, due_at, id) WHERE done_at IS NULL AND given_up_at IS NULL;
CALL close_to_other_accounts('outbox', 'account_id = (SELECT current_account())');
DROP POLICY own_account ON outbox;
-- A customer's verbs announce what that customer did, and nothing else; `of_own_records` (0010, 0018) says of which records.
-- tests/architecture/test_announcements.py reads from the code which kinds these are.
CREATE POLICY own_account_adds ON outbox FOR INSERT TO portal_customer
    WITH CHECK (account_id = (SELECT current_account()) AND dedupe_key IS NULL
        AND payload ->> 'actor_id' = (SELECT current_person())::text
        AND kind IN ('quote.requested', 'quote.message', 'quote.answered_question', 'quote.accepted', 'quote.declined',
            'quote.revision_requested', 'quote.withdrawn', 'order.placed', 'order.incomplete', 'order.message',
            'order.parts_agreed', 'order.cancelled', 'complaint.filed', 'complaint.message', 'complaint.question_answered',
            'complaint.confirmed', 'complaint.objected', 'complaint.closed', 'complaint.reopened', 'complaint.withdrawn',
            'report.acknowledged', 'report.commented', 'visit.confirmed', 'visit.countered'));
GRANT INSERT (kind, queue, account_id, payload, dedupe_key) ON outbox TO portal_customer;
GRANT SELECT, INSERT ON outbox TO portal_staff;
GRANT SELECT, INSERT, UPDATE (attempts, due_at, done_at, given_up_at, last_error) ON outbox TO portal_worker;

-- One form sent twice makes one record: the key of the form names what it made.
CREATE TABLE form_key (
    person_id bigint NOT NULL,
    key text NOT NULL CONSTRAINT form_key_length CHECK (length(key) BETWEEN 16 AND 64),
    location text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, key)
);
ALTER TABLE form_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_key FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON form_key TO portal_customer, portal_staff
    USING (person_id = (SELECT current_person())) WITH CHECK (person_id = (SELECT current_person()));
CREATE POLICY worker_all ON form_key TO portal_worker USING (true);
DO $$ BEGIN EXECUTE format('CREATE POLICY owner_all ON form_key TO %I USING (true)', current_user); END $$;
GRANT SELECT, INSERT ON form_key TO portal_customer, portal_staff;
GRANT SELECT, DELETE ON form_key TO portal_worker;
CREATE INDEX form_key_age ON form_key (created_at);

-- References: unique, never reused, safe under concurrency, not gapless.
CREATE SEQUENCE request_reference AS bigint;
CREATE SEQUENCE order_reference AS bigint;
GRANT USAGE ON SEQUENCE request_reference, order_reference TO portal_customer, portal_staff;

-- Messages of a record: replies are for both sides, notes are for staff alone.
CREATE TABLE message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL,
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    audience text NOT NULL CONSTRAINT message_audience CHECK (audience IN ('customer', 'internal')),
    author_id bigint NOT NULL,
    author_name text NOT NULL,
    author_side text NOT NULL CONSTRAINT message_author_side CHECK (author_side IN ('customer', 'staff')),
    body text NOT NULL CONSTRAINT message_body CHECK (length(body) BETWEEN 1 AND 10000),
    written_at timestamptz NOT NULL,
    CONSTRAINT message_customer_writes_no_notes CHECK (author_side = 'staff' OR audience = 'customer')
);
CREATE INDEX message_of_subject ON message (subject_kind, subject_id, id);
CREATE INDEX message_of_account ON message (account_id, id);
CALL close_to_other_accounts('message',
    'account_id = (SELECT current_account()) AND audience = ''customer''');
-- Nobody writes in a name that is not theirs, least of all a customer in ours.
CREATE POLICY own_words ON message AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (author_id = (SELECT current_person()) AND author_side = 'customer');
CREATE POLICY staff_words ON message AS RESTRICTIVE FOR INSERT TO portal_staff
    WITH CHECK (author_id = (SELECT current_person()) AND author_side = 'staff');
GRANT SELECT, INSERT ON message TO portal_customer, portal_staff;
GRANT SELECT ON message TO portal_worker;
