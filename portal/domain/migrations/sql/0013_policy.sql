-- The figures of the policy: versions are added, never changed or removed.

CREATE TABLE policy_figure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL CONSTRAINT policy_figure_key CHECK (key ~ '^[a-z][a-z-]*\.[a-z][a-z-]*$'),
    scope_kind text NOT NULL CONSTRAINT policy_figure_scope_kind CHECK (scope_kind IN ('company', 'tier', 'account')),
    scope_value text,                                              -- a tier, or the id of an account
    value jsonb,                                                   -- none: the override of the scope ends
    version integer NOT NULL CONSTRAINT policy_figure_version CHECK (version > 0),
    valid_from timestamptz NOT NULL,
    set_by bigint REFERENCES person ON DELETE RESTRICT,
    reason text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT policy_figure_scope CHECK ((scope_kind = 'company') = (scope_value IS NULL)),
    CONSTRAINT policy_figure_account CHECK (scope_kind <> 'account' OR scope_value ~ '^[1-9][0-9]{0,17}$'),
    CONSTRAINT policy_figure_company_has_a_value CHECK (scope_kind <> 'company' OR value IS NOT NULL),
    CONSTRAINT policy_figure_value_is_none_or_said CHECK (value <> 'null'),
    CONSTRAINT policy_figure_once UNIQUE NULLS NOT DISTINCT (key, scope_kind, scope_value, version)
);
CREATE INDEX policy_figure_set_by ON policy_figure (set_by);
-- What was agreed with one account is not for the others to see.
CALL close_to_other_accounts('policy_figure',
    'scope_kind <> ''account'' OR scope_value = (SELECT current_account())::text');
GRANT SELECT ON policy_figure TO portal_customer, portal_staff, portal_worker;
GRANT INSERT ON policy_figure TO portal_staff;
