"""Who hears of a promise that is due soon, missed, or still not kept (rule C10)."""

from datetime import date, timedelta

from portal.database import database_now
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.service_levels.promise import TargetKind
from tests.domain.notices.happenings import Case, case, mails, notices, tell, told
from tests.domain.service_levels.clocked import as_staff
from tests.domain.service_levels.test_escalation import swept
from tests.factories import Factory, unique

HOUR = timedelta(hours=1)
URGENT = Clock(4 * HOUR, 8 * HOUR, CalendarKind.ALWAYS)


async def owed_since(at: Case, hours: int, owner: Actor | None) -> None:
    """An urgent quote that has been owed for so long."""
    owed = Owed(
        at.account.id,
        at.account.name,
        at.account.branch_id,
        "Bearings for line 3",
        owner.staff_member_id if owner else None,
        URGENT,
        1,
    )
    async with as_staff():
        opened = await database_now() - hours * HOUR
        await clock.open_target(TargetKind.QUOTE, at.request.subject, owed, opened_at=opened)
        now = await database_now()
    await swept(now)


async def told_of(at: Case, kind: str) -> tuple[dict[str, str], int]:
    """Who was told of the account's newest event of `kind`, and the event."""
    event = await at.make.owner.fetchval(
        "SELECT max(id) FROM outbox WHERE kind = $1 AND account_id = $2", kind, at.account.id
    )
    await tell(event)
    return await told(at.make, event), event


async def test_the_owner_is_warned(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 5, at.representative)
    said, event = await told_of(at, "target.warned")
    assert said == {at.representative.name: "due_soon"}
    (notice,) = (await notices(make, event)).values()
    assert notice["path"] == f"/staff/quotes/{at.request.reference}"
    assert notice["words"]["promise"] == "Quote"
    assert notice["words"]["account"] == at.account.name
    assert (await mails(make, event))[0]["queue"] == "urgent"


async def test_the_deputy_of_an_absent_owner_is_warned_besides(make: Factory) -> None:
    at = await case(make)
    today = date.today()  # noqa: DTZ011 - any day around now
    await make.deputy(
        at.representative, at.manager, today - timedelta(days=2), today + timedelta(days=2)
    )
    await owed_since(at, 5, at.representative)
    said, _ = await told_of(at, "target.warned")
    assert set(said) == {at.representative.name, at.manager.name}


async def test_the_supervisor_hears_of_the_breach_by_mail_the_owner_in_the_portal(
    make: Factory,
) -> None:
    at = await case(make)
    await owed_since(at, 9, at.representative)
    said, event = await told_of(at, "target.breached")
    assert said == {
        at.supervisor.name: "promise_missed",
        at.representative.name: "promise_missed",
    }
    assert [mail["name"] for mail in await mails(make, event)] == [at.supervisor.name]


async def test_what_nobody_owns_reaches_who_is_in_charge(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 9, None)
    said, _ = await told_of(at, "target.breached")
    assert said == {at.supervisor.name: "promise_missed"}


async def test_department_head_and_senior_management_hear_of_what_stays_open(
    make: Factory,
) -> None:
    at = await case(make)
    head = await make.staff(StaffRole.DUTY_MANAGER, branch_id=at.account.branch_id)
    chief = await make.staff(StaffRole.GENERAL_MANAGER, branch_id=at.account.branch_id)
    department = await make.insert(
        "department", code=unique("D"), name="Sales", head_id=head.staff_member_id
    )
    await make.owner.execute(
        "UPDATE staff_member SET department_id = $2 WHERE id = $1",
        at.representative.staff_member_id,
        department,
    )
    await owed_since(at, 8 + 5, at.representative)
    said, _ = await told_of(at, "target.escalated")
    assert said == {head.name: "still_missed"}
    async with as_staff():
        later = await database_now() + 8 * HOUR
    await swept(later)
    said, _ = await told_of(at, "target.escalated")
    assert said == {chief.name: "still_missed"}


async def test_where_the_owner_heads_the_department_the_next_above_hears(make: Factory) -> None:
    at = await case(make)
    above = await make.staff(StaffRole.GENERAL_MANAGER, branch_id=at.account.branch_id)
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $2 WHERE id = $1",
        at.supervisor.staff_member_id,
        above.staff_member_id,
    )
    await owed_since(at, 8 + 5, at.representative)  # a department without a head
    said, _ = await told_of(at, "target.escalated")
    assert said == {above.name: "still_missed"}


async def test_what_was_done_in_the_meantime_is_nobodys_alarm(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 9, at.representative)
    async with as_staff():
        await clock.meet(at.request.subject)
    said, _ = await told_of(at, "target.breached")
    assert said == {}


async def test_what_is_owed_inside_the_house_is_no_promise_to_a_customer(make: Factory) -> None:
    branch = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch)
    owner = await make.staff(branch_id=branch, supervisor=supervisor)
    subject = Subject("corrective_action_step", owner.staff_member_id or 0, "CA-1", None)
    owed = Owed(None, "", branch, "Check the seals", owner.staff_member_id, URGENT, 1)
    async with as_staff():
        opened = await database_now() - 9 * HOUR
        await clock.open_target(TargetKind.CORRECTIVE_STEP, subject, owed, opened_at=opened)
        now = await database_now()
    await swept(now)
    event = await make.owner.fetchval(
        """SELECT max(o.id) FROM outbox o
           JOIN target t ON t.id = (o.payload ->> 'target_id')::bigint
           WHERE t.subject_kind = $1 AND t.subject_id = $2""",
        subject.kind,
        subject.id,
    )
    await tell(event)
    assert await told(make, event) == {
        supervisor.name: "deadline_missed",
        owner.name: "deadline_missed",
    }
    async with as_staff():
        (of_step,) = await escalation_of(await clock.targets_of(subject.kind, subject.id))
    assert {one.name for one in of_step.steps[0].heard} == {supervisor.name, owner.name}
