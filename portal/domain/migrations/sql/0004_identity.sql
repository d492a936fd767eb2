-- People of both sides, their credentials, sessions and one-time tokens. Credentials, sessions and
-- tokens are read and written through narrow functions of the owner only: no login may touch them.

-- The side that a login serves, whoever owns the function that asks; NULL for the worker.
CREATE FUNCTION side_of_login() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN pg_has_role(session_user, 'portal_customer', 'USAGE') THEN 'customer'
                WHEN pg_has_role(session_user, 'portal_staff', 'USAGE') THEN 'staff' END
$$;

CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    side text NOT NULL CONSTRAINT person_side CHECK (side IN ('customer', 'staff')),
    name text NOT NULL CONSTRAINT person_name CHECK (length(name) BETWEEN 1 AND 200),
    email text NOT NULL CONSTRAINT person_email CHECK (email = lower(email) AND email LIKE '%_@_%' AND email !~ '\s'),
    phone text NOT NULL DEFAULT '' CONSTRAINT person_phone CHECK (length(phone) <= 40),
    locale text NOT NULL DEFAULT '' CONSTRAINT person_locale CHECK (locale IN ('', 'en', 'zh_Hans', 'zh_Hant')),
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    keyboard_shortcuts boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT person_email_once_a_side UNIQUE (side, email)
);
CREATE INDEX person_by_name ON person (side, name, id);
-- E-mail addresses are names to sign in with: the customer login reads none. Nobody changes one:
-- a wrong address may already belong to somebody, so the person is disabled and invited anew.
GRANT SELECT (id, side, name, phone, locale, timezone, keyboard_shortcuts, created_at, disabled_at, version)
    ON person TO portal_customer;
GRANT UPDATE (name, phone, locale, timezone, keyboard_shortcuts, version) ON person TO portal_customer;
GRANT SELECT ON person TO portal_staff, portal_worker;
GRANT INSERT (side, name, email, phone, locale, timezone) ON person TO portal_staff;
GRANT UPDATE (name, phone, locale, timezone, keyboard_shortcuts, disabled_at, version) ON person TO portal_staff;

CREATE TABLE credential (
    person_id bigint PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    password_hash text NOT NULL CONSTRAINT credential_argon2id CHECK (password_hash LIKE '$argon2id$%'),
    changed_at timestamptz NOT NULL DEFAULT now()
    -- Second factor comes here: totp_secret, totp_confirmed_at.
);

-- Real time, not business time. A customer's session acts for one account at a time.
CREATE TABLE session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT session_token UNIQUE CONSTRAINT session_token_is_sha256 CHECK (length(token_hash) = 32),
    side text NOT NULL CONSTRAINT session_side CHECK (side IN ('customer', 'staff')),
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    account_id bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    idle_seconds integer NOT NULL CONSTRAINT session_idle CHECK (idle_seconds > 0),
    expires_at timestamptz NOT NULL,
    client_address text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    CONSTRAINT session_account_of_customer CHECK ((side = 'customer') = (account_id IS NOT NULL))
);
CREATE INDEX session_of_person ON session (person_id);
CREATE INDEX session_expiry ON session (expires_at);
CALL close_to_other_accounts('session', 'false');

CREATE TABLE one_time_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT one_time_token_hash UNIQUE CONSTRAINT one_time_token_is_sha256 CHECK (length(token_hash) = 32),
    purpose text NOT NULL CONSTRAINT one_time_token_purpose CHECK (purpose IN ('invitation', 'reset')),
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    created_by bigint REFERENCES person ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_token_of_person ON one_time_token (person_id);
CREATE INDEX one_time_token_creator ON one_time_token (created_by);
CREATE INDEX one_time_token_expiry ON one_time_token (expires_at);

-- Sign-in attempts and other events of security. A login adds rows, stamped with its own side.
CREATE TABLE security_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    side text NOT NULL DEFAULT coalesce(side_of_login(), 'system')
        CONSTRAINT security_event_side CHECK (side IN ('customer', 'staff', 'system')),
    person_id bigint REFERENCES person ON DELETE SET NULL,
    client_address text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX security_event_of_person ON security_event (person_id, at);
CREATE INDEX security_event_at ON security_event (at);
GRANT INSERT (kind, person_id, client_address, detail) ON security_event TO portal_customer, portal_staff, portal_worker;
GRANT SELECT ON security_event TO portal_staff;
