"""Lists of corrective actions and what they ask of somebody (rule C9)."""

from datetime import timedelta

import pytest

from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.corrective_actions.listing import ActionFilter, actions
from portal.domain.corrective_actions.owed import action_counts, demanding, to_verify
from portal.domain.service_levels.owed import owed_by
from portal.domain.service_levels.promise import TargetKind
from tests.complaint_scenarios import care_of
from tests.corrective_action_scenarios import opened_action, today
from tests.domain.corrective_actions.demanded import demanded_complaint
from tests.factories import Factory, acting, unique

_OWED = (TargetKind.CORRECTIVE_STEP, TargetKind.EFFECTIVENESS_CHECK)


async def test_open_ones_come_by_what_is_due_next_a_page_at_a_time(make: Factory) -> None:
    care, word = await care_of(make), unique("Zylinder")
    made = [await opened_action(make, care=care, title=f"{word} {n}") for n in range(3)]
    for place, days in ((1, 2), (0, 5)):
        await made[place].analysed()
        await made[place].add_step(days=days)
    by = care.quality
    async with acting(by):
        first = await actions(ActionFilter(text=word, size=2), by=by)
        assert [row.reference for row in first.rows] == [made[1].reference, made[0].reference]
        assert first.rows[0].promise is not None
        assert (first.rows[0].steps, first.rows[0].open_steps) == (1, 1)
        rest = await actions(ActionFilter(text=word, size=2, after=first.after or ""), by=by)
        assert [row.reference for row in rest.rows] == [made[2].reference]
        assert rest.after is None
        back = await actions(ActionFilter(text=word, size=2, before=rest.before or ""), by=by)
        assert [row.reference for row in back.rows] == [row.reference for row in first.rows]
        late = await actions(ActionFilter(text=word, late=True), by=by)
        assert late.rows == []
        newest = await actions(ActionFilter(text=word, status=""), by=by)
        assert [row.reference for row in newest.rows] == [each.reference for each in made[::-1]]
    owner = care.after_sales
    async with acting(owner):
        mine = await actions(ActionFilter(text=word, mine=True), by=owner)
        assert {row.reference for row in mine.rows} == {made[0].reference, made[1].reference}
    sales = await make.staff(StaffRole.SALES_ASSISTANT)
    async with acting(sales):
        with pytest.raises(NotAllowed):
            await actions(ActionFilter(), by=sales)


async def test_what_is_owed_is_the_owners_and_whose_who_stands_in(make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    clerk, other = await make.staff(StaffRole.FINANCE), await make.staff(StaffRole.FINANCE)
    await at.add_step(owner_id=clerk.staff_member_id, what="Book the gauge")
    for by, owes in ((clerk, True), (other, False)):
        async with acting(by):
            assert bool(await owed_by(by, _OWED)) is owes
            assert (await action_counts(by=by)).owed == int(owes)
    async with acting(clerk):
        day = await today()
    await make.owner.execute(
        """INSERT INTO deputy (staff_member_id, deputy_id, starts_on, ends_on)
           VALUES ($1, $2, $3, $4)""",
        clerk.staff_member_id,
        other.staff_member_id,
        day - timedelta(days=1),
        day + timedelta(days=1),
    )
    async with acting(other):
        (promise,) = await owed_by(other, _OWED)
        assert (promise.reference, promise.title) == (at.reference, "Book the gauge")


async def test_what_waits_to_be_verified_is_for_who_verifies(make: Factory) -> None:
    at = await (await opened_action(make)).checked()
    head = at.care.representative
    async with acting(head):
        assert at.reference in {row.reference for row in await to_verify(by=head, limit=500)}
    async with acting(at.leader):
        assert await to_verify(by=at.leader) == []


async def test_complaints_that_demand_one_are_for_who_may_see_them(make: Factory) -> None:
    complained = await demanded_complaint(make)
    by = complained.care.quality
    async with acting(by):
        assert complained.reference in {each.reference for each in await demanding(by=by)}
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    async with acting(warehouse):
        assert await demanding(by=warehouse) == []
    await opened_action(make, complained)
    async with acting(by):
        assert complained.reference not in {each.reference for each in await demanding(by=by)}
