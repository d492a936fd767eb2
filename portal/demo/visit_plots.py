"""Visits that people planned themselves, meetings, installations, a prospect, the log (V2-V5, M2).

Counted from the moment of seeding, so that something is ahead whenever a demo is looked at.
"""

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial, update_wrapper
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_value
from portal.demo.cast import Cast, Customer, acting
from portal.demo.data_files import read_tables
from portal.demo.story import Act, Beat, Story
from portal.demo.visit_year import VisitYear, report_facts
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import SYSTEM, Actor
from portal.domain.meetings import answering, holding, noticing, planning, writing
from portal.domain.meetings.access import meeting_by_reference, report_by_reference
from portal.domain.meetings.communications import CommunicationFacts, record_communication
from portal.domain.meetings.people import Party
from portal.domain.meetings.planning import MeetingFacts
from portal.domain.service_levels.branch_calendar import next_working_day
from portal.domain.visits import appointments
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.appointments import AppointmentFacts
from portal.domain.visits.by_hand import VisitFacts, plan_visit
from portal.domain.visits.marking import InstallationFacts, mark_installed
from portal.domain.visits.people import PersonFacts, add_person
from portal.domain.visits.prospects import ProspectFacts, record_first_visit

_HOME = ZoneInfo("Asia/Shanghai")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEP = timedelta(minutes=4)


def visit_beats(cast: Cast, since: datetime) -> list[tuple[Beat, Story]]:
    """Everything that happens in visits, meetings and their reports until the seeding."""
    year = VisitYear(cast, read_tables("visits"))
    anybody = next(iter(cast.customers.values()))
    story = Story(cast, anybody, {"title": "visits", "plot": "visits"}, cast.now, random.Random(0))
    beats = (*year.beats(since), *_own_visits(year), *_installations(year), *_meetings(year))
    latest = cast.now - timedelta(minutes=10)
    return [(beat, story) for beat in (*beats, *_prospects(year), *_log(year)) if beat.at < latest]


def _doing(act: Callable[..., Awaitable[None]], *given: object) -> Act:
    """`act` with what it is given beforehand, under its own name."""
    return update_wrapper(partial(act, *given), act)


def _own_visits(year: VisitYear) -> Iterator[Beat]:
    for number, (key, script) in enumerate(year.scripts["hand"].items()):
        customer = year.cast.customers[key]
        at = _office(customer, year.cast.now - _DAY * script["planned"]) + _STEP * number
        plan = _doing(_plan_by_hand, year, customer, script)
        yield Beat(at, customer.manager, plan, alone=True)


async def _plan_by_hand(
    year: VisitYear, customer: Customer, script: Mapping[str, Any], _: Story, by: Actor
) -> None:
    """Planned, and arranged as far as the script says (rule V5)."""
    async with acting(by):
        moment = year.cast.now + _DAY * script["due"]
        overdue = _office(customer, moment).date()
        due_on = overdue if script["due"] < 0 else await _working_day(customer, moment)
        facts = VisitFacts(due_on=due_on, goal=script["goal"])
        visit = await plan_visit(facts, account_id=customer.id, by=by)
    year.left.add(visit.reference)
    if script["ends"] in {"planned", "overdue"}:
        return
    buyer = year.buyer(customer)
    async with acting(by):
        visit = await visit_by_reference(visit.reference, by=by)
        contact = next(iter(customer.contact_ids.values()))
        await add_person(visit, PersonFacts(contact_id=contact), by=by)
        starts_at = datetime.combine(due_on, time(10), ZoneInfo(customer.timezone))
        proposed = AppointmentFacts(
            starts_at=starts_at,
            ends_at=starts_at + _HOUR,
            place=script["place"],
            told=script["told"],
        )
        await appointments.propose(visit, proposed, by=by)
    if script["ends"] == "proposed":
        return
    async with acting(buyer):
        visit = await visit_by_reference(visit.reference, by=buyer)
        if script["ends"] == "confirmed":
            await appointments.confirm(visit, by=buyer)
            return
    async with acting(by):
        day = await _working_day(customer, year.cast.now + _DAY * script["wish"])
    async with acting(buyer):
        wish = datetime.combine(day, time(14, 30), ZoneInfo(customer.timezone))
        await appointments.propose_other(visit, wish, script["reason"], by=buyer)


def _installations(year: VisitYear) -> Iterator[Beat]:
    for key, script in year.scripts["installations"].items():
        customer = year.cast.customers[key]
        at = _office(customer, year.cast.now - _DAY * script["ago"])
        yield Beat(at, customer.manager, _doing(_mark, customer, script), alone=True)


async def _mark(customer: Customer, script: Mapping[str, Any], _: Story, by: Actor) -> None:
    """Visits follow it from now on (rule V2)."""
    async with acting(by):
        dealer = script.get("dealer", "")
        dealer_id = dealer and await fetch_value("SELECT id FROM dealer WHERE name = $1", dealer)
        facts = InstallationFacts(
            what=script["what"],
            place=script.get("place", ""),
            completed_on=(await database_now()).astimezone(ZoneInfo(customer.timezone)).date(),
            dealer_id=dealer_id or None,
        )
        await mark_installed(facts, account_id=customer.id, by=by)


def _prospects(year: VisitYear) -> Iterator[Beat]:
    for key, script in year.scripts["prospects"].items():
        customer = year.cast.customers[key]
        at = _office(customer, year.cast.now - _DAY * script["ago"])
        come = _doing(_come, customer, script)
        yield Beat(at, customer.representative, come, alone=True)
        # The call of the next working day is planned at once, and made by whoever owes it (V3).
        yield Beat(at + _STEP, SYSTEM, year.plan, alone=True)


async def _come(customer: Customer, script: Mapping[str, Any], _: Story, by: Actor) -> None:
    async with acting(by):
        today = (await database_now()).astimezone(ZoneInfo(customer.timezone)).date()
        facts = ProspectFacts(came_on=today, who_came=script["who"], interest=script["interest"])
        await record_first_visit(facts, account_id=customer.id, by=by)


def _meetings(year: VisitYear) -> Iterator[Beat]:
    for number, script in enumerate(year.scripts["meetings"]):
        customer = year.cast.customers[script["customer"]]
        manager, now = customer.manager, year.cast.now + _STEP * number
        held = _office(customer, now - _DAY * script["ago"]) if "ago" in script else None
        planned = _office(customer, (held or now) - _DAY * 4)
        references: dict[str, str] = {}
        plan = _doing(_plan_meeting, script, customer, held or now, references)
        yield Beat(planned, manager, plan, alone=True)
        if held is not None:
            yield Beat(held + _HOUR * 2, manager, _doing(_hold, references), alone=True)
            report = _doing(_report, script, customer, references)
            yield Beat(held + _HOUR * 5, manager, report, alone=True)


async def _plan_meeting(
    script: Mapping[str, Any],
    customer: Customer,
    moment: datetime,
    references: dict[str, str],
    _: Story,
    by: Actor,
) -> None:
    """Planned; those of whom more is told have its complete notice, in writing and by phone."""
    async with acting(by):
        account = await Account.objects().get(Account.id == customer.id)
        assert account is not None  # noqa: S101 - opened before
        starts_at = moment
        if "ahead" in script:
            day = await _working_day(customer, moment + _DAY * script["ahead"])
            starts_at = datetime.combine(day, time(14, 30), ZoneInfo(customer.timezone))
        facts = MeetingFacts(
            title=script["title"],
            starts_at=starts_at,
            ends_at=starts_at + _HOUR * 1.5,
            leaves_at=starts_at - _HOUR * 1.5,
            way="on_site",
            place=script["place"],
            agenda=script["agenda"],
            to_confirm=script["to_confirm"],
            how=script["how"],
            organiser_id=by.staff_member_id,
            party=Party(
                contacts=[customer.contact_ids[key] for key in script["met"]],
                colleagues=[
                    by.staff_member_id or 0,
                    customer.representative.staff_member_id or 0,
                ],
            ),
        )
        meeting = await planning.plan_meeting(account, facts, by=by)
        references["meeting"] = meeting.reference
        if script["ends"] == "planned":
            return
        await noticing.send_notice(meeting, by=by)  # rule M2
        await noticing.told_by_phone(meeting, next(iter(customer.people.values())).name, by=by)


async def _hold(references: dict[str, str], _: Story, by: Actor) -> None:
    """Everybody came."""
    async with acting(by):
        meeting = await meeting_by_reference(references["meeting"], by=by)
        ids = await fetch_value(
            "SELECT array_agg(id) FROM meeting_person WHERE meeting_id = $1", meeting.id
        )
        references["report"] = (await holding.hold_meeting(meeting, ids, by=by)).reference


async def _report(
    script: Mapping[str, Any],
    customer: Customer,
    references: dict[str, str],
    _: Story,
    by: Actor,
) -> None:
    """Within 48 hours, to both sides; the customer says something to it (rules M1, M2)."""
    async with acting(by):
        report = await report_by_reference(references["report"], by=by)
        today = (await database_now()).astimezone(_HOME).date()
        await writing.send_report(report, report_facts(script, customer, by, today), by=by)
    if script["ends"] == "answered":
        buyer = customer.people[script["met"][0]]
        async with acting(buyer):
            report = await report_by_reference(references["report"], by=buyer)
            await answering.comment(report, script["comment"], by=buyer)
            await answering.acknowledge(report, by=buyer)


def _log(year: VisitYear) -> Iterator[Beat]:
    for number, entry in enumerate(year.scripts["log"]["entries"]):
        customer = year.cast.customers[entry["customer"]]
        at = _office(customer, year.cast.now - _DAY * entry["ago"]) + _STEP * number
        yield Beat(at, customer.representative, _doing(_note, customer, entry), alone=True)


async def _note(customer: Customer, entry: Mapping[str, Any], _: Story, by: Actor) -> None:
    """A call or message that the portal did not carry (rule M6); an important one owes a report."""
    async with acting(by):
        account = await Account.objects().get(Account.id == customer.id)
        assert account is not None  # noqa: S101 - opened before
        facts = CommunicationFacts(
            channel=entry["channel"],
            direction=entry["direction"],
            contact_id=customer.contact_ids[entry["with"]],
            title=entry["title"],
            note=entry["note"],
            is_important=entry.get("important", False),
        )
        await record_communication(account, facts, by=by)


def _office(customer: Customer, moment: datetime) -> datetime:
    """Ten in the morning at home on the last working day that is not after `moment`'s."""
    at = datetime.combine(moment.astimezone(_HOME).date(), time(10), _HOME)
    while not customer.branch.office_hours.is_open(at):
        at -= _DAY
    return at


async def _working_day(customer: Customer, moment: datetime) -> date:
    """The first working day of the branch on or after that of `moment`."""
    day = moment.astimezone(_HOME).date()
    return await next_working_day(customer.branch.id, day - _DAY)
