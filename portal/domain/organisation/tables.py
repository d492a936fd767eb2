"""The supplier's own house: branches, departments, staff, deputies."""

from piccolo.columns import JSONB, BigInt, BigSerial, Date, Text
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.activity import Subject
from portal.domain.common.permissions import StaffRole
from portal.domain.common.record import Record


class Branch(Record, tablename="branch"):
    """A branch; its zone and country say when its people work. `country` is ISO 3166-1 alpha-2."""

    code = Text()
    name = Text()
    city = Text(default="")
    address = Text(default="")
    phone = Text(default="")
    timezone = Text(default="Asia/Shanghai")
    country = Text(default="CN")

    @property
    def subject(self) -> Subject:
        return Subject("branch", self.id, self.code, None)


class BranchDay(Table, db=DB, tablename="branch_day"):
    """A day of the company's own: closed, or open in `hours` (pairs like ["09:00", "12:00"]).

    Without a branch it holds for all of them.
    """

    id = BigSerial(primary_key=True)
    branch_id = BigInt(null=True, default=None)
    day = Date()
    hours = JSONB(default="[]")
    reason = Text(default="")


class Department(Record, tablename="department"):
    """A department, of one branch or of the whole company. `head_id` is a staff member."""

    code = Text()
    name = Text()
    branch_id = BigInt(null=True, default=None)
    head_id = BigInt(null=True, default=None)

    @property
    def subject(self) -> Subject:
        return Subject("department", self.id, self.code, None)


class StaffMember(Record, tablename="staff_member"):
    """Somebody's post with us. `supervisor_id` is a staff member; nobody stands above the head.

    The customer login reads id, person_id, branch_id, role and job_title only.
    """

    person_id = BigInt()
    role = Text()
    job_title = Text(default="")
    department_id = BigInt(null=True, default=None)
    branch_id = BigInt(null=True, default=None)
    supervisor_id = BigInt(null=True, default=None)

    @property
    def is_administrator(self) -> bool:
        return self.role == StaffRole.ADMINISTRATOR


class Deputy(Table, db=DB, tablename="deputy"):
    """Who stands in for an absent colleague, first and last day included, in the branch's zone."""

    id = BigSerial(primary_key=True)
    staff_member_id = BigInt()
    deputy_id = BigInt()
    starts_on = Date()
    ends_on = Date()
    reason = Text(default="")
