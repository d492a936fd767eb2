-- Meetings with a notice, contact reports due 48 hours after, and the log of all contact with an account (M1, M2, M6).

CREATE SEQUENCE meeting_reference AS bigint;
CREATE SEQUENCE contact_report_reference AS bigint;
GRANT USAGE ON SEQUENCE meeting_reference, contact_report_reference TO portal_staff;

CREATE TABLE meeting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL CONSTRAINT meeting_reference_once UNIQUE,               -- MT-2026-00007
    status text NOT NULL CONSTRAINT meeting_status CHECK (status IN ('planned', 'held', 'cancelled')),
    title text NOT NULL CONSTRAINT meeting_title CHECK (length(title) BETWEEN 1 AND 200),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    leaves_at timestamptz,                                                          -- when we leave for it; attendance is confirmed before (M2)
    way text NOT NULL CONSTRAINT meeting_way CHECK (way IN ('on_site', 'phone', 'video', 'at_ours')),
    place text NOT NULL DEFAULT '' CONSTRAINT meeting_place CHECK (length(place) <= 500),         -- where, or how to join
    agenda text NOT NULL DEFAULT '' CONSTRAINT meeting_agenda CHECK (length(agenda) <= 4000),     -- what
    to_confirm text NOT NULL DEFAULT '' CONSTRAINT meeting_to_confirm CHECK (length(to_confirm) <= 4000),
    how text NOT NULL DEFAULT '' CONSTRAINT meeting_how CHECK (length(how) <= 4000),
    organiser_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    sequence integer NOT NULL DEFAULT 0 CONSTRAINT meeting_sequence CHECK (sequence >= 0),        -- of the iCalendar invitation
    notice_sent_at timestamptz,                                                     -- in writing, the day before (M2)
    noticed_sequence integer,                                                       -- as which sequence; an older one is out of date
    told_by_phone_at timestamptz,                                                   -- and by phone
    told_by_phone_by bigint REFERENCES person ON DELETE RESTRICT,
    told_whom text NOT NULL DEFAULT '',
    material_checked_at timestamptz,
    attendance_confirmed_at timestamptz,
    held_at timestamptz,
    changed_because text NOT NULL DEFAULT '' CONSTRAINT meeting_changed_because CHECK (length(changed_because) <= 1000),
    cancelled_because text NOT NULL DEFAULT '',
    created_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT meeting_times CHECK (starts_at < ends_at AND leaves_at <= starts_at),
    CONSTRAINT meeting_noticed CHECK ((notice_sent_at IS NULL) = (noticed_sequence IS NULL) AND noticed_sequence <= sequence),
    CONSTRAINT meeting_told CHECK ((told_by_phone_at IS NULL) = (told_by_phone_by IS NULL) AND (told_by_phone_at IS NULL) = (told_whom = '')),
    CONSTRAINT meeting_held CHECK ((status = 'held') = (held_at IS NOT NULL)),
    CONSTRAINT meeting_cancelled CHECK ((status = 'cancelled') = (cancelled_because <> ''))
);
CREATE INDEX meeting_of_account ON meeting (account_id, starts_at DESC, id DESC);
CREATE INDEX meeting_planned ON meeting (starts_at, id) WHERE status = 'planned';
CREATE INDEX meeting_of_organiser ON meeting (organiser_id, starts_at);
CREATE INDEX meeting_search ON meeting USING gin (search_terms);
CREATE INDEX meeting_newest ON meeting (starts_at DESC, id DESC);
CREATE INDEX meeting_told_by ON meeting (told_by_phone_by);
CREATE INDEX meeting_created_by ON meeting (created_by);
-- The customer sees a meeting from its notice on.
CALL close_to_other_accounts('meeting', 'account_id = (SELECT current_account()) AND notice_sent_at IS NOT NULL');
GRANT SELECT (id, account_id, reference, status, title, starts_at, ends_at, way, place, agenda, to_confirm, how, organiser_id,
    sequence, notice_sent_at, noticed_sequence, held_at, changed_because, cancelled_because, updated_at, version) ON meeting TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON meeting TO portal_staff;
GRANT SELECT ON meeting TO portal_worker;

CREATE TABLE meeting_person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    meeting_id bigint NOT NULL REFERENCES meeting ON DELETE CASCADE,
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,
    staff_member_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    name text NOT NULL CONSTRAINT meeting_person_name CHECK (length(name) BETWEEN 1 AND 200),
    function text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    is_ours boolean NOT NULL,
    attended boolean,
    CONSTRAINT meeting_person_side CHECK ((staff_member_id IS NULL OR is_ours) AND (contact_id IS NULL OR NOT is_ours))
);
CREATE UNIQUE INDEX meeting_person_contact_once ON meeting_person (meeting_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX meeting_person_staff_once ON meeting_person (meeting_id, staff_member_id) WHERE staff_member_id IS NOT NULL;
CREATE INDEX meeting_person_meeting ON meeting_person (meeting_id, id);
CREATE INDEX meeting_person_account ON meeting_person (account_id);
CREATE INDEX meeting_person_contact ON meeting_person (contact_id);
CREATE INDEX meeting_person_staff ON meeting_person (staff_member_id);
CALL close_to_other_accounts('meeting_person', 'account_id = (SELECT current_account()) AND EXISTS (SELECT FROM meeting m WHERE m.id = meeting_id)');
GRANT SELECT (id, account_id, meeting_id, name, function, is_ours, attended) ON meeting_person TO portal_customer;
GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_person TO portal_staff;
GRANT SELECT ON meeting_person TO portal_worker;

-- M6: what was said by other ways than the portal's own; the log reads it together with all the rest.
CREATE TABLE communication (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    at timestamptz NOT NULL,
    channel text NOT NULL CONSTRAINT communication_channel CHECK (channel IN ('phone', 'in_person', 'video', 'message', 'email', 'fax', 'letter')),
    direction text NOT NULL CONSTRAINT communication_direction CHECK (direction IN ('incoming', 'outgoing')),
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,
    name text NOT NULL CONSTRAINT communication_name CHECK (length(name) BETWEEN 1 AND 200),
    title text NOT NULL CONSTRAINT communication_title CHECK (length(title) BETWEEN 1 AND 200),
    note text NOT NULL DEFAULT '' CONSTRAINT communication_note CHECK (length(note) <= 4000),
    is_important boolean NOT NULL DEFAULT false,                                    -- then a contact report is owed (M1)
    recorded_by bigint NOT NULL REFERENCES person ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX communication_of_account ON communication (account_id, at DESC, id DESC);
CREATE INDEX communication_contact ON communication (contact_id);
CREATE INDEX communication_recorded_by ON communication (recorded_by);
CALL close_to_other_accounts('communication', 'false');
GRANT SELECT, INSERT, UPDATE ON communication TO portal_staff;
GRANT SELECT ON communication TO portal_worker;

-- M1: one report a meeting, visit or important call; a correction is a new revision, what was sent stays.
CREATE TABLE contact_report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    reference text NOT NULL,                                                        -- CR-2026-00007
    revision integer NOT NULL DEFAULT 1 CONSTRAINT contact_report_revision CHECK (revision > 0),
    status text NOT NULL CONSTRAINT contact_report_status CHECK (status IN ('draft', 'sent', 'replaced', 'not_needed')),
    meeting_id bigint REFERENCES meeting ON DELETE RESTRICT,
    visit_id bigint REFERENCES visit ON DELETE RESTRICT,
    communication_id bigint REFERENCES communication ON DELETE RESTRICT,
    title text NOT NULL CONSTRAINT contact_report_title CHECK (length(title) BETWEEN 1 AND 200),
    happened_at timestamptz NOT NULL,
    owner_id bigint NOT NULL REFERENCES staff_member ON DELETE RESTRICT,
    conclusions text NOT NULL DEFAULT '' CONSTRAINT contact_report_conclusions CHECK (length(conclusions) <= 8000),
    reasons text NOT NULL DEFAULT '' CONSTRAINT contact_report_reasons CHECK (length(reasons) <= 8000),  -- how they were reached
    not_needed_because text NOT NULL DEFAULT '',
    corrected_because text NOT NULL DEFAULT '',
    sent_at timestamptz,
    sent_by bigint REFERENCES person ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_terms text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT contact_report_once UNIQUE (reference, revision),
    CONSTRAINT contact_report_of_something CHECK (num_nonnulls(meeting_id, visit_id, communication_id) = 1),
    CONSTRAINT contact_report_sent CHECK ((status IN ('sent', 'replaced')) = (sent_at IS NOT NULL) AND (sent_at IS NULL) = (sent_by IS NULL)
        AND (status NOT IN ('sent', 'replaced') OR (conclusions <> '' AND reasons <> ''))),
    CONSTRAINT contact_report_not_needed CHECK ((status = 'not_needed') = (not_needed_because <> ''))
);
CREATE UNIQUE INDEX contact_report_of_meeting ON contact_report (meeting_id, revision) WHERE meeting_id IS NOT NULL;
CREATE UNIQUE INDEX contact_report_of_visit ON contact_report (visit_id, revision) WHERE visit_id IS NOT NULL;
CREATE UNIQUE INDEX contact_report_of_call ON contact_report (communication_id, revision) WHERE communication_id IS NOT NULL;
CREATE INDEX contact_report_meeting ON contact_report (meeting_id);
CREATE INDEX contact_report_visit ON contact_report (visit_id);
CREATE INDEX contact_report_communication ON contact_report (communication_id);
CREATE INDEX contact_report_of_account ON contact_report (account_id, happened_at DESC, id DESC);
CREATE INDEX contact_report_drafts ON contact_report (owner_id, happened_at, id) WHERE status = 'draft';
CREATE INDEX contact_report_owner ON contact_report (owner_id, happened_at DESC, id DESC);
CREATE INDEX contact_report_newest ON contact_report (happened_at DESC, id DESC);
CREATE INDEX contact_report_search ON contact_report USING gin (search_terms);
CREATE INDEX contact_report_sent_by ON contact_report (sent_by);
CALL close_to_other_accounts('contact_report', 'account_id = (SELECT current_account()) AND sent_at IS NOT NULL');
GRANT SELECT (id, account_id, reference, revision, status, meeting_id, visit_id, title, happened_at, owner_id, conclusions, reasons,
    corrected_because, sent_at, updated_at, version) ON contact_report TO portal_customer;
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_report TO portal_staff;
GRANT SELECT ON contact_report TO portal_worker;
-- A correction that was begun may be dropped; a first report is written, or said not to be needed.
CREATE POLICY unsent_corrections_only ON contact_report AS RESTRICTIVE FOR DELETE TO portal_staff
    USING (status = 'draft' AND revision > 1);
-- While a report is written its customer reads nothing of it; by when it comes is theirs to know, on the page of their visit, too.
CREATE FUNCTION report_owed_after_visit(visited bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id FROM contact_report r WHERE r.visit_id = visited AND r.account_id = current_account() AND r.status = 'draft'
        AND r.revision = 1
$$;
GRANT EXECUTE ON FUNCTION report_owed_after_visit(bigint) TO portal_customer;
-- What was sent stays as it was read.
CREATE FUNCTION sent_reports_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sent_at IS NOT NULL AND (NEW.title, NEW.happened_at, NEW.conclusions, NEW.reasons, NEW.corrected_because, NEW.sent_at,
            NEW.sent_by, NEW.reference, NEW.revision, NEW.account_id)
        IS DISTINCT FROM (OLD.title, OLD.happened_at, OLD.conclusions, OLD.reasons, OLD.corrected_because, OLD.sent_at,
            OLD.sent_by, OLD.reference, OLD.revision, OLD.account_id) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a contact report that was sent is corrected by a new revision';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contact_report_stays BEFORE UPDATE ON contact_report FOR EACH ROW EXECUTE FUNCTION sent_reports_stay();

-- Who it was sent to, and what they said to it; people of both sides.
CREATE TABLE report_reader (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    report_id bigint NOT NULL REFERENCES contact_report ON DELETE CASCADE,
    contact_id bigint REFERENCES contact ON DELETE RESTRICT,
    staff_member_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    name text NOT NULL CONSTRAINT report_reader_name CHECK (length(name) BETWEEN 1 AND 200),
    function text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    is_ours boolean NOT NULL,
    was_present boolean NOT NULL DEFAULT true,
    CONSTRAINT report_reader_side CHECK ((staff_member_id IS NULL OR is_ours) AND (contact_id IS NULL OR NOT is_ours))
);
CREATE INDEX report_reader_report ON report_reader (report_id, id);
CREATE INDEX report_reader_account ON report_reader (account_id);
CREATE INDEX report_reader_contact ON report_reader (contact_id);
CREATE INDEX report_reader_staff ON report_reader (staff_member_id);
CALL close_to_other_accounts('report_reader', 'account_id = (SELECT current_account()) AND EXISTS (SELECT FROM contact_report r WHERE r.id = report_id)');
GRANT SELECT (id, account_id, report_id, name, function, is_ours, was_present) ON report_reader TO portal_customer;
GRANT SELECT, INSERT, UPDATE, DELETE ON report_reader TO portal_staff;
GRANT SELECT ON report_reader TO portal_worker;

CREATE TABLE report_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    report_id bigint NOT NULL REFERENCES contact_report ON DELETE CASCADE,
    person_id bigint NOT NULL REFERENCES person ON DELETE RESTRICT,                 -- whose answer; ours where it came by phone
    name text NOT NULL CONSTRAINT report_answer_name CHECK (length(name) BETWEEN 1 AND 200),
    kind text NOT NULL CONSTRAINT report_answer_kind CHECK (kind IN ('acknowledged', 'comment')),
    text text NOT NULL DEFAULT '' CONSTRAINT report_answer_text CHECK (length(text) <= 4000),
    at timestamptz NOT NULL,
    CONSTRAINT report_answer_says_something CHECK (kind <> 'comment' OR text <> '')
);
CREATE INDEX report_answer_report ON report_answer (report_id, id);
CREATE INDEX report_answer_account ON report_answer (account_id);
CREATE INDEX report_answer_person ON report_answer (person_id);
CALL close_to_other_accounts('report_answer', 'account_id = (SELECT current_account()) AND EXISTS (SELECT FROM contact_report r WHERE r.id = report_id)');
GRANT SELECT, INSERT (account_id, report_id, person_id, name, kind, text, at) ON report_answer TO portal_customer;
CREATE POLICY own_answers ON report_answer AS RESTRICTIVE FOR INSERT TO portal_customer
    WITH CHECK (person_id = (SELECT current_person()) AND account_id = (SELECT current_account()));
GRANT SELECT, INSERT ON report_answer TO portal_staff;
GRANT SELECT ON report_answer TO portal_worker;

CREATE TABLE action_item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE RESTRICT,
    report_id bigint NOT NULL REFERENCES contact_report ON DELETE CASCADE,
    continues_id bigint REFERENCES action_item ON DELETE SET NULL,                  -- the same one in the revision before
    position integer NOT NULL,
    text text NOT NULL CONSTRAINT action_item_text CHECK (length(text) BETWEEN 1 AND 1000),
    is_ours boolean NOT NULL,
    owner_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    owner_name text NOT NULL CONSTRAINT action_item_owner_name CHECK (length(owner_name) BETWEEN 1 AND 200),
    due_on date NOT NULL,
    done_at timestamptz,
    done_by bigint REFERENCES person ON DELETE RESTRICT,
    result text NOT NULL DEFAULT '' CONSTRAINT action_item_result CHECK (length(result) <= 1000),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT action_item_place UNIQUE (report_id, position),
    CONSTRAINT action_item_owner CHECK (is_ours = (owner_id IS NOT NULL)),
    CONSTRAINT action_item_done CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE INDEX action_item_continues ON action_item (continues_id);
CREATE INDEX action_item_account ON action_item (account_id);
CREATE INDEX action_item_owner ON action_item (owner_id);
CREATE INDEX action_item_open ON action_item (due_on, id) WHERE done_at IS NULL;
CREATE INDEX action_item_done_by ON action_item (done_by);
CALL close_to_other_accounts('action_item', 'account_id = (SELECT current_account()) AND EXISTS (SELECT FROM contact_report r WHERE r.id = report_id)');
GRANT SELECT (id, account_id, report_id, position, text, is_ours, owner_name, due_on, done_at, result, version) ON action_item TO portal_customer;
GRANT SELECT, INSERT, UPDATE, DELETE ON action_item TO portal_staff;
GRANT SELECT ON action_item TO portal_worker;

-- What customers write, note and announce may be of visits and reports of theirs, too.
CREATE OR REPLACE FUNCTION is_own_record(record_kind text, record_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE record_kind
        WHEN 'quote_request' THEN EXISTS (SELECT FROM quote_request r WHERE r.id = record_id)
        WHEN 'sales_order' THEN EXISTS (SELECT FROM sales_order o WHERE o.id = record_id)
        WHEN 'shipment' THEN EXISTS (SELECT FROM shipment s WHERE s.id = record_id)
        WHEN 'complaint' THEN EXISTS (SELECT FROM complaint c WHERE c.id = record_id)
        WHEN 'visit' THEN EXISTS (SELECT FROM visit v WHERE v.id = record_id)
        WHEN 'contact_report' THEN EXISTS (SELECT FROM contact_report r WHERE r.id = record_id)
        WHEN 'account' THEN record_id = current_account()
        WHEN 'corrective_action' THEN false
        WHEN 'corrective_action_step' THEN false
        WHEN 'opinion' THEN false
        WHEN 'meeting' THEN false
        ELSE true END
$$;
ALTER POLICY of_own_records ON outbox
    WITH CHECK (num_nonnulls(payload ->> 'request_id', payload ->> 'order_id', payload ->> 'complaint_id', payload ->> 'visit_id',
            payload ->> 'report_id') > 0
        AND (payload ->> 'request_id' IS NULL OR EXISTS (SELECT FROM quote_request r WHERE r.id = (payload ->> 'request_id')::bigint))
        AND (payload ->> 'order_id' IS NULL OR EXISTS (SELECT FROM sales_order o WHERE o.id = (payload ->> 'order_id')::bigint))
        AND (payload ->> 'quote_id' IS NULL OR EXISTS (SELECT FROM quote q WHERE q.id = (payload ->> 'quote_id')::bigint))
        AND (payload ->> 'complaint_id' IS NULL
            OR EXISTS (SELECT FROM complaint c WHERE c.id = (payload ->> 'complaint_id')::bigint))
        AND (payload ->> 'visit_id' IS NULL OR EXISTS (SELECT FROM visit v WHERE v.id = (payload ->> 'visit_id')::bigint))
        AND (payload ->> 'report_id' IS NULL OR EXISTS (SELECT FROM contact_report r WHERE r.id = (payload ->> 'report_id')::bigint)));
