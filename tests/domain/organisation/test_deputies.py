"""Who does an absent colleague's work."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.organisation.deputies import (
    Presence,
    absences,
    absences_of,
    appoint,
    deputy_for,
    stand_in,
    today_of,
    who_acts_for,
    withdraw,
)
from tests.factories import Factory, acting


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()  # where the branches are


DAY = timedelta(days=1)


def staff_id(actor: Actor) -> int:
    assert actor.staff_member_id is not None
    return actor.staff_member_id


async def acting_for(owner: Actor) -> int:
    async with unit_of_work(Login.WORKER):
        return (await who_acts_for([staff_id(owner)]))[staff_id(owner)]


presences = st.dictionaries(
    st.integers(1, 6),
    st.builds(
        Presence,
        deputy_id=st.one_of(st.none(), st.integers(1, 6)),
        supervisor_id=st.one_of(st.none(), st.integers(1, 6)),
        is_gone=st.booleans(),
    ),
)


@given(owner=st.integers(1, 6), presence=presences)
def test_whoever_stands_in_is_here_or_it_stays_with_the_owner(
    owner: int, presence: dict[int, Presence]
) -> None:
    chosen = stand_in(owner, presence)
    if chosen != owner:
        assert presence[chosen].deputy_id is None
        assert not presence[chosen].is_gone


def test_a_chain_of_deputies_is_followed_to_somebody_who_is_here() -> None:
    assert stand_in(1, {1: Presence(2), 2: Presence(3), 3: Presence()}) == 3


def test_two_who_stand_in_for_each_other_keep_their_own_work() -> None:
    assert stand_in(1, {1: Presence(2), 2: Presence(1)}) == 1


def test_the_work_of_somebody_who_left_goes_up_the_line() -> None:
    presence = {
        1: Presence(supervisor_id=2, is_gone=True),
        2: Presence(supervisor_id=3, is_gone=True),
        3: Presence(),
    }
    assert stand_in(1, presence) == 3
    assert stand_in(1, {1: Presence(is_gone=True)}) == 1


async def test_a_deputy_stands_in_on_the_days_and_no_others(make: Factory) -> None:
    owner, deputy = await make.staff(), await make.staff()
    await make.deputy(owner, deputy, date(2026, 10, 1), date(2026, 10, 8))
    async with unit_of_work(Login.STAFF):
        days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 9)]
        found = [await deputy_for(staff_id(owner), day) for day in days]
    assert found == [None, staff_id(deputy), staff_id(deputy), None]


async def test_work_goes_to_the_deputy_of_today_and_on_from_there(make: Factory) -> None:
    owner, deputy, third = [await make.staff() for _ in range(3)]
    assert await acting_for(owner) == staff_id(owner)
    await make.deputy(owner, deputy, today() - DAY, today() + DAY)
    assert await acting_for(owner) == staff_id(deputy)
    await make.deputy(deputy, third, today() - DAY, today() + DAY)
    assert await acting_for(owner) == staff_id(third)
    boss = await make.staff()
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2", staff_id(boss), staff_id(third)
    )
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", third.person_id)
    assert await acting_for(owner) == staff_id(boss)


async def test_today_is_the_day_where_the_branch_is(make: Factory) -> None:
    # The two zones lie 24 hours apart: it is never the same day in both.
    east = await make.staff(branch_id=await make.branch(timezone="Pacific/Kiritimati"))
    west = await make.staff(branch_id=await make.branch(timezone="Pacific/Honolulu"))
    async with unit_of_work(Login.STAFF):
        here, there = await today_of(staff_id(east)), await today_of(staff_id(west))
    assert here - there == DAY
    deputy = await make.staff()
    for absent in (east, west):
        await make.deputy(absent, deputy, there, there)
    assert await acting_for(west) == staff_id(deputy)
    assert await acting_for(east) == staff_id(east)


async def test_colleagues_appoint_and_withdraw_their_deputies(make: Factory) -> None:
    boss = await make.staff(StaffRole.SALES_SUPERVISOR, name="Boss")
    clerk = await make.staff(supervisor=boss, name="Clerk")
    admin, deputy = await make.staff(StaffRole.ADMINISTRATOR), await make.staff(name="Deputy")
    for number, by in enumerate((clerk, boss, admin)):
        start = today() + DAY * (10 * number)
        async with acting(by):
            appointed = await appoint(
                staff_id(clerk),
                staff_id(deputy),
                starts_on=start,
                ends_on=start + DAY,
                reason=" Holiday ",
                by=by,
            )
            listed = await absences_of(staff_id(clerk))
            assert [(line.deputy_name, line.reason) for line in listed] == [("Deputy", "Holiday")]
            await withdraw(appointed.id, by=by)
            assert await absences_of(staff_id(clerk)) == []
    verbs = await make.owner.fetch(
        "SELECT verb FROM activity WHERE subject_kind = 'staff_member' AND subject_id = $1",
        clerk.staff_member_id,
    )
    assert [row["verb"] for row in verbs] == [
        "organisation.deputy_appointed",
        "organisation.deputy_withdrawn",
    ] * 3


async def test_an_absence_that_has_begun_ends_and_its_days_stay_known(make: Factory) -> None:
    clerk, deputy = await make.staff(), await make.staff()
    absence = await make.deputy(clerk, deputy, today() - DAY * 2, today() + DAY * 5)
    assert await acting_for(clerk) == staff_id(deputy)
    async with acting(clerk):
        await withdraw(absence, by=clerk)
    assert await acting_for(clerk) == staff_id(clerk)
    ended = await make.owner.fetchval("SELECT ends_on FROM deputy WHERE id = $1", absence)
    assert ended < today() + DAY
    with pytest.raises(NotFound):  # what is over stays as it was
        async with acting(clerk):
            await withdraw(absence, by=clerk)


async def test_everybody_sees_who_is_away_and_soon_will_be(make: Factory) -> None:
    clerk, deputy, gone = [await make.staff() for _ in range(3)]
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    for owner in (clerk, gone):
        await make.deputy(owner, deputy, today() - DAY * 9, today() - DAY * 5)
        await make.deputy(owner, deputy, today() + DAY * 2, today() + DAY * 5)
    async with acting(deputy):
        listed = [each for each in await absences() if each.deputy_id == staff_id(deputy)]
    assert [(each.staff_member_id, each.starts_on) for each in listed] == [
        (staff_id(clerk), today() + DAY * 2)
    ]


async def test_other_colleagues_do_not(make: Factory) -> None:
    clerk, other = await make.staff(), await make.staff(StaffRole.GENERAL_MANAGER)
    below = await make.staff(supervisor=clerk)
    absence = await make.deputy(clerk, below, today(), today())
    for by in (other, below):
        with pytest.raises(NotAllowed):
            async with acting(by):
                await appoint(
                    staff_id(clerk), staff_id(by), starts_on=today(), ends_on=today(), by=by
                )
        with pytest.raises(NotAllowed):
            async with acting(by):
                await withdraw(absence, by=by)


async def test_days_and_deputies_that_cannot_be_are_refused(make: Factory) -> None:
    clerk, deputy, gone = [await make.staff() for _ in range(3)]
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    await make.deputy(clerk, deputy, today() + DAY * 5, today() + DAY * 9)
    cases = [
        (deputy, today() + DAY, today(), "ends_on"),
        (deputy, today() - DAY * 9, today() - DAY * 5, "ends_on"),
        (deputy, today() + DAY * 9, today() + DAY * 12, "starts_on"),
        (gone, today() + DAY * 20, today() + DAY * 21, "deputy_id"),
        (clerk, today() + DAY * 20, today() + DAY * 21, "deputy_id"),
    ]
    for wanted, starts_on, ends_on, field in cases:
        with pytest.raises(FieldError) as refused:
            async with acting(clerk):
                await appoint(
                    staff_id(clerk),
                    staff_id(wanted),
                    starts_on=starts_on,
                    ends_on=ends_on,
                    by=clerk,
                )
        assert refused.value.field == field
    with pytest.raises(NotFound):
        async with acting(clerk):
            await withdraw(-1, by=clerk)


async def test_the_database_keeps_deputies_apart(make: Factory) -> None:
    clerk, deputy, other = [await make.staff() for _ in range(3)]
    await make.deputy(clerk, deputy, today(), today() + DAY)
    await make.deputy(other, deputy, today(), today() + DAY)
    with pytest.raises(Exception, match="deputy_one_at_a_time"):
        await make.deputy(clerk, other, today() + DAY, today() + DAY * 2)
