-- Files: the row says what a file is and who may have it, the storage has the bytes under a random
-- key. A file is staged by a person in a form, then attached to a record, once. One that a virus
-- scanner has not cleared is quarantined, staged or attached. Accounts and people come later: their
-- foreign keys are added there.

CREATE TABLE stored_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL CONSTRAINT stored_file_public_id UNIQUE,
    account_id bigint,
    subject_kind text,
    subject_id bigint,
    message_id bigint REFERENCES message ON DELETE RESTRICT,
    form_key text NOT NULL CONSTRAINT stored_file_form_key CHECK (length(form_key) BETWEEN 1 AND 100),
    name text NOT NULL CONSTRAINT stored_file_name CHECK (length(name) BETWEEN 1 AND 120),
    media_type text NOT NULL,
    size_bytes bigint NOT NULL CONSTRAINT stored_file_size CHECK (size_bytes > 0),
    sha256 text NOT NULL CONSTRAINT stored_file_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    storage_key text NOT NULL CONSTRAINT stored_file_storage_key UNIQUE,
    audience text NOT NULL CONSTRAINT stored_file_audience CHECK (audience IN ('customer', 'internal')),
    state text NOT NULL CONSTRAINT stored_file_state CHECK (state IN ('staged', 'attached', 'quarantined')),
    finding text NOT NULL DEFAULT '',
    uploaded_by bigint NOT NULL,
    uploaded_at timestamptz NOT NULL,
    scanned_at timestamptz,
    attached_at timestamptz,
    expires_at timestamptz,
    CONSTRAINT stored_file_whole_subject CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CONSTRAINT stored_file_attached_to_something CHECK (state <> 'attached' OR subject_id IS NOT NULL),
    CONSTRAINT stored_file_staged_to_nothing CHECK (state <> 'staged' OR subject_id IS NULL),
    CONSTRAINT stored_file_attached_at CHECK ((attached_at IS NULL) = (subject_id IS NULL)),
    CONSTRAINT stored_file_only_staged_expire CHECK ((expires_at IS NULL) = (subject_id IS NOT NULL)),
    CONSTRAINT stored_file_customer_has_account CHECK (audience = 'internal' OR account_id IS NOT NULL),
    CONSTRAINT stored_file_found_is_quarantined CHECK (finding = '' OR state = 'quarantined')
);
CREATE INDEX stored_file_of_subject ON stored_file (subject_kind, subject_id, id) WHERE subject_id IS NOT NULL;
CREATE INDEX stored_file_of_message ON stored_file (message_id);
CREATE INDEX stored_file_of_account ON stored_file (account_id);
CREATE INDEX stored_file_of_form ON stored_file (uploaded_by, form_key);
CREATE INDEX stored_file_expiring ON stored_file (expires_at, id) WHERE subject_id IS NULL;
CREATE INDEX stored_file_unscanned ON stored_file (id) WHERE state = 'quarantined' AND finding = '';

CALL close_to_other_accounts('stored_file');
DROP POLICY own_account ON stored_file;
DROP POLICY staff_all ON stored_file;
DROP POLICY worker_all ON stored_file;
-- A tenant sees what its account was given or gave, and of what waits in forms its own.
CREATE POLICY own_account_reads ON stored_file FOR SELECT TO portal_customer USING (
    account_id = (SELECT current_account()) AND audience = 'customer'
    AND (subject_id IS NOT NULL OR uploaded_by = (SELECT current_person())));
CREATE POLICY own_account_stages ON stored_file FOR INSERT TO portal_customer WITH CHECK (
    account_id = (SELECT current_account()) AND audience = 'customer'
    AND uploaded_by = (SELECT current_person()) AND subject_id IS NULL);
CREATE POLICY own_account_attaches ON stored_file FOR UPDATE TO portal_customer USING (
    account_id = (SELECT current_account()) AND audience = 'customer'
    AND uploaded_by = (SELECT current_person()) AND subject_id IS NULL
) WITH CHECK (
    account_id = (SELECT current_account()) AND audience = 'customer'
    AND uploaded_by = (SELECT current_person()));
CREATE POLICY own_account_removes ON stored_file FOR DELETE TO portal_customer USING (
    account_id = (SELECT current_account())
    AND uploaded_by = (SELECT current_person()) AND subject_id IS NULL);
CREATE POLICY staff_read ON stored_file FOR SELECT TO portal_staff USING (true);
CREATE POLICY staff_stage ON stored_file FOR INSERT TO portal_staff WITH CHECK (
    uploaded_by = (SELECT current_person()) AND subject_id IS NULL);
CREATE POLICY staff_attach ON stored_file FOR UPDATE TO portal_staff
    USING (uploaded_by = (SELECT current_person()) AND subject_id IS NULL)
    WITH CHECK (uploaded_by = (SELECT current_person()));
CREATE POLICY staff_remove ON stored_file FOR DELETE TO portal_staff USING (
    uploaded_by = (SELECT current_person()) AND subject_id IS NULL);
CREATE POLICY worker_reads ON stored_file FOR SELECT TO portal_worker USING (true);
CREATE POLICY worker_scans ON stored_file FOR UPDATE TO portal_worker USING (true);
CREATE POLICY worker_sweeps ON stored_file FOR DELETE TO portal_worker USING (subject_id IS NULL);

-- What a file is never changes; what is attached stays.
GRANT SELECT, INSERT, DELETE ON stored_file TO portal_customer, portal_staff;
GRANT UPDATE (state, subject_kind, subject_id, message_id, attached_at, expires_at)
    ON stored_file TO portal_customer, portal_staff;
GRANT UPDATE (account_id, audience) ON stored_file TO portal_staff;
GRANT SELECT, DELETE, UPDATE (state, finding, scanned_at) ON stored_file TO portal_worker;

CREATE FUNCTION keep_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('portal_customer', 'portal_staff') THEN
        RAISE insufficient_privilege USING MESSAGE = 'only a scan ends a quarantine';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stored_file_keep_quarantine BEFORE UPDATE OF state ON stored_file FOR EACH ROW
    WHEN (OLD.state = 'quarantined' AND NEW.state <> 'quarantined') EXECUTE FUNCTION keep_quarantine();
