"""A year of visits: planned by the rules, arranged, made, reported, answered (rules V1-V9, M1).

Nothing of it is told beforehand but what was said: the rules plan the visits while the year is
played, and whoever owns one makes it. Twice a week is a day for visits; the reports go out on the
same evening, answers and agreed actions follow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch
from portal.demo.cast import Cast, Customer, acting
from portal.demo.story import Beat, Story
from portal.domain.common.actor import SYSTEM, Actor
from portal.domain.meetings import action_items, answering, writing
from portal.domain.meetings.access import item_of, report_by_reference
from portal.domain.meetings.action_items import ItemFacts
from portal.domain.meetings.people import Party
from portal.domain.meetings.visit_recording import record
from portal.domain.meetings.writing import ReportFacts
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.answering import answer
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.visits import appointments, inquiry
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.appointments import AppointmentFacts
from portal.domain.visits.people import PersonFacts, add_person
from portal.domain.visits.planning import plan_by_rules
from portal.domain.visits.record_facts import VisitRecord
from portal.domain.visits.states import VisitKind

_HOME = ZoneInfo("Asia/Shanghai")
_TUESDAY, _THURSDAY, _FRIDAY = 1, 3, 4
_LASTS = timedelta(hours=1, minutes=30)
# How far ahead a time is proposed, and how far the rules look (rule V1).
_ASKED_AHEAD = timedelta(days=15)
_RULES_EVERY = 14
_MORNING, _NOON, _VISITS, _EVENING = time(9, 30), time(11, 20), time(16, 30), time(18, 10)
_SETTLED = timedelta(minutes=10)
_LEFT_OPEN = timedelta(days=12)
_WISHES_OPEN = timedelta(days=16)
Talk = Mapping[str, Any]


@dataclass(slots=True)
class VisitYear:
    """What is to be said and how far that has come. `left` are visits that nobody makes."""

    cast: Cast
    scripts: Mapping[str, Any]
    taken: Counter[str] = field(default_factory=Counter)
    talks: dict[int, Talk] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)

    def beats(self, since: datetime) -> Iterator[Beat]:
        """From `since` until the seeding: Mondays for plans and answers, two days for visits."""
        day = since.astimezone(_HOME).date() + timedelta(days=1)
        last = self.cast.now - _SETTLED
        for passed in range((last.astimezone(_HOME).date() - day).days + 1):
            today = day + timedelta(days=passed)
            for at, act in self._of_day(today, passed):
                moment = datetime.combine(today, at, _HOME)
                if moment < last:
                    yield Beat(moment, SYSTEM, act, alone=True)

    def _of_day(self, today: date, passed: int) -> Iterator[tuple[time, Any]]:
        if passed % _RULES_EVERY == 0:
            yield time(8, 30), self.plan
        if today.weekday() == 0:
            yield _MORNING, self.arrange
            yield _NOON, self.hear_customers
        if today.weekday() == _THURSDAY:
            yield _NOON, self.answer_opinions
        if today.weekday() in {_TUESDAY, _FRIDAY}:
            yield _VISITS, self.make_visits
            yield _EVENING, self.write_reports

    async def plan(self, _: Story, by: Actor) -> None:
        """The worker plans what the rules ask for."""
        async with acting(by):
            while await plan_by_rules():
                pass

    async def arrange(self, _: Story, __: Actor) -> None:
        """Owners propose times for the visits ahead; those who come along are named (rule V5)."""
        now = await self._now()
        rows = await self._rows(
            """SELECT reference, due_on, account_id, owner_id FROM visit
               WHERE status = 'planned' AND kind = 'visit' AND rule IN ('quarterly', 'installation')
                 AND due_on BETWEEN $1 AND $2 ORDER BY due_on, id""",
            now.date() + timedelta(days=1),
            (now + _ASKED_AHEAD).date(),
        )
        for row in rows:
            customer, owner = self.customer(row["account_id"]), self.staff(row["owner_id"])
            talk = self._talk_of(customer)
            starts_at = _time_for(row["due_on"], customer, now)
            async with acting(owner):
                visit = await visit_by_reference(row["reference"], by=owner)
                met = PersonFacts(contact_id=customer.contact_ids[talk["met"]])
                await add_person(visit, met, by=owner)
                facts = AppointmentFacts(
                    starts_at=starts_at,
                    ends_at=starts_at + _LASTS,
                    place=customer.name,
                    told=talk["goal"],
                    goal=talk["goal"],
                )
                await appointments.propose(visit, facts, by=owner)
            self.talks[visit.id] = talk

    async def hear_customers(self, _: Story, __: Actor) -> None:
        """Customers agree to times and acknowledge what was reported (rules V5, M1)."""
        await self.answer_opinions(_, __)
        for row in await self._rows(
            "SELECT reference, account_id FROM visit WHERE status = 'proposed' ORDER BY id"
        ):
            if row["reference"] not in self.left:
                buyer = self.buyer(self.customer(row["account_id"]))
                async with acting(buyer):
                    visit = await visit_by_reference(row["reference"], by=buyer)
                    await appointments.confirm(visit, by=buyer)
        for row in await self._rows(
            """SELECT r.reference, r.account_id FROM contact_report r WHERE r.status = 'sent'
                 AND r.visit_id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM report_answer a WHERE a.report_id = r.id) ORDER BY r.id"""
        ):
            buyer = self.buyer(self.customer(row["account_id"]))
            async with acting(buyer):
                report = await report_by_reference(row["reference"], by=buyer)
                await answering.acknowledge(report, by=buyer)

    async def make_visits(self, _: Story, __: Actor) -> None:
        """Who owns a visit or call that is due makes it; what was promised meanwhile is done."""
        now = await self._now()
        rows = await self._rows(
            """SELECT v.id, v.reference, v.account_id, v.owner_id, v.kind, v.rule, v.starts_at
               FROM visit v WHERE v.status NOT IN ('made', 'cancelled') AND v.rule <> 'by_hand'
                 AND CASE WHEN v.starts_at IS NULL THEN v.due_on <= $1
                     ELSE v.starts_at < $2 END ORDER BY v.due_on, v.id""",
            _next_day(now.astimezone(_HOME).date()) - timedelta(days=1),
            now,
        )
        for row in rows:
            if row["reference"] not in self.left:
                await self._make(row, now)
        await self._do_actions(now)

    async def _make(self, row: Mapping[str, Any], now: datetime) -> None:
        customer, owner = self.customer(row["account_id"]), self.staff(row["owner_id"])
        is_call = row["kind"] == VisitKind.CALLBACK
        talk = self.talks.get(row["id"]) or (
            self._call_of(customer) if is_call else self._talk_of(customer)
        )
        self.talks[row["id"]] = talk
        async with acting(owner):
            visit = await visit_by_reference(row["reference"], by=owner)
            # Rule V7: nobody is called in the rest at noon.
            made_at = row["starts_at"] or now - timedelta(hours=1)
            await record(visit, self._facts(talk, customer, made_at, is_call=is_call), by=owner)
            if row["rule"] == "group":  # rule V4: with the feedback form
                await inquiry.returned(visit, by=owner)

    def _facts(
        self, talk: Talk, customer: Customer, made_at: datetime, *, is_call: bool
    ) -> VisitRecord:
        met = talk.get("met") or next(iter(customer.contact_ids))
        return VisitRecord(
            made_at=made_at,
            met=(PersonFacts(contact_id=customer.contact_ids[met]),),
            satisfaction=talk["mood"],
            report=talk["report"],
            usage_note="" if is_call else talk.get("usage") or talk["report"],
            cause=talk.get("cause", ""),
            remedy=talk.get("remedy", ""),
            better=talk.get("better", ""),
            gifts="declined" if talk["mood"] == "satisfied" and not is_call else "none_offered",
            for_customer=talk["told"],
            opinions=[_opinion(text) for text in talk.get("opinions", ())],
        )

    async def write_reports(self, _: Story, __: Actor) -> None:
        """Contact reports on the visits of the day, within their 48 hours (rule M1)."""
        now = await self._now()
        for row in await self._rows(
            """SELECT r.reference, r.account_id, r.owner_id, r.visit_id FROM contact_report r
               WHERE r.status = 'draft' AND r.visit_id IS NOT NULL ORDER BY r.id"""
        ):
            talk = self.talks.get(row["visit_id"])
            customer, owner = self.customer(row["account_id"]), self.staff(row["owner_id"])
            if talk is not None:
                async with acting(owner):
                    report = await report_by_reference(row["reference"], by=owner)
                    facts = report_facts(talk, customer, owner, now.date())
                    await writing.send_report(report, facts, by=owner)

    async def answer_opinions(self, _: Story, __: Actor) -> None:
        """As the script has it; what it leaves open is answered late, with what was agreed.

        Wishes of the last two weeks are still open when the demo is looked at (rule V5).
        """
        now = await self._now()
        for row in await self._rows(
            """SELECT reference, text, owner_id, visit_id, created_at FROM opinion
               WHERE status = 'open' AND visit_id IS NOT NULL AND created_at < $1
                 AND (sentiment <> 'wish' OR created_at < $2) ORDER BY id""",
            now - timedelta(hours=18),
            self.cast.now - _WISHES_OPEN,
        ):
            talk, owner = self.talks[row["visit_id"]], self.staff(row["owner_id"])
            said = {text.split("|")[2]: text.split("|")[4] for text in talk.get("opinions", ())}
            # What would make it better was asked without being written into the script's opinions.
            reply = said.get(row["text"], talk["told"])
            if not reply and row["created_at"] < now - _LEFT_OPEN:
                reply = talk["told"]
            if reply:
                async with acting(owner):
                    opinion = await opinion_by_reference(row["reference"], by=owner)
                    await answer(opinion, reply, by=owner)

    async def _do_actions(self, now: datetime) -> None:
        for row in await self._rows(
            """SELECT i.id, i.owner_id, i.text, r.reference FROM action_item i
               JOIN contact_report r ON r.id = i.report_id AND r.status = 'sent'
               WHERE i.is_ours AND i.done_at IS NULL AND i.due_on <= $1 ORDER BY i.id""",
            now.date() + timedelta(days=3),
        ):
            owner = self.staff(row["owner_id"])
            async with acting(owner):
                report = await report_by_reference(row["reference"], by=owner)
                item = await item_of(report, row["id"])
                await action_items.item_done(report, item, "", by=owner)

    def customer(self, account_id: int) -> Customer:
        """The account of this id."""
        return next(each for each in self.cast.customers.values() if each.id == account_id)

    def staff(self, staff_member_id: int) -> Actor:
        """The colleague of this id."""
        return next(
            each for each in self.cast.staff.values() if each.staff_member_id == staff_member_id
        )

    def buyer(self, customer: Customer) -> Actor:
        """Who of the customer answers."""
        return next(iter(customer.people.values()))

    def _key_of(self, customer: Customer) -> str:
        return next(key for key, each in self.cast.customers.items() if each is customer)

    def _talk_of(self, customer: Customer) -> Talk:
        key = self._key_of(customer)
        talks: Sequence[Talk] = self.scripts.get(key, {}).get("talks", ())
        if not talks:
            return self._call_of(customer)
        self.taken[key] += 1
        return talks[(self.taken[key] - 1) % len(talks)]

    def _call_of(self, customer: Customer) -> Talk:
        calls: Sequence[Talk] = self.scripts["calls"][customer.locale]
        self.taken[customer.name] += 1
        return calls[(self.taken[customer.name] - 1) % len(calls)]

    async def _now(self) -> datetime:
        async with acting(SYSTEM):
            return await database_now()

    async def _rows(self, sql: str, *values: object) -> Sequence[Mapping[str, Any]]:
        async with acting(SYSTEM):
            return list(await fetch(sql, *values))


def report_facts(talk: Talk, customer: Customer, owner: Actor, today: date) -> ReportFacts:
    """What a talk says of its contact report; it goes to everybody of theirs who has access."""
    readers = [customer.contact_ids[key] for key in customer.people]
    return ReportFacts(
        title=talk.get("title") or talk["goal"],
        conclusions=talk.get("conclusions") or talk["told"],
        reasons=talk["why"],
        party=Party(contacts=readers, colleagues=[owner.staff_member_id or 0]),
        items=[_item(text, customer, owner, today) for text in talk.get("actions", ())],
    )


def _item(text: str, customer: Customer, owner: Actor, today: date) -> ItemFacts:
    whose, days, what = text.split("|")
    due_on = today + timedelta(days=int(days))
    if whose == "us":
        return ItemFacts(text=what, owner_id=owner.staff_member_id, due_on=due_on)
    name = next(iter(customer.people.values())).name
    return ItemFacts(text=what, owner_name=name, due_on=due_on)


def _opinion(text: str) -> OpinionFacts:
    sentiment, shown, said, about, _ = text.split("|")
    return OpinionFacts(sentiment=sentiment, text=said, about=about, is_shown=shown == "yes")


def _time_for(due_on: date, customer: Customer, now: datetime) -> datetime:
    """Ten on the last day for visits before it is due; on the due day where none is left."""
    day = due_on
    while (at := datetime.combine(day, time(10), _HOME)) > now:
        is_ours = day.weekday() in {_TUESDAY, _FRIDAY}
        if is_ours and customer.branch.office_hours.is_open(at):
            return at
        day -= timedelta(days=1)
    return datetime.combine(due_on, time(10), _HOME)


def _next_day(today: date) -> date:
    """The next day for visits after today."""
    day = today + timedelta(days=1)
    while day.weekday() not in {_TUESDAY, _FRIDAY}:
        day += timedelta(days=1)
    return day
