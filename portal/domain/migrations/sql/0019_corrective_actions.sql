-- Corrective and preventive action, by the eight disciplines (C9).

CREATE SEQUENCE corrective_action_reference AS bigint;
GRANT USAGE ON SEQUENCE corrective_action_reference TO portal_staff;

CREATE TABLE corrective_action (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL CONSTRAINT corrective_action_reference_once UNIQUE,     -- CA-2026-00003
    status text NOT NULL CONSTRAINT corrective_action_status CHECK (status IN ('opened', 'contained', 'analysed', 'planned',
        'carried_out', 'checked', 'verified', 'cancelled')),
    title text NOT NULL CONSTRAINT corrective_action_title CHECK (length(title) BETWEEN 1 AND 200),
    origin text NOT NULL CONSTRAINT corrective_action_origin CHECK (origin IN ('complaint', 'audit', 'process', 'other')),
    department_id bigint NOT NULL REFERENCES department ON DELETE RESTRICT,         -- owner
    leader_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    team text NOT NULL DEFAULT '' CONSTRAINT corrective_action_team CHECK (length(team) <= 1000),                  -- D1
    problem text NOT NULL CONSTRAINT corrective_action_problem CHECK (length(problem) BETWEEN 1 AND 4000),        -- D2
    containment text NOT NULL DEFAULT '' CONSTRAINT corrective_action_containment CHECK (length(containment) <= 4000),  -- D3
    whys jsonb NOT NULL DEFAULT '[]' CONSTRAINT corrective_action_whys CHECK (jsonb_typeof(whys) = 'array' AND jsonb_array_length(whys) <= 5),  -- D4
    cause text NOT NULL DEFAULT '' CONSTRAINT corrective_action_cause CHECK (cause IN ('', 'people', 'machine', 'material',
        'method', 'measurement', 'environment')),
    root_cause text NOT NULL DEFAULT '' CONSTRAINT corrective_action_root_cause CHECK (length(root_cause) <= 4000),
    check_on date,                                                                  -- effectiveness, D6
    effective boolean,
    check_result text NOT NULL DEFAULT '' CONSTRAINT corrective_action_check_result CHECK (length(check_result) <= 4000),
    checked_by bigint REFERENCES person ON DELETE RESTRICT,
    checked_at timestamptz,
    prevention text NOT NULL DEFAULT '' CONSTRAINT corrective_action_prevention CHECK (length(prevention) <= 4000),  -- D7
    closing_note text NOT NULL DEFAULT '' CONSTRAINT corrective_action_closing_note CHECK (length(closing_note) <= 2000),  -- D8
    verified_by bigint REFERENCES person ON DELETE RESTRICT,                        -- the management representative
    verified_for_id bigint REFERENCES staff_member ON DELETE RESTRICT,              -- whom a deputy stood in for
    verified_at timestamptz,
    sent_back_because text NOT NULL DEFAULT '' CONSTRAINT corrective_action_sent_back_because CHECK (length(sent_back_because) <= 2000),  -- ours
    cancelled_because text NOT NULL DEFAULT '' CONSTRAINT corrective_action_cancelled_because CHECK (length(cancelled_because) <= 2000),
    contained_at timestamptz,                                                       -- when each stage was reached; missing again once it is repeated
    analysed_at timestamptz,
    planned_at timestamptz,
    carried_out_at timestamptz,
    opened_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT corrective_action_analysed CHECK (status IN ('opened', 'contained', 'cancelled')
        OR (root_cause <> '' AND cause <> '' AND analysed_at IS NOT NULL)),
    CONSTRAINT corrective_action_planned CHECK (status NOT IN ('planned', 'carried_out', 'checked', 'verified') OR planned_at IS NOT NULL),
    CONSTRAINT corrective_action_carried_out CHECK (status NOT IN ('carried_out', 'checked', 'verified')
        OR (carried_out_at IS NOT NULL AND check_on IS NOT NULL)),
    CONSTRAINT corrective_action_checked CHECK (status NOT IN ('checked', 'verified') OR (effective AND checked_at IS NOT NULL
        AND check_result <> '')),
    CONSTRAINT corrective_action_verified CHECK ((status = 'verified') = (verified_at IS NOT NULL)
        AND (verified_at IS NULL) = (verified_by IS NULL) AND (status <> 'verified' OR (closing_note <> '' AND prevention <> ''))),
    -- Nobody verifies what they checked themselves.
    CONSTRAINT corrective_action_verifier_is_another CHECK (verified_by <> checked_by),
    CONSTRAINT corrective_action_cancelled CHECK ((status = 'cancelled') = (cancelled_because <> ''))
);
CREATE INDEX corrective_action_newest ON corrective_action (opened_at DESC, id DESC);
CREATE INDEX corrective_action_open ON corrective_action (opened_at DESC, id DESC) WHERE status NOT IN ('verified', 'cancelled');
CREATE INDEX corrective_action_search ON corrective_action USING gin (search_terms);
CREATE INDEX corrective_action_department ON corrective_action (department_id);
CREATE INDEX corrective_action_leader ON corrective_action (leader_id);
CREATE INDEX corrective_action_checked_by ON corrective_action (checked_by);
CREATE INDEX corrective_action_verified_by ON corrective_action (verified_by);
CREATE INDEX corrective_action_verified_for ON corrective_action (verified_for_id);
CREATE INDEX corrective_action_opened_by ON corrective_action (opened_by);

-- From one or several complaints, of one or several customers; each sees its own.
CREATE TABLE corrective_action_complaint (
    corrective_action_id bigint NOT NULL REFERENCES corrective_action ON DELETE CASCADE,
    complaint_id bigint NOT NULL REFERENCES complaint ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    linked_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (corrective_action_id, complaint_id)
);
CREATE INDEX corrective_action_complaint_of ON corrective_action_complaint (complaint_id);
CREATE INDEX corrective_action_complaint_account ON corrective_action_complaint (account_id);
CREATE INDEX corrective_action_complaint_by ON corrective_action_complaint (linked_by);
CALL close_to_other_accounts('corrective_action_complaint');
GRANT SELECT (corrective_action_id, complaint_id, account_id) ON corrective_action_complaint TO portal_customer;
GRANT SELECT, INSERT, DELETE ON corrective_action_complaint TO portal_staff;
GRANT SELECT ON corrective_action_complaint TO portal_worker;
-- C9: what was closed before an action came to answer it stays closed, but once reopened it waits like any other, whoever
-- reopens it. What was waived stays so, unless it was linked since.
CREATE FUNCTION reopened_complaints_wait() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM corrective_action_complaint l JOIN corrective_action a ON a.id = l.corrective_action_id
        WHERE l.complaint_id = NEW.id AND a.status NOT IN ('verified', 'cancelled')
            AND (OLD.capa_state <> 'waived' OR l.linked_at >= OLD.closed_at)) THEN
        NEW.capa_state := 'open';
        NEW.capa_waived_because := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_reopened_waits BEFORE UPDATE OF status ON complaint FOR EACH ROW
    WHEN (OLD.status = 'closed' AND NEW.status <> 'closed') EXECUTE FUNCTION reopened_complaints_wait();

CALL close_to_other_accounts('corrective_action',
    'EXISTS (SELECT FROM corrective_action_complaint c WHERE c.corrective_action_id = corrective_action.id
        AND c.account_id = (SELECT current_account()))');
GRANT SELECT (id, reference, status, title, problem, containment, whys, cause, root_cause, check_on, effective, check_result,
    checked_at, prevention, closing_note, verified_at, contained_at, analysed_at, planned_at, carried_out_at, opened_at, updated_at,
    version) ON corrective_action TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON corrective_action TO portal_staff;
GRANT SELECT ON corrective_action TO portal_worker;

CREATE TABLE corrective_action_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corrective_action_id bigint NOT NULL REFERENCES corrective_action ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT corrective_action_step_kind CHECK (kind IN ('containment', 'corrective', 'preventive')),
    what text NOT NULL CONSTRAINT corrective_action_step_what CHECK (length(what) BETWEEN 1 AND 2000),
    department_id bigint NOT NULL REFERENCES department ON DELETE RESTRICT,
    owner_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    due_on date NOT NULL,
    done_at timestamptz,
    done_by bigint REFERENCES person ON DELETE RESTRICT,
    result text NOT NULL DEFAULT '' CONSTRAINT corrective_action_step_result CHECK (length(result) <= 2000),
    dropped_at timestamptz,
    dropped_because text NOT NULL DEFAULT '' CONSTRAINT corrective_action_step_dropped_because CHECK (length(dropped_because) <= 1000),  -- ours
    added_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT corrective_action_step_done CHECK ((done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL OR result <> '')),
    CONSTRAINT corrective_action_step_one_end CHECK (done_at IS NULL OR dropped_at IS NULL),
    CONSTRAINT corrective_action_step_dropped CHECK ((dropped_at IS NULL) = (dropped_because = ''))
);
CREATE INDEX corrective_action_step_of ON corrective_action_step (corrective_action_id, id);
CREATE INDEX corrective_action_step_department ON corrective_action_step (department_id);
CREATE INDEX corrective_action_step_owner ON corrective_action_step (owner_id);
CREATE INDEX corrective_action_step_done_by ON corrective_action_step (done_by);
CALL close_to_other_accounts('corrective_action_step', 'EXISTS (SELECT FROM corrective_action_complaint c
    WHERE c.corrective_action_id = corrective_action_step.corrective_action_id AND c.account_id = (SELECT current_account()))');
GRANT SELECT (id, corrective_action_id, kind, what, due_on, done_at, dropped_at, result) ON corrective_action_step TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON corrective_action_step TO portal_staff;
GRANT SELECT ON corrective_action_step TO portal_worker;
