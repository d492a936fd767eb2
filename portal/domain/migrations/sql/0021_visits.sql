-- Visits and callbacks, what they come from, what was said, and what became of it (V1-V9).

CREATE SEQUENCE visit_reference AS bigint;
CREATE SEQUENCE opinion_reference AS bigint;
GRANT USAGE ON SEQUENCE visit_reference, opinion_reference TO portal_staff, portal_worker;

-- V2: an installation completed, or a delivery marked so; visits after it follow.
CREATE TABLE site_installation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    order_id bigint REFERENCES sales_order ON DELETE RESTRICT,
    dealer_id bigint REFERENCES dealer ON DELETE RESTRICT,                          -- who makes the visits, where it is not us
    what text NOT NULL CONSTRAINT site_installation_what CHECK (length(what) BETWEEN 1 AND 200),
    place text NOT NULL DEFAULT '' CONSTRAINT site_installation_place CHECK (length(place) <= 500),
    completed_on date NOT NULL,
    marked_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    marked_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_because text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT site_installation_revoked CHECK ((revoked_at IS NULL) = (revoked_because = ''))
);
CREATE INDEX site_installation_account ON site_installation (account_id, completed_on);
CREATE INDEX site_installation_order ON site_installation (order_id);
CREATE UNIQUE INDEX site_installation_order_once ON site_installation (order_id) WHERE revoked_at IS NULL;
CREATE INDEX site_installation_dealer ON site_installation (dealer_id);
CREATE INDEX site_installation_marked_by ON site_installation (marked_by);
CREATE INDEX site_installation_in_force ON site_installation (completed_on) WHERE revoked_at IS NULL;
CALL close_to_other_accounts('site_installation', 'false');
GRANT SELECT, INSERT, UPDATE ON site_installation TO portal_staff;
GRANT SELECT ON site_installation TO portal_worker;

-- V3: a prospect came to us for the first time.
CREATE TABLE prospect_visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT prospect_visit_once UNIQUE REFERENCES account ON DELETE RESTRICT,
    came_on date NOT NULL,
    who_came text NOT NULL CONSTRAINT prospect_visit_who CHECK (length(who_came) BETWEEN 1 AND 200),
    interest text NOT NULL DEFAULT '' CONSTRAINT prospect_visit_interest CHECK (length(interest) <= 2000),
    recorded_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL,
    ended_at timestamptz,                                                           -- the chain of calls is at its end
    ended_because text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT prospect_visit_ended CHECK ((ended_at IS NULL) = (ended_because = ''))
);
CREATE INDEX prospect_visit_recorded_by ON prospect_visit (recorded_by);
CALL close_to_other_accounts('prospect_visit', 'false');
GRANT SELECT, INSERT, UPDATE ON prospect_visit TO portal_staff;
GRANT SELECT ON prospect_visit TO portal_worker;

-- V6: visits by one rule in one period; a summary closes the round.
CREATE TABLE visit_round (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule text NOT NULL CONSTRAINT visit_round_rule CHECK (rule IN ('quarterly', 'installation', 'prospect', 'group', 'by_hand')),
    period text NOT NULL CONSTRAINT visit_round_period CHECK (period ~ '^[0-9]{4}-(Q[1-4]|[0-9]{2})$'),  -- 2026-Q4, 2026-11
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    summary text NOT NULL DEFAULT '' CONSTRAINT visit_round_summary CHECK (length(summary) <= 8000),
    lessons text NOT NULL DEFAULT '' CONSTRAINT visit_round_lessons CHECK (length(lessons) <= 8000),
    closed_by bigint REFERENCES person ON DELETE RESTRICT,
    closed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT visit_round_once UNIQUE (rule, period),
    CONSTRAINT visit_round_dates CHECK (starts_on <= ends_on),
    CONSTRAINT visit_round_closed CHECK (closed_at IS NULL OR (summary <> '' AND closed_by IS NOT NULL))
);
CREATE INDEX visit_round_closed_by ON visit_round (closed_by);
GRANT SELECT, INSERT, UPDATE ON visit_round TO portal_staff;
GRANT SELECT, INSERT ON visit_round TO portal_worker;

CREATE TABLE visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT visit_reference_once UNIQUE,                 -- VS-2026-00007
    kind text NOT NULL CONSTRAINT visit_kind CHECK (kind IN ('visit', 'callback')),
    rule text NOT NULL CONSTRAINT visit_rule CHECK (rule IN ('quarterly', 'installation', 'prospect', 'group', 'by_hand')),
    step text NOT NULL DEFAULT '' CONSTRAINT visit_step CHECK (step IN ('', 'first', 'second', 'third', 'fourth', 'anniversary',
        'representative', 'head', 'service_manager', 'call_desk', 'general_manager')),
    occasion text NOT NULL CONSTRAINT visit_occasion CHECK (length(occasion) BETWEEN 1 AND 100),  -- what the rule makes it from, once
    round_id bigint REFERENCES visit_round ON DELETE RESTRICT,
    installation_id bigint REFERENCES site_installation ON DELETE RESTRICT,
    dealer_id bigint REFERENCES dealer ON DELETE RESTRICT,                          -- on a visit order, V2
    status text NOT NULL CONSTRAINT visit_status CHECK (status IN ('planned', 'proposed', 'countered', 'confirmed', 'made', 'cancelled')),
    owner_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    due_on date NOT NULL,                                                           -- by the rule; a move changes the appointment
    way text NOT NULL DEFAULT 'on_site' CONSTRAINT visit_way CHECK (way IN ('on_site', 'phone', 'video', 'at_ours')),
    starts_at timestamptz,
    ends_at timestamptz,
    place text NOT NULL DEFAULT '' CONSTRAINT visit_place CHECK (length(place) <= 500),
    goal text NOT NULL DEFAULT '' CONSTRAINT visit_goal CHECK (length(goal) <= 2000),             -- V5, ours
    told text NOT NULL DEFAULT '' CONSTRAINT visit_told CHECK (length(told) <= 2000),             -- what the customer reads before
    shown_at timestamptz,                                                           -- the customer sees it from here on
    reminded_at timestamptz,
    made_at timestamptz,                                                            -- when it took place
    satisfaction text NOT NULL DEFAULT '' CONSTRAINT visit_satisfaction CHECK (satisfaction IN ('', 'satisfied', 'neutral', 'dissatisfied')),
    report text NOT NULL DEFAULT '' CONSTRAINT visit_report CHECK (length(report) <= 8000),       -- what was said and seen, ours
    usage_note text NOT NULL DEFAULT '' CONSTRAINT visit_usage CHECK (length(usage_note) <= 4000),  -- how the product works in use, V8
    cause text NOT NULL DEFAULT '' CONSTRAINT visit_cause CHECK (length(cause) <= 2000),           -- why they are not satisfied, V7
    remedy text NOT NULL DEFAULT '' CONSTRAINT visit_remedy CHECK (length(remedy) <= 2000),        -- and what was agreed about it
    gifts text NOT NULL DEFAULT '' CONSTRAINT visit_gifts CHECK (gifts IN ('', 'none_offered', 'declined')),  -- V5
    gifts_note text NOT NULL DEFAULT '' CONSTRAINT visit_gifts_note CHECK (length(gifts_note) <= 500),
    for_customer text NOT NULL DEFAULT '' CONSTRAINT visit_for_customer CHECK (length(for_customer) <= 4000),
    inquiry_returned_at timestamptz,                                                -- the written feedback form, V4
    recorded_by bigint REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz,
    cancelled_because text NOT NULL DEFAULT '',
    created_by bigint REFERENCES person ON DELETE RESTRICT,                         -- none: by the rule
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT visit_once UNIQUE (account_id, rule, occasion),                      -- never generated twice
    CONSTRAINT visit_times CHECK ((starts_at IS NULL) = (ends_at IS NULL) AND starts_at < ends_at),
    CONSTRAINT visit_appointment CHECK (status NOT IN ('proposed', 'countered', 'confirmed') OR starts_at IS NOT NULL),
    CONSTRAINT visit_shown CHECK (status NOT IN ('proposed', 'countered', 'confirmed') OR shown_at IS NOT NULL),
    -- V6, V7: complete, or it is not made.
    CONSTRAINT visit_made CHECK ((status = 'made') = (made_at IS NOT NULL) AND (made_at IS NULL) = (recorded_at IS NULL)
        AND (recorded_at IS NULL) = (recorded_by IS NULL)
        AND (status <> 'made' OR (satisfaction <> '' AND report <> '' AND gifts <> ''))
        AND (status <> 'made' OR satisfaction <> 'dissatisfied' OR (cause <> '' AND remedy <> ''))),
    CONSTRAINT visit_cancelled CHECK ((status = 'cancelled') = (cancelled_because <> ''))
);
CREATE INDEX visit_shown_to_account ON visit (account_id, coalesce(made_at, starts_at, updated_at) DESC, id DESC)
    WHERE shown_at IS NOT NULL;
CREATE INDEX visit_open ON visit (due_on, id) WHERE status NOT IN ('made', 'cancelled');
CREATE INDEX visit_open_of_owner ON visit (owner_id, due_on, id) WHERE status NOT IN ('made', 'cancelled');
CREATE INDEX visit_open_of_account ON visit (account_id, due_on, id) WHERE status NOT IN ('made', 'cancelled');
CREATE INDEX visit_of_owner ON visit (owner_id, starts_at);
CREATE INDEX visit_owner_of_account ON visit (owner_id, account_id);
CREATE INDEX visit_by_start ON visit (starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX visit_made_unplanned ON visit (made_at) WHERE status = 'made' AND starts_at IS NULL;
-- What the history counts stands in the index.
CREATE INDEX visit_made_by_time ON visit (made_at DESC, id DESC) INCLUDE (account_id, owner_id, satisfaction) WHERE status = 'made';
CREATE INDEX visit_made_of_account ON visit (account_id, made_at DESC, id DESC) INCLUDE (satisfaction) WHERE status = 'made';
CREATE INDEX visit_made_of_owner ON visit (owner_id, made_at DESC, id DESC) INCLUDE (satisfaction) WHERE status = 'made';
CREATE INDEX visit_newest ON visit (coalesce(made_at, updated_at) DESC, id DESC);
CREATE INDEX visit_newest_of_account ON visit (account_id, coalesce(made_at, updated_at) DESC, id DESC);
CREATE INDEX visit_newest_of_owner ON visit (owner_id, coalesce(made_at, updated_at) DESC, id DESC);
CREATE INDEX visit_last_of_account ON visit (account_id, made_at DESC) WHERE status = 'made' AND kind = 'visit';
CREATE INDEX visit_dissatisfied ON visit (made_at DESC, id DESC) WHERE satisfaction = 'dissatisfied';
CREATE INDEX visit_search ON visit USING gin (search_terms);
CREATE INDEX visit_of_round ON visit (round_id, id) INCLUDE (account_id, owner_id, status, due_on, made_at, satisfaction);
CREATE INDEX visit_installation ON visit (installation_id);
CREATE INDEX visit_dealer ON visit (dealer_id);
CREATE INDEX visit_recorded_by ON visit (recorded_by);
CREATE INDEX visit_created_by ON visit (created_by);
CALL close_to_other_accounts('visit', 'account_id = (SELECT current_account()) AND shown_at IS NOT NULL');
GRANT SELECT (id, account_id, reference, kind, status, owner_id, way, starts_at, ends_at, place, told, shown_at, made_at, for_customer,
    inquiry_returned_at, cancelled_because, updated_at, version) ON visit TO portal_customer;
GRANT UPDATE (status, updated_at, version) ON visit TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON visit TO portal_staff;
GRANT SELECT, INSERT, UPDATE (due_on, reminded_at, inquiry_returned_at, updated_at, version) ON visit TO portal_worker;
-- A customer agrees to a time or asks for another; the rest of a visit is ours to move.
CREATE FUNCTION customers_answer_visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'portal_customer' AND NOT (
        (OLD.status = 'proposed' AND NEW.status IN ('confirmed', 'countered'))
        OR (OLD.status = 'confirmed' AND NEW.status = 'countered')
        OR (OLD.status = 'countered' AND NEW.status IN ('confirmed', 'countered'))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a customer agrees to a time or asks for another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visit_customers_answer BEFORE UPDATE OF status ON visit FOR EACH ROW EXECUTE FUNCTION customers_answer_visits();

-- Who takes part, on both sides.
CREATE TABLE visit_person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    visit_id bigint NOT NULL REFERENCES visit ON DELETE CASCADE,
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,
    staff_member_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    name text NOT NULL CONSTRAINT visit_person_name CHECK (length(name) BETWEEN 1 AND 200),
    function text NOT NULL DEFAULT '',
    is_ours boolean NOT NULL,
    attended boolean,
    CONSTRAINT visit_person_side CHECK ((staff_member_id IS NULL OR is_ours) AND (contact_id IS NULL OR NOT is_ours))
);
CREATE UNIQUE INDEX visit_person_contact_once ON visit_person (visit_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX visit_person_staff_once ON visit_person (visit_id, staff_member_id) WHERE staff_member_id IS NOT NULL;
CREATE INDEX visit_person_visit ON visit_person (visit_id, id);
CREATE INDEX visit_person_account ON visit_person (account_id);
CREATE INDEX visit_person_contact ON visit_person (contact_id);
CREATE INDEX visit_person_staff ON visit_person (staff_member_id);
CALL close_to_other_accounts('visit_person', 'account_id = (SELECT current_account()) AND EXISTS (SELECT FROM visit v WHERE v.id = visit_id)');
GRANT SELECT (id, account_id, visit_id, name, function, is_ours, attended) ON visit_person TO portal_customer;
GRANT SELECT, INSERT, UPDATE, DELETE ON visit_person TO portal_staff;
GRANT SELECT, INSERT ON visit_person TO portal_worker;

-- V5: what is prepared, taken along, offered, asked.
CREATE TABLE visit_item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    visit_id bigint NOT NULL REFERENCES visit ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT visit_item_kind CHECK (kind IN ('preparation', 'material', 'offer', 'question')),
    text text NOT NULL CONSTRAINT visit_item_text CHECK (length(text) BETWEEN 1 AND 500),
    position integer NOT NULL,
    done_at timestamptz,
    outcome text NOT NULL DEFAULT '' CONSTRAINT visit_item_outcome CHECK (length(outcome) <= 1000),  -- the answer, what became of the offer
    CONSTRAINT visit_item_place UNIQUE (visit_id, position)
);
CREATE INDEX visit_item_account ON visit_item (account_id);
CALL close_to_other_accounts('visit_item', 'false');
GRANT SELECT, INSERT, UPDATE, DELETE ON visit_item TO portal_staff;
GRANT SELECT, INSERT ON visit_item TO portal_worker;

-- V5: an appointment that could not be kept, why, and that the customer was told.
CREATE TABLE visit_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    visit_id bigint NOT NULL REFERENCES visit ON DELETE CASCADE,
    side text NOT NULL CONSTRAINT visit_move_side CHECK (side IN ('customer', 'staff', 'system')),
    from_starts_at timestamptz,
    from_due_on date,
    to_starts_at timestamptz,
    to_due_on date,
    reason text NOT NULL CONSTRAINT visit_move_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    moved_by bigint REFERENCES person ON DELETE RESTRICT,
    moved_at timestamptz NOT NULL,
    CONSTRAINT visit_move_something CHECK (num_nonnulls(to_starts_at, to_due_on) > 0)
);
CREATE INDEX visit_move_visit ON visit_move (visit_id, id);
CREATE INDEX visit_move_account ON visit_move (account_id);
CREATE INDEX visit_move_moved_by ON visit_move (moved_by);
CALL close_to_other_accounts('visit_move', 'account_id = (SELECT current_account()) AND to_starts_at IS NOT NULL AND EXISTS (SELECT FROM visit v WHERE v.id = visit_id)');
GRANT SELECT (id, account_id, visit_id, side, from_starts_at, to_starts_at, reason, moved_at) ON visit_move TO portal_customer;
GRANT INSERT (account_id, visit_id, side, from_starts_at, to_starts_at, reason, moved_by, moved_at) ON visit_move TO portal_customer;
CREATE POLICY own_moves ON visit_move AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (side = 'customer' AND moved_by = (SELECT current_person()) AND account_id = (SELECT current_account()));
GRANT SELECT, INSERT ON visit_move TO portal_staff, portal_worker;

-- Opinions from visits and surveys: each a follow-up with an owner and a clock (V5, S4).
CREATE TABLE opinion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE RESTRICT,                        -- none: said where anonymity was promised
    reference text NOT NULL CONSTRAINT opinion_reference_once UNIQUE,               -- OP-2026-00007
    source text NOT NULL CONSTRAINT opinion_source CHECK (source IN ('visit', 'survey')),
    visit_id bigint REFERENCES visit ON DELETE RESTRICT,
    response_id bigint,
    sentiment text NOT NULL CONSTRAINT opinion_sentiment CHECK (sentiment IN ('praise', 'wish', 'criticism')),
    text text NOT NULL CONSTRAINT opinion_text CHECK (length(text) BETWEEN 1 AND 4000),
    about text NOT NULL DEFAULT '' CONSTRAINT opinion_about CHECK (length(about) <= 500),
    said_by text NOT NULL DEFAULT '' CONSTRAINT opinion_said_by CHECK (length(said_by) <= 200),
    owner_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    status text NOT NULL CONSTRAINT opinion_status CHECK (status IN ('open', 'answered', 'dropped')),
    answer text NOT NULL DEFAULT '' CONSTRAINT opinion_answer CHECK (length(answer) <= 4000),  -- what was done, as the customer reads it
    dropped_because text NOT NULL DEFAULT '',                                       -- ours
    is_shown boolean NOT NULL DEFAULT false,                                        -- the customer reads it with its answer
    created_by bigint REFERENCES person ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    ended_by bigint REFERENCES person ON DELETE RESTRICT,
    ended_at timestamptz,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT opinion_of_visit CHECK ((source = 'visit') = (visit_id IS NOT NULL) AND (source = 'survey') = (response_id IS NOT NULL)),
    CONSTRAINT opinion_ended CHECK ((status = 'open') = (ended_at IS NULL) AND (status <> 'answered' OR answer <> '')
        AND (status = 'dropped') = (dropped_because <> '')),
    CONSTRAINT opinion_shown_to_somebody CHECK (account_id IS NOT NULL OR NOT is_shown)
);
CREATE INDEX opinion_open ON opinion (created_at, id) WHERE status = 'open';
CREATE INDEX opinion_newest ON opinion (created_at DESC, id DESC);
CREATE INDEX opinion_open_of_account ON opinion (account_id, created_at, id) WHERE status = 'open';
CREATE INDEX opinion_search ON opinion USING gin (search_terms);
CREATE INDEX opinion_of_account ON opinion (account_id, created_at DESC, id DESC);
CREATE INDEX opinion_of_owner ON opinion (owner_id, created_at DESC, id DESC);
CREATE INDEX opinion_open_of_owner ON opinion (owner_id, created_at, id) WHERE status = 'open';
CREATE INDEX opinion_visit ON opinion (visit_id);
CREATE INDEX opinion_response ON opinion (response_id);
CREATE INDEX opinion_created_by ON opinion (created_by);
CREATE INDEX opinion_ended_by ON opinion (ended_by);
CALL close_to_other_accounts('opinion', 'account_id = (SELECT current_account()) AND is_shown');
GRANT SELECT (id, account_id, reference, source, visit_id, sentiment, text, about, said_by, status, answer, is_shown, created_at, ended_at)
    ON opinion TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON opinion TO portal_staff;
GRANT SELECT, INSERT ON opinion TO portal_worker;

-- The secret address of a person's calendar feed; a new one makes the old one worthless.
CREATE TABLE calendar_feed (
    staff_member_id bigint PRIMARY KEY REFERENCES staff_member ON DELETE CASCADE,
    token_hash bytea NOT NULL CONSTRAINT calendar_feed_token UNIQUE CONSTRAINT calendar_feed_token_is_sha256 CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    read_at timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_feed TO portal_staff;
