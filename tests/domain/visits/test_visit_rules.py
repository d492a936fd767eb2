"""What the rules ask for is planned by the worker: once, spread, on open days (rules V1-V4, V7)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.notices.about_visits import about_visit
from portal.domain.service_levels import clock
from portal.domain.visits import marking, prospects
from portal.domain.visits.after_installation import steps_after
from portal.domain.visits.cancelling import NOT_NEEDED, cancel
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.group_share import group_share
from portal.domain.visits.groups import needed_of
from portal.domain.visits.inquiry import returned
from portal.domain.visits.marking import InstallationFacts, installations_of, mark_installed
from portal.domain.visits.periods import month_of, months_after, quarter_of, spread
from portal.domain.visits.planning import leave_closed_days
from portal.domain.visits.prospects import Call, ProspectFacts, call_after, record_first_visit
from portal.domain.visits.quarterly import due_days
from portal.domain.visits.recording import record
from portal.domain.visits.states import VisitStatus, VisitStep
from portal.domain.visits.story import phrase_of
from portal.domain.visits.tables import Visit
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.factories import Factory, acting
from tests.scenarios import Cast, cast_of
from tests.visit_scenarios import (
    ZONE,
    loaded,
    made_visit,
    moves_of,
    planned_visit,
    run_the_rules,
    visit_record,
)


async def visits_of(make: Factory, account_id: int, rule: str) -> list[Any]:
    return list(
        await make.owner.fetch(
            "SELECT * FROM visit WHERE account_id = $1 AND rule = $2 ORDER BY id", account_id, rule
        )
    )


async def today(by: Actor) -> date:
    async with acting(by):
        return (await database_now()).astimezone(ZONE).date()


async def marked(make: Factory, cast: Cast, days_ago: int = 3, **facts: Any) -> int:
    by = cast.representative
    completed_on = await today(by) - timedelta(days=days_ago)
    async with acting(by):
        installation = await mark_installed(
            InstallationFacts(**{"what": "Line 3", "completed_on": completed_on, **facts}),
            account_id=cast.account.id,
            by=by,
        )
    return int(installation.id)


def test_days_are_spread_evenly_and_later_runs_go_on_where_earlier_ones_stopped() -> None:
    # rules V1, V9
    days = [date(2026, 10, 1) + timedelta(days=number) for number in range(30)]
    assert spread(days, 3) == [days[0], days[10], days[20]]
    begin = date(2026, 9, 30)
    first = due_days(days, planned=0, waiting=10, today=begin, lead=14)
    assert first == [days[0], days[3], days[6], days[9], days[12]]
    assert due_days(days, planned=5, waiting=5, today=begin, lead=14) == []
    next_week = due_days(days, planned=5, waiting=5, today=begin + timedelta(days=7), lead=14)
    assert next_week == [days[15], days[18]]
    late = due_days(days, planned=0, waiting=10, today=days[14], lead=10)
    assert len(late) == 9
    assert late == sorted(late)
    assert all(days[14] < day <= days[24] for day in late)


def test_steps_after_an_installation_and_what_had_passed_before_it_was_marked() -> None:
    # rule V2
    months = {
        VisitStep.SECOND: 1,
        VisitStep.THIRD: 3,
        VisitStep.FOURTH: 6,
        VisitStep.ANNIVERSARY: 12,
    }
    done = date(2026, 8, 31)
    steps = steps_after(done, done, first_days=7, months=months)
    assert [each.due_on for each in steps] == [
        date(2026, 9, 7),
        date(2026, 9, 30),
        date(2026, 11, 30),
        date(2027, 2, 28),
        date(2027, 8, 31),
    ]
    late = steps_after(done, date(2026, 10, 5), first_days=7, months=months)
    assert [(each.step.value, each.due_on) for each in late][:2] == [
        ("second", date(2026, 10, 5)),
        ("third", date(2026, 11, 30)),
    ]


def test_periods() -> None:
    assert quarter_of(date(2026, 11, 22)).name == "2026-Q4"
    assert month_of(date(2026, 2, 3)).ends_on == date(2026, 2, 28)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert needed_of(10, Decimal(30)) == 3
    assert needed_of(7, Decimal(30)) == 3
    assert needed_of(0, Decimal(30)) == 0


def test_the_five_levels_of_calls() -> None:
    # rule V3
    calls: list[Call] = []
    while following := call_after(calls[-1] if calls else None, desk_days=3):
        calls.append(following)
    assert [each.occasion for each in calls] == [
        "level:1",
        "level:2",
        "level:3",
        "level:4:1",
        "level:4:2",
        "level:4:3",
        "level:5",
    ]


async def test_an_installation_spawns_its_visits_once(make: Factory) -> None:
    # rules V2, V7
    cast = await cast_of(make, tier="general")
    installation_id = await marked(make, cast)
    await run_the_rules()
    planned = await visits_of(make, cast.account.id, "installation")
    await run_the_rules()
    assert await visits_of(make, cast.account.id, "installation") == planned
    assert [each["step"] for each in planned] == ["first"]
    first = planned[0]
    assert first["occasion"] == f"{installation_id}:first"
    assert first["owner_id"] == cast.manager.staff_member_id
    assert first["due_on"] >= await today(cast.manager) + timedelta(days=4)
    async with acting(cast.manager):
        promises = await clock.targets_of("visit", first["id"])
        shown = await installations_of(cast.account.id)
    assert [(each.kind, each.account_id) for each in promises] == [("visit", None)]
    assert [each[0] for each in shown[0].visits] == [first["reference"]]


async def test_what_falls_on_a_closed_day_moves_on_with_the_reason(make: Factory) -> None:
    # rule V7
    cast = await cast_of(make, tier="general")
    due = await today(cast.manager) + timedelta(days=4)
    await make.insert("branch_day", branch_id=cast.account.branch_id, day=due, hours="[]")
    await marked(make, cast)
    await run_the_rules()
    first = (await visits_of(make, cast.account.id, "installation"))[0]
    assert first["due_on"] > due
    async with acting(cast.manager):
        moves = await moves_of(await loaded(first["reference"], cast.manager))
    assert [(each.is_by_rule, each.from_due_on) for each in moves] == [(True, due)]
    assert moves[0].reason == "The day it was due is not a working day."


async def test_a_day_that_becomes_a_holiday_is_left(make: Factory) -> None:
    # rule V7
    cast = await cast_of(make, tier="general")
    await marked(make, cast)
    await run_the_rules()
    first = (await visits_of(make, cast.account.id, "installation"))[0]
    await make.insert(
        "branch_day", branch_id=cast.account.branch_id, day=first["due_on"], hours="[]"
    )
    async with unit_of_work(Login.WORKER):
        assert await leave_closed_days() >= 1
    moved = (await visits_of(make, cast.account.id, "installation"))[0]
    assert moved["due_on"] > first["due_on"]
    async with acting(cast.manager):
        promise = (await clock.targets_of("visit", first["id"]))[0]
        assert promise.due_at.astimezone(ZONE).date() == moved["due_on"]


async def test_a_mark_taken_back_calls_off_what_is_open(make: Factory) -> None:
    # rule V2
    cast = await cast_of(make, tier="general")
    installation_id = await marked(make, cast)
    await run_the_rules()
    by = cast.representative
    async with acting(by):
        installation = await marking.installation_by_id(installation_id, by=by)
        await marking.revoke(installation, "It was another line", by=by)
    visits = await visits_of(make, cast.account.id, "installation")
    assert [(each["status"], each["cancelled_because"]) for each in visits] == [
        ("cancelled", "It was another line")
    ]
    await run_the_rules()
    assert len(await visits_of(make, cast.account.id, "installation")) == 1


async def test_key_accounts_are_visited_every_quarter_the_longest_unvisited_first(
    make: Factory,
) -> None:
    # rules V1, V9
    cast = await cast_of(make)
    branch: dict[str, Any] = {"branch_id": cast.account.branch_id, "manager": cast.manager}
    others = [await make.account(**branch) for _ in range(5)]
    plain = await make.account(tier="general", **branch)
    favourite = others[0]
    visited = await planned_visit(make, replace(cast, account=favourite))
    await made_visit(make, visited, by=cast.manager)
    await run_the_rules()
    accounts = [cast.account.id, *(each.id for each in others)]
    rows = await make.owner.fetch(
        """SELECT account_id, occasion, due_on FROM visit
           WHERE account_id = ANY($1) AND rule = 'quarterly'""",
        accounts,
    )
    now = quarter_of(await today(cast.manager)).name
    this = {row["account_id"]: row["due_on"] for row in rows if row["occasion"] == now}
    assert len(this) == len([row for row in rows if row["occasion"] == now])
    if favourite.id in this:
        assert this[favourite.id] == max(this.values())
    assert await visits_of(make, plain.id, "quarterly") == []


async def test_two_workers_make_one_visit(make: Factory) -> None:
    cast = await cast_of(make, tier="general")
    await marked(make, cast)
    await asyncio.gather(run_the_rules(), run_the_rules())
    assert len(await visits_of(make, cast.account.id, "installation")) == 1


async def test_a_prospect_is_called_level_by_level(make: Factory) -> None:
    # rules V3, V7
    cast = await cast_of(make, tier="potential")
    general = await make.staff(StaffRole.GENERAL_MANAGER, branch_id=cast.account.branch_id)
    service = await make.staff(StaffRole.SERVICE_SUPERVISOR, branch_id=cast.account.branch_id)
    by = cast.representative
    async with acting(by):
        came = ProspectFacts(came_on=(await database_now()).astimezone(ZONE).date(), who_came="Wu")
        await record_first_visit(came, account_id=cast.account.id, by=by)
        with pytest.raises(prospects.AlreadyCame):
            await record_first_visit(came, account_id=cast.account.id, by=by)
    callers = []
    for _ in range(9):
        await run_the_rules()
        calls = await visits_of(make, cast.account.id, "prospect")
        call = calls[-1]
        if call["status"] != "planned":
            break
        callers.append((call["step"], call["owner_id"]))
        if call["step"] == "head":
            async with acting(cast.supervisor):
                visit = await loaded(call["reference"], cast.supervisor)
                await cancel(visit, "On holiday", by=cast.supervisor)
            continue
        await call_made(call["id"], cast.supervisor)
    assert callers == [
        ("representative", by.staff_member_id),
        ("head", cast.supervisor.staff_member_id),
        ("service_manager", service.staff_member_id),
        *[("call_desk", cast.assistant.staff_member_id)] * 3,
        ("general_manager", general.staff_member_id),
    ]
    async with acting(by):
        ended = await prospects.prospect_of(cast.account.id)
    assert ended is not None
    assert ended.ended_because == prospects.ALL_CALLED


async def call_made(visit_id: int, by: Actor) -> None:
    """Let a call be recorded at an hour at which people may be called."""
    async with acting(by):
        visit = await Visit.objects().get(Visit.id == visit_id)
        assert visit is not None
        said = await visit_record(made_at=await last_call_time())
        await record(visit, said, by=by)


async def last_call_time() -> Any:
    """The last time at which a call was no disturbance (rule V7)."""
    now = (await database_now()).astimezone(ZONE)
    at = now.replace(hour=10, minute=0, second=0, microsecond=0)
    return at if at < now else at - timedelta(days=1)


async def test_a_callback_is_made_within_three_days(make: Factory) -> None:
    # rule V7
    call, visit = await planned_visit(make, kind="callback"), await planned_visit(make)
    for planned, kind, days in ((call, "callback", 3), (visit, "visit", 0)):
        by = planned.cast.manager
        async with acting(by):
            found = await loaded(planned.reference, by)
            promise = (await clock.targets_of("visit", found.id))[0]
        assert promise.kind == kind
        assert promise.due_at.astimezone(ZONE).date() == found.due_on + timedelta(days=days)


async def test_a_chain_that_ends_calls_nobody_any_more(make: Factory) -> None:
    # rule V3
    cast = await cast_of(make, tier="potential")
    by = cast.representative
    async with acting(by):
        day = (await database_now()).astimezone(ZONE).date()
        facts = ProspectFacts(came_on=day, who_came="Wu")
        came = await record_first_visit(facts, account_id=cast.account.id, by=by)
    await run_the_rules()
    async with acting(by):
        await prospects.end_chain(came, "They ordered", by=by)
    await run_the_rules()
    calls = await visits_of(make, cast.account.id, "prospect")
    assert [each["status"] for each in calls] == ["cancelled"]


async def test_why_a_chain_ended_is_not_told_to_who_was_told_of_a_call(make: Factory) -> None:
    # rule V3
    cast = await cast_of(make, tier="potential")
    by = cast.representative
    async with acting(by):
        day = (await database_now()).astimezone(ZONE).date()
        facts = ProspectFacts(came_on=day, who_came="Wu")
        came = await record_first_visit(facts, account_id=cast.account.id, by=by)
    await run_the_rules()
    await make.owner.execute(
        "UPDATE visit SET shown_at = now() WHERE account_id = $1", cast.account.id
    )
    async with acting(by):
        await prospects.end_chain(came, "Too poor for us", by=by)
    (call,) = await visits_of(make, cast.account.id, "prospect")
    assert call["cancelled_because"] == NOT_NEEDED
    payload = {"visit_id": call["id"], "actor_id": by.person_id}
    async with unit_of_work(Login.WORKER):
        about = await about_visit(VisitEvent.CANCELLED, payload)
    assert about.words["said"] == ""
    async with acting(cast.buyer):
        told = await timeline("visit", call["id"], visible_to=Audience.CUSTOMER)
        assert [phrase_of(each).params for each in told] == [{"reason": (NOT_NEEDED,)}]


async def test_a_share_of_group_accounts_is_talked_to_with_the_form(make: Factory) -> None:
    # rule V4
    cast = await cast_of(make)
    branch: dict[str, Any] = {"branch_id": cast.account.branch_id, "manager": cast.manager}
    for _ in range(4):
        account = await make.account(**branch)
        await make.owner.execute("UPDATE account SET key_class = 'group' WHERE id = $1", account.id)
    await run_the_rules()
    day = await today(cast.manager)
    async with acting(cast.supervisor):
        month = await group_share(day, by=cast.supervisor)
    assert month.needed == needed_of(month.accounts, month.goal)
    planned = [talk for talk in month.talks if talk.status is VisitStatus.PLANNED]
    assert len(planned) <= month.needed
    following = month_of(month_of(day).ends_on + timedelta(days=1))
    everywhere = await make.owner.fetch(
        "SELECT reference FROM visit WHERE rule = 'group' AND occasion = ANY($1)",
        [month.month, following.name],
    )
    assert everywhere
    before = month.returned
    async with acting(cast.supervisor):
        visit = await loaded(everywhere[0]["reference"], cast.supervisor)
        assert await returned(visit, by=cast.supervisor)
        assert not await returned(visit, by=cast.supervisor)
    async with acting(cast.supervisor):
        month = await group_share(day, by=cast.supervisor)
    assert month.returned == before + 1
