"""Who has a part in an event: the roles that the table of what is told names."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from portal.database import fetch
from portal.domain.accounts.team import (
    Position,
    contact_for_everything,
    representative_of,
    team_of,
)
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.notices.about import About
from portal.domain.notices.kinds import Reason
from portal.domain.organisation.deputies import who_acts_for
from portal.domain.organisation.line import line_up


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody with a part in an event: a staff member's or a customer's person's id, and why."""

    reason: Reason
    staff_id: int | None = None
    person_id: int | None = None


Part = Callable[[About], Awaitable[Sequence[Named]]]


async def representative(about: About) -> Sequence[Named]:
    """The owner of a new request: the account's sales representative (rule Q1)."""
    owner = about.staff["owner"]
    if owner is None:
        return await in_charge(about)
    return [Named(Reason.REPRESENTATIVE, owner)]


async def assistant(about: About) -> Sequence[Named]:
    """The sales assistant, who gets a copy (rule Q1)."""
    return staff_named(Reason.ASSISTANT, about.staff["assistant"])


async def owner(about: About) -> Sequence[Named]:
    """Who has the request; while nobody does, who is in charge."""
    return staff_named(Reason.OWNER, about.staff["owner"]) or await in_charge(about)


async def new_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.OWNER, about.staff["owner"])


async def former_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.FORMER_OWNER, about.staff["former_owner"])


async def preparer(about: About) -> Sequence[Named]:
    return staff_named(Reason.PREPARER, about.staff["preparer"])


async def reviewers(about: About) -> Sequence[Named]:
    """Those of the account's team who work on quotes, else who may approve (rule Q5)."""
    team = await team_of(about.account_id) if about.account_id else []
    able = {
        member.staff_member_id for member in team if allowed(member.role, Permission.WORK_ON_QUOTES)
    }
    found = [Named(Reason.REVIEWER, staff) for staff in sorted(able - {about.staff["preparer"]})]
    return found or await approvers(about)


async def approvers(about: About) -> Sequence[Named]:
    """The nearest in the preparer's line who may approve; the next, too, while that one is away."""
    above = await line_up(about.staff["preparer"]) if about.staff["preparer"] else []
    may_approve = await _having(Permission.APPROVE_QUOTES, among=above)
    acting = await who_acts_for(may_approve)
    found: list[Named] = []
    for staff in (staff for staff in above if staff in may_approve):
        found.append(Named(Reason.REVIEWER, staff))
        if acting[staff] == staff:
            return found
    return [*found, *await in_charge(about)]


async def in_charge(about: About) -> Sequence[Named]:
    """The sales supervisors of the account's branch, else of the house: somebody has to know."""
    return await with_role(StaffRole.SALES_SUPERVISOR, Reason.IN_CHARGE, about)


async def sales(about: About) -> Sequence[Named]:
    """The account's sales representative; who is in charge where it has none."""
    found = await representative_of(about.account_id) if about.account_id else None
    if found is None:
        return await in_charge(about)
    return [Named(Reason.SALES, found.staff_member_id)]


async def sales_assistant(about: About) -> Sequence[Named]:
    """The account's sales assistant, who gets a copy."""
    team = await team_of(about.account_id) if about.account_id else []
    return [
        Named(Reason.ASSISTANT, member.staff_member_id)
        for member in team
        if member.position is Position.SALES_ASSISTANT
    ]


async def warehouse(about: About) -> Sequence[Named]:
    """Who works in the warehouse of the account's branch, else of the house."""
    return await with_role(StaffRole.WAREHOUSE, Reason.WAREHOUSE, about)


async def finance(about: About) -> Sequence[Named]:
    """Who works in finance at the account's branch, else in the house."""
    return await with_role(StaffRole.FINANCE, Reason.FINANCE, about)


async def duty_manager(about: About) -> Sequence[Named]:
    """The duty managers of the account's branch, else of the house."""
    return await with_role(StaffRole.DUTY_MANAGER, Reason.DUTY_MANAGER, about)


async def order_supervisors(about: About) -> Sequence[Named]:
    """Duty managers and sales supervisors, who consent on stock (rule O1)."""
    supervisors = await with_role(StaffRole.SALES_SUPERVISOR, Reason.DECIDES, about)
    return [*await duty_manager(about), *supervisors]


async def credit_approvers(about: About) -> Sequence[Named]:
    """The duty managers but for who asked; where none is left, the general manager (rule A16)."""
    managers = await with_role(StaffRole.DUTY_MANAGER, Reason.DECIDES, about)
    return [one for one in managers if one.staff_id != about.staff["asker"]] or (
        await with_role(StaffRole.GENERAL_MANAGER, Reason.DECIDES, about)
    )


async def senior_management(about: About) -> Sequence[Named]:
    """The general managers of the account's branch, else of the house (rule C10)."""
    return await with_role(StaffRole.GENERAL_MANAGER, Reason.SENIOR, about)


async def asker(about: About) -> Sequence[Named]:
    """Who asked for a credit limit or registered a project."""
    return staff_named(Reason.ASKED, about.staff["asker"])


async def who_keeps_the_address(about: About) -> Sequence[Named]:
    """Who can put an address right: a customer's contact here (rule A21), for staff who admits."""
    contact = await contact_for_everything(about.account_id) if about.account_id else None
    if contact is not None:
        return [Named(Reason.CONTACT, contact.staff_member_id)]
    rows = await fetch(
        "SELECT id FROM staff_member WHERE role = $1 ORDER BY id", StaffRole.ADMINISTRATOR.value
    )
    return [Named(Reason.ADMINISTRATOR, row["id"]) for row in rows]


async def requester(about: About) -> Sequence[Named]:
    """Who asked; where nobody of the portal did, the account's main contact."""
    person = about.people["requester"]
    if person is None:
        return await main_contact(about)
    return [Named(Reason.REQUESTER, person_id=person)]


async def orderer(about: About) -> Sequence[Named]:
    """Who ordered; where nobody of the portal did, the account's main contact."""
    person = about.people["orderer"]
    if person is None:
        return await main_contact(about)
    return [Named(Reason.ORDERER, person_id=person)]


async def main_contact(about: About) -> Sequence[Named]:
    """The account's main contact, if that is somebody with access."""
    rows = await fetch(
        """SELECT person_id FROM contact
           WHERE account_id = $1 AND is_main AND archived_at IS NULL AND person_id IS NOT NULL""",
        about.account_id,
    )
    return [Named(Reason.MAIN_CONTACT, person_id=row["person_id"]) for row in rows]


async def participants(about: About) -> Sequence[Named]:
    """Colleagues of the customer who have written in the thread of the request."""
    return await writers(about, Reason.PARTICIPANT)


async def order_participants(about: About) -> Sequence[Named]:
    """Colleagues of the customer who have written in the thread of the order."""
    return await writers(about, Reason.ORDER_PARTICIPANT)


async def writers(about: About, reason: Reason) -> Sequence[Named]:
    """The customer's people who have written in the thread of the record."""
    subject_kind, _, subject_id = about.thread.rpartition(".")
    rows = await fetch(
        """SELECT DISTINCT author_id FROM message
           WHERE subject_kind = $1 AND subject_id = $2 AND author_side = 'customer'""",
        subject_kind,
        int(subject_id),
    )
    return [Named(reason, person_id=row["author_id"]) for row in rows]


async def with_role(role: StaffRole, reason: Reason, about: About) -> list[Named]:
    """Those of this role at the account's branch, else anywhere, else who is in charge."""
    rows = await fetch(
        """SELECT s.id, s.branch_id FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.role = $1 AND p.disabled_at IS NULL ORDER BY s.id""",
        role.value,
    )
    near = [row["id"] for row in rows if row["branch_id"] == about.branch_id]
    found = [Named(reason, staff) for staff in near or [row["id"] for row in rows]]
    if not found and role is not StaffRole.SALES_SUPERVISOR:
        return list(await in_charge(about))
    return found


async def _having(permission: Permission, *, among: Collection[int]) -> set[int]:
    rows = await fetch(
        "SELECT id, role FROM staff_member WHERE id = ANY($1) ORDER BY id", list(among)
    )
    return {row["id"] for row in rows if allowed(StaffRole(row["role"]), permission)}


def staff_named(reason: Reason, staff_id: int | None) -> list[Named]:
    """Somebody of ours by their id, where there is one."""
    return [] if staff_id is None else [Named(reason, staff_id)]
