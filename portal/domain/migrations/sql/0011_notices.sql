-- What people are told: in the portal and by mail. Written by the worker from outbox events.

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
    CONSTRAINT notice_once UNIQUE (outbox_id, person_id)
);
CREATE INDEX notice_of_person ON notice (person_id, id DESC);
CREATE INDEX notice_unread ON notice (person_id) WHERE read_at IS NULL;
CREATE INDEX notice_account ON notice (account_id);
CALL close_to_other_accounts('notice',
    'person_id = (SELECT current_person()) AND account_id = (SELECT current_account())');
DROP POLICY staff_all ON notice;
CREATE POLICY own_person ON notice TO portal_staff USING (person_id = (SELECT current_person()));
GRANT SELECT, UPDATE (read_at) ON notice TO portal_customer, portal_staff;
GRANT SELECT, INSERT ON notice TO portal_worker;

CREATE TABLE mail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outbox_id bigint NOT NULL REFERENCES outbox ON DELETE RESTRICT,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    account_id bigint REFERENCES account ON DELETE CASCADE,
    template text NOT NULL,
    address text NOT NULL CONSTRAINT mail_address CHECK (address !~ '[\r\n]'),
    locale text NOT NULL,
    words jsonb NOT NULL DEFAULT '{}',
    message_id text NOT NULL CONSTRAINT mail_message_id UNIQUE,
    thread_id text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'waiting' CONSTRAINT mail_status CHECK (status IN ('waiting', 'sent', 'bounced', 'given_up')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mail_once UNIQUE (outbox_id, person_id)
);
CREATE INDEX mail_waiting ON mail (next_attempt_at, id) WHERE status = 'waiting';
CREATE INDEX mail_person ON mail (person_id);
CREATE INDEX mail_account ON mail (account_id);
CALL close_to_other_accounts('mail', 'false');
GRANT SELECT ON mail TO portal_staff;
GRANT SELECT, INSERT, UPDATE ON mail TO portal_worker;
