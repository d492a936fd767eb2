-- What administrators see of the machinery, and put right by hand: sweeps, mails, events.

-- The last run of each sweep, by real time. Which worker it was does not matter.
CREATE TABLE sweep_run (
    name text PRIMARY KEY CONSTRAINT sweep_run_name CHECK (length(name) BETWEEN 1 AND 60),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    dealt_with integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,                       -- in a row, up to now
    last_error text NOT NULL DEFAULT ''
);
GRANT SELECT ON sweep_run TO portal_staff;
GRANT SELECT, INSERT, UPDATE ON sweep_run TO portal_worker;

-- Administrators try an event or a mail again, or give it up.
GRANT UPDATE (attempts, due_at, given_up_at) ON outbox TO portal_staff;
GRANT UPDATE (status, attempts, next_attempt_at, address) ON mail TO portal_staff;
CREATE INDEX mail_undelivered ON mail (id DESC) WHERE status IN ('bounced', 'given_up');
CREATE INDEX outbox_given_up ON outbox (id DESC) WHERE given_up_at IS NOT NULL;
CREATE INDEX mail_held ON mail (id) WHERE status = 'held';

-- Which database this is. One that was restored is another: what waited in the back-up was sent by
-- the original long ago, so it is held until a person decides.
CREATE TABLE installation (
    only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT installation_one_row CHECK (only_row),
    system_identifier bigint NOT NULL,
    database_oid bigint NOT NULL,
    restored_at timestamptz
);
GRANT SELECT ON installation TO portal_staff;
GRANT SELECT, INSERT, UPDATE ON installation TO portal_worker;
