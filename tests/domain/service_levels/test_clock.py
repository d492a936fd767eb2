"""Clocks of what is owed, on real rows, through the application's logins (rule Q2)."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from asyncpg import InsufficientPrivilegeError, UniqueViolationError

from portal.database import Login, database_now, execute, unit_of_work
from portal.domain.common.activity import Subject
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from tests.factories import Account, Factory, acting

HOUR = timedelta(hours=1)
URGENT = Clock(4 * HOUR, 8 * HOUR, CalendarKind.ALWAYS)
NORMAL = Clock(24 * HOUR, 48 * HOUR, CalendarKind.WORKING_DAYS)
OFFICE = Clock(2 * HOUR, 4 * HOUR, CalendarKind.OFFICE_HOURS)
_ids = itertools.count(5_000_000)


def something_of(account: Account) -> Subject:
    number = next(_ids)
    return Subject("clocked", number, f"X-{number}", account.id)


def owed_to(account: Account, figures: Clock = URGENT, *, owner_id: int | None = None) -> Owed:
    return Owed(account.id, account.name, account.branch_id, "Bearings", owner_id, figures, 3)


@asynccontextmanager
async def as_staff() -> AsyncIterator[None]:
    async with unit_of_work(Login.STAFF):
        yield


async def only_promise(subject: Subject) -> Promise:
    (promise,) = await clock.targets_of(subject.kind, subject.id)
    return promise


async def opened(
    make: Factory, ago: timedelta, figures: Clock = URGENT, account: Account | None = None
) -> Subject:
    """Something of a new account on a clock that was started some time ago."""
    account = account or await make.account()
    subject = something_of(account)
    async with as_staff():
        await clock.open_target(
            TargetKind.QUOTE,
            subject,
            owed_to(account, figures),
            opened_at=await database_now() - ago,
        )
    return subject


async def test_a_clock_says_what_is_owed_and_when(make: Factory) -> None:  # rule Q2
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        promise = await clock.open_target(TargetKind.QUOTE, subject, owed_to(account))
        assert promise.opened_at == await database_now()
    assert promise.warn_at == promise.opened_at + 4 * HOUR
    assert promise.due_at == promise.opened_at + 8 * HOUR
    assert promise.kind_label == "Quote"
    assert promise.state is PromiseState.RUNNING
    assert promise.explanation
    assert promise.explanation.duration == 8 * HOUR


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (timedelta(0), PromiseState.RUNNING),
        (5 * HOUR, PromiseState.WARNING),
        (9 * HOUR, PromiseState.BREACHED),
    ],
)
async def test_time_alone_turns_it_amber_and_red(
    make: Factory, ago: timedelta, state: PromiseState
) -> None:
    subject = await opened(make, ago)
    async with as_staff():
        assert (await only_promise(subject)).state is state


async def test_the_branch_says_which_days_are_worked(make: Factory) -> None:
    account = await make.account(branch_id=await make.branch(timezone="Asia/Shanghai"))
    friday_noon = datetime(2026, 8, 21, 4, tzinfo=UTC)
    subject, other = something_of(account), something_of(account)
    async with as_staff():
        promise = await clock.open_target(
            TargetKind.QUOTE, subject, owed_to(account, NORMAL), opened_at=friday_noon
        )
    assert promise.due_at == datetime(2026, 8, 25, 4, tzinfo=UTC)  # Tuesday noon in Shanghai
    await make.insert("branch_day", branch_id=account.branch_id, day=date(2026, 8, 24), hours="[]")
    async with as_staff():
        promise = await clock.open_target(
            TargetKind.QUOTE, other, owed_to(account, NORMAL), opened_at=friday_noon
        )
    assert promise.due_at == datetime(2026, 8, 26, 4, tzinfo=UTC)  # the branch was closed on Monday


async def test_office_hours_are_the_policys(make: Factory) -> None:
    account = await make.account()
    five_in_the_afternoon = datetime(2026, 8, 20, 9, tzinfo=UTC)
    async with as_staff():
        promise = await clock.open_target(
            TargetKind.QUOTE,
            something_of(account),
            owed_to(account, OFFICE),
            opened_at=five_in_the_afternoon,
        )
    assert promise.due_at == datetime(2026, 8, 21, 4, tzinfo=UTC)  # 1 h left, then 09:00 to 12:00


async def test_waiting_for_the_customer_moves_the_due_time(make: Factory) -> None:
    subject = await opened(make, 2 * HOUR)
    async with as_staff():
        before = await only_promise(subject)
        await clock.pause(subject, "Which seal do you need?")
        await execute(
            "UPDATE target SET paused_since = paused_since - interval '1 hour' "
            "WHERE subject_id = $1",
            subject.id,
        )
    await make.owner.execute(
        """UPDATE target_pause SET started_at = started_at - interval '1 hour'
           WHERE target_id = (SELECT id FROM target WHERE subject_id = $1)""",
        subject.id,
    )
    async with as_staff():
        paused = await only_promise(subject)
        assert paused.state is PromiseState.PAUSED
        assert paused.pause_reason == "Which seal do you need?"
        assert paused.due_at == before.due_at
        await clock.resume(subject)
    async with as_staff():
        after = await only_promise(subject)
    assert after.state is PromiseState.RUNNING
    assert HOUR <= after.due_at - before.due_at < HOUR + timedelta(minutes=1)
    assert after.due_at - after.warn_at == 4 * HOUR
    assert after.explanation
    assert [wait.reason for wait in after.explanation.pauses] == ["Which seal do you need?"]


async def test_done_in_time_is_met(make: Factory) -> None:
    subject = await opened(make, 7 * HOUR)
    async with as_staff():
        await clock.meet(subject)
        promise = await only_promise(subject)
    assert promise.state is PromiseState.MET
    assert not promise.is_open


async def test_done_late_stays_a_breach(make: Factory) -> None:
    subject = await opened(make, 9 * HOUR)
    async with as_staff():
        await clock.meet(subject)
        promise = await only_promise(subject)
    assert promise.state is PromiseState.MET_LATE


async def test_asking_too_late_does_not_undo_the_breach(make: Factory) -> None:
    subject = await opened(make, 9 * HOUR)
    async with as_staff():
        due = (await only_promise(subject)).due_at
        await clock.pause(subject, "Which seal?")
        assert (await only_promise(subject)).state is PromiseState.BREACHED
        await clock.resume(subject)
        promise = await only_promise(subject)
        assert promise.due_at == due
        await clock.meet(subject)
        assert (await only_promise(subject)).state is PromiseState.MET_LATE


async def test_what_is_done_while_we_wait_is_in_time(make: Factory) -> None:
    subject = await opened(make, 7 * HOUR)
    async with as_staff():
        await clock.pause(subject, "Which seal?")
    # Two hours later: past the first due time, which the pause has moved.
    for table, column in (("target_pause", "started_at"), ("target", "paused_since")):
        of = "target_id = (SELECT id FROM target WHERE subject_id = $1)"
        await make.owner.execute(
            f"UPDATE {table} SET {column} = {column} - interval '2 hours' "
            f"WHERE {of if table == 'target_pause' else 'subject_id = $1'}",
            subject.id,
        )
    await make.owner.execute(
        """UPDATE target SET opened_at = opened_at - interval '2 hours',
               warn_at = warn_at - interval '2 hours', due_at = due_at - interval '2 hours'
           WHERE subject_id = $1""",
        subject.id,
    )
    async with as_staff():
        await clock.meet(subject)
        assert (await only_promise(subject)).state is PromiseState.MET


async def test_what_is_no_longer_owed_is_cancelled(make: Factory) -> None:
    subject = await opened(make, HOUR)
    async with as_staff():
        await clock.pause(subject, "Which seal?")
        await clock.cancel(subject)
        assert (await only_promise(subject)).state is PromiseState.CANCELLED
        assert await clock.open_targets(account_id=subject.account_id) == []


async def test_verbs_find_nothing_to_do_where_no_clock_runs(make: Factory) -> None:
    subject = await opened(make, HOUR)
    async with as_staff():
        await clock.meet(subject)
        met = await only_promise(subject)
        for verb in (clock.resume, clock.meet, clock.cancel):
            await verb(subject)
        await clock.pause(subject, "Which seal?")
        assert await only_promise(subject) == met


async def test_one_thing_is_owed_once(make: Factory) -> None:
    account = await make.account()
    subject = await opened(make, HOUR, account=account)
    with pytest.raises(UniqueViolationError):
        async with as_staff():
            await clock.open_target(TargetKind.QUOTE, subject, owed_to(account))
    async with as_staff():
        await clock.open_target(TargetKind.QUOTE_REVISION, subject, owed_to(account))
        await clock.meet(subject, kind=TargetKind.QUOTE)
        owed, done = await clock.targets_of(subject.kind, subject.id)
    assert (owed.kind, owed.is_open) == (TargetKind.QUOTE_REVISION, True)
    assert (done.kind, done.is_open) == (TargetKind.QUOTE, False)


async def test_what_is_owed_is_listed_due_first_for_whom_one_asks(make: Factory) -> None:
    account = await make.account()
    clerk = await make.staff(branch_id=account.branch_id)
    assert clerk.staff_member_id
    later = await opened(make, HOUR, account=account)
    sooner = await opened(make, 5 * HOUR, account=account)
    async with as_staff():
        await clock.reassign(sooner, clerk.staff_member_id)
        of_account = await clock.open_targets(account_id=account.id)
        assert [promise.subject_id for promise in of_account] == [sooner.id, later.id]
        of_branch = await clock.open_targets(branch_id=account.branch_id, limit=1)
        assert [promise.subject_id for promise in of_branch] == [sooner.id]
        of_clerk = await clock.open_targets(owner_ids=[clerk.staff_member_id])
        assert [promise.subject_id for promise in of_clerk] == [sooner.id]


async def test_customers_see_their_own_promises_and_cannot_change_them(make: Factory) -> None:
    account = await make.account()
    buyer, stranger = await make.buyer(account), await make.buyer(await make.account())
    subject = await opened(make, HOUR, account=account)
    async with acting(buyer):
        assert (await only_promise(subject)).due_at
    async with acting(stranger):
        assert await clock.targets_of(subject.kind, subject.id) == []
    for change in ("due_after = interval '1 second'", "opened_at = now()", "owner_id = NULL"):
        with pytest.raises(InsufficientPrivilegeError):
            async with acting(buyer):
                await execute(f"UPDATE target SET {change} WHERE subject_id = $1", subject.id)


async def test_a_customers_answer_lets_the_clock_run_on(make: Factory) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    subject = await opened(make, HOUR, account=account)
    async with as_staff():
        await clock.pause(subject, "Which seal?")
    async with acting(buyer):
        await clock.resume(subject)
        assert (await only_promise(subject)).state is PromiseState.RUNNING
