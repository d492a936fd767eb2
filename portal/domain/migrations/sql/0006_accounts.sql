-- Account files (A1-A6), contacts, people's memberships, ship-to addresses, the account's team.

-- A5: the same number however it is written: "+86 571 8888 0001" and "0571-88880001" are one.
CREATE FUNCTION phone_key(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(
        phone, '\D', '', 'g'), '^(00)?86(?=\d{9,})', ''), '^0+', '')
$$;
GRANT EXECUTE ON FUNCTION phone_key(text) TO portal_staff, portal_worker;

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT account_code UNIQUE,                            -- A2
    name text NOT NULL CONSTRAINT account_name CHECK (length(name) BETWEEN 1 AND 200),
    short_name text NOT NULL CONSTRAINT account_short_name CHECK (length(short_name) BETWEEN 1 AND 40),
    city text NOT NULL DEFAULT '',
    region text NOT NULL DEFAULT '',
    industry text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT 'consumer' CONSTRAINT account_kind CHECK (kind IN ('dealer', 'supplier', 'retailer', 'consumer')),
    tier text NOT NULL DEFAULT 'general' CONSTRAINT account_tier CHECK (tier IN ('strategic', 'key', 'general', 'potential')),  -- A3
    key_class text NOT NULL DEFAULT '' CONSTRAINT account_key_class CHECK (key_class IN ('', 'public_sector', 'high_value', 'group', 'strategic')),
    key_criteria text[] NOT NULL DEFAULT '{}' CONSTRAINT account_key_criteria CHECK (key_criteria <@
        ARRAY['large_orders', 'strategic_projects', 'weight', 'technology', 'prospects']),
    need_segment text NOT NULL DEFAULT 'regular' CONSTRAINT account_need_segment CHECK (need_segment IN ('new', 'regular', 'special')),
    parent_id bigint REFERENCES account ON DELETE RESTRICT,
    branch_id bigint NOT NULL REFERENCES branch ON DELETE RESTRICT,
    first_contact_on date NOT NULL CONSTRAINT account_first_contact CHECK (first_contact_on >= '1900-01-01'),
    phone text NOT NULL DEFAULT '',
    website text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    business_scope text NOT NULL DEFAULT '',
    qualifications text NOT NULL DEFAULT '',
    credit_note text NOT NULL DEFAULT '',
    payment_standing text NOT NULL DEFAULT 'stable' CONSTRAINT account_payment_standing CHECK (payment_standing IN ('stable', 'unstable')),  -- O9
    currency text NOT NULL DEFAULT 'CNY' CONSTRAINT account_currency CHECK (currency ~ '^[A-Z]{3}$'),
    locale text NOT NULL DEFAULT 'zh_Hans' CONSTRAINT account_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    payment_terms text NOT NULL DEFAULT 'in_advance' CONSTRAINT account_payment_terms CHECK (payment_terms IN
        ('days_30', 'days_60', 'in_advance', 'deposit')),
    invoice_title text NOT NULL DEFAULT '',
    tax_number text NOT NULL DEFAULT '',
    invoice_address text NOT NULL DEFAULT '',
    bank_name text NOT NULL DEFAULT '',                                           -- read-only until A5's evidence exists
    bank_account text NOT NULL DEFAULT '',
    search_terms text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT business_now(),
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT account_not_own_parent CHECK (parent_id <> id),
    -- A3: key when any one criterion holds; then it has a class.
    CONSTRAINT account_key_by_criterion CHECK ((tier IN ('strategic', 'key')) = (cardinality(key_criteria) > 0)),
    CONSTRAINT account_key_has_class CHECK ((tier IN ('strategic', 'key')) = (key_class <> '')),
    CONSTRAINT account_strategic_class CHECK (key_class <> 'strategic' OR tier = 'strategic')
);
CREATE INDEX account_parent ON account (parent_id);
CREATE INDEX account_branch ON account (branch_id);
CREATE INDEX account_by_name ON account (name, id);
CREATE INDEX account_search ON account USING gin (search_terms);
CREATE INDEX account_phone ON account (phone_key(phone)) WHERE phone <> '';
CALL close_to_other_accounts('account', 'id = (SELECT current_account())');
GRANT SELECT ON account TO portal_staff, portal_worker;
-- How we class an account and what we note of its credit is ours. The tier scopes the policy that
-- a customer's request is filed under; no page of the customer's shows it.
GRANT SELECT (id, code, name, short_name, city, region, industry, tier, parent_id, branch_id, phone, website, address,
    business_scope, currency, locale, timezone, payment_terms, invoice_title, tax_number, invoice_address, bank_name,
    bank_account, archived_at, version) ON account TO portal_customer;
-- No login may write bank details: they stay as the owner seeded them until A5 is built.
GRANT INSERT (code, name, short_name, city, region, industry, kind, tier, key_class, key_criteria, need_segment,
    parent_id, branch_id, first_contact_on, phone, website, address, business_scope, qualifications, credit_note, payment_standing,
    currency, locale, timezone, payment_terms, invoice_title, tax_number, invoice_address, search_terms)
    ON account TO portal_staff;
GRANT UPDATE (name, short_name, city, region, industry, kind, tier, key_class, key_criteria, need_segment,
    parent_id, branch_id, first_contact_on, phone, website, address, business_scope, qualifications, credit_note, payment_standing,
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
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT contact_email CHECK (email = '' OR (email = lower(email) AND email LIKE '%_@_%'))
);
CREATE INDEX contact_account ON contact (account_id);
CREATE INDEX contact_person ON contact (person_id);
CREATE INDEX contact_phone ON contact (phone_key(phone)) WHERE phone <> '' AND archived_at IS NULL;
-- A1: nobody twice in one file.
CREATE UNIQUE INDEX contact_email_once ON contact (account_id, email) WHERE email <> '' AND archived_at IS NULL;
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
    role text NOT NULL DEFAULT 'buyer' CONSTRAINT membership_role CHECK (role IN ('buyer', 'reader')),
    created_at timestamptz NOT NULL DEFAULT business_now(),
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
    label text NOT NULL CONSTRAINT ship_to_label CHECK (length(label) BETWEEN 1 AND 100),
    recipient text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    address text NOT NULL CONSTRAINT ship_to_address CHECK (length(address) BETWEEN 1 AND 500),
    is_default boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX ship_to_account ON ship_to (account_id);
CREATE INDEX ship_to_phone ON ship_to (phone_key(phone)) WHERE phone <> '' AND archived_at IS NULL;
CREATE UNIQUE INDEX ship_to_one_default ON ship_to (account_id) WHERE is_default AND archived_at IS NULL;
CALL close_to_other_accounts('ship_to');
GRANT SELECT ON ship_to TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE ON ship_to TO portal_staff;

-- A6, A21: the account's own people on our side. One holder a position; backups as many as wanted.
CREATE TABLE team_member (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    staff_member_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    position text NOT NULL CONSTRAINT team_member_position CHECK (position IN
        ('account_manager', 'sales_representative', 'sales_assistant', 'backup')),
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
ALTER TABLE stored_file ADD CONSTRAINT stored_file_account FOREIGN KEY (account_id) REFERENCES account ON DELETE RESTRICT;
ALTER TABLE stored_file ADD CONSTRAINT stored_file_uploader FOREIGN KEY (uploaded_by) REFERENCES person ON DELETE RESTRICT;
ALTER TABLE form_key ADD CONSTRAINT form_key_person FOREIGN KEY (person_id) REFERENCES person ON DELETE CASCADE;
