"""A record says which steps its promises led to, when, and who heard of each (rule C10)."""

from datetime import date, timedelta

import asyncpg
import pytest

from portal.database import current_unit, database_now, fetch
from portal.domain.policy.promise_figures import TELL_DEPARTMENT_HEAD, TELL_SENIOR_MANAGEMENT
from portal.domain.service_levels import clock
from portal.domain.service_levels.escalation import Escalation, StepTaken, escalation_of
from portal.domain.service_levels.steps import Step, ToldAs
from tests.domain.notices.happenings import Case, case
from tests.domain.notices.test_target_notices import HOUR, owed_since, told_of
from tests.domain.service_levels.clocked import as_staff
from tests.domain.service_levels.test_escalation import swept
from tests.factories import Factory, acting


async def escalations(at: Case) -> list[Escalation]:
    async with as_staff():
        subject = at.request.subject
        return await escalation_of(await clock.targets_of(subject.kind, subject.id))


def heard(step: StepTaken) -> list[tuple[str, ToldAs, str]]:
    return [(one.name, one.told_as, one.absent) for one in step.heard]


async def test_each_step_is_kept_with_who_heard_and_what_follows(make: Factory) -> None:
    at = await case(make)
    today = date.today()  # noqa: DTZ011 - any day around now
    await make.deputy(
        at.representative, at.manager, today - timedelta(days=2), today + timedelta(days=2)
    )
    await owed_since(at, 5, at.representative)
    (of_quote,) = await escalations(at)
    (warned,) = of_quote.steps
    assert (warned.step, heard(warned), warned.is_told) == (Step.WARNED, [], False)
    await told_of(at, "target.warned")
    (of_quote,) = await escalations(at)
    (warned,) = of_quote.steps
    assert warned.is_told
    assert heard(warned) == [
        (at.representative.name, ToldAs.OWES, ""),
        (at.manager.name, ToldAs.DEPUTY, at.representative.name),
    ]
    assert of_quote.next_step is None  # a warning is followed by the breach, which has its own time

    due = of_quote.promise.due_at
    await swept(due + timedelta(minutes=1))
    await told_of(at, "target.breached")
    (of_quote,) = await escalations(at)
    breached = of_quote.steps[1]
    assert breached.step is Step.BREACHED
    assert heard(breached)[:2] == [
        (at.representative.name, ToldAs.OWES, ""),
        (at.supervisor.name, ToldAs.SUPERVISES, ""),
    ]
    assert of_quote.next_step is Step.DEPARTMENT_HEAD
    assert of_quote.next_at == due + TELL_DEPARTMENT_HEAD.default
    await swept(due + TELL_DEPARTMENT_HEAD.default)
    (of_quote,) = await escalations(at)
    assert of_quote.next_step is Step.SENIOR_MANAGEMENT
    assert of_quote.next_at == due + TELL_DEPARTMENT_HEAD.default + TELL_SENIOR_MANAGEMENT.default


async def test_of_what_was_done_before_it_was_told_nobody_heard(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 9, at.representative)
    async with as_staff():
        await clock.meet(at.request.subject)
    await told_of(at, "target.breached")
    (of_quote,) = await escalations(at)
    (breached,) = of_quote.steps
    assert (heard(breached), breached.is_told) == ([], True)
    assert of_quote.next_step is None  # what is done is escalated no further


async def test_a_warning_stays_in_the_record_where_waiting_has_moved_the_promise(
    make: Factory,
) -> None:
    at = await case(make)
    await owed_since(at, 5, at.representative)
    async with as_staff():
        await clock.pause(at.request.subject, "Which bore?")
        current_unit().now = await database_now() + 5 * HOUR
        await clock.resume(at.request.subject)
    async with as_staff():
        (promise,) = await clock.targets_of(at.request.subject.kind, at.request.subject.id)
        (of_quote,) = await escalation_of([promise])
    assert [each.step for each in of_quote.steps] == [Step.WARNED]


async def test_what_runs_has_led_to_nothing(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 1, at.representative)
    assert await escalations(at) == []


async def test_customers_cannot_read_whom_it_alarmed(make: Factory) -> None:
    at = await case(make)
    await owed_since(at, 9, at.representative)
    for table in ("target_step", "target_step_told"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(at.buyer):
                await fetch(f"SELECT * FROM {table}")
    # What they read is that it is late.
    async with acting(at.buyer):
        current_unit().now = await database_now() + HOUR
        (promise,) = await clock.targets_of(at.request.subject.kind, at.request.subject.id)
    assert promise.breached_at == promise.due_at
