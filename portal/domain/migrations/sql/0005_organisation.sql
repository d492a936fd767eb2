-- The supplier's own house: branches with zone and days of their own, departments, staff, deputies.

CREATE TABLE branch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT branch_code UNIQUE CONSTRAINT branch_code_length CHECK (length(code) BETWEEN 1 AND 40),
    name text NOT NULL CONSTRAINT branch_name CHECK (length(name) BETWEEN 1 AND 200),
    city text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    country text NOT NULL DEFAULT 'CN' CONSTRAINT branch_country CHECK (country ~ '^[A-Z]{2}$'),
    version integer NOT NULL DEFAULT 1
);

-- The company's own days: closed (no hours) or with hours of their own; they win over public
-- holidays. Without a branch a day holds for all; a branch's own day wins over that.
CREATE TABLE branch_day (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    branch_id bigint REFERENCES branch ON DELETE CASCADE,
    day date NOT NULL,
    hours jsonb NOT NULL DEFAULT '[]' CONSTRAINT branch_day_hours CHECK (jsonb_typeof(hours) = 'array'),
    reason text NOT NULL DEFAULT '',
    CONSTRAINT branch_day_once UNIQUE NULLS NOT DISTINCT (branch_id, day)
);

CREATE TABLE department (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT department_code UNIQUE CONSTRAINT department_code_length CHECK (length(code) BETWEEN 1 AND 40),
    name text NOT NULL CONSTRAINT department_name CHECK (length(name) BETWEEN 1 AND 200),
    branch_id bigint REFERENCES branch ON DELETE RESTRICT,
    head_id bigint,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX department_branch ON department (branch_id);

-- J1-J3: the short list of posts in portal.domain.common.permissions.
CREATE TABLE staff_member (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL CONSTRAINT staff_member_person UNIQUE REFERENCES person ON DELETE RESTRICT,
    role text NOT NULL CONSTRAINT staff_member_role CHECK (role IN (
        'sales_representative', 'sales_assistant', 'account_manager', 'sales_supervisor', 'after_sales',
        'service_supervisor', 'quality_inspection', 'warehouse', 'finance', 'duty_manager', 'general_manager', 'management_representative', 'administrator')),
    job_title text NOT NULL DEFAULT '' CONSTRAINT staff_member_job_title CHECK (length(job_title) <= 100),
    department_id bigint REFERENCES department ON DELETE RESTRICT,
    branch_id bigint REFERENCES branch ON DELETE RESTRICT,
    supervisor_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT staff_member_not_own_supervisor CHECK (supervisor_id <> id)
);
CREATE INDEX staff_member_department ON staff_member (department_id);
CREATE INDEX staff_member_branch ON staff_member (branch_id);
CREATE INDEX staff_member_supervisor ON staff_member (supervisor_id);
CREATE INDEX staff_member_administrators ON staff_member (person_id) WHERE role = 'administrator';
ALTER TABLE department ADD CONSTRAINT department_head FOREIGN KEY (head_id) REFERENCES staff_member ON DELETE SET NULL;
CREATE INDEX department_head ON department (head_id);

-- Who gets an absent person's work and alarms, first and last day included, in the branch's zone.
CREATE TABLE deputy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff_member_id bigint NOT NULL REFERENCES staff_member ON DELETE CASCADE,
    deputy_id bigint NOT NULL REFERENCES staff_member ON DELETE CASCADE,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT deputy_other CHECK (deputy_id <> staff_member_id),
    CONSTRAINT deputy_dates CHECK (ends_on >= starts_on),
    -- The id as a range of one needs no extension for its equality.
    CONSTRAINT deputy_one_at_a_time EXCLUDE USING gist (
        int8range(staff_member_id, staff_member_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&)
);
CREATE INDEX deputy_of ON deputy (staff_member_id, starts_on);
CREATE INDEX deputy_is ON deputy (deputy_id);

GRANT SELECT ON branch, branch_day, department, staff_member, deputy TO portal_staff, portal_worker;
-- A customer's request is due by its branch's calendar; whom to call is a staff member's name and phone.
GRANT SELECT ON branch, branch_day TO portal_customer;
GRANT SELECT (id, person_id, branch_id, role, job_title) ON staff_member TO portal_customer;
GRANT INSERT, UPDATE ON branch, branch_day, department TO portal_staff;
GRANT INSERT, UPDATE (role, job_title, department_id, branch_id, supervisor_id, version) ON staff_member TO portal_staff;
GRANT INSERT, UPDATE (deputy_id, starts_on, ends_on, reason) ON deputy TO portal_staff;
GRANT DELETE ON deputy, branch_day TO portal_staff;
