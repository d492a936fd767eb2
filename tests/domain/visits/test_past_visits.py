"""What is read of visits that were made: history, coverage, rounds (rules V1, V5, V6, V9, A6)."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.visits.coverage import CoverageFilter, coverage, coverage_of, managers
from portal.domain.visits.history import (
    ANY,
    OPEN_OPINIONS,
    HistoryFilter,
    facets,
    history,
    owners,
    whole_history,
)
from portal.domain.visits.rounds import (
    RoundRuns,
    close_round,
    round_facts,
    round_of_key,
    rounds,
)
from tests.factories import Factory, acting
from tests.past_visits import day_before, open_visit, past_visit, reference_of, round_of, said_in
from tests.scenarios import cast_of


async def test_the_history_is_narrowed_down_and_counted(make: Factory) -> None:
    """Filters, search, opinions, pages and facets of one account (rules V5, V6)."""
    cast = await cast_of(make)
    account, manager = cast.account, cast.manager
    first = await past_visit(make, account, manager, days_ago=300, rule="by_hand")
    bad = await past_visit(
        make, account, manager, days_ago=90, satisfaction="dissatisfied", report="Conveyor noise"
    )
    call = await past_visit(make, account, cast.colleague, days_ago=5, kind="callback")
    await open_visit(make, account, manager, status="cancelled", cancelled_because="Moved away")
    await open_visit(make, account, manager)
    said = await said_in(make, account, manager, bad, "Deliveries come late")
    await said_in(
        make,
        account,
        manager,
        first,
        "Good packing",
        sentiment="praise",
        status="answered",
        answer="Told the packers.",
        ended_at=(await make.owner.fetchval("SELECT now()")),
    )
    names = {visit: await reference_of(make, visit) for visit in (first, bad, call)}

    async def found(**wanted: object) -> list[str]:
        wanted_of = HistoryFilter(account_id=account.id, **wanted)  # type: ignore[arg-type]
        return [row.reference for row in (await history(wanted_of, by=manager)).rows]

    async with acting(manager):
        assert await found() == [names[call], names[bad], names[first]]
        assert await found(kind="callback") == [names[call]]
        assert await found(rule="by_hand") == [names[first]]
        assert await found(satisfaction="dissatisfied") == [names[bad]]
        assert await found(owner_id=cast.colleague.staff_member_id) == [names[call]]
        assert await found(opinions=ANY) == [names[bad], names[first]]
        assert await found(opinions=OPEN_OPINIONS) == [names[bad]]
        assert await found(text="conveyor") == [names[bad]]
        assert await found(first=day_before(90), last=day_before(90)) == [names[bad]]
        assert await found(kind="unheard of", satisfaction="?") == await found()
        assert len(await found(status=ANY)) == 4
        assert len(await found(status="cancelled")) == 1

        page = await history(HistoryFilter(account_id=account.id, size=2), by=manager)
        assert page.before is None
        assert page.after
        rest = await history(
            HistoryFilter(account_id=account.id, size=2, after=page.after), by=manager
        )
        assert [row.reference for row in rest.rows] == [names[first]]
        assert rest.before
        back = await history(
            HistoryFilter(account_id=account.id, size=2, before=rest.before), by=manager
        )
        assert [row.reference for row in back.rows] == [row.reference for row in page.rows]

        row = next(row for row in page.rows if row.reference == names[bad])
        assert (row.met, row.opinions, row.open_opinions) == ("Wang Jianguo", 1, 1)
        assert row.cause
        assert row.remedy
        sums = await facets(HistoryFilter(account_id=account.id), by=manager)
        assert (sums.visits, sums.accounts, sums.dissatisfied) == (3, 1, 1)
        assert (sums.opinions, sums.open_opinions) == (2, 1)
        assert sums.content_percent is not None
        assert round(sums.content_percent) == 67
        assert sum(month.visits for month in sums.months) == 3
        assert len(sums.months) >= 9
        whole = await whole_history(HistoryFilter(account_id=account.id, text=said), by=manager)
        assert whole == []
        assert manager.staff_member_id in {number for number, _ in await owners(by=manager)}


async def test_nobody_reads_the_visits_of_others_accounts(make: Factory) -> None:
    """The account's team and line, who owns one, who supervises (rule A6)."""
    cast = await cast_of(make)
    visit = await past_visit(make, cast.account, cast.manager, days_ago=3)
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    wanted = HistoryFilter(account_id=cast.account.id)
    for actor, seen in ((cast.supervisor, 1), (supervisor, 1), (stranger, 0)):
        async with acting(actor):
            assert len((await history(wanted, by=actor)).rows) == seen
            assert (await facets(wanted, by=actor)).visits == seen
            assert (await coverage_of(cast.account.code, by=actor) is not None) == bool(seen)
    async with acting(cast.buyer):
        with pytest.raises(NotAllowed):
            await history(wanted, by=cast.buyer)
    await make.owner.execute(
        "UPDATE visit SET owner_id = $1 WHERE id = $2", stranger.staff_member_id, visit
    )
    async with acting(stranger):
        assert len((await history(wanted, by=stranger)).rows) == 1


async def test_coverage_lists_whom_nobody_has_seen_for_longest(make: Factory) -> None:
    """Key accounts, longest unvisited first, not the favourites; calls are no visits (V1, V9)."""
    cast = await cast_of(make)
    team: dict[str, Any] = {"branch_id": cast.account.branch_id, "manager": cast.manager}
    favourite, forgotten = await make.account(**team), await make.account(**team)
    never, small = await make.account(**team), await make.account(**team, tier="general")
    await past_visit(make, favourite, cast.manager, days_ago=2)
    await past_visit(make, favourite, cast.manager, days_ago=40)
    await past_visit(make, forgotten, cast.manager, days_ago=120, satisfaction="dissatisfied")
    await past_visit(make, forgotten, cast.manager, days_ago=1, kind="callback")
    await past_visit(make, cast.account, cast.manager, days_ago=92)
    await past_visit(make, small, cast.manager, days_ago=500)
    await open_visit(make, forgotten, cast.manager, due_on=day_before(-3))
    await make.owner.execute(
        "UPDATE account SET created_at = now() - interval '93 days' WHERE id = $1", never.id
    )
    async with acting(cast.manager):
        seen = await coverage(CoverageFilter(), by=cast.manager)
        order = [row.account_id for row in seen.rows]
        assert order == [never.id, forgotten.id, cast.account.id, favourite.id]
        by_id = {row.account_id: row for row in seen.rows}
        assert [by_id[number].days for number in order] == [None, 120, 92, 2]
        assert [by_id[number].is_late for number in order] == [True, True, False, False]
        assert by_id[favourite.id].visits_in_a_year == 2
        assert by_id[forgotten.id].next_on == day_before(-3)
        (mine,) = seen.managers
        assert (mine.accounts, mine.seen, mine.late, mine.never) == (4, 2, 2, 1)
        assert mine.longest == 120
        assert (seen.accounts, seen.seen, seen.late, seen.never) == (4, 2, 2, 1)

        late = await coverage(CoverageFilter(late=True, size=1), by=cast.manager)
        assert [row.account_id for row in late.rows] == [never.id]
        assert late.has_more
        rest = await coverage(CoverageFilter(late=True, size=1, start=1), by=cast.manager)
        assert [row.account_id for row in rest.rows] == [forgotten.id]
        assert not rest.has_more
        every = await coverage(CoverageFilter(every=True), by=cast.manager)
        assert small.id in {row.account_id for row in every.rows}
        searched = await coverage(CoverageFilter(text=forgotten.code), by=cast.manager)
        assert [row.account_id for row in searched.rows] == [forgotten.id]
        assert (await managers(by=cast.manager)) == [
            (cast.manager.staff_member_id, cast.manager.name)
        ]


async def test_what_the_policy_says_of_one_account_counts_for_it(make: Factory) -> None:
    """An account's own figure is the narrowest (rule V1)."""
    cast = await cast_of(make)
    await past_visit(make, cast.account, cast.manager, days_ago=50)
    await make.owner.execute(
        """INSERT INTO policy_figure
               (key, scope_kind, scope_value, value, version, valid_from, reason)
           VALUES ('visit.unvisited-after', 'account', $1, '30', 1,
               now() - interval '1 day', '')""",
        str(cast.account.id),
    )
    async with acting(cast.manager):
        row = await coverage_of(cast.account.code, by=cast.manager)
    assert row is not None
    assert row.limit_days == 30
    assert row.is_late


async def test_a_summary_closes_a_round(make: Factory) -> None:
    """Counted, seen as far as one may, closed once its time is over (rules V6, A6)."""
    cast = await cast_of(make)
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    number, key = await round_of(make)
    of: dict[str, Any] = {"round_id": number, "rule": "group"}
    await past_visit(make, cast.account, cast.manager, days_ago=4, **of)
    bad = await past_visit(
        make,
        cast.account,
        cast.manager,
        days_ago=3,
        satisfaction="dissatisfied",
        **{**of, "due_on": day_before(5)},
    )
    await said_in(make, cast.account, cast.manager, bad, "Deliveries come late")
    await open_visit(make, cast.account, cast.manager, due_on=day_before(2), **of)
    other = await cast_of(make)
    await past_visit(make, other.account, other.manager, days_ago=2, **of)

    async with acting(cast.manager):
        mine = await round_facts(key, by=cast.manager)
        row = mine.round
        assert (row.planned, row.made, row.open, row.in_time) == (3, 2, 1, 1)
        assert (row.satisfied, row.dissatisfied, row.opinions, row.open_opinions) == (1, 1, 1, 1)
        assert len(mine.visits) == 3
        assert len(mine.opinions) == 1
        assert not mine.can_close
        assert key in {each.key for each in await rounds(by=cast.manager)}
        with pytest.raises(NotAllowed):
            record = await round_of_key(key, by=cast.manager)
            await close_round(record, "Done", "", by=cast.manager)
    async with acting(supervisor):
        facts = await round_facts(key, by=supervisor)
        assert facts.round.planned == 4
        assert facts.can_close
        record = await round_of_key(key, by=supervisor)
        with pytest.raises(FieldErrors):
            await close_round(record, " ", "", by=supervisor)
        await close_round(record, "All seen but one.", "Book earlier.", by=supervisor)
        with pytest.raises(WrongState):
            await close_round(record, "Again", "", by=supervisor)
        facts = await round_facts(key, by=supervisor)
        assert facts.summary == "All seen but one."
        assert not facts.can_close
        assert facts.round.closed_by == supervisor.name


async def test_a_round_is_not_summed_up_while_visits_of_it_are_to_come(make: Factory) -> None:
    cast = await cast_of(make)
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    number, key = await round_of(make, ends_in=10)
    visit = await open_visit(make, cast.account, cast.manager, round_id=number, rule="group")
    async with acting(supervisor):
        assert not (await round_facts(key, by=supervisor)).can_close
        with pytest.raises(RoundRuns):
            await close_round(await round_of_key(key, by=supervisor), "Early", "", by=supervisor)
    await make.owner.execute(
        "UPDATE visit SET status = 'cancelled', cancelled_because = 'No need' WHERE id = $1", visit
    )
    async with acting(supervisor):
        await close_round(
            await round_of_key(key, by=supervisor), "Nothing to see", "", by=supervisor
        )


async def test_days_are_those_of_the_branch(make: Factory) -> None:
    """Late in the evening in one zone is the next day in another."""
    branch = await make.branch(timezone="America/New_York")
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER, branch_id=branch)
    account = await make.account(branch_id=branch, manager=manager)
    visit = await past_visit(make, account, manager, days_ago=20)
    await make.owner.execute(
        "UPDATE visit SET made_at = business_now() - $2::interval WHERE id = $1",
        visit,
        timedelta(days=20),
    )
    async with acting(manager):
        row = await coverage_of(account.code, by=manager)
    assert row is not None
    assert row.days == 20
