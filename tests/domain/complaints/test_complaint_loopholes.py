"""Ways round the rules of complaints that a second look found, and what closes them."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from portal.database import Login, execute, fetch_value, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, DomainError
from portal.domain.complaints import answering, outcome, reopening
from portal.domain.complaints.batches import LookForBatchFirst, SampleFirst, look_for_batch
from portal.domain.complaints.clocks import workable_solution_by
from portal.domain.complaints.dealer_tasks import dealer_failed, give_to_dealer
from portal.domain.complaints.findings import record_finding
from portal.domain.complaints.questions import ask, record_answer
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import (
    Category,
    Cause,
    FindingStage,
    Responsibility,
    Severity,
)
from portal.domain.complaints.statistics import Dimension, StatisticsFilter, cases_of
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import PlacedCalendar
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from portal.settings import Settings
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    chosen_complaint,
    closed_complaint,
    in_days,
    investigated_complaint,
)
from tests.complaint_scenarios import (
    Complained,
    care_of,
    filed_complaint,
    judged_complaint,
    loaded,
)
from tests.factories import Factory, acting
from tests.scenarios import accepted_quote, cast_of

DENIED = asyncpg.InsufficientPrivilegeError


async def solution(at: Complained) -> Promise:
    """The newest promise of a solution."""
    record = await at.record()
    async with acting(at.care.service):
        targets = await clock.targets_of(record.subject.kind, record.id)
    return next(each for each in targets if each.kind is TargetKind.SOLUTION)


async def is_now(at: Complained, severity: Severity) -> None:
    await act(at, at.care.after_sales, set_severity, severity, "Seen on the photos")


async def as_customer(by: Actor, *statements: tuple[str, tuple[Any, ...]]) -> None:
    async with unit_of_work(Login.CUSTOMER, account_id=by.account_id, person_id=by.person_id):
        for sql, values in statements:
            await execute(sql, *values)


async def test_a_customers_login_adds_no_goods_after_touching_the_complaint(  # rule C5
    make: Factory,
) -> None:
    filed = await filed_complaint(make)
    touch = "UPDATE complaint SET updated_at = updated_at, version = version WHERE reference = $1"
    add = """INSERT INTO complaint_line (account_id, complaint_id, position, description, quantity)
        SELECT account_id, id, 9, 'More of it', 100 FROM complaint WHERE reference = $1"""
    with pytest.raises(DENIED):
        await as_customer(filed.care.buyer, (touch, (filed.reference,)), (add, (filed.reference,)))


async def test_a_customers_login_names_no_order_of_others(  # rule A6
    make: Factory, settings: Settings
) -> None:
    filed = await filed_complaint(make)
    placed = (await accepted_quote(make, settings)).order
    assert placed is not None
    with pytest.raises(DENIED):
        await as_customer(
            filed.care.buyer,
            (
                """INSERT INTO complaint (account_id, reference, kind, category, status, title,
                       description, channel, order_id, reported_by, reported_name, owner_id,
                       received_at, updated_at)
                   SELECT account_id, reference || '-2', kind, category, status, title,
                       description, channel, $2, reported_by, reported_name, owner_id, received_at,
                       updated_at FROM complaint WHERE reference = $1""",
                (filed.reference, placed.order_id),
            ),
        )


@pytest.mark.parametrize(
    "sql",
    [
        """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
               author_name, author_side, body, written_at)
           VALUES ($1, 'complaint', $2, 'customer', $3, 'Li', 'customer', 'Hello', now())""",
        """INSERT INTO activity (at, account_id, subject_kind, subject_id, verb, audience, actor_id,
               actor_name, actor_side)
           VALUES (now(), $1, 'complaint', $2, 'complaints.filed', 'customer', $3, 'Li',
               'customer')""",
    ],
)
async def test_a_customers_login_hangs_nothing_on_a_complaint_of_others(  # rule A6
    make: Factory, sql: str
) -> None:
    own, theirs = await filed_complaint(make), await filed_complaint(make, await care_of(make))
    by = own.care.buyer
    foreign = (await theirs.record()).id
    with pytest.raises(DENIED):
        await as_customer(by, (sql, (by.account_id, foreign, by.person_id)))
    await as_customer(by, (sql, (by.account_id, (await own.record()).id, by.person_id)))


@pytest.mark.parametrize("status", ["judged", "received", "investigated", "closed"])
async def test_a_customers_login_takes_the_steps_of_the_table_alone(  # rule C8
    make: Factory, status: str
) -> None:
    told = await carried_out_complaint(make)
    sql = """UPDATE complaint SET status = $2, confirmed_at = now(), confirmed_name = 'Li',
        closed_at = CASE WHEN $2 = 'closed' THEN now() END WHERE reference = $1"""
    with pytest.raises(DENIED):
        await as_customer(told.care.buyer, (sql, (told.reference, status)))


async def test_what_was_waited_for_the_customer_counts_under_the_other_severity(  # rule C2
    make: Factory,
) -> None:
    at = await filed_complaint(make)
    by = at.care.after_sales
    before = await solution(at)
    await is_now(at, Severity.MAJOR)
    await act(at, by, ask, "Which machine is it in?")
    await make.move_clock(timedelta(days=7))
    try:
        await is_now(at, Severity.ORDINARY)
        waiting = await solution(at)
        # It was asked before the ordinary solution was due: nothing is late, and it still waits.
        assert waiting.state is PromiseState.PAUSED
        assert waiting.opened_at == before.opened_at
        await act(at, by, record_answer, "In the second one.")
        running = await solution(at)
        assert running.state is PromiseState.RUNNING
        assert running.due_at > before.due_at + timedelta(days=4)
    finally:
        await make.move_clock(timedelta(0))


@pytest.mark.parametrize(
    ("taken", "due"),
    [
        # Noon is on the wall: the clocks were put forward on Sunday.
        (datetime(2026, 3, 6, 21, 0, tzinfo=UTC), datetime(2026, 3, 9, 16, 0, tzinfo=UTC)),
        # Monday is a holiday.
        (datetime(2026, 10, 30, 20, 0, tzinfo=UTC), datetime(2026, 11, 3, 17, 0, tzinfo=UTC)),
        # Three o'clock is in time, the moment after it is not.
        (datetime(2026, 11, 4, 20, 0, 0, 1, tzinfo=UTC), datetime(2026, 11, 5, 17, 0, tzinfo=UTC)),
        (datetime(2026, 11, 4, 20, 0, tzinfo=UTC), datetime(2026, 11, 4, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_hours_of_the_solution_are_on_the_branchs_wall(  # rule C2
    taken: datetime, due: datetime
) -> None:
    office = {day: [("09:00", "18:00")] for day in range(5)}
    calendar = BusinessCalendar("America/New_York", office, exceptions={date(2026, 11, 2): []})
    place = PlacedCalendar(CalendarKind.OFFICE_HOURS, "America/New_York", "US", calendar)
    reckoned = workable_solution_by(taken, place, same_day_until=time(15), next_day_by=time(12))
    assert reckoned[0] == due


async def test_a_late_call_after_closing_is_no_missed_promise(make: Factory) -> None:  # rule C12
    at = await closed_complaint(make)
    complaint = await at.record()
    await make.owner.execute(
        """UPDATE target SET breached_at = due_at WHERE subject_kind = 'complaint'
           AND subject_id = $1 AND kind = 'follow_up'""",
        complaint.id,
    )
    by, month = at.care.service, complaint.received_at.date().replace(day=1)
    wanted = StatisticsFilter(month, month, Dimension.ACCOUNT)
    async with acting(by):
        (own,) = await cases_of(wanted, at.cast.account.code, by=by)
    assert not own.late


async def test_a_measure_that_comes_to_nothing_owes_by_the_severity_of_now(  # rules C2, C4
    make: Factory,
) -> None:
    at = await chosen_complaint(
        make, await investigated_complaint(make, category=Category.WORKMANSHIP, lines=())
    )
    dealer = await make.insert("dealer", name=f"Dealer of {at.reference}")
    await act(at, at.care.after_sales, give_to_dealer, dealer, "Fit them.", await in_days(3))
    await is_now(at, Severity.MAJOR)
    assert (await at.record()).enters_review  # rule C7
    await act(at, at.care.after_sales, dealer_failed, "Did not come.", Decimal(10))
    owed = await solution(at)
    assert owed.is_open
    assert owed.due_at - owed.opened_at >= timedelta(days=5)


async def test_a_compensated_case_that_turns_out_major_enters_the_review(  # rule C7
    make: Factory,
) -> None:
    at = await carried_out_complaint(make)
    await is_now(at, Severity.MAJOR)
    assert (await at.record()).enters_review


async def test_another_item_does_not_stand_for_the_one_complained_about(  # rule C5
    make: Factory,
) -> None:
    at = await judged_complaint(make)
    by, other = at.care.quality, (await cast_of(make)).item_id
    final = (FindingStage.FINAL, "Wrong grease.")
    decided = {"responsibility": Responsibility.OURS, "cause": Cause.MATERIAL}
    await act(at, by, look_for_batch, other, "")
    with pytest.raises(LookForBatchFirst):
        await act(at, by, record_finding, *final, **decided)
    await make.stock(at.cast.item_id, 40, batch="B7")
    await act(at, by, look_for_batch, at.cast.item_id, "B7")
    await act(at, by, look_for_batch, other, "")
    with pytest.raises(SampleFirst):
        await act(at, by, record_finding, *final, **decided)


async def test_only_the_answer_that_was_read_is_settled(make: Factory) -> None:  # rule C15
    at = await filed_complaint(make, kind="enquiry")
    ours, buyer = at.cast.representative, at.care.buyer
    await act(at, ours, answering.answer, "By road.")
    read = (await at.record()).version
    await act(at, buyer, answering.ask_again, "And by air?", expected_version=read)
    await act(at, ours, answering.answer, "By air at your cost.")
    for late in (
        act(at, buyer, answering.settle, expected_version=read),
        act(at, buyer, answering.ask_again, "Hm.", expected_version=read),
    ):
        with pytest.raises(Conflict):
            await late


async def test_of_fifty_confirmations_one_counts(make: Factory) -> None:  # rule C8
    told = await carried_out_complaint(make)
    buyer = told.care.buyer

    async def once() -> bool:
        try:
            await act(told, buyer, outcome.confirm, "Li Wei")
        except DomainError:
            return False
        return True

    assert sum(await asyncio.gather(*(once() for _ in range(50)))) == 1
    complaint = await told.record()
    assert complaint.state == "closed"
    async with acting(told.care.service):
        answers = await fetch_value(
            "SELECT count(*) FROM complaint_answer WHERE complaint_id = $1", complaint.id
        )
    assert answers == 1
    assert len(await make.events("complaint.confirmed", complaint.account_id)) == 1


async def test_who_objects_while_a_colleague_confirms_is_one_of_both(make: Factory) -> None:
    told = await carried_out_complaint(make)
    buyer, by = told.care.buyer, told.care.after_sales
    results = await asyncio.gather(
        act(told, buyer, outcome.object_to, "It still leaks.", "Li Wei"),
        act(told, by, outcome.confirm, "Li Wei"),
        return_exceptions=True,
    )
    assert len([each for each in results if isinstance(each, DomainError)]) == 1
    complaint = await told.record()
    assert (complaint.round, complaint.status) in {(1, "closed"), (2, "proposed")}
    if complaint.status == "closed":
        again = await asyncio.gather(
            act(told, buyer, reopening.reopen, "It leaks."),
            act(told, by, reopening.reopen, "They called."),
            return_exceptions=True,
        )
        assert len([each for each in again if isinstance(each, DomainError)]) == 1
        async with acting(by):
            assert (await loaded(told.reference, by)).round == 2
