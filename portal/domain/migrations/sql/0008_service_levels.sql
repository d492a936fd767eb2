-- Promises on a clock. A target copies what a list needs, so that this room knows no subject.

CREATE TABLE target (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE CASCADE,         -- none: owed inside the house, no customer's to see
    account_name text NOT NULL DEFAULT '',
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    reference text NOT NULL,
    title text NOT NULL DEFAULT '',
    kind text NOT NULL,
    owner_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    branch_id bigint NOT NULL REFERENCES branch ON DELETE RESTRICT,
    figure_key text NOT NULL DEFAULT '',                            -- none: the terms are not the policy's
    policy_version integer NOT NULL,
    calendar text NOT NULL CONSTRAINT target_calendar CHECK (calendar IN ('always', 'working-days', 'office-hours')),
    timezone text NOT NULL,
    warn_after interval,
    due_after interval,
    moment_rule text CONSTRAINT target_moment_rule CHECK (moment_rule IN ('closing_today', 'next_working_day', 'promised_day', 'stated_day', 'production_day', 'noon_next_working_day', 'action_day', 'check_day', 'visit_day', 'day_before', 'before_start', 'agreed_day')),
    promised_at timestamptz,
    warn_share numeric(5, 2),
    opened_at timestamptz NOT NULL,
    warn_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    paused_since timestamptz,
    warned_at timestamptz,
    breached_at timestamptz,
    breach_told_at timestamptz,                                    -- a breach may be stamped before the sweep sees it
    next_step text CONSTRAINT target_next_step CHECK (next_step IN ('department_head', 'senior_management')),
    next_step_at timestamptz,
    met_at timestamptz,
    cancelled_at timestamptz,
    replaces bigint REFERENCES target ON DELETE CASCADE,
    replaced_because text,
    provisional boolean NOT NULL DEFAULT false,
    leads boolean NOT NULL DEFAULT true,                            -- of a request's clocks, whether it is due first; a trigger keeps it
    CONSTRAINT target_figures CHECK (warn_after >= interval '0' AND warn_after <= due_after AND due_after > interval '0'),
    -- Due after a time on a calendar, or at a moment.
    CONSTRAINT target_terms CHECK (num_nonnulls(warn_after, due_after) = CASE WHEN moment_rule IS NULL THEN 2 ELSE 0 END
        AND num_nonnulls(promised_at, warn_share) = CASE WHEN moment_rule IS NULL THEN 0 ELSE 2 END),
    CONSTRAINT target_warn_share CHECK (warn_share BETWEEN 0 AND 100),
    -- What was promised for a moment that is past is late from the start.
    CONSTRAINT target_order CHECK (warn_at <= due_at AND (opened_at <= warn_at OR moment_rule IS NOT NULL)),
    CONSTRAINT target_replaced_has_ended CHECK (replaced_because IS NULL OR (replaced_because <> '' AND cancelled_at IS NOT NULL)),
    -- Late fulfilment stays a breach.
    CONSTRAINT target_late_is_breached CHECK (met_at IS NULL OR met_at <= due_at OR breached_at IS NOT NULL),
    CONSTRAINT target_ended_does_not_wait CHECK (paused_since IS NULL OR (met_at IS NULL AND cancelled_at IS NULL)),
    CONSTRAINT target_escalates_after_a_breach CHECK (next_step_at IS NULL OR breach_told_at IS NOT NULL),
    CONSTRAINT target_next_step_has_a_time CHECK ((next_step IS NULL) = (next_step_at IS NULL)),
    CONSTRAINT target_one_end CHECK (met_at IS NULL OR cancelled_at IS NULL),
    CONSTRAINT target_inside_does_not_wait CHECK (account_id IS NOT NULL OR paused_since IS NULL)
);
CREATE UNIQUE INDEX target_one_open ON target (subject_kind, subject_id, kind) INCLUDE (due_at, id) WHERE met_at IS NULL AND cancelled_at IS NULL;
-- Queues walk along what is owed of one kind of record, due first: everybody's, an account's, somebody's own.
CREATE INDEX target_open_by_due ON target (subject_kind, due_at, id) INCLUDE (subject_id, leads, paused_since)
    WHERE met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX target_to_warn ON target (warn_at) WHERE met_at IS NULL AND cancelled_at IS NULL AND paused_since IS NULL AND warned_at IS NULL;
CREATE INDEX target_to_breach ON target (due_at) WHERE met_at IS NULL AND cancelled_at IS NULL AND breach_told_at IS NULL
    AND (paused_since IS NULL OR breached_at IS NOT NULL);
CREATE INDEX target_to_escalate ON target (next_step_at) WHERE met_at IS NULL AND cancelled_at IS NULL AND next_step_at IS NOT NULL;
CREATE INDEX target_open_of_account ON target (account_id, subject_kind, due_at, id) INCLUDE (subject_id, leads, paused_since)
    WHERE met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX target_open_of_kind ON target (account_id, kind, due_at, id) WHERE met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX target_open_of_owner ON target (owner_id, subject_kind, due_at, id) INCLUDE (subject_id, leads, paused_since)
    WHERE met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX target_open_of_owner_and_kind ON target (owner_id, kind, due_at, id) WHERE met_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX target_of_subject ON target (subject_kind, subject_id);
CREATE UNIQUE INDEX target_replaced_once ON target (replaces);
CREATE INDEX target_account ON target (account_id);
CREATE INDEX target_owner ON target (owner_id);
CREATE INDEX target_branch ON target (branch_id);
CREATE INDEX target_of_figure ON target (figure_key, id) WHERE met_at IS NULL AND cancelled_at IS NULL AND breached_at IS NULL;
CREATE INDEX target_of_calendar ON target (calendar, id) WHERE met_at IS NULL AND cancelled_at IS NULL AND breached_at IS NULL;
CREATE INDEX target_provisional ON target (id) WHERE met_at IS NULL AND cancelled_at IS NULL AND breached_at IS NULL AND provisional;
CALL close_to_other_accounts('target');
GRANT SELECT, INSERT, UPDATE ON target TO portal_staff, portal_worker;
-- A customer's verbs open a clock, let it run on and stop it; they never change what was promised.
GRANT SELECT, INSERT ON target TO portal_customer;
GRANT UPDATE (warn_at, due_at, provisional, paused_since, breached_at, met_at, cancelled_at, replaced_because) ON target TO portal_customer;

CREATE TABLE target_pause (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    target_id bigint NOT NULL REFERENCES target ON DELETE CASCADE,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    reason text NOT NULL CONSTRAINT target_pause_reason CHECK (length(reason) > 0),
    CONSTRAINT target_pause_order CHECK (ended_at >= started_at)
);
CREATE INDEX target_pause_target ON target_pause (target_id);
CREATE INDEX target_pause_account ON target_pause (account_id);
CREATE UNIQUE INDEX target_pause_one_open ON target_pause (target_id) WHERE ended_at IS NULL;
CALL close_to_other_accounts('target_pause');
GRANT SELECT, INSERT ON target_pause TO portal_customer, portal_staff, portal_worker;
GRANT UPDATE (ended_at) ON target_pause TO portal_customer, portal_staff, portal_worker;

-- What the sweep did about a target, once for each step (rule C10).
CREATE TABLE target_step (
    target_id bigint NOT NULL REFERENCES target ON DELETE CASCADE,
    step text NOT NULL CONSTRAINT target_step_step CHECK (step IN ('warned', 'breached', 'department_head', 'senior_management')),
    account_id bigint REFERENCES account ON DELETE CASCADE,
    taken_at timestamptz NOT NULL,
    told_at timestamptz,                                           -- once its notices were written
    PRIMARY KEY (target_id, step)
);
CREATE INDEX target_step_account ON target_step (account_id);
CALL close_to_other_accounts('target_step');
GRANT SELECT ON target_step TO portal_staff, portal_worker;
GRANT INSERT, UPDATE (told_at) ON target_step TO portal_worker;

-- What an open target was due before the policy or a calendar changed, and which version it kept.
CREATE TABLE target_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE CASCADE,
    target_id bigint NOT NULL REFERENCES target ON DELETE CASCADE,
    changed_at timestamptz NOT NULL,
    due_before timestamptz NOT NULL,
    due_after timestamptz NOT NULL,
    version_before integer NOT NULL,
    reason text NOT NULL CONSTRAINT target_change_reason CHECK (length(reason) > 0)
);
CREATE INDEX target_change_target ON target_change (target_id);
CREATE INDEX target_change_account ON target_change (account_id);
CALL close_to_other_accounts('target_change');
GRANT SELECT ON target_change TO portal_customer, portal_staff, portal_worker;
GRANT INSERT ON target_change TO portal_worker;

-- Open targets have to be recomputed, from a moment on; workers go through them in rounds.
CREATE TABLE recomputation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause text NOT NULL CONSTRAINT recomputation_cause CHECK (cause IN ('policy', 'calendar', 'published')),
    figure_key text,
    branch_id bigint REFERENCES branch ON DELETE CASCADE,
    due_at timestamptz NOT NULL,
    reached_id bigint NOT NULL DEFAULT 0,
    looked_at integer NOT NULL DEFAULT 0,
    moved integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    CONSTRAINT recomputation_of_a_figure CHECK ((cause = 'policy') = (figure_key IS NOT NULL))
);
CREATE INDEX recomputation_open ON recomputation (due_at, id) WHERE done_at IS NULL;
CREATE INDEX recomputation_branch ON recomputation (branch_id);
GRANT SELECT, INSERT ON recomputation TO portal_staff, portal_worker;
GRANT UPDATE (reached_id, looked_at, moved, done_at) ON recomputation TO portal_worker;
