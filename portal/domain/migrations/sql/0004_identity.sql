-- People of both sides, their credentials, sessions and one-time tokens. Credentials, sessions and
-- tokens are read and written through narrow functions of the owner only: nobody else may.

CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    side text NOT NULL CONSTRAINT person_side CHECK (side IN ('customer', 'staff')),
    name text NOT NULL CONSTRAINT person_name CHECK (length(name) BETWEEN 1 AND 200),
    email text NOT NULL CONSTRAINT person_email CHECK (email = lower(email) AND email LIKE '%_@_%'),
    phone text NOT NULL DEFAULT '',
    job_title text NOT NULL DEFAULT '',
    locale text NOT NULL DEFAULT '' CONSTRAINT person_locale CHECK (locale IN ('', 'en', 'zh_Hans', 'zh_Hant')),
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    keyboard_shortcuts boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT person_email_once_a_side UNIQUE (side, email)
);
GRANT SELECT ON person TO portal_customer, portal_staff, portal_worker;
GRANT INSERT, UPDATE ON person TO portal_staff;
GRANT UPDATE (locale, timezone, name, phone, keyboard_shortcuts, version) ON person TO portal_customer;

CREATE TABLE credential (
    person_id bigint PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
    -- Second factor comes here: totp_secret, totp_confirmed_at.
);

CREATE TABLE session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT session_token UNIQUE,
    side text NOT NULL CONSTRAINT session_side CHECK (side IN ('customer', 'staff')),
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    account_id bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    idle_seconds integer NOT NULL,
    expires_at timestamptz NOT NULL,
    client_address text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT ''
);
CREATE INDEX session_of_person ON session (person_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE one_time_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT one_time_token_hash UNIQUE,
    purpose text NOT NULL CONSTRAINT one_time_token_purpose CHECK (purpose IN ('invitation', 'reset')),
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    created_by bigint REFERENCES person ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_token_of_person ON one_time_token (person_id);
CREATE INDEX one_time_token_creator ON one_time_token (created_by);

-- Sign-in attempts and other events of security; written in a unit of work of their own.
CREATE TABLE security_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    side text NOT NULL,
    person_id bigint REFERENCES person ON DELETE SET NULL,
    client_address text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX security_event_of_person ON security_event (person_id, at);
CREATE INDEX security_event_at ON security_event (at);
GRANT INSERT ON security_event TO portal_customer, portal_staff, portal_worker;
GRANT SELECT ON security_event TO portal_staff;
