"""Who is told of visits, callbacks and opinions, and in whose words (rules V1-V7, S4)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.meetings.events import MeetingEvent, ReportEvent
from portal.domain.notices.telling import TOLD
from portal.domain.opinions import answering
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.visits import appointments, cancelling, recording
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.appointments import AppointmentFacts
from portal.domain.visits.by_hand import VisitFacts, plan_visit
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.people import PersonFacts
from portal.domain.visits.record_facts import VisitRecord
from tests.domain.notices.happenings import Case, case, mails, notices, tell, told
from tests.factories import Factory, acting

SECRET = "They look at our competitor"


@dataclass
class Visiting:
    """A visit that the account's manager planned, with everybody who has a part in it."""

    at: Case
    reference: str

    async def act(self, by: Actor, verb: Callable[..., Awaitable[Any]], *facts: Any) -> None:
        async with acting(by):
            await verb(await visit_by_reference(self.reference, by=by), *facts, by=by)

    async def propose(self, **facts: Any) -> datetime:
        starts = next_morning(3)
        proposed = AppointmentFacts(
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            place="Hall 3",
            told="We look at line 3 with you.",
            **facts,
        )
        await self.act(self.at.manager, appointments.propose, proposed)
        return starts

    async def heard(self, event: str, name: str = "reference") -> tuple[int, dict[str, str]]:
        """The newest event of a kind about this visit, told as the worker tells it, and to whom."""
        found = await self.at.make.owner.fetchval(
            "SELECT max(id) FROM outbox WHERE kind = $1 AND account_id = $2",
            event,
            self.at.account.id,
        )
        await tell(found)
        return found, await told(self.at.make, found)


def next_morning(days: int) -> datetime:
    """Ten o'clock in Shanghai on a Wednesday some weeks ahead: neither holiday nor rest hours."""
    now = datetime.now(UTC)
    wednesday = now + timedelta(days=(2 - now.weekday()) % 7 + 14 + days * 7)
    return wednesday.replace(hour=2, minute=0, second=0, microsecond=0)


async def planned(make: Factory) -> Visiting:
    at = await case(make)
    facts = VisitFacts(due_on=next_morning(0).date(), goal=SECRET)
    async with acting(at.manager):
        visit = await plan_visit(facts, account_id=at.account.id, by=at.manager)
    return Visiting(at, visit.reference)


def test_every_event_says_who_is_told() -> None:
    events = [*VisitEvent, *OpinionEvent, *MeetingEvent, *ReportEvent]
    assert {event.value for event in events} <= TOLD.keys()
    assert all(TOLD[event].tellings for event in events)


async def test_the_customer_is_asked_for_the_time_and_we_hear_the_answer(  # rule V5
    make: Factory,
) -> None:
    visit = await planned(make)
    at = visit.at
    starts = await visit.propose()
    event, said = await visit.heard(VisitEvent.PROPOSED)
    assert said == {at.buyer.name: "visit_proposed"}
    (asked,) = (await notices(make, event)).values()
    assert datetime.fromisoformat(asked["words"]["starts_at"]) == starts
    assert asked["words"]["meeting_place"] == "Hall 3"
    assert asked["words"]["said"] == "We look at line 3 with you."
    assert SECRET not in str(asked["words"])
    assert asked["path"] == f"/visits/{visit.reference}"
    assert len(await mails(make, event)) == 1
    wish = next_morning(4)
    await visit.act(at.buyer, appointments.propose_other, wish, "We count stock that day.")
    event, said = await visit.heard(VisitEvent.COUNTERED)
    assert said == {at.manager.name: "visit_countered"}
    (heard,) = (await notices(make, event)).values()
    assert heard["words"]["said"] == "We count stock that day."
    assert datetime.fromisoformat(heard["words"]["starts_at"]) == wish
    assert datetime.fromisoformat(heard["words"]["starts_before"]) == starts
    await visit.act(at.manager, appointments.agree_to_other)
    _, said = await visit.heard(VisitEvent.AGREED_TO_OTHER)
    assert said == {at.buyer.name: "visit_agreed"}


async def test_what_we_move_or_call_off_is_told_with_the_reason(make: Factory) -> None:  # rule V5
    visit = await planned(make)
    at = visit.at
    await visit.propose()
    await visit.act(at.buyer, appointments.confirm)
    _, said = await visit.heard(VisitEvent.CONFIRMED)
    assert said == {at.manager.name: "visit_confirmed"}
    later = next_morning(5)
    facts = AppointmentFacts(
        starts_at=later, ends_at=later + timedelta(hours=1), place="Hall 3", told="As before."
    )
    await visit.act(at.manager, appointments.move, facts, "Our engineer has fallen ill.")
    event, said = await visit.heard(VisitEvent.MOVED)
    assert said == {at.buyer.name: "visit_moved"}
    (moved,) = (await notices(make, event)).values()
    assert moved["words"]["said"] == "Our engineer has fallen ill."
    await visit.act(at.manager, cancelling.cancel, "The line stands still.")
    event, said = await visit.heard(VisitEvent.CANCELLED)
    assert said == {at.buyer.name: "visit_called_off"}
    (called_off,) = (await notices(make, event)).values()
    assert called_off["words"]["said"] == "The line stands still."


async def test_dissatisfaction_is_known_above_and_opinions_have_owners(  # rules V5, V7
    make: Factory,
) -> None:
    visit = await planned(make)
    at = visit.at
    record = VisitRecord(
        made_at=await make.owner.fetchval("SELECT business_now()"),
        met=[PersonFacts(name="Li Wei")],
        satisfaction="dissatisfied",
        report=SECRET,
        usage_note="Runs hot.",
        cause="It came late twice.",
        remedy="A part in reserve.",
        gifts="none_offered",
        for_customer="We keep a part in reserve.",
        opinions=[
            OpinionFacts(
                sentiment="criticism",
                text="It came late twice.",
                owner_id=at.representative.staff_member_id,
                is_shown=True,
            )
        ],
    )
    await visit.act(at.manager, recording.record, record)
    event, said = await visit.heard(VisitEvent.MADE)
    assert said == {at.buyer.name: "visit_summed_up", at.supervisor.name: "visit_dissatisfied"}
    summed_up = (await notices(make, event))[at.buyer.name]["words"]
    assert summed_up["said"] == "We keep a part in reserve."
    assert "late" not in str(summed_up)
    _, said = await visit.heard(OpinionEvent.OPENED)
    assert said == {at.representative.name: "opinion_to_answer"}
    reference = await make.owner.fetchval(
        "SELECT reference FROM opinion WHERE account_id = $1", at.account.id
    )
    async with acting(at.representative):
        opinion = await opinion_by_reference(reference, by=at.representative)
        await answering.answer(opinion, "The reserve is there.", by=at.representative)
    event, said = await visit.heard(OpinionEvent.ANSWERED)
    assert said == {at.buyer.name: "opinion_answered"}
    (answered,) = (await notices(make, event)).values()
    assert answered["words"]["said"] == "The reserve is there."
    assert at.representative.name not in str(answered["words"])
    async with acting(at.manager):
        opinion = await opinion_by_reference(reference, by=at.manager)
        await answering.open_again(opinion, "It came late again.", by=at.manager)
        await answering.give_to(opinion, at.assistant.staff_member_id or 0, by=at.manager)
    _, said = await visit.heard(OpinionEvent.GIVEN)
    assert said == {
        at.assistant.name: "opinion_given",
        at.representative.name: "opinion_taken",
    }
