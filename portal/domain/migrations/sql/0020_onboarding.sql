-- New accounts: the first contact after an account manager was assigned (A7).

CREATE TABLE first_contact (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    reached text NOT NULL CONSTRAINT first_contact_reached CHECK (length(reached) BETWEEN 1 AND 200),
    channel text NOT NULL CONSTRAINT first_contact_channel CHECK (channel IN ('phone', 'in_person', 'video', 'message', 'email')),
    reached_on date NOT NULL,
    note text NOT NULL DEFAULT '' CONSTRAINT first_contact_note CHECK (length(note) <= 2000),
    recorded_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX first_contact_recorded_by ON first_contact (recorded_by);
CALL close_to_other_accounts('first_contact');
-- Ours to know: customers are granted nothing.
GRANT SELECT, INSERT ON first_contact TO portal_staff;
GRANT SELECT ON first_contact TO portal_worker;
