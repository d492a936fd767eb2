-- Surveys, whom they are sent to, and what they said; where anonymity was promised no row tells who said what (S1-S4).

CREATE SEQUENCE survey_campaign_reference AS bigint;
GRANT USAGE ON SEQUENCE survey_campaign_reference TO portal_staff;

CREATE TABLE survey (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL CONSTRAINT survey_key_once UNIQUE CONSTRAINT survey_key CHECK (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    occasion text NOT NULL CONSTRAINT survey_occasion CHECK (occasion IN ('campaign', 'complaint', 'delivery', 'visit', 'inquiry')),
    name text NOT NULL CONSTRAINT survey_name CHECK (length(name) BETWEEN 1 AND 200),
    is_anonymous boolean NOT NULL DEFAULT false,
    retired_at timestamptz,
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT survey_anonymous_in_campaigns CHECK (NOT is_anonymous OR occasion = 'campaign')
);
-- S2, V4: one survey in force for each of these occasions.
CREATE UNIQUE INDEX survey_of_occasion ON survey (occasion) WHERE occasion <> 'campaign' AND retired_at IS NULL;
GRANT SELECT ON survey TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE ON survey TO portal_staff;

-- What is asked; once published it stays as it is.
CREATE TABLE survey_version (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    survey_id bigint NOT NULL REFERENCES survey ON DELETE RESTRICT,
    number integer NOT NULL CONSTRAINT survey_version_number CHECK (number > 0),
    definition jsonb NOT NULL,                                                      -- sections, questions, texts in three languages
    published_at timestamptz,
    published_by bigint REFERENCES person ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT survey_version_once UNIQUE (survey_id, number)
);
CREATE UNIQUE INDEX survey_version_one_draft ON survey_version (survey_id) WHERE published_at IS NULL;
CREATE INDEX survey_version_published_by ON survey_version (published_by);
GRANT SELECT ON survey_version TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON survey_version TO portal_staff;
CREATE FUNCTION published_surveys_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of a survey stays as it is' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER survey_version_stays BEFORE UPDATE OR DELETE ON survey_version FOR EACH ROW
    WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION published_surveys_stay();

CREATE TABLE survey_campaign (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL CONSTRAINT survey_campaign_reference_once UNIQUE,       -- SU-2026-00007
    survey_version_id bigint NOT NULL REFERENCES survey_version ON DELETE RESTRICT,
    name text NOT NULL CONSTRAINT survey_campaign_name CHECK (length(name) BETWEEN 1 AND 200),
    period text NOT NULL CONSTRAINT survey_campaign_period CHECK (period ~ '^[0-9]{4}-(H[12]|Q[1-4]|[0-9]{2})$'),  -- 2026-H2
    status text NOT NULL CONSTRAINT survey_campaign_status CHECK (status IN ('draft', 'running', 'paused', 'ended')),
    tiers text[] NOT NULL DEFAULT '{}',
    main_contacts_only boolean NOT NULL DEFAULT true,
    starts_on date NOT NULL,
    spread_days integer NOT NULL DEFAULT 1 CONSTRAINT survey_campaign_spread CHECK (spread_days BETWEEN 1 AND 60),
    closes_on date NOT NULL,
    created_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT survey_campaign_tiers CHECK (tiers <@ ARRAY['strategic', 'key', 'general', 'potential']),
    CONSTRAINT survey_campaign_dates CHECK (closes_on >= starts_on + spread_days - 1),
    CONSTRAINT survey_campaign_started CHECK ((status = 'draft') = (started_at IS NULL)),
    CONSTRAINT survey_campaign_ended CHECK ((status = 'ended') = (ended_at IS NOT NULL))
);
CREATE INDEX survey_campaign_version ON survey_campaign (survey_version_id);
CREATE INDEX survey_campaign_running ON survey_campaign (closes_on) WHERE status = 'running';
CREATE INDEX survey_campaign_created_by ON survey_campaign (created_by);
GRANT SELECT ON survey_campaign TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE ON survey_campaign TO portal_staff;
GRANT UPDATE (status, ended_at, updated_at, version) ON survey_campaign TO portal_worker;

-- One person asked once. The token in the link is a keyed digest of the row: only its hash is kept.
CREATE TABLE survey_invitation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL CONSTRAINT survey_invitation_public_id UNIQUE,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    survey_version_id bigint NOT NULL REFERENCES survey_version ON DELETE RESTRICT,
    campaign_id bigint REFERENCES survey_campaign ON DELETE RESTRICT,
    complaint_id bigint REFERENCES complaint ON DELETE RESTRICT,                    -- S2: what it follows
    shipment_id bigint REFERENCES shipment ON DELETE RESTRICT,
    visit_id bigint REFERENCES visit ON DELETE RESTRICT,
    contact_id bigint NOT NULL REFERENCES contact ON DELETE RESTRICT,
    person_id bigint REFERENCES person ON DELETE RESTRICT,                          -- where they have a way into the portal
    email text NOT NULL,
    name text NOT NULL,
    locale text NOT NULL CONSTRAINT survey_invitation_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    token_hash bytea NOT NULL CONSTRAINT survey_invitation_token UNIQUE CONSTRAINT survey_invitation_token_is_sha256 CHECK (length(token_hash) = 32),
    status text NOT NULL CONSTRAINT survey_invitation_status CHECK (status IN ('waiting', 'sent', 'answered', 'expired', 'stopped')),
    send_at timestamptz NOT NULL,
    sent_at timestamptz,
    reminders integer NOT NULL DEFAULT 0 CONSTRAINT survey_invitation_reminders CHECK (reminders >= 0),
    remind_at timestamptz,
    expires_at timestamptz NOT NULL,
    answered_at timestamptz,                                                        -- none where anonymity was promised
    stopped_because text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT survey_invitation_for_something CHECK (num_nonnulls(campaign_id, complaint_id, shipment_id, visit_id) = 1),
    CONSTRAINT survey_invitation_sent CHECK (status NOT IN ('sent') OR sent_at IS NOT NULL)
);
CREATE UNIQUE INDEX survey_invitation_once_a_campaign ON survey_invitation (campaign_id, contact_id) WHERE campaign_id IS NOT NULL;
CREATE UNIQUE INDEX survey_invitation_once_a_complaint ON survey_invitation (complaint_id) WHERE complaint_id IS NOT NULL;
CREATE UNIQUE INDEX survey_invitation_once_a_shipment ON survey_invitation (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE UNIQUE INDEX survey_invitation_once_a_visit ON survey_invitation (visit_id, survey_version_id) WHERE visit_id IS NOT NULL;
CREATE INDEX survey_invitation_due ON survey_invitation (send_at, id) WHERE status = 'waiting';
CREATE INDEX survey_invitation_to_remind ON survey_invitation (remind_at, id) WHERE status = 'sent' AND remind_at IS NOT NULL;
CREATE INDEX survey_invitation_to_expire ON survey_invitation (expires_at, id) WHERE status IN ('waiting', 'sent');
CREATE INDEX survey_invitation_of_contact ON survey_invitation (contact_id, send_at DESC);
CREATE INDEX survey_invitation_of_person ON survey_invitation (person_id) WHERE status IN ('waiting', 'sent');
CREATE INDEX survey_invitation_person ON survey_invitation (person_id);
CREATE INDEX survey_invitation_campaign ON survey_invitation (campaign_id, status);
CREATE INDEX survey_invitation_account ON survey_invitation (account_id);
CREATE INDEX survey_invitation_version ON survey_invitation (survey_version_id);
CREATE INDEX survey_invitation_visit ON survey_invitation (visit_id);
CREATE INDEX survey_invitation_complaint ON survey_invitation (complaint_id);
CREATE INDEX survey_invitation_shipment ON survey_invitation (shipment_id);
-- A signed-in person sees what they were asked, and nobody else's.
CALL close_to_other_accounts('survey_invitation', 'account_id = (SELECT current_account()) AND person_id = (SELECT current_person()) AND sent_at IS NOT NULL');
GRANT SELECT (id, public_id, account_id, survey_version_id, campaign_id, complaint_id, shipment_id, visit_id, contact_id, person_id, name,
    locale, status, sent_at, expires_at, answered_at, version) ON survey_invitation TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON survey_invitation TO portal_staff, portal_worker;

CREATE TABLE survey_response (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    survey_version_id bigint NOT NULL REFERENCES survey_version ON DELETE RESTRICT,
    campaign_id bigint REFERENCES survey_campaign ON DELETE RESTRICT,
    invitation_id bigint CONSTRAINT survey_response_invitation_once UNIQUE REFERENCES survey_invitation ON DELETE RESTRICT,  -- none where anonymity was promised
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,                        -- none there, too
    is_anonymous boolean NOT NULL,
    tier text NOT NULL CONSTRAINT survey_response_tier CHECK (tier IN ('strategic', 'key', 'general', 'potential')),  -- of the account at the time
    channel text NOT NULL CONSTRAINT survey_response_channel CHECK (channel IN ('link', 'portal', 'paper')),
    locale text NOT NULL CONSTRAINT survey_response_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    answered_on date NOT NULL,
    rated integer NOT NULL DEFAULT 0,                                               -- answers on a scale, and those that are content
    satisfied integer NOT NULL DEFAULT 0,
    nps integer CONSTRAINT survey_response_nps CHECK (nps BETWEEN 0 AND 10),
    taken_by bigint REFERENCES person ON DELETE RESTRICT,                           -- who typed in the paper
    CONSTRAINT survey_response_satisfied CHECK (satisfied BETWEEN 0 AND rated),
    -- What is not there cannot be told.
    CONSTRAINT survey_response_anonymous CHECK (NOT is_anonymous OR num_nonnulls(invitation_id, contact_id, taken_by) = 0)
);
CREATE INDEX survey_response_of_version ON survey_response (survey_version_id, answered_on);
CREATE INDEX survey_response_of_campaign ON survey_response (campaign_id, answered_on);
CREATE INDEX survey_response_of_account ON survey_response (account_id, answered_on DESC);
CREATE INDEX survey_response_by_day ON survey_response (answered_on, id);
CREATE INDEX survey_response_contact ON survey_response (contact_id);
CREATE INDEX survey_response_taken_by ON survey_response (taken_by);
CALL close_to_other_accounts('survey_response', 'false');
GRANT SELECT, INSERT ON survey_response TO portal_staff;
GRANT SELECT ON survey_response TO portal_worker;
ALTER TABLE opinion ADD CONSTRAINT opinion_of_response FOREIGN KEY (response_id) REFERENCES survey_response ON DELETE RESTRICT;

CREATE TABLE survey_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    response_id bigint NOT NULL REFERENCES survey_response ON DELETE CASCADE,
    question text NOT NULL,                                                         -- its key in the version
    score integer,
    choices text[] NOT NULL DEFAULT '{}',
    text text NOT NULL DEFAULT '' CONSTRAINT survey_answer_text CHECK (length(text) <= 4000),
    CONSTRAINT survey_answer_once UNIQUE (response_id, question)
);
CREATE INDEX survey_answer_question ON survey_answer (question, response_id);
CREATE INDEX survey_answer_account ON survey_answer (account_id);
CALL close_to_other_accounts('survey_answer', 'false');
GRANT SELECT, INSERT ON survey_answer TO portal_staff;
GRANT SELECT ON survey_answer TO portal_worker;
