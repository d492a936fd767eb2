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
GRANT SELECT ON survey TO portal_worker;
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
GRANT SELECT ON survey_version TO portal_worker;
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
    extra_contacts bigint[] NOT NULL DEFAULT '{}',                                  -- asked besides, whatever their account's tier
    left_out bigint[] NOT NULL DEFAULT '{}',                                        -- contacts that are not asked
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
GRANT SELECT ON survey_campaign TO portal_worker;
GRANT SELECT, INSERT, UPDATE ON survey_campaign TO portal_staff;
GRANT UPDATE (status, ended_at, updated_at, version) ON survey_campaign TO portal_worker;

-- One person asked once.
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
-- Who is sent none for a while after one, whichever account's contact they are.
CREATE INDEX survey_invitation_sent_to ON survey_invitation (email, sent_at) WHERE sent_at IS NOT NULL;
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

-- Links in mails: each mail has one of its own, made when it is written, so that no secret rests anywhere. All of
-- them answer the same invitation, once.
CREATE TABLE survey_link (
    token_hash bytea PRIMARY KEY CONSTRAINT survey_link_is_sha256 CHECK (length(token_hash) = 32),
    invitation_id bigint NOT NULL REFERENCES survey_invitation ON DELETE CASCADE
);
CREATE INDEX survey_link_invitation ON survey_link (invitation_id);
GRANT SELECT, INSERT, DELETE ON survey_link TO portal_worker;

-- Where anonymity was promised it says of which tier the account was, and neither account nor person.
CREATE TABLE survey_response (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE RESTRICT,
    survey_version_id bigint NOT NULL REFERENCES survey_version ON DELETE RESTRICT,
    campaign_id bigint REFERENCES survey_campaign ON DELETE RESTRICT,
    invitation_id bigint CONSTRAINT survey_response_invitation_once UNIQUE REFERENCES survey_invitation ON DELETE RESTRICT,
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,
    is_anonymous boolean NOT NULL,
    tier text NOT NULL CONSTRAINT survey_response_tier CHECK (tier IN ('strategic', 'key', 'general', 'potential')),  -- of the account at the time
    channel text NOT NULL CONSTRAINT survey_response_channel CHECK (channel IN ('link', 'portal', 'paper')),
    locale text NOT NULL CONSTRAINT survey_response_locale CHECK (locale IN ('en', 'zh_Hans', 'zh_Hant')),
    answered_on date NOT NULL,
    rated integer NOT NULL DEFAULT 0,                                               -- answers on a scale, and those that are content
    satisfied integer NOT NULL DEFAULT 0,
    nps integer CONSTRAINT survey_response_nps CHECK (nps BETWEEN 0 AND 10),
    taken_by bigint REFERENCES person ON DELETE RESTRICT,                           -- who typed in the paper
    -- Who wants to be called back says so; kept here until the follow-up has it.
    call_back text NOT NULL DEFAULT '' CONSTRAINT survey_response_call_back CHECK (length(call_back) <= 200),
    CONSTRAINT survey_response_satisfied CHECK (satisfied BETWEEN 0 AND rated),
    -- What is not there cannot be told.
    CONSTRAINT survey_response_anonymous CHECK (CASE WHEN is_anonymous
        THEN num_nonnulls(account_id, invitation_id, contact_id, taken_by) = 0
        ELSE num_nonnulls(account_id, invitation_id, contact_id) = 3 END)
);
CREATE INDEX survey_response_of_version ON survey_response (survey_version_id, answered_on);
CREATE INDEX survey_response_of_campaign ON survey_response (campaign_id, answered_on);
CREATE INDEX survey_response_of_account ON survey_response (account_id, answered_on DESC);
CREATE INDEX survey_response_by_day ON survey_response (answered_on, id);
CREATE INDEX survey_response_contact ON survey_response (contact_id);
CREATE INDEX survey_response_taken_by ON survey_response (taken_by);
CALL close_to_other_accounts('survey_response', 'false');
GRANT SELECT ON survey_response TO portal_staff, portal_worker;
GRANT UPDATE (call_back) ON survey_response TO portal_worker;
ALTER TABLE opinion ADD CONSTRAINT opinion_of_response FOREIGN KEY (response_id) REFERENCES survey_response ON DELETE RESTRICT;

CREATE TABLE survey_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint REFERENCES account ON DELETE RESTRICT,
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
GRANT SELECT ON survey_answer TO portal_staff, portal_worker;

-- Answering. Looking at a link consumes nothing; the first answer does. Nobody reads what others were asked.
CREATE FUNCTION asked_survey(wanted bigint) RETURNS TABLE (public_id text, status text, is_open boolean, is_anonymous boolean, occasion text,
    definition jsonb, locale text, name text, account_name text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.public_id, i.status, i.status = 'sent' AND i.expires_at > business_now(), s.is_anonymous, s.occasion, v.definition, i.locale,
        CASE WHEN s.is_anonymous THEN '' ELSE i.name END, CASE WHEN s.is_anonymous THEN '' ELSE a.name END, i.expires_at
    FROM survey_invitation i JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
    JOIN account a ON a.id = i.account_id WHERE i.id = wanted
$$;
CREATE FUNCTION survey_by_token(presented bytea) RETURNS TABLE (public_id text, status text, is_open boolean, is_anonymous boolean,
    occasion text, definition jsonb, locale text, name text, account_name text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT asked.* FROM survey_link l CROSS JOIN LATERAL asked_survey(l.invitation_id) asked WHERE l.token_hash = presented
$$;
CREATE FUNCTION surveys_of_person() RETURNS TABLE (public_id text, status text, is_open boolean, is_anonymous boolean, occasion text,
    definition jsonb, locale text, name text, account_name text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT asked.* FROM survey_invitation i CROSS JOIN LATERAL asked_survey(i.id) asked
    WHERE i.person_id = current_person() AND i.account_id = current_account() AND i.sent_at IS NOT NULL
    ORDER BY i.sent_at DESC, i.id DESC LIMIT 100
$$;

-- Keeps what was answered, once, and returns the response; NULL when it is not open any more. The login that asks has
-- held the answers against the definition; here an unknown question is left out. Where anonymity was promised neither
-- the moment nor the person nor the account stays anywhere.
CREATE FUNCTION keep_survey_answers(wanted bigint, by_way text, in_locale text, given jsonb, were_rated integer, were_satisfied integer,
    recommended integer, wants_call text, typed_by bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE asked record; made bigint; moment timestamptz := business_now();
BEGIN
    SELECT i.*, s.is_anonymous, v.definition, a.tier, (moment AT TIME ZONE a.timezone)::date AS today INTO asked
    FROM survey_invitation i JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
    JOIN account a ON a.id = i.account_id WHERE i.id = wanted FOR UPDATE OF i;
    -- Paper may come late, and from who was sent none, whatever stopped it; a link answers while it is open.
    IF NOT FOUND OR asked.status = 'answered' OR asked.status = 'stopped' AND asked.campaign_id IS NOT NULL
        OR typed_by IS NULL AND (asked.status <> 'sent' OR asked.expires_at <= moment) THEN
        RETURN NULL;
    END IF;
    UPDATE survey_invitation SET status = 'answered', remind_at = NULL, version = version + 1,
        answered_at = CASE WHEN asked.is_anonymous THEN NULL ELSE moment END WHERE id = wanted;
    INSERT INTO survey_response (account_id, survey_version_id, campaign_id, invitation_id, contact_id, is_anonymous, tier, channel, locale,
        answered_on, rated, satisfied, nps, taken_by, call_back)
    SELECT CASE WHEN asked.is_anonymous THEN NULL ELSE asked.account_id END, asked.survey_version_id, asked.campaign_id,
        CASE WHEN asked.is_anonymous THEN NULL ELSE wanted END, CASE WHEN asked.is_anonymous THEN NULL ELSE asked.contact_id END,
        asked.is_anonymous, asked.tier, by_way, in_locale, asked.today, were_rated, were_satisfied, recommended,
        CASE WHEN asked.is_anonymous THEN NULL ELSE typed_by END, wants_call
    RETURNING id INTO made;
    INSERT INTO survey_answer (account_id, response_id, question, score, choices, text)
    SELECT CASE WHEN asked.is_anonymous THEN NULL ELSE asked.account_id END, made, each.question, each.score,
        coalesce(each.choices, '{}'), coalesce(each.text, '')
    FROM jsonb_to_recordset(given) AS each (question text, score integer, choices text[], text text)
    WHERE jsonb_path_exists(asked.definition, '$.sections[*].questions[*] ? (@.key == $key)', jsonb_build_object('key', each.question));
    -- S4: looked at by a worker at once. An anonymous one is written as of midnight.
    INSERT INTO outbox (kind, queue, account_id, payload, created_at, due_at)
    SELECT 'survey.answered', 'urgent', CASE WHEN asked.is_anonymous THEN NULL ELSE asked.account_id END,
        jsonb_build_object('response_id', made, 'actor_id', NULL), as_of, as_of
    FROM (SELECT CASE WHEN asked.is_anonymous THEN date_trunc('day', now()) ELSE now() END AS as_of) AS written;
    IF NOT asked.is_anonymous THEN
        INSERT INTO activity (at, account_id, subject_kind, subject_id, verb, audience, actor_id, actor_name, actor_side, after)
        SELECT moment, asked.account_id, 'survey_invitation', wanted, 'surveys.answered', 'internal',
            coalesce(typed_by, current_person()), coalesce((SELECT p.name FROM person p WHERE p.id = typed_by), asked.name),
            CASE WHEN typed_by IS NULL THEN 'customer' ELSE 'staff' END, jsonb_build_object('channel', by_way);
    END IF;
    RETURN made;
END $$;
CREATE FUNCTION answer_survey(presented bytea, in_locale text, given jsonb, were_rated integer, were_satisfied integer, recommended integer,
    wants_call text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT keep_survey_answers(l.invitation_id, 'link', in_locale, given, were_rated, were_satisfied, recommended, wants_call, NULL)
    FROM survey_link l WHERE l.token_hash = presented
$$;
CREATE FUNCTION answer_own_survey(wanted text, in_locale text, given jsonb, were_rated integer, were_satisfied integer, recommended integer,
    wants_call text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT keep_survey_answers(i.id, 'portal', in_locale, given, were_rated, were_satisfied, recommended, wants_call, NULL)
    FROM survey_invitation i
    WHERE i.public_id = wanted AND i.person_id = current_person() AND i.account_id = current_account() AND i.sent_at IS NOT NULL
$$;
CREATE FUNCTION answer_survey_on_paper(wanted bigint, in_locale text, given jsonb, were_rated integer, were_satisfied integer,
    recommended integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT keep_survey_answers(wanted, 'paper', in_locale, given, were_rated, were_satisfied, recommended, '', current_person())
    WHERE current_person() IS NOT NULL
$$;
GRANT EXECUTE ON FUNCTION survey_by_token(bytea), surveys_of_person(), answer_survey(bytea, text, jsonb, integer, integer, integer, text),
    answer_own_survey(text, text, jsonb, integer, integer, integer, text) TO portal_customer;
GRANT EXECUTE ON FUNCTION answer_survey_on_paper(bigint, text, jsonb, integer, integer, integer) TO portal_staff;

-- Mails of surveys are sent in batches; what is sent one by one is found without passing over them.
CREATE INDEX mail_surveys_waiting ON mail (next_attempt_at, id) WHERE status = 'waiting' AND template = 'survey';
CREATE INDEX mail_others_waiting ON mail (queue, next_attempt_at, id) WHERE status = 'waiting' AND template <> 'survey';
CREATE INDEX mail_of_invitation ON mail (((words ->> 'invitation_id')::bigint)) WHERE template = 'survey';

-- What was closed or delivered lately, for the surveys that follow (S2).
CREATE INDEX complaint_closed_lately ON complaint (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX shipment_delivered_lately ON shipment (delivered_at) WHERE delivered_at IS NOT NULL;
