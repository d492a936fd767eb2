-- What people are told: in the portal and by mail. Written by the worker from outbox events, once
-- for each event and person. Mails run on real time, not on the business clock.

CREATE TABLE notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    account_id bigint REFERENCES account ON DELETE CASCADE,
    outbox_id bigint NOT NULL REFERENCES outbox ON DELETE RESTRICT,
    kind text NOT NULL,
    reference text NOT NULL DEFAULT '',
    words jsonb NOT NULL DEFAULT '{}',
    path text NOT NULL CONSTRAINT notice_own_path CHECK (path LIKE '/%' AND path NOT LIKE '//%'),
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    in_digest boolean NOT NULL DEFAULT false,   -- waits for its reader's next digest
    CONSTRAINT notice_once UNIQUE (outbox_id, person_id)
);
CREATE INDEX notice_of_person ON notice (person_id, id DESC);
CREATE INDEX notice_unread ON notice (person_id, id DESC) WHERE read_at IS NULL;
CREATE INDEX notice_account ON notice (account_id);
CREATE INDEX notice_for_digest ON notice (person_id, account_id, id) WHERE in_digest;
CALL close_to_other_accounts('notice',
    'person_id = (SELECT current_person()) AND account_id = (SELECT current_account())');
DROP POLICY staff_all ON notice;
CREATE POLICY own_person ON notice TO portal_staff USING (person_id = (SELECT current_person()));
GRANT SELECT, UPDATE (read_at) ON notice TO portal_customer, portal_staff;
GRANT SELECT, INSERT, UPDATE (in_digest) ON notice TO portal_worker;

-- Who heard of a step of a promise that was due soon or missed (rule C10). Escalation is ours alone:
-- what customers read is that it was late.
CREATE TABLE target_step_told (
    target_id bigint NOT NULL,
    step text NOT NULL,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    account_id bigint REFERENCES account ON DELETE CASCADE,
    told_as text NOT NULL CONSTRAINT target_step_told_as CHECK (told_as IN
        ('owes', 'supervises', 'heads', 'above', 'senior', 'in_charge', 'deputy')),
    absent text NOT NULL DEFAULT '',            -- for whom a deputy heard of it
    PRIMARY KEY (target_id, step, person_id),
    CONSTRAINT target_step_told_step FOREIGN KEY (target_id, step) REFERENCES target_step ON DELETE CASCADE
);
CREATE INDEX target_step_told_person ON target_step_told (person_id);
CREATE INDEX target_step_told_account ON target_step_told (account_id);
CALL close_to_other_accounts('target_step_told', 'false');
GRANT SELECT ON target_step_told TO portal_staff, portal_worker;
GRANT INSERT ON target_step_told TO portal_worker;

-- How a person wants to be told of a topic outside the portal, where that is not the usual way of the channel.
CREATE TABLE notice_choice (
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    channel text NOT NULL CONSTRAINT notice_choice_channel CHECK (channel ~ '^[a-z]+$'),
    topic text NOT NULL CONSTRAINT notice_choice_topic CHECK (topic IN
        ('quotes', 'orders', 'deliveries', 'payments', 'complaints', 'visits', 'meetings', 'messages', 'promises', 'decisions', 'status', 'house')),
    way text NOT NULL CONSTRAINT notice_choice_way CHECK (way ~ '^[a-z_]+$'),
    PRIMARY KEY (person_id, channel, topic),
    CONSTRAINT notice_choice_by_email CHECK (channel <> 'email' OR way IN ('at_once', 'digest', 'never'))
);
ALTER TABLE notice_choice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_choice FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON notice_choice TO portal_customer, portal_staff
    USING (person_id = (SELECT current_person())) WITH CHECK (person_id = (SELECT current_person()));
CREATE POLICY worker_all ON notice_choice TO portal_worker USING (true);
DO $$ BEGIN EXECUTE format('CREATE POLICY owner_all ON notice_choice TO %I USING (true)', current_user); END $$;
GRANT SELECT, INSERT, UPDATE (way) ON notice_choice TO portal_customer, portal_staff;
GRANT SELECT ON notice_choice TO portal_worker;

CREATE TABLE mail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outbox_id bigint NOT NULL REFERENCES outbox ON DELETE RESTRICT,
    -- A person of the portal, or somebody of the account who is none: a contact, or a name and an address alone.
    person_id bigint REFERENCES person ON DELETE CASCADE,
    contact_id bigint REFERENCES contact ON DELETE CASCADE,
    name text NOT NULL DEFAULT '' CONSTRAINT mail_name CHECK (length(name) <= 200),
    account_id bigint REFERENCES account ON DELETE CASCADE,
    -- What it says beyond its template; the mails of the gate have words of their own instead.
    notice_id bigint REFERENCES notice ON DELETE CASCADE,
    template text NOT NULL CONSTRAINT mail_template CHECK (template IN
        ('notice', 'digest', 'weekly_status', 'invitation', 'account_opened', 'password_reset', 'meeting', 'contact_report',
         'survey')),
    queue text NOT NULL DEFAULT 'mail' CONSTRAINT mail_queue CHECK (queue IN ('urgent', 'mail', 'bulk')),
    address text NOT NULL CONSTRAINT mail_address CHECK (address !~ '\s'),
    locale text NOT NULL CONSTRAINT mail_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    words jsonb NOT NULL DEFAULT '{}',
    message_id text NOT NULL CONSTRAINT mail_message_id UNIQUE CONSTRAINT mail_message_id_form CHECK (message_id ~ '^<[^<>\s]+>$'),
    thread_id text NOT NULL DEFAULT '' CONSTRAINT mail_thread_id_form CHECK (thread_id ~ '^(<[^<>\s]+>)?$'),
    status text NOT NULL DEFAULT 'waiting' CONSTRAINT mail_status CHECK (status IN
        ('waiting', 'sent', 'bounced', 'given_up', 'cancelled', 'held')),
    -- An attempt begins with its number and a lease: a worker that dies leaves both behind.
    attempts integer NOT NULL DEFAULT 0 CONSTRAINT mail_attempts CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mail_once UNIQUE (outbox_id, person_id),
    CONSTRAINT mail_to_somebody CHECK ((person_id IS NULL) = (name <> '')
        AND (person_id IS NULL OR contact_id IS NULL) AND (person_id IS NOT NULL OR account_id IS NOT NULL)),
    CONSTRAINT mail_sent CHECK ((sent_at IS NOT NULL) = (status = 'sent')),
    CONSTRAINT mail_has_something_to_say CHECK ((template = 'notice') = (notice_id IS NOT NULL))
);
CREATE INDEX mail_waiting ON mail (queue, next_attempt_at, id) WHERE status = 'waiting';
CREATE UNIQUE INDEX mail_once_by_address ON mail (outbox_id, coalesce(contact_id, 0), address) WHERE person_id IS NULL;
CREATE INDEX mail_person ON mail (person_id, created_at);
CREATE INDEX mail_contact ON mail (contact_id, created_at);
CREATE INDEX mail_account ON mail (account_id);
CREATE INDEX mail_notice ON mail (notice_id);
CALL close_to_other_accounts('mail', 'false');
GRANT SELECT ON mail TO portal_staff;
GRANT SELECT, INSERT, UPDATE (status, attempts, next_attempt_at, sent_at, last_error) ON mail TO portal_worker;

-- Workers that are alive, by real time: what `portal worker --check` asks.
CREATE TABLE worker_process (
    name text PRIMARY KEY CONSTRAINT worker_process_name CHECK (length(name) BETWEEN 1 AND 200),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON worker_process TO portal_staff;
GRANT SELECT, INSERT, UPDATE (started_at, seen_at), DELETE ON worker_process TO portal_worker;
