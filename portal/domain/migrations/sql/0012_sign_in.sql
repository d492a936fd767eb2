-- Before a tenant is known nothing is readable but through these. Each acts for the side whose login
-- calls it: the customer login can neither ask about staff nor act for them, whatever it sets.

-- Whom the transaction is bound to, if that person is of the side that asks.
CREATE FUNCTION own_person() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM person p WHERE p.id = current_person() AND p.side = side_of_login() AND p.disabled_at IS NULL
$$;

-- Memberships that open an account today. Only the functions below read it.
CREATE VIEW membership_in_force AS
    SELECT m.id, m.person_id, m.account_id, m.role, m.last_used_at, a.code, a.name
    FROM membership m JOIN account a ON a.id = m.account_id
    WHERE m.ended_at IS NULL AND a.archived_at IS NULL;

-- Whether a person of the asking side has anything to sign in to.
CREATE FUNCTION may_sign_in(whose bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM person p WHERE p.id = whose AND p.side = side_of_login() AND p.disabled_at IS NULL
          AND CASE p.side WHEN 'staff' THEN EXISTS (SELECT FROM staff_member s WHERE s.person_id = p.id)
                          ELSE EXISTS (SELECT FROM membership_in_force m WHERE m.person_id = p.id) END)
$$;

CREATE FUNCTION person_to_sign_in(wanted_email text)
RETURNS TABLE (person_id bigint, password_hash text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, c.password_hash FROM person p JOIN credential c ON c.person_id = p.id
    WHERE p.side = side_of_login() AND p.email = lower(wanted_email) AND may_sign_in(p.id)
$$;

-- Opens a session for somebody whose password was proven against `proven_hash`. The locks make this
-- and a change of the password or a disabling at the same moment come one after the other.
CREATE FUNCTION open_session(
    new_token bytea, for_person bigint, proven_hash text, idle interval, lifetime interval, address text, agent text
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE someone person%ROWTYPE; home bigint;
BEGIN
    PERFORM FROM credential c WHERE c.person_id = for_person AND c.password_hash = proven_hash FOR SHARE;
    IF NOT FOUND THEN RETURN false; END IF;
    SELECT * INTO someone FROM person p
    WHERE p.id = for_person AND p.side = side_of_login() AND p.disabled_at IS NULL FOR SHARE;
    IF NOT FOUND OR NOT may_sign_in(for_person) THEN RETURN false; END IF;
    IF someone.side = 'customer' THEN
        SELECT m.account_id INTO home FROM membership_in_force m WHERE m.person_id = for_person
        ORDER BY m.last_used_at DESC NULLS LAST, m.id LIMIT 1;
    END IF;
    INSERT INTO session (token_hash, side, person_id, account_id, idle_seconds, expires_at, client_address, user_agent)
    VALUES (new_token, someone.side, for_person, home, extract(epoch FROM idle)::integer, now() + lifetime,
            left(address, 100), left(agent, 300));
    RETURN true;
END $$;

-- Who is behind this token: binds the transaction to the person and the account, and says what a page needs.
CREATE FUNCTION resume_session(presented bytea) RETURNS TABLE (
    session_id bigint, person_id bigint, name text, email text, locale text, timezone text, keyboard_shortcuts boolean,
    account_id bigint, account_code text, account_name text, account_currency text, membership_role text, membership_count bigint,
    staff_member_id bigint, staff_role text, branch_id bigint, unread_count bigint, now timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found_session session%ROWTYPE; someone person%ROWTYPE;
BEGIN
    SELECT * INTO found_session FROM session s
    WHERE s.token_hash = presented AND s.side = side_of_login() AND s.expires_at > now()
      AND s.last_seen_at > now() - make_interval(secs => s.idle_seconds);
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO someone FROM person p WHERE p.id = found_session.person_id AND p.disabled_at IS NULL;
    IF NOT FOUND THEN RETURN; END IF;

    IF found_session.last_seen_at < now() - interval '60 seconds' THEN
        UPDATE session s SET last_seen_at = now() WHERE s.id IN
            (SELECT t.id FROM session t WHERE t.id = found_session.id FOR UPDATE SKIP LOCKED);
    END IF;

    IF someone.side = 'staff' THEN
        RETURN QUERY SELECT found_session.id, someone.id, someone.name, someone.email, someone.locale, someone.timezone,
            someone.keyboard_shortcuts, NULL::bigint, ''::text, ''::text, ''::text, ''::text, 0::bigint, s.id, s.role, s.branch_id,
            (SELECT count(*) FROM (SELECT FROM notice n WHERE n.person_id = someone.id AND n.read_at IS NULL LIMIT 100) AS unread),
            business_now()
        FROM staff_member s WHERE s.person_id = someone.id;
        IF NOT FOUND THEN RETURN; END IF;
    ELSE
        RETURN QUERY SELECT found_session.id, someone.id, someone.name, someone.email, someone.locale, someone.timezone,
            someone.keyboard_shortcuts, a.id, a.code, a.name, a.currency, m.role,
            (SELECT count(*) FROM membership_in_force o WHERE o.person_id = someone.id),
            NULL::bigint, ''::text, a.branch_id,
            (SELECT count(*) FROM (SELECT FROM notice n WHERE n.person_id = someone.id AND n.account_id = a.id
                AND n.read_at IS NULL LIMIT 100) AS unread),
            business_now()
        FROM membership_in_force m JOIN account a ON a.id = m.account_id
        WHERE m.person_id = someone.id AND m.account_id = found_session.account_id;
        IF NOT FOUND THEN RETURN; END IF;
        PERFORM set_config('app.account_id', found_session.account_id::text, true);
    END IF;
    PERFORM set_config('app.person_id', someone.id::text, true);
END $$;

-- For streams that stay open: asks only, and does not count as being seen.
CREATE FUNCTION is_session_alive(presented bytea) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM session s JOIN person p ON p.id = s.person_id
        WHERE s.token_hash = presented AND s.side = side_of_login() AND s.expires_at > now() AND p.disabled_at IS NULL
          AND s.last_seen_at > now() - make_interval(secs => s.idle_seconds)
          AND CASE s.side WHEN 'staff' THEN EXISTS (SELECT FROM staff_member m WHERE m.person_id = s.person_id)
              ELSE EXISTS (SELECT FROM membership_in_force m WHERE m.person_id = s.person_id AND m.account_id = s.account_id) END)
$$;

CREATE FUNCTION end_session(presented bytea) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM session WHERE token_hash = presented AND side = side_of_login() RETURNING person_id
$$;

-- One's own sessions: only those of the person the transaction is bound to.
CREATE FUNCTION own_sessions() RETURNS TABLE (session_id bigint, created_at timestamptz, last_seen_at timestamptz, client_address text, user_agent text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, created_at, last_seen_at, client_address, user_agent FROM session
    WHERE person_id = own_person() AND expires_at > now() AND last_seen_at > now() - make_interval(secs => idle_seconds)
    ORDER BY last_seen_at DESC, id DESC
$$;
CREATE FUNCTION end_own_session(wanted bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM session WHERE id = wanted AND person_id = own_person() RETURNING 1) SELECT EXISTS (SELECT FROM gone)
$$;
CREATE FUNCTION end_own_sessions_except(presented bytea) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM session WHERE person_id = own_person() AND token_hash <> presented RETURNING 1) SELECT count(*) FROM gone
$$;

CREATE FUNCTION own_memberships() RETURNS TABLE (account_id bigint, account_code text, account_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.account_id, m.code, m.name, m.role FROM membership_in_force m
    WHERE m.person_id = own_person() ORDER BY m.name, m.account_id
$$;
-- Which of one's accounts has this record: a link in a mail may lead to another than the present one.
CREATE FUNCTION own_account_with(wanted_reference text) RETURNS TABLE (account_id bigint, account_code text, account_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.account_id, m.code, m.name, m.role FROM membership_in_force m
    WHERE m.person_id = own_person() AND m.account_id IN (
        SELECT r.account_id FROM quote_request r
        WHERE r.reference = wanted_reference AND (r.status <> 'draft' OR r.requested_by = own_person())
        UNION SELECT o.account_id FROM sales_order o WHERE o.reference = wanted_reference)
$$;
CREATE FUNCTION switch_account(presented bytea, wanted_code text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted bigint;
BEGIN
    SELECT m.account_id INTO wanted FROM membership_in_force m WHERE m.code = wanted_code AND m.person_id = own_person();
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE session SET account_id = wanted WHERE token_hash = presented AND person_id = own_person();
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE membership SET last_used_at = now() WHERE account_id = wanted AND person_id = own_person();
    RETURN true;
END $$;

CREATE FUNCTION own_password_hash() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT password_hash FROM credential WHERE person_id = own_person()
$$;
-- Ends every other session and every link that is still open. The session that asks goes on under a
-- new token: whoever had a copy of the old one is out, too. Says how long it still lasts, NULL when
-- the password was changed elsewhere.
CREATE FUNCTION change_own_password(proven_hash text, new_hash text, presented bytea, new_token bytea) RETURNS interval
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE whose bigint := own_person(); remaining interval;
BEGIN
    UPDATE credential SET password_hash = new_hash, changed_at = now()
    WHERE person_id = whose AND password_hash = proven_hash;
    IF NOT FOUND THEN RETURN NULL; END IF;
    DELETE FROM session WHERE person_id = whose AND token_hash <> presented;
    UPDATE session SET token_hash = new_token WHERE person_id = whose AND token_hash = presented
    RETURNING expires_at - now() INTO remaining;
    UPDATE one_time_token SET used_at = now() WHERE person_id = whose AND used_at IS NULL;
    RETURN remaining;
END $$;
-- The same secret under newer parameters of the hash.
CREATE FUNCTION rehash_password(whose bigint, proven_hash text, new_hash text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE credential SET password_hash = new_hash
    WHERE person_id = whose AND password_hash = proven_hash AND may_sign_in(whose)
$$;
-- Whether somebody has accepted an invitation; not a word about the password itself.
CREATE FUNCTION has_password(whose bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM credential WHERE person_id = whose)
$$;

-- Tokens in links: looking consumes nothing; using consumes every open link and ends every session of
-- the person.
CREATE FUNCTION look_at_token(presented bytea) RETURNS TABLE (purpose text, person_name text, email text, locale text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.purpose, p.name, p.email, p.locale FROM one_time_token t JOIN person p ON p.id = t.person_id
    WHERE t.token_hash = presented AND t.used_at IS NULL AND t.expires_at > now()
      AND p.disabled_at IS NULL AND p.side = side_of_login()
$$;
CREATE FUNCTION use_token(presented bytea, new_hash text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE whose bigint;
BEGIN
    UPDATE one_time_token t SET used_at = now() FROM person p
    WHERE t.token_hash = presented AND t.used_at IS NULL AND t.expires_at > now()
      AND p.id = t.person_id AND p.disabled_at IS NULL AND p.side = side_of_login()
    RETURNING t.person_id INTO whose;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO credential (person_id, password_hash) VALUES (whose, new_hash)
    ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = now();
    UPDATE one_time_token SET used_at = now() WHERE person_id = whose AND used_at IS NULL;
    DELETE FROM session WHERE person_id = whose;
    RETURN whose;
END $$;
-- Made by the worker when it writes the mail, so that no secret rests in the outbox.
CREATE FUNCTION create_token(new_token bytea, for_purpose text, whose bigint, lifetime interval, maker bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH made AS (
        INSERT INTO one_time_token (token_hash, purpose, person_id, expires_at, created_by)
        SELECT new_token, for_purpose, p.id, now() + lifetime, maker FROM person p
        WHERE p.id = whose AND p.disabled_at IS NULL RETURNING 1)
    SELECT EXISTS (SELECT FROM made)
$$;
-- A reset is asked for by somebody who is not signed in: written to the outbox if there is such a
-- person, once in two minutes, so that nobody's mailbox can be filled from here.
CREATE FUNCTION ask_for_reset(wanted_email text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO outbox (kind, queue, payload, dedupe_key)
    SELECT 'person.reset', 'urgent', jsonb_build_object('person_id', p.id, 'side', p.side),
           format('person.reset:%s:%s', p.id, floor(extract(epoch FROM now()) / 120))
    FROM person p WHERE p.side = side_of_login() AND p.email = lower(wanted_email) AND may_sign_in(p.id)
    ON CONFLICT (dedupe_key) DO NOTHING
$$;

-- Kept as long as the law on network logs asks for (six months in China), and a season longer.
CREATE FUNCTION remove_ended_sessions() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM session WHERE expires_at <= now() OR last_seen_at <= now() - make_interval(secs => idle_seconds) RETURNING 1),
         links AS (DELETE FROM one_time_token WHERE expires_at < now() - interval '30 days' RETURNING 1),
         events AS (DELETE FROM security_event WHERE at < now() - interval '9 months' RETURNING 1)
    SELECT count(*) FROM gone
$$;

-- Disabling a person or ending a membership ends what they have open, at once.
CREATE FUNCTION end_sessions_of_disabled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM session WHERE person_id = NEW.id;
    UPDATE one_time_token SET used_at = now() WHERE person_id = NEW.id AND used_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_sessions_of_disabled AFTER UPDATE OF disabled_at ON person
    FOR EACH ROW WHEN (NEW.disabled_at IS NOT NULL) EXECUTE FUNCTION end_sessions_of_disabled();
CREATE FUNCTION end_sessions_of_former_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM session WHERE person_id = NEW.person_id AND account_id = NEW.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER end_sessions_of_former_member AFTER UPDATE OF ended_at ON membership
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION end_sessions_of_former_member();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL PROCEDURES IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION business_now(), current_account(), current_person(), side_of_login()
    TO portal_customer, portal_staff, portal_worker;
GRANT EXECUTE ON FUNCTION keep_sent_quote(), keep_sent_quote_line() TO portal_customer, portal_staff, portal_worker;
GRANT EXECUTE ON FUNCTION person_to_sign_in(text), open_session(bytea, bigint, text, interval, interval, text, text),
    resume_session(bytea), is_session_alive(bytea), end_session(bytea), own_sessions(), end_own_session(bigint),
    end_own_sessions_except(bytea), own_memberships(), own_account_with(text), switch_account(bytea, text), own_password_hash(),
    change_own_password(text, text, bytea, bytea), rehash_password(bigint, text, text), look_at_token(bytea),
    use_token(bytea, text), ask_for_reset(text) TO portal_customer, portal_staff;
GRANT EXECUTE ON FUNCTION has_password(bigint) TO portal_staff, portal_worker;
GRANT EXECUTE ON FUNCTION create_token(bytea, text, bigint, interval, bigint), remove_ended_sessions() TO portal_worker;
