"""Who is told of a corrective action: leaders, owners of steps, the management (rules C9, C10)."""

from datetime import date
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.corrective_actions import disciplines, steps, verifying
from portal.domain.corrective_actions.disciplines import Description
from portal.domain.service_levels.sweep import stamp_due
from tests.complaint_scenarios import judged_complaint
from tests.corrective_action_scenarios import Acting, found, opened_action, steps_step
from tests.domain.notices.happenings import mails, notices, tell, told
from tests.factories import Factory, acting


async def heard(at: Acting, event: str) -> dict[str, str]:
    """Who was told of the newest event of this kind about the action, once it is told."""
    return await told(at.make, await tell_newest(at, event))


async def tell_newest(at: Acting, event: str) -> int:
    event_id = await at.make.owner.fetchval(
        "SELECT max(id) FROM outbox WHERE kind = $1 AND payload ->> 'reference' = $2",
        event,
        at.reference,
    )
    await tell(event_id)
    return int(event_id)


async def test_who_leads_one_and_who_gets_a_step_are_told(make: Factory) -> None:
    at = await opened_action(make)
    opened = await heard(at, "corrective_action.opened")
    assert opened[at.care.representative.name] == "action_opened"
    assert at.leader.name not in opened  # who did it
    await at.analysed()
    step_id = await at.add_step()
    event = await tell_newest(at, "corrective_action.step_given")
    owner = at.care.after_sales
    assert await told(make, event) == {owner.name: "step_given"}
    (notice,) = (await notices(make, event)).values()
    assert notice["path"] == f"/staff/corrective-actions/{at.reference}"
    assert notice["words"]["step"] == "Replace the worn gauge"
    assert len(await mails(make, event)) == 1
    await at.done(step_id)
    assert await heard(at, "corrective_action.step_done") == {at.leader.name: "step_done"}


async def test_another_leader_and_another_day_are_told(make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    step_id = await at.add_step()
    service = at.care.service
    async with acting(at.leader):
        action = await found(at.reference, at.leader)
        about = Description(
            "Hot", "Hot bearings", "", at.care.department_id, service.staff_member_id
        )
        await disciplines.describe(action, about, by=at.leader)
        step = await steps_step(action, step_id)
        facts = at.facts(date(2030, 1, 7))
        await steps.change_step(action, step, facts, "The gauge is late.", by=at.leader)
        await steps.drop_step(action, step, "Not needed.", by=at.leader)
    assert await heard(at, "corrective_action.leader") == {service.name: "action_to_lead"}
    owner = at.care.after_sales.name
    assert await heard(at, "corrective_action.step_moved") == {owner: "step_moved"}
    assert await heard(at, "corrective_action.step_dropped") == {owner: "step_dropped"}


async def test_the_management_representative_is_asked_to_verify(make: Factory) -> None:
    at = await (await opened_action(make)).checked()
    asked = await heard(at, "corrective_action.verification_wanted")
    assert asked[at.care.representative.name] == "action_to_verify"
    head = at.care.representative
    async with acting(head):
        await verifying.send_back(await found(at.reference, head), "Show more.", by=head)
    assert await heard(at, "corrective_action.sent_back") == {at.leader.name: "action_sent_back"}
    other = await (await opened_action(make, care=at.care)).verified()
    assert await heard(other, "corrective_action.verified") == {
        at.leader.name: "action_verified",
        at.care.after_sales.name: "action_verified",
    }


async def test_no_customer_is_told_of_what_happens_inside(make: Factory) -> None:
    complained = await judged_complaint(make)
    at = await (await opened_action(make, complained)).verified()
    rows = await make.owner.fetch(
        "SELECT id, kind, account_id FROM outbox WHERE payload ->> 'reference' = $1", at.reference
    )
    assert rows
    for row in rows:
        assert row["account_id"] is None
        await tell(row["id"])
        assert complained.care.buyer.name not in await told(make, row["id"])


async def test_a_late_step_alarms_its_owner_and_their_supervisor(make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    step_id = await at.add_step()
    await make.owner.execute(
        """UPDATE target SET warn_at = business_now() - interval '2 h', opened_at =
               business_now() - interval '3 h', promised_at = business_now() - interval '1 h',
               due_at = business_now() - interval '1 h'
           WHERE subject_kind = 'corrective_action_step' AND subject_id = $1""",
        step_id,
    )
    async with unit_of_work(Login.WORKER):
        await stamp_due()
    event: Any = await make.owner.fetchval(
        """SELECT o.id FROM outbox o JOIN target t ON t.id = (o.payload ->> 'target_id')::bigint
           WHERE o.kind = 'target.breached' AND t.subject_id = $1
             AND t.subject_kind = 'corrective_action_step'""",
        step_id,
    )
    await tell(event)
    assert await told(make, event) == {
        at.care.service.name: "deadline_missed",
        at.care.after_sales.name: "deadline_missed",
    }
    notice = next(iter((await notices(make, event)).values()))
    assert notice["path"] == f"/staff/corrective-actions/{at.reference}"
