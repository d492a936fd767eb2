-- The supplier's own house: branches with zone and hours, departments, staff, deputies.

CREATE TABLE branch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT branch_code UNIQUE,
    name text NOT NULL,
    city text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    timezone text NOT NULL DEFAULT 'Asia/Shanghai',
    country text NOT NULL DEFAULT 'CN',
    version integer NOT NULL DEFAULT 1
);

-- The company's own days: closed (no hours) or with hours of their own; they win over public holidays.
CREATE TABLE branch_day (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    branch_id bigint REFERENCES branch ON DELETE CASCADE,
    day date NOT NULL,
    hours jsonb NOT NULL DEFAULT '[]',
    reason text NOT NULL DEFAULT '',
    CONSTRAINT branch_day_once UNIQUE NULLS NOT DISTINCT (branch_id, day)
);

CREATE TABLE department (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT department_code UNIQUE,
    name text NOT NULL,
    branch_id bigint REFERENCES branch ON DELETE RESTRICT,
    head_id bigint
);
CREATE INDEX department_branch ON department (branch_id);

CREATE TABLE staff_member (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL CONSTRAINT staff_member_person UNIQUE REFERENCES person ON DELETE RESTRICT,
    role text NOT NULL,
    department_id bigint REFERENCES department ON DELETE RESTRICT,
    branch_id bigint REFERENCES branch ON DELETE RESTRICT,
    supervisor_id bigint REFERENCES staff_member ON DELETE RESTRICT,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT staff_member_not_own_supervisor CHECK (supervisor_id <> id)
);
CREATE INDEX staff_member_department ON staff_member (department_id);
CREATE INDEX staff_member_branch ON staff_member (branch_id);
CREATE INDEX staff_member_supervisor ON staff_member (supervisor_id);
ALTER TABLE department ADD CONSTRAINT department_head FOREIGN KEY (head_id) REFERENCES staff_member ON DELETE SET NULL;
CREATE INDEX department_head ON department (head_id);

CREATE TABLE deputy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff_member_id bigint NOT NULL REFERENCES staff_member ON DELETE CASCADE,
    deputy_id bigint NOT NULL REFERENCES staff_member ON DELETE CASCADE,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT deputy_other CHECK (deputy_id <> staff_member_id),
    CONSTRAINT deputy_dates CHECK (ends_on >= starts_on)
);
CREATE INDEX deputy_of ON deputy (staff_member_id, starts_on);
CREATE INDEX deputy_is ON deputy (deputy_id);

GRANT SELECT ON branch, branch_day, department, staff_member, deputy TO portal_staff, portal_worker;
-- A customer's request is due by its branch's calendar; whom to call is a staff member's name and phone.
GRANT SELECT ON branch, branch_day TO portal_customer;
GRANT SELECT (id, person_id, branch_id, role) ON staff_member TO portal_customer;
GRANT INSERT, UPDATE ON branch, department, staff_member, deputy, branch_day TO portal_staff;
GRANT DELETE ON deputy, branch_day TO portal_staff;
