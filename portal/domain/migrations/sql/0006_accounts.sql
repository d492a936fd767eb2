-- Account files (A1-A6), contacts, people's memberships, ship-to addresses, the account's team.

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT account_code UNIQUE,                            -- A2
    name text NOT NULL CONSTRAINT account_name CHECK (length(name) BETWEEN 1 AND 200),
    short_name text NOT NULL,
    city text NOT NULL DEFAULT '',
    region text NOT NULL DEFAULT '',
    industry text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT 'consumer',
    tier text NOT NULL DEFAULT 'general',                                         -- A3
    key_class text NOT NULL DEFAULT '',
    key_criteria jsonb NOT NULL DEFAULT '[]',
    need_segment text NOT NULL DEFAULT 'regular',
    parent_id bigint REFERENCES account ON DELETE RESTRICT,
    branch_id bigint NOT NULL REFERENCES branch ON DELETE RESTRICT,
    first_contact_on date NOT NULL,
    phone text NOT NULL DEFAULT '',
    website text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    business_scope text NOT NULL DEFAULT '',
    qualifications text NOT NULL DEFAULT '',
    credit_note text NOT NULL DEFAULT '',
    currency text NOT NULL DEFAULT 'CNY' CONSTRAINT account_currency CHECK (currency ~ '^[A-Z]{3}$'),
    locale text NOT NULL DEFAULT 'zh_Hans' CONSTRAINT account_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    payment_terms text NOT NULL DEFAULT '',
    invoice_title text NOT NULL DEFAULT '',
    tax_number text NOT NULL DEFAULT '',
    invoice_address text NOT NULL DEFAULT '',
    bank_name text NOT NULL DEFAULT '',                                           -- read-only until A5's evidence exists
    bank_account text NOT NULL DEFAULT '',
    search_terms text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT account_not_own_parent CHECK (parent_id <> id)
);
CREATE INDEX account_parent ON account (parent_id);
CREATE INDEX account_branch ON account (branch_id);
CREATE INDEX account_by_name ON account (name, id);
CREATE INDEX account_search ON account USING gin (search_terms);
CALL close_to_other_accounts('account', 'id = (SELECT current_account())');
GRANT SELECT ON account TO portal_customer, portal_staff, portal_worker;
-- No login may write bank details: they stay as the owner seeded them until A5 is built.
GRANT INSERT (code, name, short_name, city, region, industry, kind, tier, key_class, key_criteria, need_segment,
    parent_id, branch_id, first_contact_on, phone, website, address, business_scope, qualifications, credit_note,
    currency, locale, timezone, payment_terms, invoice_title, tax_number, invoice_address, search_terms)
    ON account TO portal_staff;
GRANT UPDATE (name, short_name, city, region, industry, kind, tier, key_class, key_criteria, need_segment,
    parent_id, branch_id, first_contact_on, phone, website, address, business_scope, qualifications, credit_note,
    currency, locale, timezone, payment_terms, invoice_title, tax_number, invoice_address, search_terms,
    archived_at, version) ON account TO portal_staff;

-- A2: the serial restarts each year and is never reused, even when an account is archived.
CREATE TABLE account_serial (
    year integer PRIMARY KEY,
    last_serial integer NOT NULL CONSTRAINT account_serial_three_digits CHECK (last_serial BETWEEN 1 AND 999)
);
GRANT SELECT, INSERT, UPDATE ON account_serial TO portal_staff;

CREATE TABLE contact (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    person_id bigint REFERENCES person ON DELETE SET NULL,
    name text NOT NULL CONSTRAINT contact_name CHECK (length(name) BETWEEN 1 AND 200),
    function text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    is_main boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '',
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX contact_account ON contact (account_id);
CREATE INDEX contact_person ON contact (person_id);
CREATE UNIQUE INDEX contact_one_main ON contact (account_id) WHERE is_main AND archived_at IS NULL;
CALL close_to_other_accounts('contact');
GRANT SELECT (id, account_id, person_id, name, function, email, phone, is_main, archived_at, version)
    ON contact TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON contact TO portal_staff;
GRANT SELECT ON contact TO portal_worker;

CREATE TABLE membership (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    person_id bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    role text NOT NULL DEFAULT 'buyer',
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT membership_once UNIQUE (account_id, person_id)
);
CREATE INDEX membership_person ON membership (person_id);
CALL close_to_other_accounts('membership');
GRANT SELECT ON membership TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON membership TO portal_staff;
GRANT SELECT ON membership TO portal_worker;

CREATE TABLE ship_to (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    label text NOT NULL,
    recipient text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    address text NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX ship_to_account ON ship_to (account_id);
CREATE UNIQUE INDEX ship_to_one_default ON ship_to (account_id) WHERE is_default AND archived_at IS NULL;
CALL close_to_other_accounts('ship_to');
GRANT SELECT ON ship_to TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE ON ship_to TO portal_staff;

-- A6, A21: the account's own people on our side. One holder a position; backups as many as wanted.
CREATE TABLE team_member (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    staff_member_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    position text NOT NULL,
    CONSTRAINT team_member_once UNIQUE (account_id, staff_member_id, position)
);
CREATE INDEX team_member_staff ON team_member (staff_member_id);
CREATE UNIQUE INDEX team_member_one_holder ON team_member (account_id, position) WHERE position <> 'backup';
CALL close_to_other_accounts('team_member');
GRANT SELECT ON team_member TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON team_member TO portal_staff;

-- Who may be seen: staff by everybody, customers' people by those they share an account with.
CALL close_to_other_accounts('person', $$
    side = 'staff' OR id = (SELECT current_person())
    OR id IN (SELECT person_id FROM membership WHERE account_id = (SELECT current_account()))
$$);
CREATE POLICY own_settings_only ON person AS RESTRICTIVE FOR UPDATE TO portal_customer
    USING (id = (SELECT current_person())) WITH CHECK (id = (SELECT current_person()));

-- A6: every read of a file by someone outside the team.
CREATE TABLE file_read (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    person_id bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    at timestamptz NOT NULL,
    path text NOT NULL
);
CREATE INDEX file_read_account ON file_read (account_id, at);
CREATE INDEX file_read_person ON file_read (person_id);
CALL close_to_other_accounts('file_read', 'false');
GRANT SELECT, INSERT ON file_read TO portal_staff;

ALTER TABLE session ADD CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES account ON DELETE CASCADE;
CREATE INDEX session_account ON session (account_id);
ALTER TABLE activity ADD CONSTRAINT activity_account FOREIGN KEY (account_id) REFERENCES account ON DELETE RESTRICT;
ALTER TABLE outbox ADD CONSTRAINT outbox_account FOREIGN KEY (account_id) REFERENCES account ON DELETE CASCADE;
CREATE INDEX outbox_account ON outbox (account_id);
ALTER TABLE message ADD CONSTRAINT message_account FOREIGN KEY (account_id) REFERENCES account ON DELETE RESTRICT;
ALTER TABLE message ADD CONSTRAINT message_author FOREIGN KEY (author_id) REFERENCES person ON DELETE RESTRICT;
CREATE INDEX message_author ON message (author_id);
ALTER TABLE form_key ADD CONSTRAINT form_key_person FOREIGN KEY (person_id) REFERENCES person ON DELETE CASCADE;
