"""Queues, calendars and reminders of visits: whose turn it is, and when (rules V5, V9, A6)."""

from datetime import timedelta
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.errors import NotAllowed
from portal.domain.visits import appointments
from portal.domain.visits.calendar_view import people_with_visits, visits_between
from portal.domain.visits.customer_view import count_waiting, customer_visits
from portal.domain.visits.listing import VisitFilter, visit_counts, visits
from portal.domain.visits.reminding import remind_of_appointments
from tests.factories import Factory, acting
from tests.scenarios import cast_of
from tests.visit_scenarios import (
    ZONE,
    Visited,
    appointment,
    confirmed_visit,
    loaded,
    made_visit,
    planned_visit,
    proposed_visit,
    time_on_working_day,
)


async def test_the_queue_goes_by_due_day_and_turns_pages_both_ways(make: Factory) -> None:
    cast = await cast_of(make)
    references = []
    for days in (9, 4, 6, 14):
        async with acting(cast.manager):
            day = (await time_on_working_day(cast, days)).astimezone(ZONE).date()
        references.append((day, (await planned_visit(make, cast, due_on=day)).reference))
    in_order = [reference for _, reference in sorted(references)]
    wanted: dict[str, Any] = {"account_id": cast.account.id, "size": 2}
    async with acting(cast.manager):
        first = await visits(VisitFilter(**wanted), by=cast.manager)
        second = await visits(VisitFilter(**wanted, after=first.after or ""), by=cast.manager)
        back = await visits(VisitFilter(**wanted, before=second.before or ""), by=cast.manager)
        counts = await visit_counts(by=cast.manager)
        found = await visits(VisitFilter(text=in_order[0], owner="me"), by=cast.manager)
        none = await visits(VisitFilter(**wanted, late=True), by=cast.manager)
    assert [row.reference for row in (*first.rows, *second.rows)] == in_order
    assert first.before is second.after is None
    assert [row.reference for row in back.rows] == in_order[:2]
    assert (counts.mine, counts.for_us, counts.late) == (4, 4, 0)
    assert [row.reference for row in found.rows] == in_order[:1]
    assert none.rows == []


async def test_those_unvisited_longest_come_first_not_the_favourites(make: Factory) -> None:
    # rule V9
    cast = await cast_of(make)
    never = await make.account(branch_id=cast.account.branch_id, manager=cast.manager)
    await made_visit(make, await planned_visit(make, cast))
    seen = await planned_visit(make, cast)
    async with acting(cast.manager):
        day = (await time_on_working_day(cast, 12)).astimezone(ZONE).date()
    cast.account = never
    unseen = await planned_visit(make, cast, due_on=day)
    wanted = VisitFilter(owner="me", sort="longest_unvisited")
    async with acting(cast.manager):
        rows = (await visits(wanted, by=cast.manager)).rows
    assert [row.reference for row in rows] == [unseen.reference, seen.reference]
    assert rows[0].last_visit_at is None
    assert rows[1].last_visit_at is not None


async def test_states_and_groups_narrow_the_queue(make: Factory) -> None:
    cast = await cast_of(make)
    planned = await planned_visit(make, cast)
    proposed = await proposed_visit(make, await planned_visit(make, cast))
    agreed = await confirmed_visit(
        make, await proposed_visit(make, await planned_visit(make, cast))
    )
    made = await made_visit(make, await planned_visit(make, cast))
    expected: dict[str, list[Visited]] = {
        "open": [planned, proposed, agreed],
        "for_us": [planned],
        "with_customer": [proposed],
        "agreed": [agreed],
        "confirmed": [agreed],
        "ended": [made],
        "made": [made],
        "": [planned, proposed, agreed, made],
    }
    async with acting(cast.manager):
        for status, those in expected.items():
            wanted = VisitFilter(status=status, account_id=cast.account.id)
            rows = (await visits(wanted, by=cast.manager)).rows
            assert {row.reference for row in rows} == {each.reference for each in those}, status
    async with acting(cast.buyer):
        assert await count_waiting(by=cast.buyer) == 1
        ahead = await customer_visits(by=cast.buyer, open_only=True)
        with pytest.raises(NotAllowed):
            await visits(VisitFilter(), by=cast.buyer)
    assert {row.reference for row in ahead.rows} == {proposed.reference, agreed.reference}
    assert [row.waits_for_customer for row in ahead.rows].count(True) == 1


async def test_a_calendar_has_appointments_and_what_is_due_without_one(make: Factory) -> None:
    cast = await cast_of(make)
    async with acting(cast.manager):
        starts_at = await time_on_working_day(cast, 3)
        day = starts_at.astimezone(ZONE).date()
    due = await planned_visit(make, cast, due_on=day)
    agreed = await confirmed_visit(
        make, await proposed_visit(make, await planned_visit(make, cast))
    )
    representative = cast.representative
    async with acting(cast.manager):
        shown = await visits_between(day, day, by=cast.manager, timezone="Asia/Shanghai")
        before = await visits_between(
            day - timedelta(days=2),
            day - timedelta(days=1),
            by=cast.manager,
            timezone="Asia/Shanghai",
        )
        people = dict(await people_with_visits(by=cast.manager))
    assert [each.reference for each in shown] == [due.reference, agreed.reference]
    assert before == []
    assert cast.manager.staff_member_id in people
    async with acting(representative):
        mine = await visits_between(day, day, by=representative, timezone="Asia/Shanghai")
        his = await visits_between(
            day,
            day,
            by=representative,
            timezone="Asia/Shanghai",
            whose=cast.manager.staff_member_id or 0,
        )
    assert mine == []
    assert len(his) == 2


async def test_both_sides_are_reminded_once_and_anew_after_a_move(make: Factory) -> None:
    # rule V5
    visited = await confirmed_visit(make)
    later = await confirmed_visit(make, await proposed_visit(make, cast=visited.cast))
    soon = await make.owner.fetchval("SELECT business_now() + interval '3 hours'")
    await make.owner.execute(
        "UPDATE visit SET starts_at = $2, ends_at = $3 WHERE reference = $1",
        visited.reference,
        soon,
        soon + timedelta(hours=1),
    )
    account_id = visited.cast.account.id

    async def remind() -> list[Any]:
        async with unit_of_work(Login.WORKER):
            await remind_of_appointments()
        return await make.events("visit.reminder", account_id)

    first = await remind()
    assert [each["reference"] for each in first] == [visited.reference]
    assert await remind() == first
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        assert visit.reminded_at is not None
        facts = await appointment(visited.cast, 10)
        await appointments.agree_by_phone(visit, facts, "Ms Chen", "Earlier train", by=by)
        assert visit.reminded_at is None
    assert (await later.record()).reminded_at is None
