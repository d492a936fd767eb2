"""By when a complaint is answered and solved, and what moves that (rules C2, C11, C15)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, WrongState
from portal.domain.complaints import answering, conversation
from portal.domain.complaints.clocks import workable_solution_by
from portal.domain.complaints.questions import ask, record_answer
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import Severity
from portal.domain.complaints.withdrawing import withdraw
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import PlacedCalendar
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from portal.domain.service_levels.terms import MomentRule
from tests.complaint_scenarios import Complained, filed_complaint, loaded, taken_complaint
from tests.factories import Factory, acting

OFFICE = {day: [("09:00", "18:00")] for day in range(5)}
FRIDAY, MONDAY = date(2026, 8, 21), date(2026, 8, 24)
SHORT_DAY = {MONDAY: [("09:00", "12:00")]}


def place(exceptions: dict[date, list[tuple[str, str]]] | None = None) -> PlacedCalendar:
    calendar = BusinessCalendar("Asia/Shanghai", OFFICE, exceptions=exceptions or {})
    return PlacedCalendar(CalendarKind.OFFICE_HOURS, "Asia/Shanghai", "CN", calendar)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on the wall of Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("taken", "due", "rule"),
    [
        (at(FRIDAY, 7), at(FRIDAY, 18), MomentRule.CLOSING_TODAY),
        (at(FRIDAY, 15), at(FRIDAY, 18), MomentRule.CLOSING_TODAY),
        (at(FRIDAY, 15, 1), at(MONDAY, 12), MomentRule.NOON_NEXT_WORKING_DAY),
        (at(FRIDAY, 23), at(MONDAY, 12), MomentRule.NOON_NEXT_WORKING_DAY),
        (at(date(2026, 8, 22), 10), at(MONDAY, 12), MomentRule.NOON_NEXT_WORKING_DAY),
    ],
)
def test_an_ordinary_complaint_has_a_solution_the_same_day_or_by_noon(  # rule C2
    taken: datetime, due: datetime, rule: MomentRule
) -> None:
    assert workable_solution_by(taken, place(), same_day_until=time(15), next_day_by=time(12)) == (
        due,
        rule,
    )


def test_what_comes_after_a_short_day_has_closed_is_for_the_next_one() -> None:  # rule C2
    taken = at(MONDAY, 13)
    assert workable_solution_by(
        taken, place(SHORT_DAY), same_day_until=time(15), next_day_by=time(12)
    ) == (at(date(2026, 8, 25), 12), MomentRule.NOON_NEXT_WORKING_DAY)


async def promises(complained: Complained) -> list[Promise]:
    record = await complained.record()
    async with acting(complained.care.service):
        return await clock.targets_of(record.subject.kind, record.id)


async def promise(complained: Complained, kind: TargetKind) -> Promise:
    """The newest promise of a kind."""
    return next(each for each in await promises(complained) if each.kind is kind)


async def owed(complained: Complained) -> set[TargetKind]:
    return {each.kind for each in await promises(complained) if each.is_open}


async def classify(complained: Complained, severity: Severity, by: Actor) -> None:
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await set_severity(complaint, severity, "Seen on the photos", by=by)


async def write(complained: Complained, by: Actor, audience: Audience = Audience.CUSTOMER) -> None:
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await conversation.write(complaint, "Hello", by=by, audience=audience)


async def test_severity_is_counted_from_the_beginning_and_its_history_is_kept(  # rule C2
    make: Factory,
) -> None:
    filed = await filed_complaint(make)
    by, before = filed.care.after_sales, await promise(filed, TargetKind.SOLUTION)
    await classify(filed, Severity.MAJOR, by)
    major = await promise(filed, TargetKind.SOLUTION)
    assert major.opened_at == before.opened_at
    assert major.due_at - major.opened_at >= timedelta(days=5)
    assert major.explanation is not None
    assert [each.due_at for each in major.explanation.earlier] == [before.due_at]
    await classify(filed, Severity.ORDINARY, by)
    again = await promise(filed, TargetKind.SOLUTION)
    assert again.due_at == before.due_at
    assert again.explanation is not None
    assert len(again.explanation.earlier) == 2
    with pytest.raises(FieldErrors):
        async with acting(by):
            complaint = await loaded(filed.reference, by)
            await set_severity(complaint, Severity.MAJOR, " ", by=by)
    asked = await filed_complaint(make, filed.care, kind="enquiry")
    with pytest.raises(FieldError):
        await classify(asked, Severity.MAJOR, by)


async def test_our_first_reply_is_the_first_response(make: Factory) -> None:  # rule C2
    filed = await filed_complaint(make)
    by = filed.care.quality
    await write(filed, by, Audience.INTERNAL)
    await write(filed, filed.care.buyer)
    # The first response is owed in any case: no second clock beside it.
    assert await owed(filed) == {TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION}
    await write(filed, by)
    assert await owed(filed) == {TargetKind.SOLUTION}
    await write(filed, filed.care.buyer)
    assert await owed(filed) == {TargetKind.NEXT_RESPONSE, TargetKind.SOLUTION}
    await write(filed, by)
    assert await owed(filed) == {TargetKind.SOLUTION}


async def test_the_solution_waits_for_the_customers_answer(make: Factory) -> None:  # rule C2
    filed = await filed_complaint(make)
    by, buyer = filed.care.quality, filed.care.buyer
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        await ask(complaint, "Which machine is it in?", by=by)
    waiting = await promise(filed, TargetKind.SOLUTION)
    assert (waiting.state, waiting.pause_reason) == (
        PromiseState.PAUSED,
        "Which machine is it in?",
    )
    assert await owed(filed) == {TargetKind.SOLUTION}
    async with acting(by):
        await ask(await loaded(filed.reference, by), "And since when?", by=by)
    assert (await promise(filed, TargetKind.SOLUTION)).pause_reason == "And since when?"
    await write(filed, buyer)
    record = await filed.record()
    assert record.question == ""
    assert (await promise(filed, TargetKind.SOLUTION)).state is PromiseState.RUNNING
    assert await owed(filed) == {TargetKind.SOLUTION}
    kinds = [
        await make.events(f"complaint.{kind}", record.account_id)
        for kind in ("question", "question_answered", "message")
    ]
    assert [len(each) for each in kinds] == [2, 1, 0]
    # By phone, too.
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        await ask(complaint, "Since when?", by=by)
        await record_answer(complaint, "Since Monday.", by=by)
        with pytest.raises(WrongState):
            await record_answer(complaint, "Once more.", by=by)
        with pytest.raises(FieldErrors):
            await ask(complaint, " ", by=by)
    assert (await promise(filed, TargetKind.SOLUTION)).state is PromiseState.RUNNING


async def test_withdrawn_owes_nothing(make: Factory) -> None:
    filed = await filed_complaint(make)
    buyer = filed.care.buyer
    async with acting(buyer):
        complaint = await loaded(filed.reference, buyer)
        with pytest.raises(FieldErrors):
            await withdraw(complaint, "", by=buyer)
        await withdraw(complaint, "It was our mistake", by=buyer)
        with pytest.raises(WrongState):
            await withdraw(complaint, "Again", by=buyer)
    assert await owed(filed) == set()
    assert (await filed.record()).withdrawn_because == "It was our mistake"


async def test_a_lighter_kind_is_answered_settled_or_asked_again(make: Factory) -> None:  # C15
    filed = await filed_complaint(make, kind="enquiry")
    by, buyer = filed.cast.representative, filed.care.buyer
    await write(filed, by)
    assert await owed(filed) == {TargetKind.FIRST_RESPONSE}
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        with pytest.raises(FieldErrors):
            await answering.answer(complaint, " ", by=by)
        await answering.answer(complaint, "By road, on Fridays.", by=by)
    assert await owed(filed) == set()
    async with acting(buyer):
        await answering.ask_again(await loaded(filed.reference, buyer), "And by air?", by=buyer)
    assert await owed(filed) == {TargetKind.FIRST_RESPONSE}
    assert (await filed.record()).round == 2
    async with acting(by):
        await answering.answer(await loaded(filed.reference, by), "By air, too.", by=by)
        with pytest.raises(FieldErrors):
            await answering.settle(await loaded(filed.reference, by), by=by)
    async with acting(buyer):
        complaint = await loaded(filed.reference, buyer)
        await answering.settle(complaint, by=buyer)
    record = await filed.record()
    assert (record.status, record.confirmed_name) == ("closed", buyer.name)
    assert await owed(filed) == set()


async def test_a_lighter_kind_can_be_a_complaint_after_all(make: Factory) -> None:  # rule C15
    filed = await filed_complaint(make, kind="fault_report")
    by, before = filed.care.after_sales, await promise(filed, TargetKind.FIRST_RESPONSE)
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        with pytest.raises(FieldError):
            await answering.turn_into_complaint(complaint, "", by=by)
        await answering.turn_into_complaint(complaint, "quality", by=by)
        with pytest.raises(WrongState):
            await answering.answer(complaint, "As a complaint it is judged.", by=by)
    assert await owed(filed) == {TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION}
    first = await promise(filed, TargetKind.FIRST_RESPONSE)
    assert first.opened_at == before.opened_at
    assert first.due_at - first.opened_at == timedelta(hours=24)


async def test_roles_without_the_case_say_nothing_to_the_customer(  # rules C1, C14
    make: Factory,
) -> None:
    care = (await filed_complaint(make)).care
    taken = await taken_complaint(make, care, by=care.representative)
    # The management's representative neither works on complaints nor owned one before this.
    await write(taken, care.representative)
    other = await filed_complaint(make, care)
    with pytest.raises(NotAllowed):
        await write(other, care.representative)
    await write(other, care.representative, Audience.INTERNAL)
